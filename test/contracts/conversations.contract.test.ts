import { expect, it } from 'vitest';
import { conversation, UNKNOWN } from './builders.ts';
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
      mode: 'auto',
      parentId: null,
      summary: null,
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
