import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ChatRequest, call, lastUserText, type ModelProvider } from '../support/model-provider.ts';
import { allOf, type Place, untilIdle, withDatabase } from './invariant.ts';

/** A workspace with a model behind it; the app may be in this process or not. */
export interface Stage extends Place {
  provider: ModelProvider;
  anna: string;
}

/** A proposed specialist, with what people know it by. */
export interface Proposal {
  id: string;
  /** The thread it was proposed in. */
  thread: string;
  /** Slack ts of its card. */
  card: string;
  /** Stands in its task, its summary and its result, and nowhere else. */
  name: string;
}

export const taskOf = (name: string): string => `Carry out ${name}`;
export const summaryOf = (name: string): string => `Shall I begin with ${name}?`;
export const resultOf = (name: string): string => `The outcome of ${name}.`;
const requestFor = (name: string): string => `Please have somebody see to ${name}`;

/** What the model calls to propose the work of this name. */
export const proposing = (name: string, more: object = {}) =>
  call('propose_specialist', {
    specialist: 'researcher',
    task: taskOf(name),
    summary: summaryOf(name),
    actions: ['Read the attachments'],
    destructive: false,
    ...more,
  });

/** The model proposes the work of this name as soon as it is asked for, and does it when it is told to. */
export function scriptWork({ provider }: Pick<Stage, 'provider'>, name: string, more: object = {}): void {
  provider.answer(taskOf(name), resultOf(name));
  provider.script(requestFor(name), [[proposing(name, more)]], `I have proposed a specialist for ${name}.`);
}

/** Somebody asks for work; Slack does not send the event again by itself. */
export function askFor({ slack, anna, channel }: Stage, thread: string, name: string) {
  const text = `<@${slack.botUserId}> ${requestFor(name)}`;
  return slack.say({ user: anna, channel, threadTs: thread, text, retries: false });
}

/** Has a specialist proposed for the work of this name, and waits for its card. */
export async function propose(
  stage: Stage,
  thread: string,
  name: string,
  more: object = {},
): Promise<Proposal> {
  scriptWork(stage, name, more);
  await askFor(stage, thread, name);
  return proposalOf(stage, thread, name);
}

/** The proposal of this name, once its card stands in the thread. */
export async function proposalOf(stage: Stage, thread: string, name: string): Promise<Proposal> {
  const row = await stage.slack.until(async () => {
    const found = (await dispatchesOf(stage)).find((one) => one.summary === summaryOf(name));
    return found?.cardTs != null && !found.unsettled ? found : undefined;
  }, `the card of ${name}`);
  await untilIdle(stage);
  return { id: String(row._id), thread, card: row.cardTs, name };
}

export const dispatchesOf = ({ mongoUri }: Pick<Place, 'mongoUri'>): Promise<Document[]> =>
  withDatabase(mongoUri, (db) => allOf(db, 'dispatches'));

export async function dispatchRow(stage: Place, { id }: Pick<Proposal, 'id'>): Promise<Document> {
  const row = (await dispatchesOf(stage)).find((one) => String(one._id) === id);
  if (row === undefined) throw new Error(`There is no dispatch ${id}.`);
  return row;
}

/** Waits until a dispatch is in this state. */
export function untilState(stage: Place, { id }: Pick<Proposal, 'id'>, state: string): Promise<unknown> {
  return stage.slack.until(
    async () => (await dispatchesOf(stage)).some((one) => String(one._id) === id && one.state === state),
    `the dispatch is ${state}`,
  );
}

/** What people read on the card. */
export const cardText = ({ slack, channel }: Place, { card }: Proposal): string =>
  textOf(slack.message(channel, card));

/** Waits until the card reads so. */
export function untilCard(stage: Place, proposal: Proposal, text: string): Promise<unknown> {
  return stage.slack.until(() => cardText(stage, proposal).includes(text), `the card says "${text}"`);
}

/** A person's press on the card; for one that is meant to be answered too late, or never. */
export function press({ slack, channel }: Place, { card }: Pick<Proposal, 'card'>, user: string, what: Deed) {
  return slack.click({ user, channel, ts: card, actionId: `dispatch_${what}` });
}

export type Deed = 'approve' | 'decline' | 'stop' | 'again';

/** The requests in which a specialist was told to do the work of this name. */
export const runsOf = ({ provider }: Pick<Stage, 'provider'>, name: string): ChatRequest[] =>
  provider.requests().filter((request) => lastUserText(request).includes(taskOf(name)));

