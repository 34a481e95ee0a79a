import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { ReadingResult } from '../../src/ports/attachments.ts';
import { type ConnectedStores, connectStores, type Stores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { attached, document, link, source, UNKNOWN } from './builders.ts';
import { newTeam, refusal, silent } from './drivers.ts';
import { contents, endAfter, expectWhole, itLeavesNoTrace, type Scene } from './interrupted.ts';

const M1 = '1'.repeat(24);
const FINAL = 'https://example.com/final';
const SHORT = 'https://short/1';

async function share(stores: Stores, teamId: string, key: string, ts = '1.0'): Promise<Attachment> {
  return (await stores.attachments.attach(link(teamId, { key }), source(ts))).attachment;
}

/** Reads an attachment as its job does: the text is kept, then what was read is written down. */
async function read(
  { attachments, documents }: Stores,
  { id, teamId }: Attachment,
  { hash = 'a1', fence = 5, ...more }: Partial<ReadingResult> & { hash?: string; fence?: number } = {},
): Promise<Attachment | null> {
  const document_ = await documents.keep(document(teamId, { hash, awaitedBy: id }));
  const result = { state: 'ready', unread: null, documentId: document_.id, ...more } as const;
  return attachments.finishReading({ teamId, id }, result, fence);
}

const scenes: Scene[] = [
  {
    name: 'reading a link',
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, SHORT);
      return (again) => read(again, one, { key: FINAL, title: 'A page' });
    },
  },
  {
    name: 'reading a page that says something else',
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, FINAL);
      await read(stores, one);
      return (again) => read(again, one, { hash: 'b2', fence: 6 });
    },
  },
  {
    name: 'reading a page that says what it said at first',
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, FINAL);
      await read(stores, one, { hash: 'b2' });
      return async (again) => {
        await read(again, one, { fence: 6 });
        return read(again, one, { hash: 'b2', fence: 7 });
      };
    },
  },
  {
    name: 'finding nothing any more',
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, FINAL);
      await read(stores, one);
      const gone = { state: 'failed', unread: 'not_found', documentId: null } as const;
      return (again) => again.attachments.finishReading(one, gone, 6);
    },
  },
  {
    name: 'reading a link that leads to another, which was read',
    async prepare(stores, teamId) {
      await read(stores, await share(stores, teamId, FINAL), { hash: 'b2' });
      const one = await share(stores, teamId, SHORT);
      await share(stores, teamId, SHORT, '2.0');
      return (again) => read(again, one, { key: FINAL });
    },
  },
  {
    name: 'reading a link that leads to another, of which nothing could be read',
    async prepare(stores, teamId) {
      const there = await share(stores, teamId, FINAL);
      await stores.attachments.finishReading(there, { state: 'failed', unread: 'timed_out' }, 4);
      const one = await share(stores, teamId, SHORT);
      return (again) => read(again, one, { key: FINAL });
    },
  },
  {
    name: 'reading a file that another attachment holds already',
    async prepare(stores, teamId) {
      const { id } = await stores.documents.keep(document(teamId));
      await stores.attachments.attach(attached(teamId, id), source('1.0'));
      const one = await share(stores, teamId, 'file:F1', '2.0');
      return (again) => read(again, one, { key: id });
    },
  },
  {
    name: 'reading what was removed meanwhile',
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, FINAL);
      await stores.attachments.remove(one);
      return (again) => read(again, one);
    },
  },
];

