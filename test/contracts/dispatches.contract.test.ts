import { expect, it } from 'vitest';
import type { Dispatch, DispatchResult } from '../../src/domain/dispatch.ts';
import type { DispatchChange, DispatchStore, NewDispatch } from '../../src/ports/dispatches.ts';
import type { Stores } from '../../src/store/connect.ts';
import { dispatch, dispatchAs, item, receipt, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const A = 'a'.repeat(24);

const resultOf = (more: Partial<DispatchResult> = {}): DispatchResult => ({
  ...{ text: 'Chapter three is long.', receipt: receipt([item(A)]), urls: ['https://a/'], madeFor: null },
  ...{ toolCalls: ['read_attachment'], used: [A] },
  ...more,
});

async function make({ dispatches }: Stores, news: NewDispatch): Promise<Dispatch> {
  return (await dispatches.create(news)).dispatch;
}

/** A change that nobody else makes at the same time. */
async function changed(store: DispatchStore, to: Dispatch, change: DispatchChange): Promise<Dispatch> {
  const after = await store.change(to, change);
  if (after === null) throw new Error('The dispatch was changed by another call.');
  return after;
}

/** Dispatches proposed one minute after the other, each under an origin of its own. */
async function makeAll(stores: Stores, teamId: string, each: Partial<NewDispatch>[]): Promise<Dispatch[]> {
  const made: Dispatch[] = [];
  for (const [n, more] of each.entries()) {
    const proposedAt = new Date(Date.UTC(2026, 2, 3, 9, n));
    made.push(await make(stores, dispatch(teamId, { origin: `answer:${n}`, proposedAt, ...more })));
  }
  return made;
}

describeStores('dispatches', (opened) => {
  it('are one for each origin when twenty propose it at once, and one call says it made it', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 20, ({ dispatches }, n) =>
      dispatches.create(dispatch(teamId, { task: `Task ${n}` })),
    );
    expect(made.filter((one) => one.made)).toHaveLength(1);
    const [first] = made.map((one) => one.dispatch);
    expect(made.map((one) => one.dispatch)).toEqual(Array(20).fill(first));
    expect(first).toEqual({
      ...dispatchAs(teamId, first?.id ?? ''),
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      task: expect.stringMatching(/^Task \d+$/u),
    });
    const { dispatches } = opened().stores;
    expect(await dispatches.findById({ teamId, id: first?.id ?? '' })).toEqual(first);
    expect(await dispatches.findById({ teamId, id: UNKNOWN })).toBeNull();
    expect(await dispatches.create(dispatch(teamId, { origin: 'answer:2' }))).toMatchObject({ made: true });
  });

  it('take one of twenty decisions that come at once', async () => {
    const { stores } = opened();
    const made = await make(stores, dispatch(newTeam()));
    await stores.dispatches.settled(made);
    const outcomes = await atOnce(opened(), 20, ({ dispatches }, n) =>
      dispatches.change(made, {
        ...{ state: n % 2 === 0 ? 'approved' : 'declined', decidedBy: `U${n}` },
      }),
    );
    const won = outcomes.filter((one) => one !== null);
    expect(won).toHaveLength(1);
    const { state, decidedBy } = won[0] ?? made;
    expect(won[0]).toEqual({ ...made, state, decidedBy, version: 2, unsettled: true });
    expect(await stores.dispatches.findById(made)).toEqual(won[0]);
    expect(await stores.dispatches.change({ ...made, id: UNKNOWN }, { state: 'expired' })).toBeNull();
  });

  it('keep all that can change', async () => {
    const { dispatches } = opened().stores;
    const made = await make(opened().stores, dispatch(newTeam(), { sources: [A], destructive: true }));
    const change: DispatchChange = {
      ...{ state: 'succeeded', confirming: 'U1:102.0', decidedBy: 'U1', fence: 7, stoppedBy: 'U2' },
      ...{ steps: [{ text: 'Read chapter three', done: true }], ending: 'stopped', reference: 'ab12' },
      ...{ taskThreadId: UNKNOWN, result: resultOf(), task: '', summary: '', actions: [] },
    };
    const after = await changed(dispatches, made, change);
    expect(after).toEqual({ ...made, ...change, version: 2 });
    expect(await dispatches.findById(made)).toEqual(after);
    const emptied = await changed(dispatches, after, { result: null, steps: [] });
    expect(emptied).toEqual({ ...after, result: null, steps: [], version: 3 });
  });

  it('know where their card stands without a change', async () => {
    const { dispatches } = opened().stores;
    const made = await make(opened().stores, dispatch(newTeam()));
    await dispatches.settled(made);
    await dispatches.shown(made, '300.0');
    await dispatches.shown({ ...made, id: UNKNOWN }, '300.0');
    expect(await dispatches.findById(made)).toEqual({ ...made, cardTs: '300.0', unsettled: false });
    expect(await changed(dispatches, made, { state: 'expired' })).toMatchObject({ cardTs: '300.0' });
  });

  it('are unsettled from each change until that very change is settled', async () => {
    const { stores } = opened();
    const { dispatches } = stores;
    const teamId = newTeam();
    const made = await make(stores, dispatch(teamId));
    const unsettled = (forMs: number) => dispatches.listUnsettled(teamId, forMs, 9);
    const after = await changed(dispatches, made, { state: 'approved' });
    await dispatches.settled(made);
    const listed = await eventually(async () => {
      const left = await unsettled(0);
      return left.length > 0 ? left : null;
    });
    expect(listed).toEqual([after]);
    expect(await unsettled(60_000)).toEqual([]);
    await dispatches.settled(after);
    expect(await unsettled(-60_000)).toEqual([]);
    expect(await dispatches.findById(made)).toEqual({ ...after, unsettled: false });
    for (let n = 0; n < 3; n += 1) await make(stores, dispatch(teamId, { origin: `more ${n}` }));
    expect(await dispatches.listUnsettled(teamId, -60_000, 2)).toHaveLength(2);
  });
});

