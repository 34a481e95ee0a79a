import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Passage } from '../../src/domain/attachment.ts';
import type { NewDocument } from '../../src/ports/attachments.ts';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { silent } from '../contracts/drivers.ts';
import { useMongo } from '../support/mongo.ts';

/** Two workspaces, each with two projects. The projects of both have the same ids. */
const TEAMS = ['T0ONE', 'T0TWO'];
const PROJECTS = ['5f0c9a1b5f0c9a1b5f0c9a1b', '6f0c9a1b5f0c9a1b5f0c9a1b'];

interface Held {
  teamId: string;
  projectId: string;
  id: string;
  text: string;
}

describe('Texts that are held in memory', () => {
  const { uri } = useMongo('passage_cache');
  let live: ConnectedStores;
  beforeAll(async () => {
    live = await connectStores(uri, silent);
  });
  afterAll(() => live.close());

  /** The same content and name everywhere, so that nothing but the workspace and the project tells them apart. */
  async function keepEverywhere(name: string): Promise<Held[]> {
    const places = TEAMS.flatMap((teamId) => PROJECTS.map((projectId) => ({ teamId, projectId })));
    return Promise.all(
      places.map(async ({ teamId, projectId }) => {
        const text = `What ${teamId} keeps in ${projectId}`;
        const { id } = await live.stores.documents.keep(document(teamId, projectId, name, text));
        return { teamId, projectId, id, text };
      }),
    );
  }

  const read = async ({ teamId, projectId }: Held, ids: string[]): Promise<string[]> =>
    textsOf(await live.stores.documents.passagesOf(teamId, projectId, ids));

  it('are given to nobody who asks with the ids of another workspace or project', async () => {
    const all = await keepEverywhere('all.md');
    const ids = all.map(({ id }) => id);
    for (const one of all) {
      const others = ids.filter((id) => id !== one.id);
      // First while nothing is held, then while the others' are, then while all are.
      expect(await read(one, others)).toEqual([]);
      expect(await read(one, ids)).toEqual([one.text]);
      expect(await read(one, others)).toEqual([]);
    }
    for (const one of all) expect(await read(one, ids)).toEqual([one.text]);
  });

  it('are there for their own project after others asked for them in vain', async () => {
    const all = await keepEverywhere('vain.md');
    for (const one of all) for (const other of all) if (other !== one) await read(other, [one.id]);
    for (const one of all) expect(await read(one, [one.id])).toEqual([one.text]);
  });

  it('go with the last attachment, and leave those of others where they are', async () => {
    const all = await keepEverywhere('going.md');
    const [gone, ...left] = all;
    if (gone === undefined) throw new Error('There are documents.');
    const { teamId, projectId, id } = gone;
    const source = { channelId: 'C1', messageTs: '1', userId: 'U1' };
    const { attachment } = await live.stores.attachments.attach(
      {
        ...{ teamId, projectId, milestoneId: null, addedBy: 'U1', kind: 'document', key: id, documentId: id },
        ...{ url: null, linkType: null, title: 'going.md', file: null, page: null },
        ...{ state: 'ready', unread: null, readAt: new Date() },
      },
      source,
    );
    for (const one of all) await read(one, [one.id]);
    await live.stores.attachments.remove({ teamId, id: attachment.id });
    for (const one of all) expect(await read(one, [id])).toEqual([]);
    for (const one of left) expect(await read(one, [one.id])).toEqual([one.text]);
  });
});

function document(teamId: string, projectId: string, name: string, text: string): NewDocument {
  return {
    ...{ teamId, projectId, name, size: 10, hash: 'a1', createdBy: 'U1', awaitedBy: null },
    passages: [{ text, tokens: 10, place: {} }],
  };
}

const textsOf = (passages: readonly Passage[]): string[] => passages.map(({ text }) => text);