/** The roots of the threads that were opened for the work of this name. */
export function resultThreads({ slack, channel }: Place, name: string): string[] {
  return slack
    .messages(channel)
    .filter((one) => (one.thread_ts ?? one.ts) === one.ts && textOf(one).includes(taskOf(name)))
    .map((one) => one.ts);
}

/** The cards of the work of this name: one, whatever happened. */
function cards({ slack, channel }: Place, { thread, name }: Proposal): string[] {
  const said = slack.thread(channel, thread).filter((one) => one.user === slack.botUserId);
  return said.filter((one) => textOf(one).includes(taskOf(name))).map((one) => one.ts);
}

/** What its own thread was told of the result. */
function summaries({ slack, channel }: Place, { thread, name }: Proposal): string[] {
  return slack
    .thread(channel, thread)
    .map(textOf)
    .filter((text) => text.includes('is done') && text.includes(resultOf(name)));
}

/** What has to hold after an approval that counted, whatever happened around it. */
export async function expectOneResult(stage: Stage, proposal: Proposal, decidedBy: string[]): Promise<void> {
  const { slack, channel } = stage;
  const { name } = proposal;
  await untilState(stage, proposal, 'succeeded');
  await untilCard(stage, proposal, '· done');
  await untilIdle(stage);

  const row = await dispatchRow(stage, proposal);
  expect(row).toMatchObject({ state: 'succeeded', unsettled: false, cardTs: proposal.card });
  expect(decidedBy).toContain(row.decidedBy);
  const card = cardText(stage, proposal);
  expect(card).toContain(`Approved by <@${row.decidedBy}>`);
  expect(JSON.stringify(slack.message(channel, proposal.card)?.blocks)).not.toContain('dispatch_approve');
  expect(cards(stage, proposal)).toEqual([proposal.card]);

  const roots = resultThreads(stage, name);
  expect(roots).toHaveLength(1);
  const [root = ''] = roots;
  const said = slack.thread(channel, root).map(textOf);
  expect(said).toEqual([expect.stringContaining(taskOf(name)), expect.stringContaining(resultOf(name))]);
  const told = summaries(stage, proposal);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(`/archives/${channel}/p${root.replace('.', '')}`);
  await expectStoredOnce(stage, proposal, root);
  expect(slack.violations).toEqual([]);
}

async function expectStoredOnce(stage: Stage, { id, thread }: Proposal, root: string): Promise<void> {
  const stored = await withDatabase(stage.mongoUri, async (db) => ({
    conversations: await allOf(db, 'conversations'),
    messages: await allOf(db, 'messages'),
    deliveries: await allOf(db, 'deliveries'),
  }));
  const parent = stored.conversations.find((one) => one.threadTs === thread);
  const results = stored.conversations.filter((one) => one.key === `dispatch:${id}`);
  expect(results).toEqual([
    expect.objectContaining({
      ...{ type: 'task', mode: 'task', parentId: String(parent?._id), threadTs: root },
      ...{ milestoneId: parent?.milestoneId, deleted: false },
    }),
  ]);
  const of = (type: string) =>
    stored.messages.filter((one) => one.type === type && one.metadata?.dispatchId === id);
  expect(of('agent_request')).toHaveLength(1);
  expect(of('agent_result')).toHaveLength(1);
  expect(stored.deliveries.filter((one) => one.state !== 'sent')).toEqual([]);
}

/** What has to hold where nobody who may has approved: nothing was done, and nothing was said of a result. */
export async function expectNoRun(stage: Stage, proposal: Proposal, state: string): Promise<void> {
  await untilIdle(stage);
  const row = await dispatchRow(stage, proposal);
  expect(row).toMatchObject({ state, unsettled: false, result: null, taskThreadId: null, steps: [] });
  expect(runsOf(stage, proposal.name)).toEqual([]);
  expect(resultThreads(stage, proposal.name)).toEqual([]);
  expect(summaries(stage, proposal)).toEqual([]);
  expect(cards(stage, proposal)).toEqual([proposal.card]);
  const conversations = await withDatabase(stage.mongoUri, (db) => allOf(db, 'conversations'));
  const opened = conversations.filter((one) => one.key === `dispatch:${proposal.id}`);
  expect(opened.filter((one) => !one.deleted)).toEqual([]);
}
