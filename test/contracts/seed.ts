import { NO_EFFECTS } from '../../src/domain/answer-effects.ts';
import type { DispatchResult } from '../../src/domain/dispatch.ts';
import type { Place } from '../../src/domain/scope.ts';
import type { MadeAnswer } from '../../src/ports/conversations.ts';
import type { NewDispatch } from '../../src/ports/dispatches.ts';
import type { Stores } from '../../src/store/connect.ts';
import {
  appended,
  attached,
  BOT,
  conversation,
  dispatch,
  document,
  entry,
  HOME,
  item,
  link,
  madeWith,
  message,
  milestone,
  offer,
  project,
  proposal,
  receipt,
  request,
  source,
  stamp,
  task,
  unopened,
} from './builders.ts';

/** Records of every kind in one workspace, and what they are known by. */
export interface Known {
  teamId: string;
  projectId: string;
  milestoneId: string;
  otherMilestoneId: string;
  attachmentId: string;
  /** What it was known by before another attachment became one with it. */
  formerId: string;
  documentId: string;
  documentAttachmentId: string;
  /** An attachment for which a document is kept. */
  awaitingId: string;
  conversationId: string;
  planningId: string;
  messageId: string;
  answerId: string;
  deliveryId: string;
  taskId: string;
  readyTaskId: string;
  heldTaskId: string;
  keyId: string;
  entryId: string;
  coachingId: string;
  factId: string;
  dispatchId: string;
  resultId: string;
  proposalId: string;
}

export const PERSON = { userId: 'U1', name: 'Ada', guest: false, outsider: false };
export const FENCE = 5;
/** The key of an attachment beside `attachmentId`. */
export const TAKEN_KEY = 'https://example.com/4';
export const MOVED = { by: BOT, what: 'moved', version: null } as const;
export const FROM = { channelId: 'C1', ts: '101.0' };
export const madeOf = (attachmentId: string): MadeAnswer => ({
  ...{ text: 'Text.', receipt: receipt([item(attachmentId)]), urls: [], madeFor: null },
  ...{ questionEditedTs: null, effects: NO_EFFECTS, toolCalls: [], used: [attachmentId] },
});
const resultOf = (attachmentId: string): DispatchResult => ({
  ...{ text: 'Result.', receipt: receipt([item(attachmentId)]), urls: [], madeFor: null, toolCalls: [] },
  used: [attachmentId],
});
export const question = (teamId: string) => ({ teamId, channelId: 'C1', questionTs: '101.0' });

/** Fills a workspace. Called for two workspaces, it gives them the same channels, timestamps, keys and people. */
export async function seed(stores: Stores, teamId: string): Promise<Known> {
  const { id: projectId } = await stores.projects.create(project(teamId));
  const [one, two] = await stores.milestones.create([
    milestone(teamId, { projectId, threadTs: '100.0' }),
    milestone(teamId, { projectId, threadTs: '200.0', title: 'Slides' }),
  ]);
  if (one === undefined || two === undefined) throw new Error('No milestones were made.');
  const ids: string[] = [];
  for (let n = 0; n < 30; n += 1) {
    const milestoneId = [null, one.id, two.id][n % 3] ?? null;
    const entry = link(teamId, { projectId, milestoneId, key: `https://example.com/${n}` });
    ids.push((await stores.attachments.attach(entry, source(n % 3 === 1 ? '101.0' : '102.0'))).attachment.id);
  }
  const short = link(teamId, { projectId, milestoneId: one.id, key: 'https://short/1' });
  const { attachment: former } = await stores.attachments.attach(short, source('101.0'));
  const same = { state: 'ready', unread: null, key: 'https://example.com/1' } as const;
  await stores.attachments.finishReading(former, same, FENCE);
  const kept = await stores.documents.keep(document(teamId, { projectId }));
  const ofDocument = attached(teamId, kept.id, { projectId, milestoneId: one.id });
  const { attachment } = await stores.attachments.attach(ofDocument, source('103.0'));
  const awaitingId = ids[2] ?? '';
  await stores.documents.keep(document(teamId, { projectId, hash: 'awaited', awaitedBy: awaitingId }));
  const talk = conversation(teamId, { projectId, milestoneId: one.id });
  const { id: conversationId } = await stores.conversations.findOrCreate(talk);
  for (let n = 0; n < 30; n += 1) {
    const clientMsgId = `c${n}`;
    // The last ones are answers of ours, with something that was read.
    const ours =
      n < 25 ? {} : { answerTo: '101.0', metadata: madeWith([n % 2 === 0 ? 'other' : attachment.id]) };
    await stores.messages.keep(message(teamId, `${101 + n}.0`, { conversationId, clientMsgId, ...ours }));
  }
  const { id: messageId } = await stores.messages.append(
    appended(teamId, { conversationId, clientMsgId: 'posted' }),
  );
  await stores.messages.posted({ teamId, id: messageId }, '300.0');
  const start = { conversationId, threadTs: '100.0', askedBy: 'U1' };
  const answer = await stores.answers.begin(question(teamId), start, FENCE);
  await stores.answers.save(answer, FENCE, madeOf(attachment.id));
  await stores.answers.vote(answer, 'U1', 'up');
  const delivery = await stores.deliveries.begin(teamId, 'key', FENCE);
  await stores.people.keep(teamId, PERSON);
  const { id: keyId } = await stores.apiKeys.create({ teamId, name: 'Builder', hash: 'h1' });
  await stores.requests.begin(request(teamId), 60_000);
  await stores.homes.choose(teamId, 'U1', HOME);
  const remembered = await seedMemory(stores, teamId, conversationId, attachment.id);
  const proposed = await seedDispatches(stores, teamId, { projectId, conversationId }, attachment.id);
  const work = await seedTasks(stores, teamId, { projectId, milestoneId: one.id });
  return {
    teamId,
    ...remembered,
    ...proposed,
    ...work,
    keyId,
    projectId,
    milestoneId: one.id,
    otherMilestoneId: two.id,
    attachmentId: ids[1] ?? '',
    formerId: former.id,
    documentId: kept.id,
    documentAttachmentId: attachment.id,
    awaitingId,
    conversationId,
    messageId,
    answerId: answer.id,
    deliveryId: delivery.id,
  };
}

