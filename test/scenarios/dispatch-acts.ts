import { expect } from 'vitest';
import type { Conversation, Message } from '../../src/domain/conversation.ts';
import type { Dispatch, DispatchState } from '../../src/domain/dispatch.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { type Client, clientFor, itemsOf } from '../http/api-world.ts';
import { readDocument } from '../http/documented.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { fieldsOf, listOf, stringOf } from '../support/fake-slack/json.ts';
import { type ChatRequest, call, lastUserText } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { atRest, messageWith, press } from './planning-acts.ts';

/** What the scripted model proposes when it is asked for sources. */
export const PROPOSAL = {
  specialist: 'researcher',
  task: 'Find out which birds nest at the upper weir.',
  summary: 'Look up the birds of the upper weir',
  actions: ['Read the attachments', 'List the birds'],
  destructive: false,
};

export type Wanted = Partial<typeof PROPOSAL>;

/** Words of the question that leads to the proposal. They stand in no task. */
export const ASKED = 'Please have somebody look into it';

/** A person's words to the bot. */
export const toBot = ({ slack }: Pick<World, 'slack'>, text: string): string =>
  `<@${slack.botUserId}> ${text}`;

/** The model proposes this whenever it is asked so. */
export function willPropose({ provider }: World, wanted: Wanted = {}, asked = ASKED): void {
  const proposing = call('propose_specialist', { ...PROPOSAL, ...wanted });
  provider.script(asked, [[proposing]], 'I have proposed somebody for it.');
}

export interface Proposed {
  id: string;
  /** Slack ts of the question that led to it. */
  question: string;
  /** Slack ts of its card. */
  card: string;
  /** The conversation it was proposed in. */
  conversationId: string;
}

/** Asks in a thread so that the model proposes, and waits until the card stands there. */
export async function proposed(
  world: World,
  thread: string,
  wanted: Wanted = {},
  { asked = ASKED, user = world.anna, channel = world.channel } = {},
): Promise<Proposed> {
  const { slack } = world;
  willPropose(world, wanted, asked);
  const { ts } = await slack.say({ user, channel, threadTs: thread, text: toBot(world, asked) });
  return proposedBy(world, ts, channel);
}

/** Waits until the card of what a question led to stands there; of several it is the newest. */
export async function proposedBy(world: World, question: string, channel = world.channel): Promise<Proposed> {
  const { stores, teamId } = world.milepost;
  return world.slack.until(async () => {
    const dispatch = (await stores.dispatches.listByQuestion(teamId, channel, question)).at(-1);
    if (dispatch === undefined || dispatch.cardTs === null) return undefined;
    return { id: dispatch.id, question, card: dispatch.cardTs, conversationId: dispatch.conversationId };
  }, 'a specialist is proposed');
}

/** The dispatch as it is stored now. */
export async function dispatchNow({ milepost }: World, { id }: Pick<Proposed, 'id'>): Promise<Dispatch> {
  const found = await milepost.stores.dispatches.findById({ teamId: milepost.teamId, id });
  if (found === null) throw new Error(`The dispatch ${id} is not stored.`);
  return found;
}

/** Waits until it is in this state. */
export function dispatchIs(world: World, one: Pick<Proposed, 'id'>, state: DispatchState): Promise<Dispatch> {
  return world.slack.until(async () => {
    const dispatch = await dispatchNow(world, one);
    return dispatch.state === state ? dispatch : undefined;
  }, `the dispatch is ${state}`);
}

/** Every dispatch a question led to, as it is stored now, oldest first. */
export function dispatchesOf({ milepost, channel }: World, question: string): Promise<Dispatch[]> {
  return milepost.stores.dispatches.listByQuestion(milepost.teamId, channel, question);
}

export const approve = (world: World, user: string, { card }: Pick<Proposed, 'card'>) =>
  press(world, user, card, 'dispatch_approve');

/** Approves by the button, and waits until the result is told of in the source thread. */
export async function carriedOut(world: World, thread: string, one: Proposed, user = world.ben) {
  await approve(world, user, one);
  await messageWith(world, thread, 'is done.');
  return dispatchIs(world, one, 'succeeded');
}

/** The thread of a result: its conversation, once it is open. */
export async function taskThreadOf(
  world: World,
  one: Pick<Proposed, 'id'>,
): Promise<Conversation & { threadTs: string }> {
  const { stores, teamId } = world.milepost;
  return world.slack.until(async () => {
    const id = (await dispatchNow(world, one)).taskThreadId ?? '';
    const conversation = await stores.conversations.findById({ teamId, id });
    const threadTs = conversation?.threadTs ?? null;
    return conversation === null || threadTs === null ? undefined : { ...conversation, threadTs };
  }, 'the task thread is open');
}

/** Every stored message of a conversation, oldest first. */
export function messagesOf({ milepost }: World, conversationId: string): Promise<Message[]> {
  return milepost.stores.messages.latest({ teamId: milepost.teamId, id: conversationId }, 200);
}

/** The requests in which a specialist was at this task. */
export function runsOf({ provider }: World, task = PROPOSAL.task): ChatRequest[] {
  return provider.requests().filter((request) => lastUserText(request).includes(task));
}

/** What the buttons of a message are called. */
export function buttonsOn({ slack, channel }: World, ts: string): string[] {
  return (slack.message(channel, ts)?.blocks ?? [])
    .filter((block) => block.type === 'actions')
    .flatMap((block) => listOf(block.elements))
    .map((element) => stringOf(fieldsOf(element.text).text));
}

/** What stands on a message now will be seen, and can be pressed, again: a client that has not heard of its change. */
export function outdated({ slack, channel }: World, ts: string): { show(): void } {
  const before = structuredClone(slack.message(channel, ts)?.blocks);
  return {
    show() {
      const message = slack.message(channel, ts);
      if (message !== undefined) message.blocks = before;
    },
  };
}

/** How many messages of the channel, in whatever thread, say this. */
export function countSaying({ slack, channel }: World, text: string): number {
  return slack.messages(channel).filter((message) => textOf(message).includes(text)).length;
}

/** Waits until nothing is left to do that could still decide, run or answer. */
export const settled = (world: World): Promise<void> =>
  atRest(world, 'decide-by-word', 'answer-mention', 'run-dispatch', 'show-dispatch');

/** One run, one result, however often it was approved. */
export async function ranOnce(world: World, one: Pick<Proposed, 'id'>): Promise<void> {
  await dispatchIs(world, one, 'succeeded');
  await settled(world);
  expect(runsOf(world)).toHaveLength(1);
  expect(countSaying(world, 'works on this:')).toBe(1);
  expect(countSaying(world, 'is done.')).toBe(1);
}

/** There is no result anywhere, and nobody works on one. */
export async function leftNothing(world: World): Promise<void> {
  await settled(world);
  expect(countSaying(world, 'works on this:')).toBe(0);
  expect(countSaying(world, 'is done.')).toBe(0);
}

/** The API as a bot with a key of this workspace uses it. */
export async function apiOf({ milepost }: World): Promise<Client> {
  const { key, secret } = await createApiKeys(milepost.stores).create(milepost.teamId, 'Reader');
  const baseUrl = `http://127.0.0.1:${milepost.port}`;
  return clientFor(baseUrl, key.id, secret, await readDocument(baseUrl));
}

/** Everything in a list of the API. */
export async function listed(api: Client, path: string): Promise<Record<string, unknown>[]> {
  return itemsOf(await api.get(`${path}?limit=100`));
}
