import { expect, it } from 'vitest';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { ConversationQuery, ConversationStore } from '../../src/ports/conversations.ts';
import { conversation, UNKNOWN, unopened } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';

const M1 = '1'.repeat(24);
const summary = { text: 'They chose blue.', throughTs: '105.0', messages: 12 };

describeStores('conversations', (opened) => {
  it('makes one conversation for a thread when twenty first messages come at once', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 20, ({ conversations }) =>
      conversations.findOrCreate(conversation(teamId)),
    );
    const [first] = made;
    expect(new Set(made.map((one) => one.id)).size).toBe(1);
    expect(first).toEqual({
      ...conversation(teamId),
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      ...{ mode: 'auto', userId: null, parentId: null, taskId: null, summary: null },
      ...{ since: '', resets: 0, deleted: false },
    });
    const { conversations } = opened().stores;
    expect(await conversations.findByThread(teamId, 'C1', '100.0')).toEqual(first);
    expect(await conversations.findById({ teamId, id: first?.id ?? '' })).toEqual(first);
    expect(await conversations.findByThread(teamId, 'C2', '100.0')).toBeNull();
  });

  it('leaves a conversation that is there as it is', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreate(conversation(teamId));
    await conversations.change(made, { mode: 'task', title: 'Slides', milestoneId: M1 });
    const found = await conversations.findOrCreate(conversation(teamId, { title: 'Other' }));
    expect(found).toEqual({ ...made, mode: 'task', title: 'Slides', milestoneId: M1 });
    await conversations.change({ teamId, id: UNKNOWN }, { title: 'None' });
  });

  it('gives the conversations of a milestone to the project', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    await conversations.findOrCreate(conversation(teamId, { milestoneId: M1 }));
    const other = await conversations.findOrCreate(
      conversation(teamId, { threadTs: '200.0', milestoneId: UNKNOWN }),
    );
    await conversations.releaseMilestone(teamId, M1);
    await conversations.releaseMilestone(teamId, M1);
    expect(await conversations.findByThread(teamId, 'C1', '100.0')).toMatchObject({ milestoneId: null });
    expect(await conversations.findById(other)).toEqual(other);
  });

  it('stores a summary while no message it was made from changed', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreate(conversation(teamId));
    const revision = await conversations.revisionOf(made);
    expect(await conversations.setSummary(made, revision, summary)).toBe(true);
    expect(await conversations.findById(made)).toEqual({ ...made, summary });
    expect(await conversations.setSummary({ teamId, id: UNKNOWN }, 0, summary)).toBe(false);
    expect(await conversations.revisionOf({ teamId, id: UNKNOWN })).toBe(0);
  });

  it('drops a summary that holds the changed message, and makes one under way void', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreate(conversation(teamId));
    const revision = await conversations.revisionOf(made);
    await conversations.setSummary(made, revision, summary);
    await conversations.dropSummary(teamId, 'C1', '100.0', '105.1');
    expect(await conversations.findById(made)).toMatchObject({ summary });
    expect(await conversations.setSummary(made, revision, { ...summary, text: 'Out of date.' })).toBe(false);
    await conversations.dropSummary(teamId, 'C1', '100.0', '105.0');
    expect(await conversations.findById(made)).toMatchObject({ summary: null });
    expect(await conversations.revisionOf(made)).toBe(revision + 2);
    await conversations.dropSummary(teamId, 'C1', '100.0', '$text');
    expect(await conversations.revisionOf(made)).toBe(revision + 3);
    await conversations.dropSummary(teamId, 'C1', '900.0', '105.0');
  });

  it('lets one of twenty changes at once never be missed by a summary', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreate(conversation(teamId));
    await atOnce(opened(), 20, (stores) => stores.conversations.dropSummary(teamId, 'C1', '100.0', '101.0'));
    expect(await conversations.revisionOf(made)).toBe(20);
  });
});