/** Tasks in three statuses, the first with a plan, a history and a planning conversation that remembers things. */
async function seedTasks(
  { tasks, plans, conversations, contextEntries }: Stores,
  teamId: string,
  place: Place,
) {
  const [first, second, third] = await Promise.all(
    ['t1', 't2', 't3'].map(async (origin) => (await tasks.create(task(teamId, { ...place, origin }))).task),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error('No tasks.');
  const ready = await tasks.change(second, { status: 'ready' }, MOVED);
  const held = await tasks.change(third, { status: 'ready' }, MOVED);
  if (ready === null || held === null) throw new Error('Another call changed a task of the test.');
  await tasks.claim(held, BOT, '', 0);
  await tasks.addEvent(first, first.lastChange);
  await plans.offer(offer(first));
  await plans.apply(first, 'p1', { stamp: stamp(1), text: null }, []);
  const { id: planningId } = await conversations.findOrOpen(
    unopened(teamId, { ...place, taskId: first.id, key: 'planning:1' }),
  );
  await contextEntries.put({ teamId, id: planningId }, entry('tone'));
  return { taskId: first.id, readyTaskId: ready.id, heldTaskId: held.id, planningId };
}

/** What is remembered: for the conversation, and about a person in their own. */
async function seedMemory(
  { conversations, contextEntries, userFacts }: Stores,
  teamId: string,
  conversationId: string,
  attachmentId: string,
) {
  const sources = { messages: [FROM], attachmentIds: [attachmentId] };
  const talk = { teamId, id: conversationId };
  const { id: entryId } = await contextEntries.put(talk, entry('length', { sources }));
  const { id: coachingId } = await conversations.findOrCreateCoaching({
    ...{ teamId, userId: 'U1', channelId: 'D1' },
  });
  await userFacts.put(teamId, 'U1', { key: 'colour', value: 'blue', from: [FROM] });
  const { id: factId } = await userFacts.put(teamId, 'U1', { key: 'role', value: 'editor', from: [] });
  return { entryId, coachingId, factId };
}

/** One that waits in a project, one with a result, one that waits in a person's own conversation, and a task. */
async function seedDispatches(
  { dispatches, taskProposals }: Stores,
  teamId: string,
  place: { projectId: string; conversationId: string },
  attachmentId: string,
) {
  const make = async (origin: string, more: Partial<NewDispatch>) =>
    (await dispatches.create(dispatch(teamId, { origin, ...more }))).dispatch;
  const waiting = await make('answer:1', { ...place, sources: [attachmentId] });
  const done = await make('answer:2', place);
  await dispatches.change(done, { state: 'succeeded', result: resultOf(attachmentId) });
  await make('answer:3', { ...place, projectId: null, userId: 'U1' });
  const task = await taskProposals.create(proposal(teamId, { ...place, sources: [attachmentId] }));
  return { dispatchId: waiting.id, resultId: done.id, proposalId: task.id };
}