describeStores('lists of dispatches', (opened) => {
  it('of a conversation have the newest first, in the states that are asked for', async () => {
    const { stores } = opened();
    const { dispatches } = stores;
    const teamId = newTeam();
    const [one, two, three] = await makeAll(stores, teamId, [{}, {}, {}, { conversationId: 'V2' }]);
    if (one === undefined || two === undefined || three === undefined) throw new Error('None was made.');
    const declined = await changed(dispatches, two, { state: 'declined' });
    const talk = { teamId, id: UNKNOWN };
    expect(await dispatches.listByConversation(talk, ['proposed'], 9)).toEqual([three, one]);
    expect(await dispatches.listByConversation(talk, ['declined', 'proposed'], 2)).toEqual([three, declined]);
    expect(await dispatches.listByConversation(talk, ['running'], 9)).toEqual([]);
    expect(await dispatches.listByConversation(talk, [], 9)).toEqual([]);
  });

  it('of a message have what it led to', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const [one] = await makeAll(stores, teamId, [{}, { questionTs: '102.0' }, { channelId: 'C2' }]);
    expect(await stores.dispatches.listByQuestion(teamId, 'C1', '101.0')).toEqual([one]);
    expect(await stores.dispatches.listByQuestion(teamId, 'C1', '103.0')).toEqual([]);
  });

  it('of an attachment have those that were proposed from it or whose receipt names it', async () => {
    const { stores } = opened();
    const { dispatches } = stores;
    const teamId = newTeam();
    const [proposed, read, passages, named, other] = await makeAll(stores, teamId, [
      { sources: [UNKNOWN, A] },
      { sources: [A] },
      {},
      {},
      { sources: [UNKNOWN] },
    ]);
    const finish = async (one: Dispatch | undefined, items: Parameters<typeof receipt>[0]) =>
      one === undefined
        ? one
        : changed(dispatches, one, { state: 'succeeded', result: resultOf({ receipt: receipt(items) }) });
    const whole = await finish(read, [item(A)]);
    const parts = await finish(passages, [item(UNKNOWN), item(A, { included: 'passages' })]);
    const byName = await finish(named, [item(A, { included: 'named' }), item(UNKNOWN)]);
    await finish(other, [item(UNKNOWN)]);
    expect(await dispatches.listMadeFrom(teamId, A)).toEqual([proposed, whole, parts, byName]);
    expect(await dispatches.listMadeFrom(teamId, 'c'.repeat(24))).toEqual([]);
  });

  it('that wait for a person have the oldest first, of their projects and their own', async () => {
    const { stores } = opened();
    const { dispatches } = stores;
    const teamId = newTeam();
    const own = { projectId: null, userId: 'U1', threadTs: null };
    const [one, two, three, , , decided] = await makeAll(stores, teamId, [
      { projectId: 'P1' },
      own,
      { projectId: 'P2' },
      { projectId: 'P3' },
      { ...own, userId: 'U2' },
      { projectId: 'P1' },
    ]);
    if (decided === undefined) throw new Error('None was made.');
    await changed(dispatches, decided, { state: 'approved' });
    const query = { teamId, projectIds: ['P1', 'P2'], userId: 'U1' };
    const wanted = [one, two, three];
    expect(await dispatches.listWaiting({ ...query, skip: 0, limit: 9 })).toEqual(wanted);
    expect(await dispatches.listWaiting({ ...query, skip: 1, limit: 1 })).toEqual([two]);
    expect(await dispatches.listWaiting({ ...query, skip: 3, limit: 9 })).toEqual([]);
    expect(await dispatches.countWaiting(query)).toBe(3);
    const many = { ...query, projectIds: Array.from({ length: 300 }, (_, n) => `P${n}`) };
    expect(await dispatches.countWaiting(many)).toBe(4);
    expect(await dispatches.listWaiting({ ...many, skip: 1, limit: 2 })).toEqual([two, three]);
    const none = { teamId, projectIds: [], userId: 'U9' };
    expect(await dispatches.countWaiting(none)).toBe(0);
    expect(await dispatches.listWaiting({ ...none, skip: 0, limit: 9 })).toEqual([]);
  });

  it('are empty once their conversation is gone', async () => {
    const { stores } = opened();
    const { dispatches } = stores;
    const teamId = newTeam();
    const [one, stays] = await makeAll(stores, teamId, [{}, { conversationId: 'V2' }]);
    await dispatches.removeByConversation({ teamId, id: UNKNOWN });
    await dispatches.removeByConversation({ teamId, id: UNKNOWN });
    expect(await dispatches.findById({ teamId, id: one?.id ?? '' })).toBeNull();
    expect(await dispatches.findById({ teamId, id: stays?.id ?? '' })).toEqual(stays);
    expect(await dispatches.create(dispatch(teamId, { origin: 'answer:0' }))).toMatchObject({ made: true });
  });
});
