import type { Stores } from '../../src/store/connect.ts';
import {
  appended,
  BOT,
  conversation,
  dispatch,
  dispatchAs,
  document,
  entry,
  eventOf,
  HOME,
  link,
  message,
  milestone,
  offer,
  project,
  proposal,
  proposalAs,
  request,
  source,
  stamp,
  task,
  taskAs,
  unopened,
} from './builders.ts';
import { FENCE, FROM, type Known, MOVED, madeOf, PERSON, question, TAKEN_KEY } from './seed.ts';

const SUMMARY = { text: 'Older part.', throughTs: '103.0', messages: 3 };
const LONG_AGO = new Date(0);

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
      store.exists(link(teamId, { projectId, milestoneId, key: 'https://short/1' })),
    findById: (store, known) => store.findById(ref(known.teamId, known.attachmentId)),
    findMany: (store, known) => store.findMany(known.teamId, [known.formerId, known.documentAttachmentId]),
    rename: (store, known) => store.rename(ref(known.teamId, known.formerId), 'Another title'),
    listInScope: (store, known) => store.listInScope(known),
    listByProject: (store, known) => store.listByProject(known.teamId, known.projectId),
    countByProject: (store, known) => store.countByProject(known.teamId, known.projectId),
    countByPlace: (store, known) => store.countByPlace(known.teamId, known),
    countElsewhere: (store, known) => store.countElsewhere(known),
    listByMessage: (store, { teamId }) => store.listByMessage(teamId, 'C1', '101.0'),
    askReading: (store, known) => store.askReading(ref(known.teamId, known.attachmentId)),
    finishReading: async (store, known) => {
      const results = [
        { documentId: known.documentId, key: 'https://final/' },
        { documentId: null },
        { key: TAKEN_KEY },
        {},
      ];
      const finished: unknown[] = [];
      for (const result of results) {
        const one = ref(known.teamId, known.attachmentId);
        finished.push(await store.finishReading(one, { state: 'ready', unread: null, ...result }, FENCE));
      }
      return finished.filter((one) => one !== null);
    },
    withdraw: (store, known) => store.withdraw(known.teamId, source('101.0'), [known.attachmentId]),
    remove: (store, known) => store.remove(ref(known.teamId, known.documentAttachmentId)),
    move: (store, known) => store.move(ref(known.teamId, known.documentAttachmentId), null),
    finishCutShort: (store, known) => store.finishCutShort(ref(known.teamId, known.attachmentId)),
    releaseMilestone: (store, known) =>
      store.releaseMilestone(known.teamId, known.projectId, known.otherMilestoneId),
  },
  documents: {
    keep: (store, { teamId, projectId }) => store.keep(document(teamId, { projectId, hash: 'new' })),
    discardFor: (store, known) => store.discardFor(known.teamId, known.awaitingId),
    passagesOf: (store, known) => store.passagesOf(known.teamId, known.projectId, [known.documentId]),
  },
  conversations: {
    findByThread: (store, { teamId }) => store.findByThread(teamId, 'C1', '100.0'),
    findById: (store, known) => store.findById(ref(known.teamId, known.conversationId)),
    findOrCreate: (store, { teamId }) => store.findOrCreate(conversation(teamId, { threadTs: '900.0' })),
    findOrOpen: (store, { teamId }) => store.findOrOpen(unopened(teamId, { key: 'planning:9' })),
    findOrCreateCoaching: (store, { teamId }) =>
      store.findOrCreateCoaching({ teamId, userId: 'U1', channelId: 'D9' }),
    findCoaching: (store, { teamId }) => store.findCoaching(teamId, 'U1'),
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
    dropSummaryOf: (store, known) => store.dropSummaryOf(ref(known.teamId, known.coachingId), '101.0'),
    revisionOf: (store, known) => store.revisionOf(ref(known.teamId, known.conversationId)),
    empty: (store, known) => store.empty(ref(known.teamId, known.coachingId), 0, '400.0'),
    setDeleted: (store, known) => store.setDeleted(ref(known.teamId, known.conversationId), true),
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
    listMadeFrom: (store, known) => store.listMadeFrom(known.teamId, known.documentAttachmentId),
    eraseMadeFrom: (store, known) => store.eraseMadeFrom(known.teamId, known.documentAttachmentId),
    newestTs: (store, known) => store.newestTs(ref(known.teamId, known.conversationId)),
    removeThrough: (store, known) => store.removeThrough(ref(known.teamId, known.conversationId), '110.0'),
  },
  answers: {
    begin: (store, { teamId, conversationId }) =>
      store.begin(question(teamId), { conversationId, threadTs: '100.0', askedBy: 'U1' }, FENCE),
    find: (store, { teamId }) => store.find(question(teamId)),
    findById: (store, known) => store.findById(ref(known.teamId, known.answerId)),
    save: (store, known) =>
      store.save(ref(known.teamId, known.answerId), FENCE, madeOf(known.documentAttachmentId)),
    settle: (store, known) =>
      store.settle(ref(known.teamId, known.answerId), FENCE, { state: 'delivered', parts: 1 }),
    fail: (store, known) => store.fail(ref(known.teamId, known.answerId), FENCE, 'ab12'),
    erase: (store, { teamId }) => store.erase(question(teamId)),
    eraseMadeFrom: (store, known) => store.eraseMadeFrom(known.teamId, known.documentAttachmentId),
    vote: (store, known) => store.vote(ref(known.teamId, known.answerId), 'U1', 'up'),
    removeThrough: (store, known) => store.removeThrough(ref(known.teamId, known.conversationId), '101.0'),
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
    listOwn: (store, { teamId, projectId }) => store.listOwn(teamId, 'U1', [projectId], 10),
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
      store.put(ref(teamId, planningId), entry('tone', { value: 'warm' })),
    list: (store, known) => store.list(ref(known.teamId, known.planningId), { limit: 10 }),
    count: (store, known) => store.count(ref(known.teamId, known.planningId)),
    findById: (store, known) => store.findById(ref(known.teamId, known.entryId)),
    findByKeys: (store, known) =>
      store.findByKeys(ref(known.teamId, known.conversationId), ['length', 'none']),
    forgetFrom: async (store, known) => [
      ...(await store.forgetFrom(known.teamId, FROM)),
      ...(await store.forgetFrom(known.teamId, { attachmentId: known.documentAttachmentId })),
    ],
    forget: (store, known) => store.forget(ref(known.teamId, known.entryId)),
    removeAll: (store, known) => store.removeAll(ref(known.teamId, known.planningId)),
  },
  userFacts: {
    put: (store, { teamId }) => store.put(teamId, 'U1', { key: 'colour', value: 'red', from: [FROM] }),
    list: (store, { teamId }) => store.list(teamId, 'U1', { skip: 0, limit: 10 }),
    count: (store, { teamId }) => store.count(teamId, 'U1'),
    has: (store, { teamId }) => store.has(teamId, 'U1', 'colour'),
    forget: (store, known) => store.forget(ref(known.teamId, known.factId), 'U1'),
    forgetFrom: (store, { teamId }) => store.forgetFrom(teamId, FROM),
  },
  dispatches: {
    create: (store, { teamId }) => store.create(dispatch(teamId, { origin: 'answer:9' })),
    findById: (store, known) => store.findById(ref(known.teamId, known.dispatchId)),
    change: (store, { teamId, dispatchId }) =>
      store.change(dispatchAs(teamId, dispatchId), { confirming: 'U2' }),
    shown: (store, known) => store.shown(ref(known.teamId, known.dispatchId), '900.0'),
    listUnsettled: (store, { teamId }) => store.listUnsettled(teamId, 0, 10),
    settled: (store, { teamId, dispatchId }) => store.settled(dispatchAs(teamId, dispatchId, { version: 2 })),
    listByConversation: (store, known) =>
      store.listByConversation(ref(known.teamId, known.conversationId), ['proposed', 'succeeded'], 10),
    listByQuestion: (store, { teamId }) => store.listByQuestion(teamId, 'C1', '101.0'),
    listMadeFrom: (store, known) => store.listMadeFrom(known.teamId, known.documentAttachmentId),
    listWaiting: (store, { teamId, projectId }) =>
      store.listWaiting({ teamId, projectIds: [projectId], userId: 'U1', skip: 0, limit: 10 }),
    countWaiting: (store, { teamId, projectId }) =>
      store.countWaiting({ teamId, projectIds: [projectId], userId: 'U1' }),
    removeByConversation: (store, known) =>
      store.removeByConversation(ref(known.teamId, known.conversationId)),
  },
  taskProposals: {
    create: (store, { teamId }) => store.create(proposal(teamId, { origin: 'proposed:9' })),
    findById: (store, known) => store.findById(ref(known.teamId, known.proposalId)),
    change: (store, { teamId, proposalId }) =>
      store.change(proposalAs(teamId, proposalId), { state: 'declined', decidedBy: 'U2' }),
    madeTask: (store, known) => store.madeTask(ref(known.teamId, known.proposalId), known.taskId),
    listUnsettled: (store, { teamId }) => store.listUnsettled(teamId, 0, 10),
    settled: (store, { teamId, proposalId }) => store.settled(proposalAs(teamId, proposalId, { version: 2 })),
    listByConversation: (store, known) =>
      store.listByConversation(ref(known.teamId, known.conversationId), 10),
    listByQuestion: (store, { teamId }) => store.listByQuestion(teamId, 'C1', '101.0'),
    listMadeFrom: (store, known) => store.listMadeFrom(known.teamId, known.documentAttachmentId),
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
  ...['contextEntries.put', 'apiKeys.create', 'requests.begin', 'userFacts.put', 'dispatches.create'],
  ...['conversations.findOrCreateCoaching', 'taskProposals.create'],
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
  ...[
    'messages.find',
    'messages.edit',
    'messages.erase',
    'answers.find',
    'answers.erase',
    'people.findMany',
    'people.keep',
  ],
  ...['tasks.listUnsettled', 'apiKeys.findByHash', 'apiKeys.list', 'requests.finish', 'requests.release'],
  ...['conversations.findCoaching', 'tasks.listOwn', 'userFacts.list', 'userFacts.count', 'userFacts.has'],
  ...['userFacts.forgetFrom', 'contextEntries.forgetFrom', 'dispatches.listUnsettled'],
  ...['dispatches.listByQuestion', 'dispatches.listWaiting', 'dispatches.countWaiting'],
  ...['homes.find', 'homes.choose', 'homes.published', 'homes.openedSince', 'homes.isAnyOpenedSince'],
  ...['taskProposals.listUnsettled', 'taskProposals.listByQuestion'],
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
