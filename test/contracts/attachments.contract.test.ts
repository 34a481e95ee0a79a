import { expect, it } from 'vitest';
import type { Scope } from '../../src/domain/scope.ts';
import type { Stores } from '../../src/store/connect.ts';
import { link, shared, source, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';

const M1 = '1'.repeat(24);
const M2 = '2'.repeat(24);

const places = async ({ attachments }: Stores, teamId: string): Promise<(string | null)[]> =>
  (await attachments.listByProject(teamId, UNKNOWN)).map((one) => one.milestoneId);

describeStores('attachments', (opened) => {
  it('attaches a key once in one place and remembers every message that shared it', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const first = await attachments.attach(link(teamId), source('1.0'));
    const again = await attachments.attach(link(teamId, { title: 'other words' }), source('2.0'));
    expect(first).toEqual({
      attachment: {
        ...link(teamId),
        id: expect.stringMatching(/^[0-9a-f]{24}$/u),
        addedAt: expect.any(Date),
        askedAt: expect.any(Date),
        formerIds: [],
      },
      added: true,
    });
    expect(again).toEqual({ attachment: first.attachment, added: false });
    expect(await attachments.findById(first.attachment)).toEqual(first.attachment);
    expect(await attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([shared(first.attachment)]);
    expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([shared(first.attachment)]);
    expect(await attachments.listByMessage(teamId, 'C2', '1.0')).toEqual([]);
  });

  it('attaches once when twenty messages share it at once, and only one call says it made it', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 20, ({ attachments }, n) =>
      attachments.attach(link(teamId), source(`${n}.0`)),
    );
    expect(made.filter((one) => one.added)).toHaveLength(1);
    expect(new Set(made.map((one) => one.attachment.id)).size).toBe(1);
    const { attachments } = opened().stores;
    expect(await attachments.countByProject(teamId, UNKNOWN)).toBe(1);
    for (let n = 0; n < 20; n += 1)
      expect(await attachments.listByMessage(teamId, 'C1', `${n}.0`)).toHaveLength(1);
  });

  it('holds the same link in two places as two attachments', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    for (const milestoneId of [null, M1, M2]) {
      expect(await stores.attachments.attach(link(teamId, { milestoneId }), source('1.0'))).toMatchObject({
        added: true,
      });
    }
    expect(await places(stores, teamId)).toEqual([null, M1, M2]);
    expect(await stores.attachments.listByMessage(teamId, 'C1', '1.0')).toHaveLength(3);
  });

  it('tells links of 2,000 characters apart by their last one', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const long = (end: string) => link(teamId, { key: `https://example.com/${'a'.repeat(1979)}${end}` });
    await attachments.attach(long('x'), source('1.0'));
    expect(await attachments.exists(long('x'))).toBe(true);
    expect(await attachments.exists(long('y'))).toBe(false);
    expect(await attachments.exists({ ...long('x'), milestoneId: M1 })).toBe(false);
    expect(await attachments.attach(long('y'), source('1.0'))).toMatchObject({ added: true });
  });

  it('lists and counts what each scope may read, oldest first', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const keys = [
      ['a', M1],
      ['b', null],
      ['c', M2],
      ['d', M1],
      ['e', null],
    ] as const;
    for (const [key, milestoneId] of keys) {
      await attachments.attach(
        link(teamId, { key: `https://${key}/`, title: key, milestoneId }),
        source('1.0'),
      );
    }
    await attachments.attach(link(teamId, { projectId: '9'.repeat(24), title: 'elsewhere' }), source('1.0'));
    const scope = (milestoneId: string | null): Scope => ({ teamId, projectId: UNKNOWN, milestoneId });
    const titles = async (milestoneId: string | null) =>
      (await attachments.listInScope(scope(milestoneId))).map((one) => one.title);
    expect(await titles(M1)).toEqual(['a', 'b', 'd', 'e']);
    expect(await titles(M2)).toEqual(['b', 'c', 'e']);
    expect(await titles(null)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await attachments.listByProject(teamId, UNKNOWN)).map((one) => one.title).join('')).toBe('abcde');
    expect(await attachments.countByProject(teamId, UNKNOWN)).toBe(5);
    expect(await attachments.countByPlace(teamId, scope(M1))).toBe(2);
    expect(await attachments.countByPlace(teamId, scope(null))).toBe(2);
    expect(await attachments.countElsewhere(scope(M1))).toBe(1);
    expect(await attachments.countElsewhere(scope(M2))).toBe(2);
    expect(await attachments.countElsewhere(scope(null))).toBe(0);
  });

  it('finds several by id, in the order asked for', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const [a, b] = [
      (await attachments.attach(link(teamId, { key: 'https://a/' }), source('1.0'))).attachment,
      (await attachments.attach(link(teamId, { key: 'https://b/' }), source('1.0'))).attachment,
    ];
    expect(await attachments.findMany(teamId, [b.id, UNKNOWN, a.id, 'none', b.id])).toEqual([b, a]);
    expect(await attachments.findMany(teamId, [])).toEqual([]);
  });
});