describeStores('conversations that are opened later', (opened) => {
  it('are one for each key when twenty ask at once, and have no thread yet', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 20, ({ conversations }, n) =>
      conversations.findOrOpen(unopened(teamId, { title: `Title ${n}`, milestoneId: M1, parentId: UNKNOWN })),
    );
    const [first] = made;
    const { key, ...news } = unopened(teamId, { milestoneId: M1, parentId: UNKNOWN });
    expect(made).toEqual(Array(20).fill(first));
    expect(first).toEqual({
      ...news,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      title: expect.stringMatching(/^Title \d+$/u),
      ...{ threadTs: null, summary: null, since: '', resets: 0, deleted: false },
    });
    const { conversations } = opened().stores;
    expect(await conversations.findById({ teamId, id: first?.id ?? '' })).toEqual(first);
    expect(await conversations.revisionOf({ teamId, id: first?.id ?? '' })).toBe(0);
  });

  it('are any number in one channel, each found by its key', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const one = await conversations.findOrOpen(unopened(teamId, { key: 'planning:1' }));
    const two = await conversations.findOrOpen(unopened(teamId, { key: 'task:1', type: 'task' }));
    await conversations.findOrCreate(conversation(teamId));
    const found = await conversations.findByKeys(teamId, ['task:1', 'planning:1', 'planning:2', '']);
    expect(found.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([one, two]);
    expect(await conversations.findByKeys(teamId, [])).toEqual([]);
    expect(await conversations.findByKeys(newTeam(), ['task:1'])).toEqual([]);
  });

  it('are found by their thread once it is opened, which happens once', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrOpen(unopened(teamId));
    await conversations.opened(made, '300.0');
    await conversations.opened(made, '400.0');
    await conversations.opened({ teamId, id: UNKNOWN }, '500.0');
    const wanted = { ...made, threadTs: '300.0' };
    expect(await conversations.findByThread(teamId, 'C1', '300.0')).toEqual(wanted);
    expect(await conversations.findOrOpen(unopened(teamId))).toEqual(wanted);
    expect(await conversations.findByKeys(teamId, ['planning:1'])).toEqual([wanted]);
    expect(await conversations.findOrCreate(conversation(teamId, { threadTs: '300.0' }))).toEqual(wanted);
    expect(await conversations.findByThread(teamId, 'C1', '400.0')).toBeNull();
  });

  it('do not touch a conversation that began with its thread', async () => {
    const { conversations } = opened().stores;
    const made = await conversations.findOrCreate(conversation(newTeam()));
    await conversations.opened(made, '300.0');
    expect(await conversations.findById(made)).toEqual(made);
  });

  it('leave a thread to the conversation that it has already', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const holder = await conversations.findOrCreate(conversation(teamId));
    const late = await conversations.findOrOpen(unopened(teamId, { key: 'late' }));
    await conversations.opened(late, holder.threadTs ?? '');
    expect(await conversations.findById(late)).toEqual(late);
    expect(await conversations.findById(holder)).toEqual(holder);
  });

  it('are known to be opening in their channel, from when that began until they are opened', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    await conversations.findOrCreate(conversation(teamId));
    const longAgo = new Date(0);
    expect(await conversations.isOpening(teamId, 'C1', longAgo)).toBe(false);
    const one = await conversations.findOrOpen(unopened(teamId, { key: 'one' }));
    const two = await conversations.findOrOpen(unopened(teamId, { key: 'two' }));
    expect(await conversations.isOpening(teamId, 'C1', longAgo)).toBe(false);
    await conversations.opening(one);
    await conversations.opening(two);
    expect(await conversations.isOpening(teamId, 'C1', new Date(Date.now() - 60_000))).toBe(true);
    expect(await conversations.isOpening(teamId, 'C1', new Date(Date.now() + 60_000))).toBe(false);
    expect(await conversations.isOpening(teamId, 'C2', longAgo)).toBe(false);
    await conversations.opened(one, '300.0');
    expect(await conversations.isOpening(teamId, 'C1', longAgo)).toBe(true);
    await conversations.opened(two, '400.0');
    expect(await conversations.isOpening(teamId, 'C1', longAgo)).toBe(false);
  });
});

describeStores('lists of conversations', (opened) => {
  async function allPages(store: ConversationStore, query: ConversationQuery): Promise<Conversation[]> {
    const all: Conversation[] = [];
    for (;;) {
      const last = all.at(-1);
      const page = await store.list(last === undefined ? query : { ...query, after: last.id });
      expect(page.length).toBeLessThanOrEqual(query.limit);
      if (page.length === 0) return all;
      all.push(...page);
    }
  }

  it('have the newest first, of the types that are asked for, page by page', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made: Conversation[] = [];
    for (let n = 0; n < 9; n += 1) {
      const type = (['task', 'planning', 'coaching'] as const)[n % 3] ?? 'task';
      made.unshift(await conversations.findOrOpen(unopened(teamId, { key: `key ${n}`, type })));
    }
    const query = { teamId, types: ['task', 'coaching'] as ConversationQuery['types'] };
    const wanted = made.filter((one) => one.type !== 'planning');
    for (const limit of [1, 4, 6, 99]) {
      expect(await allPages(conversations, { ...query, limit })).toEqual(wanted);
    }
    expect(await conversations.list({ teamId, types: ['project'], limit: 9 })).toEqual([]);
    expect(await conversations.list({ ...query, teamId: newTeam(), limit: 9 })).toEqual([]);
  });

  it('can be narrowed to a project, and to what hangs at another conversation', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const open = (key: string, projectId: string, parentId: string | null) =>
      conversations.findOrOpen(unopened(teamId, { key, projectId, parentId }));
    const one = await open('one', 'P1', 'parent');
    const two = await open('two', 'P1', null);
    const three = await open('three', 'P2', 'parent');
    const query = { teamId, types: ['planning'] as ConversationQuery['types'], limit: 2 };
    expect(await allPages(conversations, { ...query, projectId: 'P1' })).toEqual([two, one]);
    expect(await allPages(conversations, { ...query, parentId: 'parent' })).toEqual([three, one]);
    expect(await allPages(conversations, { ...query, projectId: 'P1', parentId: 'parent' })).toEqual([one]);
  });
});
