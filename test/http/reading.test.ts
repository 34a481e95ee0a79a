import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNREAD_SENTENCE } from '../../src/domain/attachment.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { type ApiWorld, type Client, clientFor, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('reader');
});
afterAll(() => world?.close());

const attach = (body: object) =>
  bot.post(`/projects/${world.projectId}/attachments`, { milestoneId: world.outlineId, ...body });
const read = async (id: string) => (await bot.get(`/attachments/${id}`)).body;
const passages = (id: string, query = '') => bot.get(`/attachments/${id}/passages${query}`);

/** Waits until an attachment was read, or tried, after that moment. */
function isRead(id: string, after: unknown = null) {
  return world.slack.until(async () => {
    const now = await read(id);
    return now.readAt === after || now.state === 'pending' ? undefined : now;
  }, 'it was read');
}

async function attachRead(url: string) {
  const id = idOf(await attach({ url }));
  return { id, now: await isRead(id) };
}

const REPORT = [
  { text: 'The Vltava is 430 km long.', place: { page: 1, heading: 'Length' } },
  { text: 'The Elbe is 1,094 km long.', place: { page: 2, heading: 'Length' } },
  { text: 'Nobody measured the brook.', place: { page: 3 } },
];
const NOWHERE = { page: null, slide: null, sheet: null, rows: null, heading: null };

