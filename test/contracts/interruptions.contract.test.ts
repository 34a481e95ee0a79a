import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectedStores, connectStores, type Stores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { attached, document, link, milestone, source, UNKNOWN } from './builders.ts';
import { newTeam, silent } from './drivers.ts';
import { expectWhole, itLeavesNoTrace, type Scene } from './interrupted.ts';

const M1 = '1'.repeat(24);
const scenes: Scene[] = [
  {
    name: 'attaching a link',
    prepare: async (_, teamId) => (stores) => stores.attachments.attach(link(teamId), source('1.0')),
  },
  {
    name: 'keeping a document',
    prepare: async (_, teamId) => (stores) => stores.documents.keep(document(teamId)),
  },
  {
    name: 'keeping and attaching a document',
    prepare: async (_, teamId) => async (stores) => {
      const { id } = await stores.documents.keep(document(teamId));
      return stores.attachments.attach(attached(teamId, id), source('1.0'));
    },
  },
  {
    name: 'taking a message back',
    async prepare(stores, teamId) {
      const { id } = await stores.documents.keep(document(teamId));
      const one = await stores.attachments.attach(attached(teamId, id), source('1.0'));
      const two = await stores.attachments.attach(link(teamId), source('1.0'));
      await stores.attachments.attach(link(teamId, { key: 'https://stays/' }), source('2.0'));
      const ids = [one.attachment.id, two.attachment.id];
      return (again) => again.attachments.withdraw(teamId, source('1.0'), ids);
    },
  },
  {
    name: 'removing the last attachment of a document',
    async prepare(stores, teamId) {
      const { id } = await stores.documents.keep(document(teamId));
      const { attachment } = await stores.attachments.attach(attached(teamId, id), source('1.0'));
      await stores.attachments.attach(attached(teamId, id), source('2.0'));
      return (again) => again.attachments.remove(attachment);
    },
  },
  {
    name: 'moving onto the same link elsewhere',
    async prepare(stores, teamId) {
      await stores.attachments.attach(link(teamId, { milestoneId: M1 }), source('1.0'));
      await stores.attachments.attach(link(teamId), source('1.0'));
      const { attachment } = await stores.attachments.attach(link(teamId), source('2.0'));
      return (again) => again.attachments.move(attachment, M1);
    },
  },
  {
    name: 'giving all of a milestone to the project',
    async prepare(stores, teamId) {
      for (const key of ['https://a/', 'https://b/', 'https://c/']) {
        await stores.attachments.attach(link(teamId, { key, milestoneId: M1 }), source('1.0'));
      }
      await stores.attachments.attach(link(teamId, { key: 'https://b/' }), source('2.0'));
      return (again) => again.attachments.releaseMilestone(teamId, UNKNOWN, M1);
    },
  },
];

describe('a call that was cut short after any of its writes', () => {
  const { uri } = useMongo('interruptions');
  let live: ConnectedStores;
  let ending: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
    ending = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([live.close(), ending.close()]));

  itLeavesNoTrace(scenes, () => ({ live, ending }));
});

describe('sharing, taking back, moving and removing the same things at once', () => {
  const { uri } = useMongo('at_once');
  let one: ConnectedStores;
  let two: ConnectedStores;
  beforeAll(async () => {
    one = await connectStores(uri, silent);
    two = await connectStores(uri, silent);
  });
  afterAll(async () => Promise.all([one.close(), two.close()]));

  it('ends with every attachment owed to someone and every document whole', async () => {
    for (let round = 0; round < 20; round += 1) {
      const teamId = newTeam();
      const share = async ({ attachments, documents }: Stores, n: number) => {
        const place = { milestoneId: n % 3 === 0 ? M1 : null };
        const { id } = await documents.keep(document(teamId));
        await attachments.attach(attached(teamId, id, place), source(`${n}.0`));
        return attachments.attach(link(teamId, place), source(`${n}.0`));
      };
      await share(one.stores, 0);
      await share(one.stores, 1);
      const held = await one.stores.attachments.listByProject(teamId, UNKNOWN);
      const ids = held.map((attachment) => attachment.id);
      await Promise.all([
        ...[2, 3, 4, 5].map((n) => share(n % 2 === 0 ? one.stores : two.stores, n)),
        ...[0, 1].map((n) => two.stores.attachments.withdraw(teamId, source(`${n}.0`), ids)),
        ...held.map((attachment) =>
          two.stores.attachments.move(attachment, attachment.milestoneId === null ? M1 : null),
        ),
      ]);
      await expectWhole(one.connection, teamId);
      for (const n of [2, 3, 4, 5]) {
        expect((await one.stores.attachments.listByMessage(teamId, 'C1', `${n}.0`)).length).toBeGreaterThan(
          0,
        );
      }
    }
  });

  it('loses no sharing when milestones are adopted and released meanwhile', async () => {
    for (let round = 0; round < 10; round += 1) {
      const teamId = newTeam();
      await one.stores.milestones.create([milestone(teamId)]);
      await Promise.all([
        ...[0, 1, 2, 3].map((n) =>
          one.stores.attachments.attach(link(teamId, { milestoneId: M1 }), source(`${n}.0`)),
        ),
        ...[4, 5, 6, 7].map((n) => two.stores.attachments.attach(link(teamId), source(`${n}.0`))),
        two.stores.attachments.releaseMilestone(teamId, UNKNOWN, M1),
        one.stores.attachments.releaseMilestone(teamId, UNKNOWN, M1),
      ]);
      await one.stores.attachments.releaseMilestone(teamId, UNKNOWN, M1);
      const [only, ...more] = await one.stores.attachments.listByProject(teamId, UNKNOWN);
      expect(more).toEqual([]);
      for (let n = 0; n < 8; n += 1) {
        expect(await one.stores.attachments.listByMessage(teamId, 'C1', `${n}.0`)).toMatchObject([only]);
      }
    }
  });
});
