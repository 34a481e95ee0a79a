import { expect, it } from 'vitest';
import type { Conversation } from '../../src/domain/conversation.ts';
import { conversation, UNKNOWN, unopened } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';

const summary = { text: 'They chose blue.', throughTs: '105.0', messages: 12 };
const ANNA = { userId: 'U1', channelId: 'D1' };

describeStores('coaching conversations', (opened) => {
  it('are one for each person when fifty first messages come at once', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 50, ({ conversations }) =>
      conversations.findOrCreateCoaching({ teamId, ...ANNA }),
    );
    const [first] = made;
    expect(made).toEqual(Array(50).fill(first));
    expect(first).toEqual({
      ...{
        teamId,
        ...ANNA,
        id: expect.stringMatching(/^[0-9a-f]{24}$/u),
        type: 'coaching',
        mode: 'coaching',
      },
      ...{ threadTs: null, projectId: null, milestoneId: null, parentId: null, taskId: null },
      ...{ title: '', summary: null, since: '', resets: 0, deleted: false },
    });
    const { conversations } = opened().stores;
    expect(await conversations.findCoaching(teamId, 'U1')).toEqual(first);
    expect(await conversations.findCoaching(teamId, 'U2')).toBeNull();
    const other = await conversations.findOrCreateCoaching({ teamId, userId: 'U2', channelId: 'D2' });
    expect(other.id).not.toBe(first?.id);
  });

  it('stay as they are when they are found, and follow the channel of the direct messages', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreateCoaching({ teamId, ...ANNA });
    await conversations.change(made, { mode: 'task', title: 'Blue' });
    const changed = { ...made, mode: 'task', title: 'Blue' };
    expect(await conversations.findOrCreateCoaching({ teamId, ...ANNA })).toEqual(changed);
    const moved = { ...changed, channelId: 'D9' };
    const found = await atOnce(opened(), 20, (stores) =>
      stores.conversations.findOrCreateCoaching({ teamId, userId: 'U1', channelId: 'D9' }),
    );
    expect(found).toEqual(Array(20).fill(moved));
    expect(await conversations.findCoaching(teamId, 'U1')).toEqual(moved);
  });

  it('are beside the task threads they led to, which belong to the same person', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const coaching = await conversations.findOrCreateCoaching({ teamId, ...ANNA });
    const open = (key: string) =>
      conversations.findOrOpen(
        unopened(teamId, {
          ...{ key, ...ANNA, type: 'task', mode: 'task', projectId: null, parentId: coaching.id },
        }),
      );
    const [one, two] = [await open('dispatch:1'), await open('dispatch:2')];
    expect(one).toMatchObject({ userId: 'U1', mode: 'task', projectId: null, parentId: coaching.id });
    expect(two.id).not.toBe(one.id);
    expect(await conversations.findCoaching(teamId, 'U1')).toEqual(coaching);
  });

  it('have a summary that a changed message voids, though they have no thread', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreateCoaching({ teamId, ...ANNA });
    expect(await conversations.setSummary(made, 0, summary)).toBe(true);
    await conversations.dropSummaryOf(made, '105.1');
    expect(await conversations.findById(made)).toEqual({ ...made, summary });
    expect(await conversations.setSummary(made, 0, { ...summary, text: 'Out of date.' })).toBe(false);
    await conversations.dropSummaryOf(made, '105.0');
    expect(await conversations.findById(made)).toEqual(made);
    expect(await conversations.revisionOf(made)).toBe(2);
    await conversations.dropSummaryOf({ teamId, id: UNKNOWN }, '105.0');
  });
});

describeStores('a conversation that is emptied', (opened) => {
  it('loses its title and summary, and makes a summary under way void', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreateCoaching({ teamId, ...ANNA });
    await conversations.change(made, { title: 'Blue', mode: 'auto' });
    await conversations.setSummary(made, 0, summary);
    const emptied = { ...made, mode: 'auto', since: '200.0', resets: 1 };
    expect(await conversations.empty(made, 0, '200.0')).toEqual(emptied);
    expect(await conversations.setSummary(made, 0, summary)).toBe(false);
    expect(await conversations.findById(made)).toEqual(emptied);
  });

  it('is emptied once when twenty ask for the same', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const made = await conversations.findOrCreate(conversation(teamId));
    const outcomes = await atOnce(opened(), 20, (stores) => stores.conversations.empty(made, 0, '200.0'));
    const won = outcomes.filter((one) => one !== null);
    expect(won).toEqual([{ ...made, title: '', since: '200.0', resets: 1 }]);
    expect(await conversations.empty(made, 0, '300.0')).toBeNull();
    expect(await conversations.empty({ teamId, id: UNKNOWN }, 0, '300.0')).toBeNull();
    expect(await conversations.findById(made)).toEqual(won[0]);
  });

  it('never tells again what was gone before', async () => {
    const { conversations } = opened().stores;
    const made = await conversations.findOrCreateCoaching({ teamId: newTeam(), ...ANNA });
    await conversations.empty(made, 0, '200.0');
    expect(await conversations.empty(made, 1, '150.0')).toMatchObject({ since: '200.0', resets: 2 });
    expect(await conversations.empty(made, 2, '250.0')).toMatchObject({ since: '250.0', resets: 3 });
  });
});

describeStores('lists of conversations that others may read', (opened) => {
  it('have none that is private or deleted', async () => {
    const { conversations } = opened().stores;
    const teamId = newTeam();
    const types: Conversation['type'][] = ['project', 'coaching', 'task', 'planning'];
    const coaching = await conversations.findOrCreateCoaching({ teamId, ...ANNA });
    const open = (key: string, userId: string | null) =>
      conversations.findOrOpen(unopened(teamId, { key, type: 'task', userId, parentId: coaching.id }));
    await open('private', 'U1');
    const shared = await open('shared', null);
    const thread = await conversations.findOrCreate(conversation(teamId));
    for (const place of [{}, { projectId: UNKNOWN }, { parentId: coaching.id }]) {
      const wanted = 'parentId' in place ? [shared] : [thread, shared];
      expect(await conversations.list({ teamId, types, ...place, limit: 9 })).toEqual(wanted);
    }
    await conversations.setDeleted(shared, true);
    await conversations.setDeleted({ teamId, id: UNKNOWN }, true);
    for (const place of [{}, { projectId: UNKNOWN }, { parentId: coaching.id }]) {
      const wanted = 'parentId' in place ? [] : [thread];
      expect(await conversations.list({ teamId, types, ...place, limit: 9 })).toEqual(wanted);
    }
    expect(await conversations.findById(shared)).toEqual({ ...shared, title: '', deleted: true });
    await conversations.setDeleted(shared, false);
    const back = { ...shared, title: '' };
    expect(await conversations.list({ teamId, types: ['task'], limit: 9 })).toEqual([back]);
  });
});
