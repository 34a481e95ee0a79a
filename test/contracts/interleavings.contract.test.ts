import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import { type ConnectedStores, connectStores, type Stores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { attached, document, link, source, UNKNOWN } from './builders.ts';
import { newTeam, silent } from './drivers.ts';
import { actAfter, contents, expectWhole } from './interrupted.ts';

const M1 = '1'.repeat(24);
const FINAL = 'https://example.com/final';
const SHORT = 'https://short/1';

type Act = (stores: Stores, attachment: Attachment) => Promise<unknown>;

async function share(stores: Stores, teamId: string, key: string, ts: string): Promise<Attachment> {
  return (await stores.attachments.attach(link(teamId, { key }), source(ts))).attachment;
}

async function shareText(
  { attachments, documents }: Stores,
  teamId: string,
  ts: string,
): Promise<Attachment> {
  const { id } = await documents.keep(document(teamId));
  return (await attachments.attach(attached(teamId, id), source(ts))).attachment;
}

/** Reads an attachment as its job does, which is run again for as long as it fails. */
async function read(
  { attachments, documents }: Stores,
  { id, teamId }: Attachment,
  hash: string,
  fence: number,
  more: { key?: string } = {},
): Promise<unknown> {
  for (;;) {
    const kept = await documents.keep(document(teamId, { hash, awaitedBy: id }));
    const result = { state: 'ready', unread: null, documentId: kept.id, ...more } as const;
    const now = await attachments
      .finishReading({ teamId, id }, result, fence)
      .catch((error: unknown) => error);
    if (!(now instanceof Error)) return now;
  }
}

/** What is under way. Message 1.0 shares the attachment; 9.0 shares another one of the same place. */
const calls: Record<string, { prepare(stores: Stores, teamId: string): Promise<Attachment>; call: Act }> = {
  'a page is read again': {
    async prepare(stores, teamId) {
      const one = await share(stores, teamId, SHORT, '1.0');
      await read(stores, one, 'old', 5);
      await share(stores, teamId, FINAL, '9.0');
      return one;
    },
    call: (stores, one) => read(stores, one, 'new', 6, { key: SHORT }),
  },
  'a link becomes one with another': {
    async prepare(stores, teamId) {
      await read(stores, await share(stores, teamId, FINAL, '9.0'), 'there', 5);
      const one = await share(stores, teamId, SHORT, '1.0');
      await read(stores, one, 'old', 5);
      return one;
    },
    call: (stores, one) => read(stores, one, 'new', 6, { key: FINAL }),
  },
  'a text is attached again': {
    async prepare(stores, teamId) {
      await share(stores, teamId, FINAL, '9.0');
      return shareText(stores, teamId, '1.0');
    },
    call: (stores, { teamId }) => shareText(stores, teamId, '8.0').catch(() => null),
  },
};

/** What happens in between, and which messages still share something then. */
const acts: Record<string, { act: Act; left: string[] }> = {
  'it is removed': { act: ({ attachments }, one) => attachments.remove(one), left: [] },
  'its message is taken back': {
    act: ({ attachments }, { teamId, id }) => attachments.withdraw(teamId, source('1.0'), [id]),
    left: ['9.0'],
  },
  'the other one is taken back': {
    async act({ attachments }, { teamId }) {
      const listed = await attachments.listByMessage(teamId, 'C1', '9.0');
      const ids = listed.map((other) => other.id);
      await attachments.withdraw(teamId, source('9.0'), ids);
    },
    left: ['1.0'],
  },
  'it is moved': { act: ({ attachments }, one) => attachments.move(one, M1), left: ['1.0', '9.0'] },
  'it is shared again': {
    act: ({ attachments }, { teamId, ...one }) => {
      const { id, addedAt, askedAt, formerIds, ...rest } = one;
      return attachments.attach({ teamId, ...rest }, source('2.0'));
    },
    left: ['1.0', '2.0', '9.0'],
  },
  'a later reading ends': {
    act: (stores, one) => read(stores, one, 'later', 7),
    left: ['1.0', '9.0'],
  },
};

describe('whatever happens between any two steps of another call', () => {
  const { uri } = useMongo('interleavings');
  let live: ConnectedStores;
  let slow: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
    slow = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([live.close(), slow.close()]));

  async function expectNothingLost(teamId: string, left: string[], gone: string[]): Promise<void> {
    const { attachments } = live.stores;
    for (const ts of left) expect(await attachments.listByMessage(teamId, 'C1', ts), ts).not.toEqual([]);
    for (const ts of gone) expect(await attachments.listByMessage(teamId, 'C1', ts), ts).toEqual([]);
    await expectWhole(live.connection, teamId);
    for (const { id } of await attachments.listByProject(teamId, UNKNOWN))
      await attachments.remove({ teamId, id });
    expect(Object.values(await contents(live.connection, teamId)).flat()).toEqual([]);
  }

  it('a link is the same for two who share it, whenever one of them has it read meanwhile', async () => {
    for (let commands = 0, acted = true; acted; commands += 1) {
      const teamId = newTeam();
      const shareAndRead = async () =>
        read(live.stores, await share(live.stores, teamId, SHORT, '1.0'), 'text', 5, { key: FINAL });
      const between = actAfter(slow.connection, commands, shareAndRead);
      await share(slow.stores, teamId, SHORT, '2.0');
      between.undo();
      acted = between.hasActed();
      if (!acted) await shareAndRead();
      const [only, ...more] = await live.stores.attachments.listByProject(teamId, UNKNOWN);
      expect(more, `after ${commands} commands`).toEqual([]);
      expect(only).toMatchObject({ key: FINAL, state: 'ready' });
      await expectNothingLost(teamId, ['1.0', '2.0'], []);
    }
  });

  for (const [doing, { prepare, call }] of Object.entries(calls)) {
    for (const [happening, { act, left }] of Object.entries(acts)) {
      // Texts are not read.
      if (doing === 'a text is attached again' && happening === 'a later reading ends') continue;
      it(`no sharing is lost and nothing is left over: ${doing}, ${happening}`, async () => {
        for (let commands = 0, acted = true; acted; commands += 1) {
          const attachment = await prepare(live.stores, newTeam());
          const between = actAfter(slow.connection, commands, () => act(live.stores, attachment));
          await call(slow.stores, attachment);
          between.undo();
          acted = between.hasActed();
          if (!acted) await act(live.stores, attachment);
          const gone = happening === 'its message is taken back' ? ['1.0'] : [];
          await expectNothingLost(attachment.teamId, left, gone).catch((error: unknown) => {
            throw new Error(`After ${commands} commands: ${String(error)}`, { cause: error });
          });
        }
      });
    }
  }
});