describeStores('withdrawing and removing attachments', (opened) => {
  it('takes one message back and keeps what another message shared as well', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const { attachment: both } = await attachments.attach(
      link(teamId, { key: 'https://both/' }),
      source('1.0'),
    );
    const { attachment: only } = await attachments.attach(
      link(teamId, { key: 'https://only/' }),
      source('1.0'),
    );
    await attachments.attach(link(teamId, { key: 'https://both/' }), source('2.0'));
    expect(await attachments.withdraw(teamId, source('1.0'), [both.id, only.id])).toEqual([only]);
    expect(await attachments.listByProject(teamId, UNKNOWN)).toEqual([both]);
    expect(await attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([]);
    expect(await attachments.withdraw(teamId, source('1.0'), [both.id, only.id])).toEqual([]);
    expect(await attachments.withdraw(teamId, source('2.0'), [both.id])).toEqual([both]);
  });

  it('takes back only the attachments named, and only from that message', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const { attachment: a } = await attachments.attach(link(teamId, { key: 'https://a/' }), source('1.0'));
    const { attachment: b } = await attachments.attach(link(teamId, { key: 'https://b/' }), source('1.0'));
    expect(await attachments.withdraw(teamId, source('1.0', { channelId: 'C2' }), [a.id, b.id])).toEqual([]);
    expect(await attachments.withdraw(teamId, source('1.0'), [a.id])).toEqual([a]);
    expect(await attachments.withdraw(teamId, source('1.0'), [])).toEqual([]);
    expect(await attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([shared(b)]);
  });

  it('reports an attachment as gone once when twenty take it back at once', async () => {
    const teamId = newTeam();
    const ids = new Set<string>();
    for (let n = 0; n < 20; n += 1) {
      ids.add((await opened().stores.attachments.attach(link(teamId), source(`${n}.0`))).attachment.id);
    }
    const gone = await atOnce(opened(), 20, ({ attachments }, n) =>
      attachments.withdraw(teamId, source(`${n}.0`), [...ids]),
    );
    expect(gone.flat()).toHaveLength(1);
    expect(await opened().stores.attachments.countByProject(teamId, UNKNOWN)).toBe(0);
  });

  it('keeps an attachment that someone shares while the last message that shared it is taken back', async () => {
    const { stores, twin } = opened();
    for (let round = 0; round < 25; round += 1) {
      const teamId = newTeam();
      const { attachment } = await stores.attachments.attach(link(teamId), source('1.0'));
      const [again] = await Promise.all([
        twin.attachments.attach(link(teamId), source('2.0')),
        stores.attachments.withdraw(teamId, source('1.0'), [attachment.id]),
      ]);
      const listed = await stores.attachments.listByMessage(teamId, 'C1', '2.0');
      expect(listed).toEqual([shared(again.attachment)]);
      expect(await stores.attachments.listByProject(teamId, UNKNOWN)).toEqual([again.attachment]);
    }
  });

  it('removes an attachment with all its sources, and says so once', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const { attachment } = await attachments.attach(link(teamId), source('1.0'));
    await attachments.attach(link(teamId), source('2.0'));
    expect(await attachments.remove(attachment)).toEqual(attachment);
    expect(await attachments.remove(attachment)).toBeNull();
    expect(await attachments.findById(attachment)).toBeNull();
    expect(await attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([]);
    expect(await attachments.attach(link(teamId), source('3.0'))).toMatchObject({ added: true });
    expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([]);
  });
});

