import { expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { NewAttachment, NewDocument, ReadingResult } from '../../src/ports/attachments.ts';
import type { Stores } from '../../src/store/connect.ts';
import { attached, document, link, shared, source, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

const M1 = '1'.repeat(24);
const SLACK_FILE = {
  id: 'F1',
  name: 'plan.pdf',
  size: 9,
  url: 'https://files/1',
  permalink: 'https://slack/1',
};
const PAGE = {
  ...{ hash: 'h1', title: 'A page', language: 'en', canonicalUrl: null },
  validators: { etag: '"1"', lastModified: null },
};
const FAILED: ReadingResult = { state: 'failed', unread: 'timed_out' };
const ready = (documentId: string, more: Partial<ReadingResult> = {}): ReadingResult => ({
  ...{ state: 'ready', unread: null, documentId },
  ...more,
});

/** Attaches, as a message does that is called by its time. */
async function share(
  { attachments }: Stores,
  teamId: string,
  more: Partial<NewAttachment> = {},
  ts = '1.0',
): Promise<Attachment> {
  return (await attachments.attach(link(teamId, more), source(ts))).attachment;
}

/** Keeps a text for an attachment, as its reading does. @returns the id of the document. */
async function keepFor(
  { documents }: Stores,
  { id, teamId }: Attachment,
  more: Partial<NewDocument> = {},
): Promise<string> {
  return (await documents.keep(document(teamId, { awaitedBy: id, ...more }))).id;
}

/** Reads an attachment for the first time. @returns it, and the document that holds what was read. */
async function read(stores: Stores, attachment: Attachment, more: Partial<NewDocument> = {}, fence = 5) {
  const documentId = await keepFor(stores, attachment, more);
  const now = await stores.attachments.finishReading(attachment, ready(documentId), fence);
  return { now, documentId };
}

const textsOf = async ({ documents }: Stores, teamId: string, ...ids: string[]): Promise<number> =>
  (await documents.passagesOf(teamId, UNKNOWN, ids)).length;

describeStores('asking for attachments to be read', (opened) => {
  it('has one read of which nothing is known, and notes when it was asked for', async () => {
    const { stores } = opened();
    const attachment = await share(stores, newTeam());
    await stores.attachments.finishReading(attachment, FAILED, 5);
    const before = Date.now();
    const asked = await stores.attachments.askReading(attachment);
    const changed = { askedAt: expect.any(Date), readAt: expect.any(Date) };
    expect(asked).toEqual({ ...attachment, ...changed, state: 'pending', unread: null });
    expect(asked?.askedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(await stores.attachments.findById(attachment)).toEqual(asked);
  });

  it('leaves what was read before as it is until the next reading ends', async () => {
    const { stores } = opened();
    const attachment = await share(stores, newTeam());
    const { documentId } = await read(stores, attachment);
    const old = { state: 'ready', unread: 'unreachable' } as const;
    await stores.attachments.finishReading(attachment, old, 6);
    expect(await stores.attachments.askReading(attachment)).toMatchObject({ ...old, documentId });
  });

  it('gives nothing for one that is gone', async () => {
    const { stores } = opened();
    const attachment = await share(stores, newTeam());
    await stores.attachments.remove(attachment);
    expect(await stores.attachments.askReading(attachment)).toBeNull();
    expect(await stores.attachments.findById(attachment)).toBeNull();
  });
});

describeStores('what a reading came to', (opened) => {
  it('is written down with the text, the title, the page and the time', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId, { file: SLACK_FILE });
    expect(await stores.attachments.findById(attachment)).toEqual({ ...attachment, file: SLACK_FILE });
    const documentId = await keepFor(stores, attachment);
    const result = ready(documentId, { key: 'https://example.com/final', title: 'A page', page: PAGE });
    const now = await stores.attachments.finishReading(attachment, result, 5);
    expect(now).toEqual({ ...attachment, ...result, readAt: expect.any(Date) });
    expect(await stores.attachments.finishReading(attachment, result, 5)).toMatchObject(result);
    expect(await stores.attachments.findById(attachment)).toMatchObject(result);
    expect(await textsOf(stores, teamId, documentId)).toBe(2);
    // The message that shared it still shares it by the address it wrote.
    const sharedAs = ['https://example.com/'];
    expect(await stores.attachments.listByMessage(teamId, 'C1', '1.0')).toMatchObject([
      { id: attachment.id, sharedAs },
    ]);
    expect(await stores.attachments.exists(link(teamId, { key: result.key ?? '' }))).toBe(true);
    expect(await stores.attachments.exists(link(teamId))).toBe(true);
    expect(await stores.attachments.exists(link(teamId, { key: 'https://other/' }))).toBe(false);
  });

  it('leaves as it is whatever it does not tell', async () => {
    const { stores } = opened();
    const attachment = await share(stores, newTeam());
    const documentId = await keepFor(stores, attachment);
    const result = ready(documentId, { title: 'A page', page: PAGE });
    const first = await stores.attachments.finishReading(attachment, result, 5);
    expect(await stores.attachments.finishReading(attachment, { ...FAILED, state: 'ready' }, 6)).toEqual({
      ...first,
      unread: 'timed_out',
      readAt: expect.any(Date),
    });
  });

  it('takes the place of what was read before, whose text goes with it', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const { documentId: old } = await read(stores, attachment);
    const { now, documentId } = await read(stores, attachment, { hash: 'b2' });
    expect(now).toMatchObject({ documentId });
    expect(await textsOf(stores, teamId, old)).toBe(0);
    expect(await textsOf(stores, teamId, documentId)).toBe(2);
    const gone = { state: 'failed', unread: 'not_found', documentId: null } as const;
    expect(await stores.attachments.finishReading(attachment, gone, 6)).toMatchObject(gone);
    expect(await textsOf(stores, teamId, documentId)).toBe(0);
  });

  it('keeps a text that hangs elsewhere as well, until it is removed there', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const one = await share(stores, teamId);
    const other = await share(stores, teamId, { milestoneId: M1 });
    const { documentId: old } = await read(stores, one);
    expect(await read(stores, other)).toMatchObject({ documentId: old });
    await read(stores, one, { hash: 'b2' });
    expect(await textsOf(stores, teamId, old)).toBe(2);
    await stores.attachments.remove(other);
    expect(await textsOf(stores, teamId, old)).toBe(0);
  });

  it('finds the same text again after it was something else for a while', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    await read(stores, attachment);
    await read(stores, attachment, { hash: 'b2' });
    const { now, documentId } = await read(stores, attachment);
    expect(now).toMatchObject({ documentId });
    expect(await textsOf(stores, teamId, documentId)).toBe(2);
    await stores.attachments.remove(attachment);
    expect(await textsOf(stores, teamId, documentId)).toBe(0);
  });

  it('changes nothing when a later reading was there first', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const { now } = await read(stores, attachment, { hash: 'later' }, 9);
    const overtaken = await read(stores, attachment, { hash: 'earlier' }, 8);
    expect(overtaken.now).toEqual(now);
    expect(await stores.attachments.findById(attachment)).toEqual(now);
    expect(await textsOf(stores, teamId, overtaken.documentId)).toBe(0);
    expect(await textsOf(stores, teamId, now?.documentId ?? '')).toBe(2);
  });

  it('is for nothing when the attachment was removed meanwhile, and its text goes', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    await stores.attachments.remove(attachment);
    const { now, documentId } = await read(stores, attachment);
    expect(now).toBeNull();
    expect(await textsOf(stores, teamId, documentId)).toBe(0);
  });

  it('goes with the attachment, also the text that was kept and not written down yet', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const { documentId } = await read(stores, attachment);
    const kept = await keepFor(stores, attachment, { hash: 'b2' });
    await stores.attachments.withdraw(teamId, source('1.0'), [attachment.id]);
    expect(await textsOf(stores, teamId, documentId, kept)).toBe(0);
  });

  it('removes what an earlier reading kept that ended before it was written down', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const left = await keepFor(stores, attachment, { hash: 'b2' });
    const { documentId } = await read(stores, attachment);
    expect(await textsOf(stores, teamId, left)).toBe(0);
    expect(await textsOf(stores, teamId, documentId)).toBe(2);
  });

  it('is to be read once more when its text was removed before it was held', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    await read(stores, attachment);
    const documentId = await keepFor(stores, attachment, { hash: 'b2' });
    await stores.documents.discardFor(teamId, attachment.id);
    const result = ready(documentId, { page: PAGE });
    expect(await refusal(stores.attachments.finishReading(attachment, result, 6))).toBeInstanceOf(Error);
    const waiting = { state: 'pending', unread: null, documentId: null };
    expect(await stores.attachments.findById(attachment)).toMatchObject(waiting);
    expect((await read(stores, attachment, { hash: 'b2' }, 7)).now).toMatchObject({ state: 'ready' });
  });
});

