import { expect, it } from 'vitest';
import type { ContextEntry, EntryType } from '../../src/domain/context-entry.ts';
import type { ContextEntryStore } from '../../src/ports/context-entries.ts';
import { UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const note = (key: string, value: unknown = key, type: EntryType = 'domain') => ({ key, type, value });

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
      const entry = await contextEntries.put(talk, note('key 3', 'again'));
      return newest !== undefined && entry.updatedAt > newest.updatedAt ? entry : null;
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
});
