import type { Receipt } from '../../src/domain/receipt.ts';
import type { Place } from '../../src/domain/scope.ts';
import type { Stores } from '../../src/store/connect.ts';
import {
  appended,
  attached,
  BOT,
  conversation,
  document,
  eventOf,
  HOME,
  link,
  message,
  milestone,
  offer,
  project,
  request,
  source,
  stamp,
  task,
  taskAs,
  unopened,
} from './builders.ts';

/** Records of every kind in one workspace, and what they are known by. */
export interface Known {
  teamId: string;
  projectId: string;
  milestoneId: string;
  otherMilestoneId: string;
  attachmentId: string;
  documentId: string;
  documentAttachmentId: string;
  conversationId: string;
  planningId: string;
  messageId: string;
  answerId: string;
  deliveryId: string;
  taskId: string;
  readyTaskId: string;
  heldTaskId: string;
  keyId: string;
}

const RECEIPT: Receipt = {
  section: null,
  items: [],
  messages: 1,
  summarised: 0,
  messagesLeftOut: 0,
  elsewhere: 0,
  tokens: 9,
};
const SUMMARY = { text: 'Older part.', throughTs: '103.0', messages: 3 };
const PERSON = { userId: 'U1', name: 'Ada', guest: false, outsider: false };
const FENCE = 5;
const MOVED = { by: BOT, what: 'moved', version: null } as const;
const LONG_AGO = new Date(0);
const question = (teamId: string) => ({ teamId, channelId: 'C1', questionTs: '101.0' });

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
  const kept = await stores.documents.keep(document(teamId, { projectId }));
  const ofDocument = attached(teamId, kept.id, { projectId, milestoneId: one.id });
  const { attachment } = await stores.attachments.attach(ofDocument, source('103.0'));
  const talk = conversation(teamId, { projectId, milestoneId: one.id });
  const { id: conversationId } = await stores.conversations.findOrCreate(talk);
  for (let n = 0; n < 30; n += 1) {
    const clientMsgId = `c${n}`;
    await stores.messages.keep(message(teamId, `${101 + n}.0`, { conversationId, clientMsgId }));
  }
  const { id: messageId } = await stores.messages.append(
    appended(teamId, { conversationId, clientMsgId: 'posted' }),
  );
  const start = { conversationId, threadTs: '100.0', askedBy: 'U1' };
  const answer = await stores.answers.begin(question(teamId), start, FENCE);
  await stores.answers.vote(answer, 'U1', 'up');
  const delivery = await stores.deliveries.begin(teamId, 'key', FENCE);
  await stores.people.keep(teamId, PERSON);
  const { id: keyId } = await stores.apiKeys.create({ teamId, name: 'Builder', hash: 'h1' });
  await stores.requests.begin(request(teamId), 60_000);
  await stores.homes.choose(teamId, 'U1', HOME);
  const work = await seedTasks(stores, teamId, { projectId, milestoneId: one.id });
  return {
    teamId,
    ...work,
    keyId,
    projectId,
    milestoneId: one.id,
    otherMilestoneId: two.id,
    attachmentId: ids[1] ?? '',
    documentId: kept.id,
    documentAttachmentId: attachment.id,
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
  await contextEntries.put({ teamId, id: planningId }, { key: 'tone', type: 'preference', value: 'plain' });
  return { taskId: first.id, readyTaskId: ready.id, heldTaskId: held.id, planningId };
}

type Calls<S> = { [M in keyof S]-?: (store: S, known: Known) => Promise<unknown> };

const ref = (teamId: string, id: string) => ({ teamId, id });