describeStores('moving attachments', (opened) => {
  it('moves an attachment to a milestone and back to the project', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const { attachment } = await stores.attachments.attach(link(teamId), source('1.0'));
    expect(await stores.attachments.move(attachment, M1)).toEqual({ ...attachment, milestoneId: M1 });
    expect(await stores.attachments.move(attachment, M1)).toEqual({ ...attachment, milestoneId: M1 });
    expect(await places(stores, teamId)).toEqual([M1]);
    expect(await stores.attachments.move(attachment, null)).toEqual(attachment);
    expect(await stores.attachments.move({ teamId, id: UNKNOWN }, null)).toBeNull();
  });

  it('lets what is already there take the sources over', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const { attachment: there } = await attachments.attach(link(teamId, { milestoneId: M1 }), source('1.0'));
    const { attachment: moved } = await attachments.attach(link(teamId), source('1.0'));
    await attachments.attach(link(teamId), source('2.0'));
    const one = { ...there, formerIds: [moved.id] };
    expect(await attachments.move(moved, M1)).toEqual(one);
    expect(await attachments.listByProject(teamId, UNKNOWN)).toEqual([one]);
    expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([shared(one)]);
    expect(await attachments.withdraw(teamId, source('1.0'), [there.id])).toEqual([]);
    expect(await attachments.withdraw(teamId, source('2.0'), [there.id])).toEqual([one]);
  });

  it('ends with one attachment when twenty move two of the same to one place at once', async () => {
    const { stores } = opened();
    for (let round = 0; round < 5; round += 1) {
      const teamId = newTeam();
      const { attachment: a } = await stores.attachments.attach(link(teamId), source('1.0'));
      const { attachment: b } = await stores.attachments.attach(
        link(teamId, { milestoneId: M2 }),
        source('2.0'),
      );
      const moved = await atOnce(opened(), 20, ({ attachments }, n) =>
        attachments.move(n % 3 === 0 ? b : a, M1),
      );
      const [left, ...more] = await stores.attachments.listByProject(teamId, UNKNOWN);
      expect(more).toEqual([]);
      expect(left).toMatchObject({ milestoneId: M1 });
      expect(moved).toContainEqual(left);
      for (const ts of ['1.0', '2.0'])
        expect(await stores.attachments.listByMessage(teamId, 'C1', ts)).toMatchObject([left]);
    }
  });

  it('gives all that hangs at a milestone to the project', async () => {
    const { attachments } = opened().stores;
    const teamId = newTeam();
    const both = { key: 'https://both/' };
    const { attachment: kept } = await attachments.attach(link(teamId, both), source('1.0'));
    await attachments.attach(link(teamId, { ...both, milestoneId: M1 }), source('2.0'));
    await attachments.attach(link(teamId, { key: 'https://own/', milestoneId: M1 }), source('2.0'));
    await attachments.attach(link(teamId, { ...both, milestoneId: M2 }), source('3.0'));
    await attachments.attach(link(teamId, { projectId: '9'.repeat(24), milestoneId: M1 }), source('3.0'));
    await attachments.releaseMilestone(teamId, UNKNOWN, M1);
    await attachments.releaseMilestone(teamId, UNKNOWN, M1);
    const listed = await attachments.listByProject(teamId, UNKNOWN);
    expect(listed.map((one) => [one.key, one.milestoneId])).toEqual([
      ['https://both/', null],
      ['https://own/', null],
      ['https://both/', M2],
    ]);
    expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toMatchObject([
      { id: kept.id },
      { id: listed[1]?.id },
    ]);
    expect(await attachments.countByPlace(teamId, { projectId: '9'.repeat(24), milestoneId: M1 })).toBe(1);
  });
});