describe('a link attached through the API', () => {
  it('is pending at first, without passages, and ready with what was learned of its page', async () => {
    const url = 'https://rivers.example/report';
    world.pages.publish(url, REPORT, {
      title: 'Report on rivers',
      language: 'en-GB',
      canonicalUrl: 'https://rivers.example/reports/7',
    });
    const letGo = world.pages.hold();
    const made = await attach({ url });
    expect(made).toMatchObject({
      status: 201,
      body: {
        state: 'pending',
        unread: null,
        readAt: null,
        url,
        address: url,
        title: 'rivers.example/report',
      },
    });
    const id = idOf(made);
    expect((await passages(id)).body).toEqual({ items: [], nextCursor: null });
    letGo();
    expect(await isRead(id)).toMatchObject({
      state: 'ready',
      unread: null,
      title: 'Report on rivers',
      language: 'en-GB',
      canonicalUrl: 'https://rivers.example/reports/7',
      url,
      address: url,
    });
    const listed = itemsOf(await bot.get(`/projects/${world.projectId}/attachments?limit=100`));
    expect(listed.find((one) => one.id === id)).toEqual(await read(id));
  });

  it('is read page by page, each passage with its place', async () => {
    const url = 'https://rivers.example/lengths';
    world.pages.publish(url, REPORT);
    const { id } = await attachRead(url);
    const first = await passages(id, '?limit=2');
    expect(itemsOf(first)).toMatchObject([
      { n: 0, text: 'The Vltava is 430 km long.', place: { ...NOWHERE, page: 1, heading: 'Length' } },
      { n: 1, text: 'The Elbe is 1,094 km long.', place: { ...NOWHERE, page: 2, heading: 'Length' } },
    ]);
    const second = await passages(id, `?limit=2&cursor=${first.body.nextCursor}`);
    expect(itemsOf(second)).toMatchObject([
      { n: 2, text: 'Nobody measured the brook.', place: { ...NOWHERE, page: 3 } },
    ]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('says where rows and slides stand', async () => {
    const url = 'https://rivers.example/table';
    world.pages.publish(url, [
      { text: 'River | km', place: { sheet: 'Costs', rows: { from: 1, to: 40 } } },
      { text: 'Thank you', place: { slide: 9 } },
    ]);
    const { id } = await attachRead(url);
    expect(itemsOf(await passages(id)).map((one) => one.place)).toEqual([
      { ...NOWHERE, sheet: 'Costs', rows: { from: 1, to: 40 } },
      { ...NOWHERE, slide: 9 },
    ]);
  });

  it('fails with a reason when its page cannot be read, and is tried once more when it is attached again', async () => {
    const url = 'https://rivers.example/later';
    const { id, now } = await attachRead(url);
    expect(now).toMatchObject({ state: 'failed', unread: 'unreachable', language: null, canonicalUrl: null });
    expect((await passages(id)).body).toEqual({ items: [], nextCursor: null });
    world.pages.publish(url, [{ text: 'Here at last.', place: {} }]);
    const again = await attach({ url });
    expect(again).toMatchObject({ status: 201, body: { id, state: 'pending' } });
    expect(await isRead(id, now.readAt)).toMatchObject({ state: 'ready', unread: null });
    expect(itemsOf(await passages(id))).toMatchObject([{ n: 0, text: 'Here at last.', place: NOWHERE }]);
  });

  it('is refused beyond 2,000 characters', async () => {
    expect(await attach({ url: `https://rivers.example/${'a'.repeat(2_000)}` })).toMatchObject({
      status: 422,
      body: { error: { code: 'link_too_long' } },
    });
  });
});

describe('reading again', () => {
  it('keeps what was read until the new reading is done', async () => {
    const url = 'https://rivers.example/news';
    world.pages.publish(url, [{ text: 'The ferry runs.', place: {} }]);
    const { id, now } = await attachRead(url);
    world.pages.publish(url, [{ text: 'The ferry stands still.', place: {} }]);
    const letGo = world.pages.hold();
    const asked = await bot.post(`/attachments/${id}/read`);
    expect(asked).toMatchObject({ status: 200, body: { id, state: 'ready', readAt: now.readAt } });
    expect(itemsOf(await passages(id))).toMatchObject([{ text: 'The ferry runs.' }]);
    letGo();
    await isRead(id, now.readAt);
    expect(itemsOf(await passages(id))).toMatchObject([{ text: 'The ferry stands still.' }]);
  });

  it('refuses a cursor into what the page said before', async () => {
    const url = 'https://rivers.example/levels';
    world.pages.publish(url, REPORT);
    const { id, now } = await attachRead(url);
    const { nextCursor } = (await passages(id, '?limit=1')).body;
    await bot.post(`/attachments/${id}/read`);
    const { readAt } = await isRead(id, now.readAt);
    expect(itemsOf(await passages(id, `?limit=1&cursor=${nextCursor}`))).toMatchObject([{ n: 1 }]);
    world.pages.publish(url, REPORT.slice(1));
    await bot.post(`/attachments/${id}/read`);
    await isRead(id, readAt);
    expect(await passages(id, `?limit=1&cursor=${nextCursor}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', details: [{ path: 'cursor' }] } },
    });
  });

  it('of a page that is away keeps the old text and says why there is no newer one', async () => {
    const url = 'https://rivers.example/away';
    world.pages.publish(url, [{ text: 'Before the flood.', place: {} }]);
    const { id, now } = await attachRead(url);
    world.pages.remove(url);
    await bot.post(`/attachments/${id}/read`);
    expect(await isRead(id, now.readAt)).toMatchObject({ state: 'ready', unread: 'unreachable' });
    expect(itemsOf(await passages(id))).toMatchObject([{ text: 'Before the flood.' }]);
  });
});

describe('a text attached through the API', () => {
  it('is ready at once, with its headings as places, and is not read again', async () => {
    const made = await attach({
      text: `# Tides\n\n${'High at noon. '.repeat(30)}\n\n# Winds\n\nFrom the west.`,
    });
    expect(made).toMatchObject({
      status: 201,
      body: { state: 'ready', unread: null, url: null, address: null, language: null, canonicalUrl: null },
    });
    const id = idOf(made);
    expect(itemsOf(await passages(id)).map((one) => one.place)).toEqual([
      { ...NOWHERE, heading: 'Tides' },
      { ...NOWHERE, heading: 'Winds' },
    ]);
    expect(await bot.post(`/attachments/${id}/read`)).toMatchObject({
      status: 409,
      body: { error: { code: 'attachment_not_readable_again' } },
    });
    await bot.call('DELETE', `/attachments/${id}`);
    for (const gone of [await passages(id), await bot.post(`/attachments/${id}/read`)]) {
      expect(gone).toMatchObject({ status: 404, body: { error: { code: 'attachment_not_found' } } });
    }
  });
});

describe('a file shared in Slack', () => {
  it('is told with its address for people, and never with the one for the bot’s token', async () => {
    const { stores, teamId } = world.milepost;
    const outline = await world.slack.until(
      async () => (await stores.milestones.findById({ teamId, id: world.outlineId }))?.threadTs ?? undefined,
      'the card is posted',
    );
    await world.slack.say({
      user: world.anna,
      channel: world.channel,
      threadTs: outline,
      text: 'The tides',
      files: [{ name: 'tides.md', content: '# Tides\n\nHigh at noon.' }],
    });
    const file = await world.slack.until(async () => {
      const all = itemsOf(await bot.get(`/projects/${world.projectId}/attachments?limit=100`));
      return all.find((one) => String(one.title).includes('tides') && one.state === 'ready');
    }, 'the file was read');
    expect(file).toMatchObject({ kind: 'document', url: null, milestoneId: world.outlineId });
    expect(file.address).toMatch(/^https:\/\/.*\.slack\.com\/files\//u);
    const id = String(file.id);
    expect((await stores.attachments.findById({ teamId, id }))?.file?.url).toContain('files-pri');
    const again = await bot.post(`/attachments/${id}/read`);
    expect(again.status).toBe(200);
    const text = await passages(id);
    expect(itemsOf(text)).toMatchObject([{ place: { heading: 'Tides' } }]);
    const removed = await bot.call('DELETE', `/attachments/${id}`);
    for (const told of [file, again.body, text.body, removed.body]) {
      expect(JSON.stringify(told)).not.toContain('files-pri');
      expect(JSON.stringify(told)).not.toContain(world.slack.botToken);
    }
  });
});

describe('what was read', () => {
  it('is closed to keys of other workspaces, and theirs to ours', async () => {
    const { stores } = world.milepost;
    const { id } = await attachRead('https://rivers.example/report');
    const keys = createApiKeys({ apiKeys: stores.apiKeys });
    const { key, secret } = await keys.create('TOTHER', 'foreign');
    const stranger = clientFor(world.baseUrl, key.id, secret);
    for (const reply of [
      await stranger.get(`/attachments/${id}`),
      await stranger.get(`/attachments/${id}/passages`),
      await stranger.post(`/attachments/${id}/read`),
    ]) {
      expect(reply.status).toBe(401);
    }
    const place = { teamId: 'TOTHER', projectId: 'f'.repeat(24) };
    const document = await stores.documents.keep({
      ...{ ...place, name: 'Secret', size: 6, hash: 'h', createdBy: 'U9', awaitedBy: null },
      passages: [{ text: 'Secret', tokens: 2, place: {} }],
    });
    const { attachment } = await stores.attachments.attach(
      {
        ...{ ...place, milestoneId: null, kind: 'document', key: document.id, documentId: document.id },
        ...{ url: null, linkType: null, title: 'Secret', file: null, state: 'ready', unread: null },
        ...{ readAt: new Date(), page: null, addedBy: 'U9' },
      },
      { channelId: 'C9', messageTs: '1.1', userId: 'U9' },
    );
    for (const reply of [
      await passages(attachment.id),
      await bot.post(`/attachments/${attachment.id}/read`),
    ]) {
      expect(reply).toMatchObject({ status: 404, body: { error: { code: 'attachment_not_found' } } });
    }
  });

  it('comes in pages of 1 to 100 passages, from cursors of its own', async () => {
    const { id } = await attachRead('https://rivers.example/report');
    const { nextCursor } = (await bot.get('/projects?limit=1')).body;
    for (const query of ['?limit=0', '?limit=101', '?cursor=xyz', `?cursor=${nextCursor}`, '?from=2']) {
      expect(await passages(id, query), query).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request' } },
      });
    }
  });
});

describe('the documents', () => {
  it('say of every reason for not reading what it means', async () => {
    const openApi = await (await fetch(`${world.baseUrl}/api/v1/openapi.json`)).text();
    const page = await readFile('docs/api.md', 'utf8');
    for (const [code, sentence] of Object.entries(UNREAD_SENTENCE)) {
      expect(openApi).toContain(`\`${code}\`: ${sentence}.`);
      expect(page).toContain(`| \`${code}\` | ${sentence}`);
    }
  });
});
