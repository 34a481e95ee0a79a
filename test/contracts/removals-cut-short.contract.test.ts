import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { Ref } from '../../src/domain/scope.ts';
import type { PageContent } from '../../src/ports/reader.ts';
import { type ConnectedStores, connectStores, type Stores } from '../../src/store/connect.ts';
import { createForgetRemoved, takingAlong } from '../../src/use-cases/forget-derived.ts';
import { createReadAttachment, type ReadAttachmentDeps } from '../../src/use-cases/read-attachment.ts';
import { unnamed } from '../../src/use-cases/unnamed.ts';
import { useMongo } from '../support/mongo.ts';
import { attached, document, item, link, receipt, source, UNKNOWN } from './builders.ts';
import { newTeam, refusal, silent } from './drivers.ts';
import { contents, endAfter } from './interrupted.ts';

const M1 = '1'.repeat(24);
const FINAL = 'https://example.com/final';
const SHORT = 'https://short/1';

describe('a process that ends in the middle', () => {
  const { uri } = useMongo('removals_cut_short');
  let live: ConnectedStores;
  let ending: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
    ending = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([live.close(), ending.close()]));

  type Call = (stores: Stores, attachment: Attachment) => Promise<unknown>;

  /** Looks at what a call leaves that was cut short, for every point at which it can be. */
  async function whereverCut(
    prepare: (stores: Stores, teamId: string) => Promise<Attachment>,
    call: Call,
    look: (attachment: Attachment, writes: number) => Promise<void>,
  ): Promise<void> {
    let writes = 0;
    for (let ended = true; ended; writes += 1) {
      const attachment = await prepare(live.stores, newTeam());
      const revive = endAfter(ending.connection, writes);
      ended = (await refusal(call(ending.stores, attachment))) instanceof Error;
      revive();
      await look(attachment, writes);
    }
    expect(writes).toBeGreaterThan(3);
  }

  const rowsOf = async (teamId: string): Promise<unknown[]> =>
    Object.values(await contents(live.connection, teamId)).flat();

  async function aText({ attachments, documents }: Stores, teamId: string): Promise<Attachment> {
    const { id } = await documents.keep(document(teamId));
    const text = attached(teamId, id, { milestoneId: M1 });
    return (await attachments.attach(text, source('1.0'))).attachment;
  }

  const ways: Record<string, Call> = {
    'by its button': ({ attachments }, one) => attachments.remove(one),
    'with its message': ({ attachments }, { teamId, id }) =>
      attachments.withdraw(teamId, source('1.0'), [id]),
  };
  const run = (stores: Stores, forgotten: Ref[]) => {
    const { run: handle } = createForgetRemoved(stores.attachments, async (ref) => {
      forgotten.push(ref);
    });
    return ({ teamId, id }: Attachment) => handle({ attachmentIds: [id] }, jobOf(teamId));
  };

  for (const [way, remove] of Object.entries(ways)) {
    it(`leaves nothing to be told of what it was removing ${way}, and the look afterwards ends that`, async () => {
      await whereverCut(aText, remove, async (one, writes) => {
        const { attachments } = live.stores;
        const { teamId } = one;
        const scope = { teamId, projectId: UNKNOWN, milestoneId: M1 };
        const left = writes === 0 ? [one] : [];
        expect(await attachments.listInScope(scope), `${writes} writes`).toEqual(left);
        expect(await attachments.listInScope({ ...scope, milestoneId: null })).toEqual(left);
        expect(await attachments.listByProject(teamId, UNKNOWN)).toEqual(left);
        expect(await attachments.findMany(teamId, [one.id])).toEqual(left);
        expect(await attachments.findById(one)).toEqual(left[0] ?? null);
        expect(await attachments.countByProject(teamId, UNKNOWN)).toBe(left.length);
        expect(await attachments.countByPlace(teamId, scope)).toBe(left.length);
        expect(await attachments.countElsewhere({ ...scope, milestoneId: UNKNOWN })).toBe(left.length);
        const forgotten: Ref[] = [];
        await run(live.stores, forgotten)(one);
        await run(live.stores, forgotten)(one);
        if (writes === 0) return;
        expect(await rowsOf(teamId), `${writes} writes`).toEqual([]);
        expect(forgotten).toEqual(Array(2).fill({ teamId, id: one.id }));
      });
    });
  }

  async function twoLinks({ attachments }: Stores, teamId: string): Promise<Attachment> {
    await attachments.attach(link(teamId, { key: FINAL }), source('1.0'));
    return (await attachments.attach(link(teamId, { key: SHORT }), source('2.0'))).attachment;
  }

  async function leads({ attachments, documents }: Stores, { id, teamId }: Attachment): Promise<unknown> {
    const kept = await documents.keep(document(teamId, { awaitedBy: id }));
    const result = { state: 'ready', unread: null, documentId: kept.id, key: FINAL } as const;
    return attachments.finishReading({ teamId, id }, result, 5);
  }

  it('never has two that become one taken for removed', async () => {
    await whereverCut(twoLinks, leads, async (one, writes) => {
      const { attachments } = live.stores;
      const { teamId, id } = one;
      const [found, ...more] = await attachments.findMany(teamId, [id]);
      expect(more).toEqual([]);
      expect([found?.id, ...(found?.formerIds ?? [])], `${writes} writes`).toContain(id);
      expect(await attachments.listByProject(teamId, UNKNOWN)).toContainEqual(found);
      const forgotten: Ref[] = [];
      await run(live.stores, forgotten)(one);
      expect(forgotten).toEqual([]);
      for (const ts of ['1.0', '2.0'])
        expect(await attachments.listByMessage(teamId, 'C1', ts)).toHaveLength(1);
    });
  });

  for (const how of ['run', 'abandoned'] as const) {
    it(`leaves nothing behind of two that became one when the reading is ${how} again`, async () => {
      await whereverCut(twoLinks, leads, async (one, writes) => {
        const { teamId, id } = one;
        const job = createReadAttachment(reading(live.stores));
        if (how === 'run') await job.run({ attachmentId: id }, jobOf(teamId));
        else await job.abandoned?.({ attachmentId: id }, jobOf(teamId), new Error('Too many tries.'));
        const survivor = await live.stores.attachments.findById(one);
        const held = await contents(live.connection, teamId);
        // Given up, the short link stays for itself when it had not begun to become one with the other.
        expect(held.Attachment, `${writes} writes`).toHaveLength(survivor?.id === id ? 2 : 1);
        await live.stores.attachments.remove({ teamId, id });
        for (const { id: other } of await live.stores.attachments.listByProject(teamId, UNKNOWN))
          await live.stores.attachments.remove({ teamId, id: other });
        expect(await rowsOf(teamId), `${writes} writes`).toEqual([]);
      });
    });
  }

  it('leaves no text of a removed link when its reading is given up', async () => {
    const { attachments, documents } = live.stores;
    const teamId = newTeam();
    const { attachment: one } = await attachments.attach(link(teamId), source('1.0'));
    await attachments.remove(one);
    await documents.keep(document(teamId, { awaitedBy: one.id }));
    const job = createReadAttachment(reading(live.stores));
    await job.abandoned?.({ attachmentId: one.id }, jobOf(teamId), new Error('Too many tries.'));
    expect(await rowsOf(teamId)).toEqual([]);
  });

  /** A reader for whom every address leads to the final one. */
  function reading({ attachments, documents }: Stores): ReadAttachmentDeps {
    const page: PageContent = {
      ...{ outcome: 'read', url: FINAL, title: null, language: null, canonicalUrl: null },
      ...{ parts: [{ text: 'A page.', place: {} }], hash: 'a1', size: 7 },
      validators: { etag: null, lastModified: null },
    };
    const never = async (): Promise<never> => {
      throw new Error('Nothing else is asked for.');
    };
    return {
      ...{ attachments, documents, log: silent, fileLimit: 1_000, refreshCards: async () => {} },
      reader: { readLink: async () => page, readFile: never },
      jobs: { enqueue: never },
      slack: new Proxy({} as ReadAttachmentDeps['slack'], { get: () => never }),
    };
  }
});

