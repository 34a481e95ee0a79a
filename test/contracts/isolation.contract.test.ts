import { expect, it } from 'vitest';
import type { Stores } from '../../src/store/connect.ts';
import { request, UNKNOWN } from './builders.ts';
import { describeStores, newTeam } from './drivers.ts';
import { allCalls } from './every-call.ts';
import { type Known, seed } from './seed.ts';

/** Everything that can be read of a workspace. */
async function everything(stores: Stores, known: Known): Promise<unknown> {
  const { teamId, projectId, documentId, conversationId, answerId } = known;
  const talk = { teamId, id: conversationId };
  const task = { teamId, id: known.taskId };
  const types = ['project', 'coaching', 'task', 'planning'] as const;
  return {
    projects: await stores.projects.listByChannels(teamId, ['C1', 'C9']),
    allProjects: await stores.projects.list(teamId, null, 999),
    milestones: await stores.milestones.listByProject(teamId, projectId),
    attachments: await stores.attachments.listByProject(teamId, projectId),
    shared: await stores.attachments.listByMessage(teamId, 'C1', '101.0'),
    passages: await stores.documents.passagesOf(teamId, projectId, [documentId]),
    conversation: await stores.conversations.findById(talk),
    revision: await stores.conversations.revisionOf(talk),
    conversations: await stores.conversations.list({ teamId, types: [...types], limit: 999 }),
    keys: await stores.conversations.findByKeys(teamId, ['planning:1', 'planning:9']),
    opening: await stores.conversations.isOpening(teamId, 'C1', new Date(0)),
    messages: await stores.messages.latest(talk, 999),
    appended: await stores.messages.findById({ teamId, id: known.messageId }),
    answer: await stores.answers.findById({ teamId, id: answerId }),
    delivery: await stores.deliveries.begin(teamId, 'key', 5),
    people: await stores.people.findMany(teamId, ['U1']),
    tasks: await stores.tasks.list({ teamId, limit: 999 }),
    history: await stores.tasks.listEvents(task, 0, 999),
    plans: await stores.plans.list(task, 999),
    plan: await stores.plans.find(task, 1),
    coaching: await stores.conversations.findCoaching(teamId, 'U1'),
    facts: await stores.userFacts.list(teamId, 'U1', { skip: 0, limit: 999 }),
    proposal: await stores.dispatches.findById({ teamId, id: known.dispatchId }),
    result: await stores.dispatches.findById({ teamId, id: known.resultId }),
    asked: await stores.dispatches.listByQuestion(teamId, 'C1', '101.0'),
    proposedTask: await stores.taskProposals.findById({ teamId, id: known.proposalId }),
    proposedTasks: await stores.taskProposals.listByQuestion(teamId, 'C1', '101.0'),
    waiting: await stores.dispatches.countWaiting({ teamId, projectIds: [projectId], userId: 'U1' }),
    known: await stores.contextEntries.list(talk, { limit: 999 }),
    remembered: await stores.contextEntries.list({ teamId, id: known.planningId }, { limit: 999 }),
    apiKeys: await stores.apiKeys.list(teamId),
    request: await stores.requests.begin(request(teamId), 60_000),
    home: await stores.homes.find(teamId, 'U1'),
  };
}

const isNothing = (answer: unknown): boolean =>
  [null, undefined, false, 0, '0'].some((one) => one === answer) ||
  (Array.isArray(answer) && answer.length === 0);

/** Expects that a call found nothing: an answer to nothing, or the refusal of a claim that holds nothing. */
async function expectNothing(call: Promise<unknown>, name: string): Promise<void> {
  const answer = await call.catch((error: unknown) => error);
  if (answer instanceof Error) expect(answer.name, name).toBe('FencedError');
  else expect(isNothing(answer), `${name} gave ${JSON.stringify(answer)}`).toBe(true);
}

describeStores('two workspaces with the same channels, timestamps, keys and people', (opened) => {
  it('have records of their own', async () => {
    const { stores } = opened();
    const mine = Object.values(await seed(stores, newTeam()));
    const theirs = Object.values(await seed(stores, newTeam()));
    expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  });

  it('never meet when one asks with the ids of the other', async () => {
    const { stores } = opened();
    const mine = await seed(stores, newTeam());
    const before = await everything(stores, mine);
    for (const { name, by, run } of allCalls) {
      const call = run(stores, { ...mine, teamId: newTeam() });
      if (by === 'none') await call;
      else await expectNothing(call, name);
    }
    expect(await everything(stores, mine)).toEqual(before);
  });

  it('never meet whatever one of them does', async () => {
    const { stores } = opened();
    const [mine, theirs] = [await seed(stores, newTeam()), await seed(stores, newTeam())];
    const before = await everything(stores, mine);
    for (const { run } of allCalls) await run(stores, theirs);
    expect(await everything(stores, mine)).toEqual(before);
    expect(await everything(stores, theirs)).not.toEqual(before);
  });
});

describeStores('text that is no id', (opened) => {
  const BAD = [
    '',
    'none',
    '0'.repeat(24),
    UNKNOWN,
    'F'.repeat(24),
    '../..',
    'é'.repeat(12),
    'x'.repeat(3000),
  ];

  it('is not found by any method', async () => {
    const { stores } = opened();
    const { teamId, ...ids } = await seed(stores, newTeam());
    const before = await everything(stores, { teamId, ...ids });
    for (const bad of BAD) {
      const known = { teamId, ...mapValues(ids, () => bad) };
      for (const { name, by, run } of allCalls)
        if (by === 'id') await expectNothing(run(stores, known), name);
    }
    expect(await everything(stores, { teamId, ...ids })).toEqual(before);
  });
});

function mapValues<K extends string>(object: Record<K, string>, to: () => string): Record<K, string> {
  const copy = { ...object };
  for (const key in copy) copy[key] = to();
  return copy;
}