describeStores('attachments that turn out to be the same', (opened) => {
  const KEY = 'https://example.com/final';

  it('become one: what was there takes the sources over, each under its own address', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const { now: there } = await read(stores, await share(stores, teamId, { key: KEY }), { hash: 'b2' });
    const one = await share(stores, teamId, { key: 'https://short/1' });
    await share(stores, teamId, { key: 'https://short/1' }, '2.0');
    const documentId = await keepFor(stores, one);
    const result = ready(documentId, { key: KEY });
    if (there === null) throw new Error('Nobody removed the page.');
    const survivor = { ...there, formerIds: [one.id] };
    for (const fence of [5, 6])
      expect(await stores.attachments.finishReading(one, result, fence)).toEqual(survivor);
    expect(await stores.attachments.listByProject(teamId, UNKNOWN)).toEqual([survivor]);
    expect(await textsOf(stores, teamId, documentId)).toBe(0);
    expect(await stores.attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([
      shared(survivor, { sharedAs: [KEY, 'https://short/1'] }),
    ]);
    expect(await stores.attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([
      shared(survivor, { sharedAs: ['https://short/1'] }),
    ]);
  });

  it('remember every id they had, in other places too', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const last = await share(stores, teamId, { key: KEY, milestoneId: M1 });
    const second = await share(stores, teamId, { key: KEY });
    const first = await share(stores, teamId, { key: 'https://short/1' });
    const result = { state: 'ready', unread: null, key: KEY } as const;
    expect(await stores.attachments.finishReading(first, result, 5)).toMatchObject({ id: second.id });
    expect(await stores.attachments.move(second, M1)).toMatchObject({ id: last.id });
    const [one] = await stores.attachments.listByMessage(teamId, 'C1', '1.0');
    expect(one?.formerIds.sort()).toEqual([first.id, second.id].sort());
    expect(await stores.attachments.finishReading(first, result, 6)).toMatchObject({ id: last.id });
    expect(await stores.attachments.move(first, M1)).toMatchObject({ id: last.id });
    // Taking back what the message shared under a former id takes it back from what it became.
    expect(await stores.attachments.withdraw(teamId, source('1.0'), [first.id])).toMatchObject([
      { id: last.id },
    ]);
  });

  it('stay apart in two places', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    await share(stores, teamId, { key: KEY, milestoneId: M1 });
    const one = await share(stores, teamId, { key: 'https://short/1' });
    const result = { state: 'ready', unread: null, key: KEY } as const;
    expect(await stores.attachments.finishReading(one, result, 5)).toMatchObject({ id: one.id, key: KEY });
    expect(await stores.attachments.countByProject(teamId, UNKNOWN)).toBe(2);
  });

  it('become one whoever is first, when twenty files of one place are the same document', async () => {
    const { stores } = opened();
    for (let round = 0; round < 3; round += 1) {
      const teamId = newTeam();
      const files = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          share(stores, teamId, { kind: 'document', key: `file:F${n}`, url: null }, `${n}.0`),
        ),
      );
      const finished = await atOnce(opened(), 20, async (own, n) => {
        const file = files[n];
        if (file === undefined) throw new Error('There are twenty files.');
        const documentId = await keepFor(own, file);
        return own.attachments.finishReading(file, ready(documentId, { key: documentId }), 5);
      });
      const [only, ...more] = await stores.attachments.listByProject(teamId, UNKNOWN);
      expect(more).toEqual([]);
      expect(only).toMatchObject({ state: 'ready', key: only?.documentId });
      expect(new Set(finished.map((one) => one?.id))).toEqual(new Set([only?.id]));
      for (let n = 0; n < 20; n += 1)
        expect(await stores.attachments.listByMessage(teamId, 'C1', `${n}.0`)).toMatchObject([
          { id: only?.id, sharedAs: [`file:F${n}`] },
        ]);
      expect(await textsOf(stores, teamId, only?.documentId ?? '')).toBe(2);
    }
  });
});