/** Every method of every store, asked for the records that `seed` wrote. The types see to it that none is missing. */
const everyCall: { [S in keyof Stores]: Calls<Stores[S]> } = {
  projects: {
    findByChannel: (store, { teamId }) => store.findByChannel(teamId, 'C1'),
    findById: (store, known) => store.findById(ref(known.teamId, known.projectId)),
    findMany: (store, known) => store.findMany(known.teamId, [known.projectId]),
    listByChannels: (store, { teamId }) => store.listByChannels(teamId, ['C1', 'C2', 'C9']),
    create: (store, { teamId }) => store.create(project(teamId, { channelId: 'C9' })),
    change: (store, known) => store.change(ref(known.teamId, known.projectId), { name: 'Changed' }),
    setArchived: (store, { teamId }) => store.setArchived(teamId, 'C1', 'bot_removed'),
    setRemoved: (store, known) => store.setRemoved(ref(known.teamId, known.projectId), true),
    list: (store, { teamId }) => store.list(teamId, null, 10),
  },
  milestones: {
    findByThread: (store, { teamId }) => store.findByThread(teamId, 'C1', '100.0'),
    findById: (store, known) => store.findById(ref(known.teamId, known.milestoneId)),
    findMany: (store, known) => store.findMany(known.teamId, [known.milestoneId, known.otherMilestoneId]),
    listByProject: (store, known) => store.listByProject(known.teamId, known.projectId),
    create: (store, known) => store.create([milestone(known.teamId, { projectId: known.projectId })]),
    change: (store, known) => store.change(ref(known.teamId, known.milestoneId), { title: 'Changed' }),
    remove: (store, known) => store.remove(ref(known.teamId, known.otherMilestoneId)),
  },
  attachments: {
    attach: (store, { teamId, projectId, milestoneId }) =>
      store.attach(link(teamId, { projectId, milestoneId, key: 'https://new/' }), source('104.0')),
    exists: (store, { teamId, projectId, milestoneId }) =>
      store.exists(link(teamId, { projectId, milestoneId, key: 'https://example.com/1' })),
    findById: (store, known) => store.findById(ref(known.teamId, known.attachmentId)),
    findMany: (store, known) =>
      store.findMany(known.teamId, [known.attachmentId, known.documentAttachmentId]),
    rename: (store, known) => store.rename(ref(known.teamId, known.attachmentId), 'Another title'),
    listInScope: (store, known) => store.listInScope(known),
    listByProject: (store, known) => store.listByProject(known.teamId, known.projectId),
    countByProject: (store, known) => store.countByProject(known.teamId, known.projectId),
    countByPlace: (store, known) => store.countByPlace(known.teamId, known),
    countElsewhere: (store, known) => store.countElsewhere(known),
    listByMessage: (store, { teamId }) => store.listByMessage(teamId, 'C1', '101.0'),
    withdraw: (store, known) => store.withdraw(known.teamId, source('101.0'), [known.attachmentId]),
    remove: (store, known) => store.remove(ref(known.teamId, known.documentAttachmentId)),
    move: (store, known) => store.move(ref(known.teamId, known.documentAttachmentId), null),
    releaseMilestone: (store, known) =>
      store.releaseMilestone(known.teamId, known.projectId, known.otherMilestoneId),
  },
  documents: {
    keep: (store, { teamId, projectId }) => store.keep(document(teamId, { projectId, hash: 'new' })),
    passagesOf: (store, known) => store.passagesOf(known.teamId, known.projectId, [known.documentId]),
  },
  conversations: {
    findByThread: (store, { teamId }) => store.findByThread(teamId, 'C1', '100.0'),
    findById: (store, known) => store.findById(ref(known.teamId, known.conversationId)),
    findOrCreate: (store, { teamId }) => store.findOrCreate(conversation(teamId, { threadTs: '900.0' })),
    findOrOpen: (store, { teamId }) => store.findOrOpen(unopened(teamId, { key: 'planning:9' })),
    findByKeys: (store, { teamId }) => store.findByKeys(teamId, ['planning:1', 'planning:none']),
    isOpening: (store, { teamId }) => store.isOpening(teamId, 'C1', LONG_AGO),
    opening: (store, known) => store.opening(ref(known.teamId, known.planningId)),
    opened: (store, known) => store.opened(ref(known.teamId, known.planningId), '700.0'),
    list: (store, { teamId, projectId }) =>
      store.list({ teamId, projectId, types: ['project', 'planning'], limit: 10 }),
    change: (store, known) => store.change(ref(known.teamId, known.conversationId), { title: 'Changed' }),
    releaseMilestone: (store, known) => store.releaseMilestone(known.teamId, known.milestoneId),
    setSummary: (store, known) => store.setSummary(ref(known.teamId, known.conversationId), 0, SUMMARY),
    dropSummary: (store, { teamId }) => store.dropSummary(teamId, 'C1', '100.0', '101.0'),
    revisionOf: (store, known) => store.revisionOf(ref(known.teamId, known.conversationId)),
  },
  messages: {
    keep: (store, { teamId }) => store.keep(message(teamId, '900.0', { channelId: 'C9' })),
    settle: (store, { teamId }) => store.settle(teamId, 'C1', '101.0'),
    find: (store, { teamId }) => store.find(teamId, 'C1', '101.0'),
    findById: (store, known) => store.findById(ref(known.teamId, known.messageId)),
    append: (store, { teamId }) => store.append(appended(teamId, { channelId: 'C9' })),
    hasFeedbackAfter: (store, known) => store.hasFeedbackAfter(ref(known.teamId, known.conversationId), 0),
    posted: (store, known) => store.posted(ref(known.teamId, known.messageId), '800.0'),
    arrived: (store, { teamId }) => store.arrived(teamId, 'C1', '104.0', 1),
    latest: (store, known) => store.latest(ref(known.teamId, known.conversationId), 10),
    newest: (store, known) => store.newest(ref(known.teamId, known.conversationId), '', '120.0', 10),
    oldest: (store, known) => store.oldest(ref(known.teamId, known.conversationId), '102.0', '120.0', 10),
    edit: (store, { teamId }) => store.edit(teamId, 'C1', '102.0', 'changed', '500.0'),
    erase: (store, { teamId }) => store.erase(teamId, 'C1', '103.0'),
  },
  answers: {
    begin: (store, { teamId, conversationId }) =>
      store.begin(question(teamId), { conversationId, threadTs: '100.0', askedBy: 'U1' }, FENCE),
    find: (store, { teamId }) => store.find(question(teamId)),
    findById: (store, known) => store.findById(ref(known.teamId, known.answerId)),
    save: (store, known) =>
      store.save(ref(known.teamId, known.answerId), FENCE, {
        text: 'Text.',
        receipt: RECEIPT,
        urls: [],
        madeFor: null,
        questionEditedTs: null,
      }),
    settle: (store, known) => store.settle(ref(known.teamId, known.answerId), FENCE, 'delivered', 1),
    fail: (store, known) => store.fail(ref(known.teamId, known.answerId), FENCE, 'ab12'),
    vote: (store, known) => store.vote(ref(known.teamId, known.answerId), 'U1', 'up'),
  },
  deliveries: {
    begin: (store, { teamId }) => store.begin(teamId, 'key', FENCE),
    sent: (store, { teamId, deliveryId }) => store.sent(teamId, deliveryId, '105.0'),
  },
  people: {
    findMany: (store, { teamId }) => store.findMany(teamId, ['U1']),
    keep: (store, { teamId }) => store.keep(teamId, { ...PERSON, name: 'Changed' }),
  },
  tasks: {
    create: (store, { teamId }) => store.create(task(teamId, { origin: 't9' })),
    findById: (store, known) => store.findById(ref(known.teamId, known.taskId)),
    change: (store, { teamId, taskId }) =>
      store.change(taskAs(teamId, taskId, { revision: 1 }), { title: 'Changed' }, MOVED),
    claim: (store, { teamId, readyTaskId }) =>
      store.claim(taskAs(teamId, readyTaskId, { status: 'ready', revision: 2 }), BOT, '', 60_000),
    endLease: (store, known) => store.endLease(ref(known.teamId, known.heldTaskId)),
    listUnsettled: (store, { teamId }) => store.listUnsettled(teamId, 0, 10),
    settled: (store, { teamId, taskId }) => store.settled(taskAs(teamId, taskId, { revision: 2 })),
    list: (store, { teamId, projectId }) =>
      store.list({ teamId, projectIds: [projectId], status: 'planning', limit: 10 }),
    count: (store, { teamId, projectId }) => store.count(teamId, [projectId]),
    setShown: (store, { teamId, taskId }) => store.setShown(ref(teamId, taskId), false),
    listUnshown: (store, { teamId, projectId }) => store.listUnshown(teamId, projectId, 10),
    countByStatus: (store, { teamId, projectId }) => store.countByStatus(teamId, [projectId]),
    releaseMilestone: (store, known) => store.releaseMilestone(known.teamId, known.milestoneId),
    addEvent: (store, { teamId, taskId }) =>
      store.addEvent(ref(teamId, taskId), eventOf({ revision: 2, what: 'edited' })),
    listEvents: (store, known) => store.listEvents(ref(known.teamId, known.taskId), 0, 10),
  },
  plans: {
    offer: (store, { teamId, taskId }) => store.offer(offer({ teamId, id: taskId }, { key: 'p2' })),
    offeredText: (store, { teamId, taskId }) => store.offeredText(ref(teamId, taskId), 'p1'),
    apply: (store, { teamId, taskId }) =>
      store.apply(ref(teamId, taskId), 'p2', { stamp: stamp(2), text: null }, []),
    find: (store, known) => store.find(ref(known.teamId, known.taskId), 1),
    findMany: (store, { teamId, taskId }) => store.findMany(teamId, [{ taskId, version: 1 }]),
    list: (store, known) => store.list(ref(known.teamId, known.taskId), 10),
  },
  contextEntries: {
    put: (store, { teamId, planningId }) =>
      store.put(ref(teamId, planningId), { key: 'tone', type: 'preference', value: 'warm' }),
    list: (store, known) => store.list(ref(known.teamId, known.planningId), { limit: 10 }),
  },
  apiKeys: {
    create: (store, { teamId }) => store.create({ teamId, name: 'Tester', hash: 'h9' }),
    findByHash: (store, { teamId }) => store.findByHash(teamId, 'h1'),
    list: (store, { teamId }) => store.list(teamId),
    revoke: (store, known) => store.revoke(ref(known.teamId, known.keyId)),
  },
  requests: {
    begin: (store, { teamId }) => store.begin(request(teamId), 60_000),
    release: (store, { teamId }) => store.release(request(teamId)),
    finish: (store, { teamId }) => store.finish(request(teamId), { status: 201, body: '{}' }),
  },
  homes: {
    find: (store, { teamId }) => store.find(teamId, 'U1'),
    choose: (store, { teamId }) => store.choose(teamId, 'U1', { ...HOME, projectId: 'changed' }),
    published: (store, { teamId }) => store.published(teamId, 'U1', 'hash', 1),
    isAnyOpenedSince: (store, { teamId }) => store.isAnyOpenedSince(teamId, LONG_AGO),
    openedSince: (store, { teamId }) => store.openedSince(teamId, ['U1', 'U2'], LONG_AGO),
  },
};

