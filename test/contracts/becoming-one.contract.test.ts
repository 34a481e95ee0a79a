import { expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import { linkTitle } from '../../src/domain/link.ts';
import type { NewAttachment, ReadingResult } from '../../src/ports/attachments.ts';
import type { Stores } from '../../src/store/connect.ts';
import { attached, document, link, source, UNKNOWN } from './builders.ts';
import { describeStores, eventually, newTeam } from './drivers.ts';

const M1 = '1'.repeat(24);
const M2 = '2'.repeat(24);
const FINAL = 'https://example.com/final';
const SHORT = 'https://short/1';
const LED: ReadingResult = { state: 'ready', unread: null, key: FINAL };

async function share(stores: Stores, teamId: string, more: Partial<NewAttachment>, ts = '1.0') {
  return (await stores.attachments.attach(link(teamId, more), source(ts))).attachment;
}

/** Reads a link: a text is kept, then written down. */
async function read(
  { attachments, documents }: Stores,
  { id, teamId }: Attachment,
  more: Partial<ReadingResult> & { hash?: string } = {},
): Promise<Attachment | null> {
  const { hash = 'a1', ...result } = more;
  const kept = await documents.keep(document(teamId, { hash, awaitedBy: id }));
  const ready = { state: 'ready', unread: null, documentId: kept.id, ...result } as const;
  return attachments.finishReading({ teamId, id }, ready, 5);
}

const textsOf = async ({ documents }: Stores, { teamId, documentId }: Attachment): Promise<number> =>
  (await documents.passagesOf(teamId, UNKNOWN, [documentId ?? ''])).length;

describeStores('an attachment that another became one with', (opened) => {
  /** The short link leads to the other one. */
  async function become(stores: Stores, teamId = newTeam()) {
    const there = await share(stores, teamId, { key: FINAL });
    const former = await share(stores, teamId, { key: SHORT }, '2.0');
    await stores.attachments.finishReading(former, LED, 5);
    return { teamId, there, former };
  }

  it('is found under the id of the other as well, once', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const { teamId, there, former } = await become(stores);
    const more = await share(stores, teamId, { key: 'https://more/' });
    const one = { ...there, formerIds: [former.id] };
    expect(await attachments.findById(former)).toEqual(one);
    expect(await attachments.findMany(teamId, [more.id, former.id, there.id])).toEqual([more, one]);
    expect(await attachments.findMany(newTeam(), [former.id])).toEqual([]);
    expect(await attachments.findById({ teamId: newTeam(), id: former.id })).toBeNull();
  });

  it('is renamed, read again, moved and removed under it', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const { there, former } = await become(stores);
    await attachments.rename(former, 'Another title');
    expect(await attachments.askReading(former)).toMatchObject({ id: there.id, title: 'Another title' });
    expect(await attachments.move(former, M1)).toMatchObject({ id: there.id, milestoneId: M1 });
    expect(await attachments.remove(former)).toMatchObject({ id: there.id, formerIds: [former.id] });
    expect(await attachments.findById(there)).toBeNull();
  });

  it('takes that id along when it becomes one with a third, and into the grave', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const { teamId, there, former } = await become(stores);
    const third = await share(stores, teamId, { key: FINAL, milestoneId: M1 }, '3.0');
    await attachments.move(there, M1);
    const [one] = await attachments.findMany(teamId, [former.id]);
    expect(one?.id).toBe(third.id);
    expect(one?.formerIds.sort()).toEqual([there.id, former.id].sort());
    await attachments.remove(third);
    expect(await attachments.findMany(teamId, [former.id, there.id, third.id])).toEqual([]);
    await share(stores, teamId, { key: FINAL, milestoneId: M1 });
    expect(await attachments.findById(former)).toBeNull();
  });

  it('is told with all its ids by whoever takes it back', async () => {
    const { stores } = opened();
    const { teamId, there, former } = await become(stores);
    const { attachments } = stores;
    expect(await attachments.withdraw(teamId, source('1.0'), [there.id])).toEqual([]);
    expect(await attachments.findById(former)).toMatchObject({ id: there.id });
    expect(await attachments.withdraw(teamId, source('2.0'), [there.id])).toMatchObject([
      { id: there.id, formerIds: [former.id] },
    ]);
    expect(await attachments.findById(former)).toBeNull();
  });

  it('keeps its place when the milestone of another is deleted that has the same', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const teamId = newTeam();
    const shared = await share(stores, teamId, { key: FINAL });
    const own = await share(stores, teamId, { key: FINAL, milestoneId: M1 }, '2.0');
    await share(stores, teamId, { key: FINAL, milestoneId: M2 }, '3.0');
    await attachments.releaseMilestone(teamId, UNKNOWN, M1);
    expect(await attachments.findById(own)).toEqual({ ...shared, formerIds: [own.id] });
    expect(await attachments.countByProject(teamId, UNKNOWN)).toBe(2);
  });

  for (const state of ['failed', 'pending'] as const) {
    it(`has what was read of the other when it is ${state} itself and nothing is held of it`, async () => {
      const { stores } = opened();
      const teamId = newTeam();
      const title = linkTitle({ url: FINAL, label: null });
      const there = await share(stores, teamId, { key: FINAL, title });
      if (state === 'failed')
        await stores.attachments.finishReading(there, { state, unread: 'unreachable' }, 4);
      const former = await share(stores, teamId, { key: SHORT }, '2.0');
      const page = {
        ...{ hash: 'h1', title: 'A page', language: 'en', canonicalUrl: null },
        validators: { etag: '"1"', lastModified: null },
      };
      const now = await read(stores, former, { key: FINAL, page });
      const outcome = { state: 'ready', unread: null, page, title: 'A page' };
      // Its own reading, which is yet to come, tells the rest.
      const yet = { state: 'pending', page: null, title };
      expect(now).toMatchObject({ id: there.id, ...(state === 'failed' ? outcome : yet) });
      expect(now).toEqual(await stores.attachments.findById(there));
      if (now === null) throw new Error('Nobody removed it.');
      expect(await textsOf(stores, now)).toBe(2);
      await stores.attachments.remove(there);
      expect(await textsOf(stores, now)).toBe(0);
    });
  }

  it('has the text of what was moved there, unless its own reading failed later', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    for (const failsLater of [false, true]) {
      const teamId = newTeam();
      const there = await share(stores, teamId, { key: FINAL });
      const fail = () => attachments.finishReading(there, { state: 'failed', unread: 'not_found' }, 4);
      if (!failsLater) await fail();
      const own = await share(stores, teamId, { key: FINAL, milestoneId: M1 });
      const before = await read(stores, own);
      if (before === null) throw new Error('Nobody removed it.');
      if (failsLater) {
        const readAt = before.readAt?.getTime() ?? 0;
        await eventually(async () => (Date.now() > readAt ? true : null));
        await fail();
      }
      await attachments.releaseMilestone(teamId, UNKNOWN, M1);
      const state = failsLater ? 'failed' : 'ready';
      expect(await attachments.findById(own)).toMatchObject({ id: there.id, state });
      expect(await textsOf(stores, before)).toBe(failsLater ? 0 : 2);
    }
  });
});

