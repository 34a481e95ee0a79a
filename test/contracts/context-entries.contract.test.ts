import { expect, it } from 'vitest';
import type { ContextEntry, EntryType } from '../../src/domain/context-entry.ts';
import type { ContextEntryStore } from '../../src/ports/context-entries.ts';
import { entry, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const note = (key: string, value: unknown = key, type: EntryType = 'domain') => entry(key, { type, value });

const newestFirst = (entries: ContextEntry[]): ContextEntry[] =>
  [...entries].sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1));

async function allPages(store: ContextEntryStore, teamId: string, limit: number): Promise<ContextEntry[]> {
  const all: ContextEntry[] = [];
  for (;;) {
    const before = all.at(-1);
    const query = { limit, ...(before === undefined ? {} : { before }) };
    const page = await store.list({ teamId, id: UNKNOWN }, query);
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

describeStores('what is remembered for a conversation', (opened) => {
  it('is one value for each key, the newest', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const first = await contextEntries.put(talk, note('tone', 'plain', 'preference'));
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      teamId: talk.teamId,
      conversationId: UNKNOWN,
      ...note('tone', 'plain', 'preference'),
      updatedAt: expect.any(Date),
    });
    const second = await contextEntries.put(talk, note('tone', { is: 'warm' }, 'project'));
    expect(second).toEqual({
      ...first,
      ...note('tone', { is: 'warm' }, 'project'),
      updatedAt: expect.any(Date),
    });
    expect(await contextEntries.list(talk, { limit: 9 })).toEqual([second]);
  });

  it('is one value also when twenty put one under the same key at once', async () => {
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const put = await atOnce(opened(), 20, (stores, n) => stores.contextEntries.put(talk, note('tone', n)));
    const [held, ...more] = await opened().stores.contextEntries.list(talk, { limit: 99 });
    expect(more).toEqual([]);
    expect(put).toContainEqual(held);
  });

  it.each([
    null,
    0,
    false,
    '',
    '$where',
    [],
    [null, [{}]],
    { $where: '1', 'a.b': { $set: null, '': ['x.y'] }, nested: { deep: [{ $in: [1.5, -0.25] }] } },
    { constructor: 1, toString: 'x', _id: 'none' },
    JSON.parse('{"__proto__": {"a": 1}, "nul\\u0000l": "\\u0000"}'),
  ])('comes back as it was put: %j', async (value) => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const put = await contextEntries.put(talk, note('$a.b', value));
    const [held] = await contextEntries.list(talk, { limit: 9 });
    expect(JSON.stringify(put.value)).toBe(JSON.stringify(value));
    expect(JSON.stringify(held?.value)).toBe(JSON.stringify(value));
    expect(held?.key).toBe('$a.b');
  });

  it('is listed newest first, page by page', async () => {
    const { contextEntries } = opened().stores;
    const teamId = newTeam();
    const talk = { teamId, id: UNKNOWN };
    const put = await atOnce(opened(), 25, (stores, n) => stores.contextEntries.put(talk, note(`key ${n}`)));
    await contextEntries.put({ teamId, id: 'e'.repeat(24) }, note('elsewhere'));
    for (const limit of [1, 4, 25, 99])
      expect(await allPages(contextEntries, teamId, limit)).toEqual(newestFirst(put));
    const [newest] = newestFirst(put);
    const again = await eventually(async () => {
      const put = await contextEntries.put(talk, note('key 3', 'again'));
      return newest !== undefined && put.updatedAt > newest.updatedAt ? put : null;
    });
    expect(await contextEntries.list(talk, { limit: 1 })).toEqual([again]);
    expect(await contextEntries.list(talk, { limit: 99 })).toHaveLength(25);
  });

  it('can be narrowed to one type', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const first = await contextEntries.put(talk, note('one', 1, 'technology'));
    const second = await contextEntries.put(talk, note('two', 2, 'technology'));
    await contextEntries.put(talk, note('three', 3, 'domain'));
    const [newer, older] = newestFirst([first, second]);
    const type = 'technology';
    expect(await contextEntries.list(talk, { type, limit: 9 })).toEqual([newer, older]);
    if (newer === undefined) throw new Error('Nothing was put.');
    expect(await contextEntries.list(talk, { type, before: newer, limit: 9 })).toEqual([older]);
    expect(await contextEntries.list(talk, { type: 'project', limit: 9 })).toEqual([]);
  });

  it('knows what it was learned from and where, the newest time it was put', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const first = entry('tone', {
      sources: { messages: [FROM], attachmentIds: ['A1', 'A2'] },
      madeFor: 'M1',
    });
    expect(await contextEntries.put(talk, first)).toMatchObject(first);
    const second = entry('tone', { sources: { messages: [], attachmentIds: ['A3'] } });
    const put = await contextEntries.put(talk, second);
    expect(put).toMatchObject(second);
    expect(await contextEntries.findById(put)).toEqual(put);
    expect(await contextEntries.forgetFrom(talk.teamId, { attachmentId: 'A1' })).toEqual([]);
    expect(await contextEntries.forgetFrom(talk.teamId, FROM)).toEqual([]);
  });

  it('is found by keys and counted', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const [one, two] = [
      await contextEntries.put(talk, note('one')),
      await contextEntries.put(talk, note('two')),
    ];
    const elsewhere = { ...talk, id: 'e'.repeat(24) };
    await contextEntries.put(elsewhere, note('one'));
    const found = await contextEntries.findByKeys(talk, ['two', 'one', 'none']);
    expect(found.sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([one, two]);
    expect(await contextEntries.findByKeys(talk, [])).toEqual([]);
    expect(await contextEntries.count(talk)).toBe(2);
    expect(await contextEntries.count(elsewhere)).toBe(1);
    expect(await contextEntries.findById({ ...one, teamId: newTeam() })).toBeNull();
  });
});

