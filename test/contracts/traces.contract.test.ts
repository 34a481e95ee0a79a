import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import { type ConnectedStores, connectStores, type Stores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import {
  appended,
  attached,
  dispatch,
  document,
  entry,
  item,
  link,
  madeWith,
  message,
  proposal,
  receipt,
  source,
  UNKNOWN,
} from './builders.ts';
import { newTeam, silent } from './drivers.ts';

const CANARY = 'canary-of-what-is-removed';

/** An attachment with a canary in everything it holds. */
type Share = (stores: Stores, teamId: string) => Promise<Attachment>;

const aDocument: Share = async ({ attachments, documents }, teamId) => {
  const passages = [{ text: `It says ${CANARY}.`, tokens: 4, place: { heading: CANARY } }];
  const kept = await documents.keep(document(teamId, { name: `${CANARY}.md`, passages }));
  const shared = attached(teamId, kept.id, { title: `${CANARY}.md` });
  return (await attachments.attach(shared, source('1.0'))).attachment;
};

const aLink: Share = async ({ attachments }, teamId) => {
  const shared = link(teamId, { key: `https://example.com/${CANARY}`, title: CANARY });
  return (await attachments.attach(shared, source('1.0'))).attachment;
};

/** A page that said something with the canary, and now says something else with it. */
const aPage: Share = async (stores, teamId) => {
  const { attachments, documents } = stores;
  const one = await aLink(stores, teamId);
  const page = { hash: CANARY, title: CANARY, language: null, canonicalUrl: `https://${CANARY}/` };
  const validators = { etag: CANARY, lastModified: null };
  let now: Attachment | null = one;
  for (const fence of [1, 2]) {
    const passages = [{ text: `At first ${CANARY} said ${fence}.`, tokens: 4, place: {} }];
    const texts = { name: CANARY, hash: `h${fence}`, passages, awaitedBy: one.id };
    const { id: documentId } = await documents.keep(document(teamId, texts));
    const result = { state: 'ready', unread: null, documentId, page: { ...page, validators } } as const;
    now = await attachments.finishReading(one, result, fence);
  }
  if (now === null) throw new Error('Nobody removed the page.');
  return now;
};

/** A link that turned out to lead to another one. */
const aRedirect: Share = async ({ attachments }, teamId) => {
  const there = { key: `https://final/${CANARY}`, title: CANARY };
  await attachments.attach(link(teamId, there), source('1.0'));
  const short = { key: `https://short/${CANARY}`, title: CANARY };
  const { attachment: one } = await attachments.attach(link(teamId, short), source('1.0'));
  const result = { state: 'ready', unread: null, key: there.key } as const;
  const now = await attachments.finishReading(one, result, 1);
  if (now === null || now.id === one.id) throw new Error('The two did not become one.');
  return now;
};

/** Whatever can be made from an attachment, each with the canary. */
async function makeFrom(stores: Stores, { teamId, id, url }: Attachment): Promise<void> {
  const items = [item(id, { title: CANARY, url })];
  const talk = { conversationId: UNKNOWN, metadata: madeWith([id]), content: `As ${CANARY} says.` };
  await stores.messages.keep(message(teamId, '102.0', { ...talk, role: 'assistant', answerTo: '101.0' }));
  await stores.messages.append(appended(teamId, { ...talk, channelId: 'C2' }));
  const sources = { messages: [], attachmentIds: [id] };
  const wanted = { about: 'conversation', key: 'said', type: 'domain', value: CANARY, sources } as const;
  for (const [questionTs, used] of [
    ['101.0', [id]],
    ['103.0', []],
  ] as const) {
    const key = { teamId, channelId: 'C1', questionTs };
    const start = { conversationId: UNKNOWN, threadTs: '100.0', askedBy: 'U1' };
    const begun = await stores.answers.begin(key, start, 1);
    await stores.answers.save(begun, 1, {
      ...{ text: used.length === 0 ? 'Nothing of it.' : `As ${CANARY} says.`, receipt: receipt(items) },
      ...{ urls: [`https://example.com/${CANARY}`].slice(0, used.length), madeFor: null, toolCalls: [] },
      ...{ questionEditedTs: null, used: [...used] },
      effects: { entries: [wanted], refused: [], dispatch: null, task: null },
    });
  }
  await stores.contextEntries.put({ teamId, id: UNKNOWN }, entry('said', { value: CANARY, sources }));
  await stores.dispatches.create(dispatch(teamId, { origin: 'one', task: CANARY, sources: [id] }));
  await stores.taskProposals.create(proposal(teamId, { title: CANARY, sources: [id] }));
  const { dispatch: done } = await stores.dispatches.create(dispatch(teamId, { origin: 'two' }));
  const made = { urls: [], madeFor: null, toolCalls: [], used: [id] };
  const result = { text: `As ${CANARY} says.`, receipt: receipt(items), ...made };
  await stores.dispatches.change(done, { state: 'succeeded', result });
}

/** Every call that takes along what was made from a removed attachment. */
async function forget(stores: Stores, { teamId, id }: Attachment): Promise<void> {
  await stores.messages.eraseMadeFrom(teamId, id);
  await stores.answers.eraseMadeFrom(teamId, id);
  await stores.contextEntries.forgetFrom(teamId, { attachmentId: id });
  for (const made of await stores.dispatches.listMadeFrom(teamId, id)) {
    await stores.dispatches.change(made, { task: '', summary: '', actions: [], result: null });
  }
  for (const made of await stores.taskProposals.listMadeFrom(teamId, id))
    await stores.taskProposals.change(made, { title: '', details: '' });
}

describe('an attachment that is removed', () => {
  const { uri } = useMongo('traces');
  let connected: ConnectedStores;
  beforeAll(async () => {
    connected = await connectStores(uri, silent);
  });
  afterAll(async () => connected.close());

  /** The collections in which the canary is, with how many rows each. */
  async function traces(teamId: string): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const model of Object.values(connected.connection.models)) {
      const rows = await model.find({ teamId }).lean();
      const held = rows.filter((row) => JSON.stringify(row).includes(CANARY));
      if (held.length > 0) found[model.collection.name] = held.length;
    }
    return found;
  }

  const made = { messages: 2, answers: 2, context_entries: 1, dispatches: 2, task_proposals: 1 };
  const kinds: { name: string; share: Share; itself: Record<string, number> }[] = [
    { name: 'a document', share: aDocument, itself: { attachments: 1, documents: 1, passages: 1 } },
    { name: 'a link', share: aLink, itself: { attachments: 1, attachment_sources: 1 } },
    {
      ...{ name: 'a page that was read', share: aPage },
      itself: { attachments: 1, attachment_sources: 1, documents: 1, passages: 1 },
    },
    {
      ...{ name: 'a link that leads to another', share: aRedirect },
      itself: { attachments: 1, attachment_sources: 1 },
    },
  ];
  const ways: { name: string; remove(stores: Stores, attachment: Attachment): Promise<unknown> }[] = [
    { name: 'by its button', remove: ({ attachments }, one) => attachments.remove(one) },
    {
      name: 'with its message',
      remove: ({ attachments }, { teamId, id }) => attachments.withdraw(teamId, source('1.0'), [id]),
    },
  ];

  for (const { name: kind, share, itself } of kinds) {
    for (const { name: way, remove } of ways) {
      it(`leaves nothing of itself in any collection: ${kind} ${way}`, async () => {
        const { stores } = connected;
        const teamId = newTeam();
        const attachment = await share(stores, teamId);
        await makeFrom(stores, attachment);
        expect(await traces(teamId)).toEqual({ ...itself, ...made });
        await remove(stores, attachment);
        expect(await traces(teamId)).toEqual(made);
        await forget(stores, attachment);
        expect(await traces(teamId)).toEqual({});
      });
    }
  }

  it('leaves its document while that hangs elsewhere, and takes it along from the last place', async () => {
    const { stores } = connected;
    const teamId = newTeam();
    const here = await aDocument(stores, teamId);
    const place = { milestoneId: '1'.repeat(24), title: 'elsewhere' };
    const there = await stores.attachments.attach(
      attached(teamId, here.documentId ?? '', place),
      source('2.0'),
    );
    await stores.attachments.remove(here);
    expect(await traces(teamId)).toEqual({ documents: 1, passages: 1 });
    await stores.attachments.remove(there.attachment);
    expect(await traces(teamId)).toEqual({});
  });
});
