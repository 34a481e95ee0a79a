import { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { createDocumentStore } from '../../src/store/document-store.ts';
import { useMongo } from '../support/mongo.ts';
import { document, UNKNOWN } from './builders.ts';
import { describeStores, newTeam, refusal, silent } from './drivers.ts';
import { endAfter } from './interrupted.ts';

describeStores('passages of a document', (opened) => {
  it('are read by nobody of another workspace or project, also right after they were read', async () => {
    const { documents } = opened().stores;
    const teamId = newTeam();
    const { id } = await documents.keep(document(teamId));
    for (const round of [1, 2]) {
      expect(await documents.passagesOf(teamId, UNKNOWN, [id]), `round ${round}`).toHaveLength(2);
      expect(await documents.passagesOf(newTeam(), UNKNOWN, [id])).toEqual([]);
      expect(await documents.passagesOf(teamId, '9'.repeat(24), [id])).toEqual([]);
    }
  });

  it('are told with their place', async () => {
    const { documents } = opened().stores;
    const teamId = newTeam();
    const places = [{ sheet: 'Costs', rows: { from: 2, to: 40 } }, {}, { page: 3, heading: 'Opening hours' }];
    const passages = places.map((place) => ({ text: 'Text.', tokens: 2, place }));
    const { id } = await documents.keep(document(teamId, { passages }));
    const held = await documents.passagesOf(teamId, UNKNOWN, [id]);
    expect(held.map(({ place }) => place)).toStrictEqual(places);
  });

  it('come in the order of their documents, whichever were read before', async () => {
    const { documents } = opened().stores;
    const teamId = newTeam();
    const hashes = ['a', 'b', 'c', 'd'];
    const kept = await Promise.all(hashes.map((hash) => documents.keep(document(teamId, { hash }))));
    const ids = kept.map((one) => one.id).sort();
    await documents.passagesOf(teamId, UNKNOWN, ids.slice(1, 3));
    const held = await documents.passagesOf(teamId, UNKNOWN, [...ids].reverse().concat(ids, 'none'));
    expect(held.map(({ documentId, n }) => [documentId, n])).toEqual(
      ids.flatMap((id) => [
        [id, 0],
        [id, 1],
      ]),
    );
  });
});

describe('passages that are read again and again', () => {
  const { uri } = useMongo('passages');
  const asked: string[] = [];
  let live: ConnectedStores;
  let ending: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent, { monitorCommands: true });
    ending = await connectStores(uri, silent);
    live.connection.getClient().on('commandStarted', ({ command }) => {
      if (typeof command.find === 'string') asked.push(command.find);
    });
  });
  afterAll(async () => Promise.all([live.close(), ending.close()]));

  /** The collections that a call asked, in alphabetical order. */
  async function questionsOf(call: () => Promise<unknown>): Promise<string[]> {
    asked.length = 0;
    await call();
    return [...asked].sort();
  }

  const ONCE = ['documents', 'passages'];

  it('are asked of MongoDB once, all that are missing together, and are the same objects', async () => {
    const { documents } = live.stores;
    const teamId = newTeam();
    const variants = [{}, { hash: 'b2' }, { hash: 'c3', passages: [] }];
    const kept = await Promise.all(variants.map((more) => documents.keep(document(teamId, more))));
    const [first = '', ...rest] = kept.map((one) => one.id);
    const read = (ids: string[]) => () => documents.passagesOf(teamId, UNKNOWN, ids);
    expect(await questionsOf(read([first]))).toEqual(ONCE);
    const before = await documents.passagesOf(teamId, UNKNOWN, [first]);
    expect(await questionsOf(read([first, ...rest]))).toEqual(ONCE);
    expect(await questionsOf(read([first, ...rest]))).toEqual([]);
    const after = await documents.passagesOf(teamId, UNKNOWN, [first, ...rest]);
    expect(after).toHaveLength(4);
    for (const passage of before) expect(after.some((one) => one === passage)).toBe(true);
    for (const passage of after) expect([passage, passage.place].every(Object.isFrozen)).toBe(true);
  });

  it('are asked for again while the document is being written', async () => {
    const teamId = newTeam();
    const revive = endAfter(ending.connection, 2);
    expect(await refusal(ending.stores.documents.keep(document(teamId)))).toBeInstanceOf(Error);
    revive();
    const held = await live.connection
      .model('Document')
      .findOne({ teamId, hash: 'a1' })
      .lean<{ _id: unknown }>();
    const read = () => live.stores.documents.passagesOf(teamId, UNKNOWN, [String(held?._id)]);
    for (let round = 0; round < 2; round += 1) expect(await questionsOf(read)).toEqual(ONCE);
    await live.stores.documents.keep(document(teamId));
    expect(await questionsOf(read)).toEqual(ONCE);
    expect(await questionsOf(read)).toEqual([]);
  });

  it('are asked for again when fewer were read than the document has', async () => {
    const teamId = newTeam();
    const { id } = await live.stores.documents.keep(document(teamId));
    const { collection } = live.connection.model('Passage');
    const [last] = await collection.find({ teamId, documentId: id, n: 1 }).toArray();
    if (last === undefined) throw new Error('The document has two passages.');
    await collection.deleteOne({ teamId, _id: last._id });
    const read = () => live.stores.documents.passagesOf(teamId, UNKNOWN, [id]);
    expect(await read()).toHaveLength(1);
    await collection.insertOne({ ...last, _id: new mongo.ObjectId() });
    expect(await read()).toHaveLength(2);
    expect(await questionsOf(read)).toEqual([]);
  });

  it('are held up to a number of bytes, those used last', async () => {
    const documents = createDocumentStore(live.connection, 10_000);
    const teamId = newTeam();
    const passages = [{ text: 'x'.repeat(3_000), tokens: 750, place: {} }];
    const hashes = ['a', 'b', 'c', 'd'];
    const kept = await Promise.all(
      hashes.map((hash) => documents.keep(document(teamId, { hash, passages }))),
    );
    const read = (n: number) => () => documents.passagesOf(teamId, UNKNOWN, [kept[n]?.id ?? '']);
    for (const n of [0, 1, 0, 2]) await read(n)();
    expect(await questionsOf(read(0))).toEqual([]);
    expect(await questionsOf(read(1))).toEqual(ONCE);
    const large = { hash: 'e', passages: [{ text: 'x'.repeat(20_000), tokens: 5_000, place: {} }] };
    const { id } = await documents.keep(document(teamId, large));
    for (let round = 0; round < 2; round += 1)
      expect(await questionsOf(() => documents.passagesOf(teamId, UNKNOWN, [id]))).toEqual(ONCE);
  });
});