describe('a reading that was cut short after any of its writes', () => {
  const { uri } = useMongo('reading_interruptions');
  let live: ConnectedStores;
  let ending: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
    ending = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([live.close(), ending.close()]));

  itLeavesNoTrace(scenes, () => ({ live, ending }));

  /** Runs `after` behind a call that was cut short, for every point at which it can be. */
  async function whereverCut(
    prepare: (stores: Stores, teamId: string) => Promise<Attachment>,
    call: (stores: Stores, attachment: Attachment) => Promise<unknown>,
    after: (attachment: Attachment, writes: number) => Promise<void>,
  ): Promise<void> {
    for (let ended = true, writes = 0; ended; writes += 1) {
      const attachment = await prepare(live.stores, newTeam());
      const revive = endAfter(ending.connection, writes);
      ended = (await refusal(call(ending.stores, attachment))) instanceof Error;
      revive();
      await after(attachment, writes);
    }
  }

  const rowsOf = async (teamId: string): Promise<unknown[]> =>
    Object.values(await contents(live.connection, teamId)).flat();

  async function changedPage(stores: Stores, teamId: string): Promise<Attachment> {
    const one = await share(stores, teamId, FINAL);
    await read(stores, one);
    return one;
  }

  async function twoLinks(stores: Stores, teamId: string): Promise<Attachment> {
    await read(stores, await share(stores, teamId, FINAL), { hash: 'b2' });
    await share(stores, teamId, SHORT, '2.0');
    return share(stores, teamId, SHORT, '3.0');
  }

  it('leaves nothing when the attachment is removed then and its job runs again', async () => {
    await whereverCut(
      changedPage,
      (stores, one) => read(stores, one, { hash: 'b2', fence: 6 }),
      async (one, writes) => {
        await live.stores.attachments.remove(one);
        await live.stores.documents.discardFor(one.teamId, one.id);
        expect(await rowsOf(one.teamId), `ended after ${writes} writes`).toEqual([]);
      },
    );
  });

  it('leaves only what the next reading found', async () => {
    await whereverCut(
      changedPage,
      (stores, one) => read(stores, one, { hash: 'b2', fence: 6 }),
      async (one, writes) => {
        expect(await read(live.stores, one, { hash: 'c3', fence: 7 })).toMatchObject({ state: 'ready' });
        await expectWhole(live.connection, one.teamId);
        await live.stores.attachments.withdraw(one.teamId, source('1.0'), [one.id]);
        expect(await rowsOf(one.teamId), `ended after ${writes} writes`).toEqual([]);
      },
    );
  });

  it('leaves only what is there when the page could not be opened the next time', async () => {
    await whereverCut(
      changedPage,
      (stores, one) => read(stores, one, { hash: 'b2', fence: 6 }),
      async (one, writes) => {
        const again = { state: 'ready', unread: 'timed_out' } as const;
        const now = await live.stores.attachments.finishReading(one, again, 7);
        expect(now, `ended after ${writes} writes`).toMatchObject(again);
        await expectWhole(live.connection, one.teamId);
      },
    );
  });

  it('loses no sharing when its messages are taken back then, and keeps none', async () => {
    await whereverCut(
      twoLinks,
      (stores, one) => read(stores, one, { key: FINAL }),
      async ({ teamId, id }, writes) => {
        const { attachments } = live.stores;
        await attachments.withdraw(teamId, source('2.0'), [id]);
        expect(await attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([]);
        expect(await attachments.listByMessage(teamId, 'C1', '3.0'), `${writes} writes`).not.toEqual([]);
        await attachments.withdraw(teamId, source('3.0'), [id]);
        const [there] = await attachments.listByMessage(teamId, 'C1', '1.0');
        await attachments.withdraw(teamId, source('1.0'), [there?.id ?? '']);
        // The job runs again, for nothing.
        expect(
          await attachments.finishReading({ teamId, id }, { state: 'ready', unread: null }, 6),
        ).toBeNull();
        expect(await rowsOf(teamId), `ended after ${writes} writes`).toEqual([]);
      },
    );
  });

  it('stands for itself again when what it was to become one with is removed then', async () => {
    await whereverCut(
      twoLinks,
      (stores, one) => read(stores, one, { key: FINAL }),
      async ({ teamId, id }, writes) => {
        const { attachments } = live.stores;
        const [there] = await attachments.listByMessage(teamId, 'C1', '1.0');
        if (there === undefined) throw new Error('The first message shares a link.');
        await attachments.withdraw(teamId, source('1.0'), [there.id]);
        await read(live.stores, { ...there, id }, { key: FINAL, fence: 6 });
        for (const ts of ['2.0', '3.0'])
          expect(await attachments.listByMessage(teamId, 'C1', ts), `${writes} writes`).toMatchObject([
            { key: FINAL, sharedAs: [SHORT], state: 'ready' },
          ]);
        await expectWhole(live.connection, teamId);
      },
    );
  });
});