describeStores('documents that are kept for an attachment', (opened) => {
  it('are discarded when that is gone, at once', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const kept = await keepFor(stores, attachment);
    const other = await keepFor(stores, { ...attachment, id: UNKNOWN }, { hash: 'b2' });
    await stores.documents.discardFor(teamId, attachment.id);
    await stores.documents.discardFor(teamId, attachment.id);
    expect(await textsOf(stores, teamId, kept)).toBe(0);
    expect(await textsOf(stores, teamId, other)).toBe(2);
  });

  it('stay while they hang elsewhere, and go with that', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const { attachment: elsewhere } = await stores.attachments.attach(
      attached(teamId, (await stores.documents.keep(document(teamId))).id, { milestoneId: M1 }),
      source('1.0'),
    );
    const attachment = await share(stores, teamId);
    const kept = await keepFor(stores, attachment);
    expect(kept).toBe(elsewhere.documentId);
    await stores.documents.discardFor(teamId, attachment.id);
    expect(await textsOf(stores, teamId, kept)).toBe(2);
    await stores.attachments.remove(elsewhere);
    expect(await textsOf(stores, teamId, kept)).toBe(0);
  });

  it('stay when they were kept for another meanwhile, and go with the last one they wait for', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const [one, other] = [await share(stores, teamId), await share(stores, teamId, { milestoneId: M1 })];
    const kept = await keepFor(stores, one);
    await keepFor(stores, other);
    await stores.attachments.remove(one);
    expect(await textsOf(stores, teamId, kept)).toBe(2);
    await stores.attachments.remove(other);
    expect(await textsOf(stores, teamId, kept)).toBe(0);
  });

  it('stay with what holds them', async () => {
    const { stores } = opened();
    const teamId = newTeam();
    const attachment = await share(stores, teamId);
    const { documentId } = await read(stores, attachment);
    await stores.documents.discardFor(teamId, attachment.id);
    expect(await textsOf(stores, teamId, documentId)).toBe(2);
  });
});