describe('attachments that take along what was made from them', () => {
  const { uri } = useMongo('taking_along');
  let live: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
  });
  afterAll(async () => live.close());

  /** With what was forgotten, whose summaries were dropped, and what is to be looked at later. */
  function taking() {
    const told = { forgotten: [] as string[], dropped: [] as string[], later: [] as string[] };
    const note = (ids: string[]) => async (ref: Ref) => {
      ids.push(ref.id);
    };
    const forget = { forgetAttachment: note(told.forgotten), dropSummariesWith: note(told.dropped) };
    const later = async (_: string, ids: string[]) => {
      told.later.push(...ids);
    };
    return { told, attachments: takingAlong(live.stores.attachments, forget, later) };
  }

  async function share(teamId: string, key: string, milestoneId: string | null, ts: string) {
    const entry = link(teamId, { key, milestoneId });
    return (await live.stores.attachments.attach(entry, source(ts))).attachment;
  }

  it('take nothing along when two become one: by moving, by reading, by deleting a milestone', async () => {
    const { told, attachments } = taking();
    const teamId = newTeam();
    await share(teamId, FINAL, null, '1.0');
    const moved = await share(teamId, FINAL, M1, '2.0');
    await attachments.move(moved, null);
    const read = await share(teamId, SHORT, null, '3.0');
    await attachments.finishReading(read, { state: 'ready', unread: null, key: FINAL }, 5);
    await share(teamId, FINAL, M1, '4.0');
    await attachments.releaseMilestone(teamId, UNKNOWN, M1);
    expect(await attachments.countByProject(teamId, UNKNOWN)).toBe(1);
    expect(told.forgotten).toEqual([]);
    expect(new Set(told.dropped)).toEqual(new Set([moved.id]));
  });

  it('take along what was made from any of its ids when the one that is left is removed or taken back', async () => {
    for (const how of ['removed', 'taken back', 'removed by a former id'] as const) {
      const { told, attachments } = taking();
      const teamId = newTeam();
      const there = await share(teamId, FINAL, null, '1.0');
      const moved = await share(teamId, FINAL, M1, '1.0');
      await attachments.move(moved, null);
      if (how === 'taken back') await attachments.withdraw(teamId, source('1.0'), [there.id]);
      else await attachments.remove(how === 'removed' ? there : moved);
      const ids = new Set([there.id, moved.id]);
      expect(new Set(told.forgotten), how).toEqual(ids);
      expect(new Set(told.later), how).toEqual(ids);
    }
  });

  it('leave what became one with another its name in old receipts, until that is removed', async () => {
    const { attachments } = taking();
    const teamId = newTeam();
    await share(teamId, FINAL, null, '1.0');
    const moved = await share(teamId, FINAL, M1, '2.0');
    const old = receipt([item(moved.id)]);
    await attachments.move(moved, null);
    expect(await unnamed(attachments, teamId, old)).toEqual(old);
    await attachments.remove(moved);
    expect(await unnamed(attachments, teamId, old)).toMatchObject({ items: [{ title: 'Removed since' }] });
  });

  it('drop the summaries of the place it leaves, also those made under a former id', async () => {
    const { told, attachments } = taking();
    const teamId = newTeam();
    const there = await share(teamId, FINAL, M1, '1.0');
    const former = await share(teamId, FINAL, null, '2.0');
    await attachments.move(former, M1);
    told.dropped.length = 0;
    await attachments.move(there, null);
    expect(new Set(told.dropped)).toEqual(new Set([there.id, former.id]));
    expect(told.forgotten).toEqual([]);
  });
});

const jobOf = (teamId: string) => ({
  ...{ teamId, jobId: 'J1', fence: 6, attempt: 1 },
  signal: new AbortController().signal,
});