describe('readings of the same things at once', () => {
  const { uri } = useMongo('readings_at_once');
  let one: ConnectedStores;
  let two: ConnectedStores;
  beforeAll(async () => {
    one = await connectStores(uri, silent);
    two = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([one.close(), two.close()]));

  const ROUNDS = 12;
  const rowsOf = async (teamId: string): Promise<unknown[]> =>
    Object.values(await contents(one.connection, teamId)).flat();

  /** A job that is run again for as long as it fails. */
  async function readOn(stores: Stores, attachment: Attachment, more: Parameters<typeof read>[2]) {
    for (;;) {
      const now = await read(stores, attachment, more).catch((error: unknown) => error);
      if (!(now instanceof Error)) return now;
    }
  }

  it('end with the latest of them, whole', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const attachment = await share(one.stores, teamId, SHORT);
      await read(one.stores, attachment, { hash: 'old' });
      const fences = [6, 7, 8, 9];
      await Promise.all(
        fences.map((fence) => {
          const { stores } = fence % 2 === 0 ? one : two;
          return readOn(stores, attachment, { hash: `h${fence % 3}`, title: `Page ${fence}`, fence });
        }),
      );
      expect(await one.stores.attachments.findById(attachment)).toMatchObject({ title: 'Page 9' });
      await expectWhole(one.connection, teamId);
      await one.stores.attachments.remove(attachment);
      expect(await rowsOf(teamId)).toEqual([]);
    }
  });

  it('leave nothing of an attachment that is removed at that moment', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const attachment = await share(one.stores, teamId, SHORT);
      await read(one.stores, attachment, { hash: 'old' });
      await Promise.all([
        readOn(one.stores, attachment, { hash: 'new' }),
        round % 2 === 0
          ? two.stores.attachments.remove(attachment)
          : two.stores.attachments.withdraw(teamId, source('1.0'), [attachment.id]),
      ]);
      expect(await rowsOf(teamId)).toEqual([]);
    }
  });

  it('leave no sharing of a message that is taken back while its link becomes one with another', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const there = await share(one.stores, teamId, FINAL);
      const attachment = await share(one.stores, teamId, SHORT, '2.0');
      if (round % 2 === 0) await share(one.stores, teamId, SHORT, '3.0');
      await Promise.all([
        readOn(one.stores, attachment, { key: FINAL }),
        two.stores.attachments.withdraw(teamId, source('2.0'), [attachment.id]),
      ]);
      expect(await one.stores.attachments.listByMessage(teamId, 'C1', '2.0')).toEqual([]);
      expect(await one.stores.attachments.listByProject(teamId, UNKNOWN)).toMatchObject([{ id: there.id }]);
      await expectWhole(one.connection, teamId);
    }
  });

  it('lose no sharing of what moves, is shared again, and becomes one with others meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const [a, b] = [
        await share(one.stores, teamId, SHORT),
        await share(one.stores, teamId, 'https://b/', '2.0'),
      ];
      const elsewhere = link(teamId, { key: FINAL, milestoneId: M1 });
      await one.stores.attachments.attach(elsewhere, source('3.0'));
      await Promise.all([
        readOn(one.stores, a, { key: FINAL }),
        readOn(two.stores, b, { key: FINAL }),
        two.stores.attachments.move(a, M1),
        share(one.stores, teamId, SHORT, '4.0'),
        share(two.stores, teamId, FINAL, '5.0'),
      ]);
      for (const ts of ['1.0', '2.0', '3.0', '4.0', '5.0']) {
        const listed = await one.stores.attachments.listByMessage(teamId, 'C1', ts);
        expect(listed.length, `round ${round}, message ${ts}`).toBeGreaterThan(0);
      }
      await expectWhole(one.connection, teamId);
      for (const { id } of await one.stores.attachments.listByProject(teamId, UNKNOWN))
        await one.stores.attachments.remove({ teamId, id });
      expect(await rowsOf(teamId)).toEqual([]);
    }
  });

  it('end with one when two links lead to each other', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const [a, b] = [await share(one.stores, teamId, SHORT), await share(one.stores, teamId, FINAL, '2.0')];
      await Promise.all([readOn(one.stores, a, { key: FINAL }), readOn(two.stores, b, { key: SHORT })]);
      for (const ts of ['1.0', '2.0'])
        expect(await one.stores.attachments.listByMessage(teamId, 'C1', ts)).toHaveLength(1);
      await expectWhole(one.connection, teamId);
    }
  });

  it('leave no document of an attachment that is removed while it is attached', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const teamId = newTeam();
      const attach = async ({ attachments, documents }: Stores, ts: string) => {
        const { id } = await documents.keep(document(teamId));
        return (await attachments.attach(attached(teamId, id), source(ts))).attachment;
      };
      const attachment = await attach(one.stores, '1.0');
      await Promise.all([refusal(attach(one.stores, '2.0')), two.stores.attachments.remove(attachment)]);
      for (const { id } of await one.stores.attachments.listByProject(teamId, UNKNOWN))
        await one.stores.attachments.remove({ teamId, id });
      expect(await rowsOf(teamId)).toEqual([]);
    }
  });
});
