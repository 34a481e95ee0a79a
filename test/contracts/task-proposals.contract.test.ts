import { expect, it } from 'vitest';
import type { TaskProposal } from '../../src/domain/task-proposal.ts';
import type { ProposalChange, TaskProposalStore } from '../../src/ports/task-proposals.ts';
import { proposal, proposalAs, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const A = 'a'.repeat(24);

/** A change that nobody else makes at the same time. */
async function changed(store: TaskProposalStore, to: TaskProposal, change: ProposalChange) {
  const after = await store.change(to, change);
  if (after === null) throw new Error('The proposal was changed by another call.');
  return after;
}

describeStores('proposed tasks', (opened) => {
  it('are one for each origin when twenty propose it at once', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 20, ({ taskProposals }, n) =>
      taskProposals.create(proposal(teamId, { title: `Task ${n}` })),
    );
    const [first] = made;
    expect(made).toEqual(Array(20).fill(first));
    expect(first).toEqual({
      ...proposalAs(teamId, first?.id ?? ''),
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      title: expect.stringMatching(/^Task \d+$/u),
    });
    const { taskProposals } = opened().stores;
    expect(await taskProposals.findById({ teamId, id: first?.id ?? '' })).toEqual(first);
    expect(await taskProposals.findById({ teamId, id: UNKNOWN })).toBeNull();
    const other = await taskProposals.create(proposal(teamId, { origin: 'proposed:2' }));
    expect(other.id).not.toBe(first?.id);
  });

  it('take one of twenty decisions that come at once', async () => {
    const { taskProposals } = opened().stores;
    const made = await taskProposals.create(proposal(newTeam()));
    const outcomes = await atOnce(opened(), 20, (stores, n) =>
      stores.taskProposals.change(made, {
        ...{ state: n % 2 === 0 ? 'planned' : 'declined', decidedBy: `U${n}` },
      }),
    );
    const won = outcomes.filter((one) => one !== null);
    expect(won).toHaveLength(1);
    const { state, decidedBy } = won[0] ?? made;
    expect(won[0]).toEqual({ ...made, state, decidedBy, version: 2 });
    expect(await taskProposals.findById(made)).toEqual(won[0]);
    expect(await taskProposals.change({ ...made, id: UNKNOWN }, { state: 'withdrawn' })).toBeNull();
  });

  it('know the task that was made of them without a change', async () => {
    const { taskProposals } = opened().stores;
    const made = await taskProposals.create(proposal(newTeam()));
    await taskProposals.madeTask(made, A);
    await taskProposals.madeTask({ ...made, id: UNKNOWN }, A);
    expect(await taskProposals.findById(made)).toEqual({ ...made, taskId: A });
    expect(await changed(taskProposals, made, { title: '', details: '' })).toMatchObject({
      ...{ title: '', details: '', taskId: A },
    });
  });

  it('are unsettled from each change until that very change is settled', async () => {
    const { taskProposals } = opened().stores;
    const teamId = newTeam();
    const made = await taskProposals.create(proposal(teamId));
    const after = await changed(taskProposals, made, { state: 'planned', decidedBy: 'U1' });
    await taskProposals.settled(made);
    const listed = await eventually(async () => {
      const left = await taskProposals.listUnsettled(teamId, 0, 9);
      return left.length > 0 ? left : null;
    });
    expect(listed).toEqual([after]);
    expect(await taskProposals.listUnsettled(teamId, 60_000, 9)).toEqual([]);
    await taskProposals.settled(after);
    expect(await taskProposals.listUnsettled(teamId, -60_000, 9)).toEqual([]);
    expect(await taskProposals.findById(made)).toEqual({ ...after, unsettled: false });
    for (let n = 0; n < 3; n += 1) await taskProposals.create(proposal(teamId, { origin: `more ${n}` }));
    expect(await taskProposals.listUnsettled(teamId, -60_000, 2)).toHaveLength(2);
  });

  it('are listed by their conversation while they say something', async () => {
    const { taskProposals } = opened().stores;
    const teamId = newTeam();
    const one = await taskProposals.create(proposal(teamId));
    const two = await taskProposals.create(proposal(teamId, { origin: 'proposed:2' }));
    await taskProposals.create(proposal(teamId, { origin: 'proposed:3', conversationId: 'V2' }));
    const talk = { teamId, id: UNKNOWN };
    const ids = async (limit: number) =>
      (await taskProposals.listByConversation(talk, limit)).map(({ id }) => id).sort();
    expect(await ids(9)).toEqual([one.id, two.id].sort());
    expect(await ids(1)).toHaveLength(1);
    await changed(taskProposals, one, { state: 'withdrawn', title: '', details: '' });
    expect(await ids(9)).toEqual([two.id]);
  });

  it('are listed by the message that led to them, and by what they were made from', async () => {
    const { taskProposals } = opened().stores;
    const teamId = newTeam();
    const one = await taskProposals.create(proposal(teamId, { sources: [UNKNOWN, A] }));
    const two = await taskProposals.create(
      proposal(teamId, { origin: 'proposed:2', questionTs: '102.0', sources: [UNKNOWN] }),
    );
    await taskProposals.create(proposal(teamId, { origin: 'proposed:3', channelId: 'C2' }));
    expect(await taskProposals.listByQuestion(teamId, 'C1', '101.0')).toEqual([one]);
    expect(await taskProposals.listByQuestion(teamId, 'C1', '102.0')).toEqual([two]);
    expect(await taskProposals.listByQuestion(teamId, 'C1', '103.0')).toEqual([]);
    expect(await taskProposals.listMadeFrom(teamId, A)).toEqual([one]);
    expect(await taskProposals.listMadeFrom(teamId, 'c'.repeat(24))).toEqual([]);
  });
});