/** Those that write a record under keys of the caller's own. */
const CREATING = [
  ...['projects.create', 'milestones.create', 'attachments.attach', 'documents.keep'],
  ...['conversations.findOrCreate', 'conversations.findOrOpen', 'messages.keep', 'messages.append'],
  ...['answers.begin', 'deliveries.begin', 'tasks.create', 'tasks.addEvent', 'plans.offer'],
  ...['contextEntries.put', 'apiKeys.create', 'requests.begin'],
];

/** Those that know their record by what Slack or their caller calls it, or want all that a workspace has. */
const BY_OTHER_KEY = [
  ...['projects.findByChannel', 'projects.listByChannels', 'projects.setArchived', 'projects.list'],
  ...[
    'milestones.findByThread',
    'attachments.listByMessage',
    'conversations.findByThread',
    'conversations.dropSummary',
  ],
  ...['conversations.findByKeys', 'conversations.isOpening', 'messages.settle', 'messages.arrived'],
  ...['messages.find', 'messages.edit', 'messages.erase', 'answers.find', 'people.findMany', 'people.keep'],
  ...['tasks.listUnsettled', 'apiKeys.findByHash', 'apiKeys.list', 'requests.finish', 'requests.release'],
  ...['homes.find', 'homes.choose', 'homes.published', 'homes.openedSince', 'homes.isAnyOpenedSince'],
];

interface Call {
  name: string;
  /** What finds the record: nothing (it is made), another key than our id, or our id. */
  by: 'none' | 'key' | 'id';
  run(stores: Stores, known: Known): Promise<unknown>;
}

function callsOf<S extends keyof Stores>(store: S): Call[] {
  const methods = everyCall[store];
  return (Object.keys(methods) as (keyof Stores[S])[]).map((method) => {
    const name = `${store}.${String(method)}`;
    const by = CREATING.includes(name) ? 'none' : BY_OTHER_KEY.includes(name) ? 'key' : 'id';
    return { name, by, run: (stores, known) => methods[method](stores[store], known) };
  });
}

export const allCalls: Call[] = (Object.keys(everyCall) as (keyof Stores)[]).flatMap((store) =>
  callsOf(store),
);