const FROM = { channelId: 'C1', ts: '101.0' };

describeStores('what is forgotten', (opened) => {
  it('is gone, once', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const put = await contextEntries.put(talk, entry('tone'));
    const forgotten = await atOnce(opened(), 20, (stores) => stores.contextEntries.forget(put));
    expect(forgotten.filter((one) => one)).toHaveLength(1);
    expect(await contextEntries.list(talk, { limit: 9 })).toEqual([]);
  });

  it('stays when it was put anew since it was shown', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const shown = await contextEntries.put(talk, entry('tone', { value: 'plain' }));
    const anew = await eventually(async () => {
      const put = await contextEntries.put(talk, entry('tone', { value: 'warm' }));
      return put.updatedAt > shown.updatedAt ? put : null;
    });
    expect(await contextEntries.forget(shown, shown.updatedAt)).toBe(false);
    expect(await contextEntries.findById(shown)).toEqual(anew);
    expect(await contextEntries.forget(anew, anew.updatedAt)).toBe(true);
    expect(await contextEntries.findById(shown)).toBeNull();
  });

  it('is all that names a message or an attachment as its source, in every conversation', async () => {
    const { contextEntries } = opened().stores;
    const teamId = newTeam();
    const put = (id: string, key: string, messages: (typeof FROM)[], attachmentIds: string[] = []) =>
      contextEntries.put({ teamId, id }, entry(key, { sources: { messages, attachmentIds } }));
    const later = { channelId: 'C1', ts: '102.0' };
    const elsewhere = { channelId: 'C2', ts: '101.0' };
    const one = await put('V1', 'one', [FROM]);
    const two = await put('V2', 'two', [later, FROM], ['A1']);
    // Neither of its messages is the one, though together they have its channel and its ts.
    const mixed = await put('V1', 'mixed', [later, elsewhere]);
    const read = await put('V1', 'read', [later], ['A2', 'A3']);
    const ids = (entries: ContextEntry[]) => entries.map(({ id }) => id).sort();
    expect(ids(await contextEntries.forgetFrom(teamId, FROM))).toEqual(ids([one, two]));
    expect(await contextEntries.forgetFrom(teamId, FROM)).toEqual([]);
    expect(await contextEntries.forgetFrom(teamId, { attachmentId: 'A1' })).toEqual([]);
    expect(await contextEntries.forgetFrom(teamId, { attachmentId: 'A3' })).toEqual([read]);
    expect(await contextEntries.list({ teamId, id: 'V1' }, { limit: 9 })).toEqual([mixed]);
  });

  it('is everything of a conversation that is emptied', async () => {
    const { contextEntries } = opened().stores;
    const talk = { teamId: newTeam(), id: UNKNOWN };
    const elsewhere = { ...talk, id: 'e'.repeat(24) };
    for (const key of ['one', 'two', 'three']) await contextEntries.put(talk, entry(key));
    const stays = await contextEntries.put(elsewhere, entry('one'));
    expect(await contextEntries.removeAll(talk)).toBe(3);
    expect(await contextEntries.removeAll(talk)).toBe(0);
    expect(await contextEntries.list(talk, { limit: 9 })).toEqual([]);
    expect(await contextEntries.list(elsewhere, { limit: 9 })).toEqual([stays]);
  });
});