describeStores('a link that leads elsewhere', (opened) => {
  const places = async ({ attachments }: Stores, teamId: string) =>
    (await attachments.listByProject(teamId, UNKNOWN)).map(({ key, milestoneId }) => [key, milestoneId]);

  it('is the same when it is shared again by the address it was shared by', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const teamId = newTeam();
    const one = await share(stores, teamId, { key: SHORT });
    await attachments.finishReading(one, LED, 5);
    expect(await attachments.exists(link(teamId, { key: SHORT }))).toBe(true);
    expect(await attachments.exists(link(teamId, { key: SHORT, milestoneId: M1 }))).toBe(false);
    expect(await attachments.attach(link(teamId, { key: SHORT }), source('2.0'))).toMatchObject({
      ...{ attachment: { id: one.id, key: FINAL }, added: false },
    });
    expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toMatchObject([
      { id: one.id, sharedAs: [SHORT] },
    ]);
    expect(await places(stores, teamId)).toEqual([[FINAL, null]]);
  });

  it('is so as well after it became one with another, in the place it was moved to, and not once it is removed', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const teamId = newTeam();
    const there = await share(stores, teamId, { key: FINAL });
    const one = await share(stores, teamId, { key: SHORT }, '2.0');
    await attachments.finishReading(one, LED, 5);
    expect((await share(stores, teamId, { key: SHORT }, '3.0')).id).toBe(there.id);
    await attachments.move(there, M1);
    expect(await attachments.exists(link(teamId, { key: SHORT }))).toBe(false);
    expect((await share(stores, teamId, { key: SHORT, milestoneId: M1 }, '4.0')).id).toBe(there.id);
    await attachments.remove(there);
    const again = link(teamId, { key: SHORT, milestoneId: M1 });
    expect(await attachments.exists(again)).toBe(false);
    expect(await attachments.attach(again, source('5.0'))).toMatchObject({ added: true });
  });

  it('becomes one with what has any of its addresses where it is moved to', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const teamId = newTeam();
    const unread = await share(stores, teamId, { key: SHORT, milestoneId: M1 });
    const one = await share(stores, teamId, { key: SHORT }, '2.0');
    await attachments.finishReading(one, LED, 5);
    expect(await attachments.move(one, M1)).toMatchObject({ id: unread.id, formerIds: [one.id] });
    for (const key of [SHORT, FINAL])
      expect(await attachments.exists(link(teamId, { key, milestoneId: M1 }))).toBe(true);
    expect(await places(stores, teamId)).toEqual([[SHORT, M1]]);
    const back = await share(stores, teamId, { key: SHORT }, '3.0');
    await attachments.finishReading(back, LED, 6);
    expect(await attachments.move(unread, null)).toMatchObject({ id: back.id });
    expect(await places(stores, teamId)).toEqual([[FINAL, null]]);
  });

  it('becomes one with a link that had its final address before', async () => {
    const { stores } = opened();
    const { attachments } = stores;
    const teamId = newTeam();
    const there = await share(stores, teamId, { key: FINAL });
    await attachments.finishReading(there, { ...LED, key: 'https://new/' }, 5);
    const one = await share(stores, teamId, { key: SHORT }, '2.0');
    expect(await attachments.finishReading(one, LED, 5)).toMatchObject({ id: there.id, key: 'https://new/' });
    expect(await places(stores, teamId)).toEqual([['https://new/', null]]);
  });

  it('is one for everybody who shares it while it is read', async () => {
    const { stores, twin } = opened();
    for (let round = 0; round < 12; round += 1) {
      const teamId = newTeam();
      const one = await share(stores, teamId, { key: SHORT });
      await Promise.all([
        read(stores, one, { key: FINAL }),
        ...['2.0', '3.0'].map((ts) => share(twin, teamId, { key: SHORT }, ts)),
      ]);
      await share(stores, teamId, { key: SHORT }, '4.0');
      expect(await places(stores, teamId)).toEqual([[FINAL, null]]);
      for (const ts of ['1.0', '2.0', '3.0', '4.0'])
        expect(await stores.attachments.listByMessage(teamId, 'C1', ts)).toHaveLength(1);
    }
  });

  it('is no other text: a file does not answer to the id of a text it held before', async () => {
    const { stores } = opened();
    const { attachments, documents } = stores;
    const teamId = newTeam();
    const file = await share(stores, teamId, { kind: 'document', key: 'file:F1', url: null });
    const { id: documentId } = await documents.keep(document(teamId, { awaitedBy: file.id }));
    await attachments.finishReading(file, { ...LED, documentId, key: documentId }, 5);
    await attachments.attach(attached(teamId, documentId, { milestoneId: M1 }), source('2.0'));
    const { id: next } = await documents.keep(document(teamId, { hash: 'b2', awaitedBy: file.id }));
    await attachments.finishReading(file, { ...LED, documentId: next, key: next }, 6);
    expect((await share(stores, teamId, { kind: 'document', key: 'file:F1', url: null }, '3.0')).id).toBe(
      file.id,
    );
    expect(await attachments.attach(attached(teamId, documentId), source('4.0'))).toMatchObject({
      added: true,
    });
  });
});
