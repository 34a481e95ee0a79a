import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReader } from '../../src/reader/reader.ts';
import type { Lookup } from '../../src/reader/web/checked-lookup.ts';
import { localNames, type Site, startSite } from '../reader/web/web.ts';
import { applyToList, openList, sent } from '../scenarios/acting.ts';
import { article } from '../support/web.ts';
import { startWorld, type World } from '../support/world.ts';
import { expectOneAnswerEach, untilIdle } from './invariant.ts';
import { expectAllRead, keptIn, linesAbout, listOf } from './reading-acts.ts';

/** An administrator allows it; all that is hostile comes from there. */
let site: Site;
/** On the same machine, and allowed by nobody. */
let canary: Site;
/** As Milepost composes it, but for how names become addresses. */
let reader: ReturnType<typeof createReader>;
let world: World;
let slack: World['slack'];
let thread: string;
/** What people call the link of this test. */
let name: string;
let elsewhere: string;
let project: string;
const threads: string[] = [];
const asked: string[] = [];

/** At first to an address that nobody has, from then on to this machine. */
const lookup: Lookup = async (hostname) => {
  asked.push(hostname);
  if (hostname !== 'rebind.test' || asked.filter((one) => one === hostname).length > 1)
    return localNames(hostname);
  // It belongs to a network that was given back: nothing is ever routed there.
  return [{ address: '3ffe::1', family: 6 }];
};

beforeAll(async () => {
  [site, canary] = await Promise.all([startSite('site.test'), startSite('canary.test')]);
  reader = createReader({ privateHosts: [site.host], pageLimit: 5_000_000, lookup });
  world = await startWorld({ overrides: { reader } });
  ({ slack } = world);
  const milestones = Array.from({ length: 28 }, (_, at) => `Milestone ${at}`);
  const { project: card = '', ...bound } = await world.setUp({ milestones });
  project = card;
  threads.push(...Object.values(bound));
  elsewhere = threads.pop() ?? '';
});
beforeEach(() => {
  thread = threads.pop() ?? '';
  name = `Page ${threads.length}.`;
  world.provider.reset();
});
afterEach(async () => {
  expect(canary.connections()).toBe(0);
  await expectAllRead(world);
  await expectOneAnswerEach(world);
});
afterAll(async () => {
  await world.close();
  await reader.close();
  await Promise.all([site.close(), canary.close()]);
});

const canaryPort = (): string => canary.host.split(':').at(-1) ?? '';
const INSIDE = 'its address is not on the public web';

/** Shares a link, while somebody asks something elsewhere and is answered. */
async function share(url: string): Promise<void> {
  const { anna, channel } = world;
  await slack.say({
    user: anna,
    channel,
    threadTs: thread,
    text: `See <${url}|${name}>`,
  });
  expect(await world.ask({ thread: elsewhere, text: 'Are you still there?' })).toContain('Are you still');
}

/** The list names the reason to people, and the prompt of the next question to the model. */
async function expectUnread(reason: string): Promise<void> {
  await untilIdle(world);
  expect(linesAbout(await listOf(world, world.anna), `|${name}>`)).toEqual([
    expect.stringContaining(`not read: ${reason}`),
  ]);
  await world.ask({ thread, text: 'What does the page say?' });
  expect(sent(world.provider.requests().at(-1))).toContain(`(not read: ${reason})`);
}

describe('A link to the inside', () => {
  const places: [what: string, url: () => string][] = [
    ['127.0.0.1', () => `http://127.0.0.1:${canaryPort()}/`],
    ['127.0.0.1 at the usual port', () => 'http://127.0.0.1/'],
    ['a name of this machine', () => `http://inside.test:${canaryPort()}/`],
    ['a name of this machine at the usual port', () => 'http://inside.test/'],
    ['::ffff:169.254.169.254', () => 'http://[::ffff:169.254.169.254]/latest/meta-data/'],
    ['a decimal address', () => `http://2130706433:${canaryPort()}/`],
    ['a decimal address at the usual port', () => 'http://2130706433/'],
  ];

  it.each(places)('that names %s is not opened', async (_, url) => {
    await share(url());
    await expectUnread(INSIDE);
  });

  it.each(places)('that a page redirects to, %s, is not opened', async (what, url) => {
    await share(site.redirect(`/away?${encodeURIComponent(what)}`, url()));
    await expectUnread(INSIDE);
    expect(site.requests.at(-1)?.url).toContain('/away');
  });

  it('by a name that changes its address is refused as soon as it leads inside', async () => {
    const lookups = (): number => asked.filter((one) => one === 'rebind.test').length;
    // Nobody answers there: that may take the fifteen seconds in all that the reader gives a page.
    const untilRead = (times: number) =>
      slack.until(
        async () => lookups() === times && (await keptIn(world)).attachments.at(-1)?.state === 'failed',
        `it is tried for the ${times}. time`,
        30_000,
      );
    await share('http://rebind.test/');
    await untilRead(1);
    const [line] = linesAbout(await openList(world, project), `|${name}>`);
    expect(line).toMatch(/not read: its server (?:could not be reached|took too long)/u);

    await applyToList(world, name, 'Read again (retry)');
    await slack.closeModal(world.anna);
    await untilRead(2);
    await expectUnread(INSIDE);
  }, 60_000);
});

describe('A link to a page that is too much', () => {
  const MB = 1_000_000;
  /** Sends such pieces for as long as they are taken. @returns how much was sent when the other side had enough. */
  const endlessly = (path: string, piece: Buffer, headers: Record<string, string>) => {
    let bytes = 0;
    let ended = (_: number): void => {};
    const taken = new Promise<number>((resolve) => (ended = resolve));
    const url = site.on(path, (_, response) => {
      const more = (): void => {
        do bytes += piece.length;
        while (response.write(piece));
      };
      response
        .writeHead(200, headers)
        .on('drain', more)
        .once('close', () => ended(bytes));
      more();
    });
    return { url, taken };
  };
  const mostMemory = (): number => process.resourceUsage().maxRSS / 1_000;

  it('because its body never ends is cut off', async () => {
    const before = mostMemory();
    const { url, taken } = endlessly('/endless', Buffer.alloc(64_000, 'more '), {
      'content-type': 'text/plain',
    });
    await share(url);
    await expectUnread('it is larger than the limit');
    // What stands in the buffers of the connection was sent as well.
    expect(await taken).toBeLessThan(30 * MB);
    expect(mostMemory() - before).toBeLessThan(300);
  });

  it.each([
    ['once', (bomb: Buffer) => bomb],
    ['twice, as its server says', (bomb: Buffer) => gzipSync(bomb)],
  ])('because it unfolds without end, packed %s, is cut off', async (times, pack) => {
    const before = mostMemory();
    const encoding = times === 'once' ? 'gzip' : 'gzip, gzip';
    const headers = { 'content-type': 'text/html', 'content-encoding': encoding };
    // Each piece is 50 MB of nothing once it is unpacked.
    const { url, taken } = endlessly(`/bomb-${times.length}`, pack(gzipSync(Buffer.alloc(50 * MB))), headers);
    await share(url);
    await expectUnread(times === 'once' ? 'it is larger than the limit' : 'its server could not be reached');
    await taken;
    expect(mostMemory() - before).toBeLessThan(300);
  });

  it('because it is 5 MB of elements in one another is read without its tree', async () => {
    const open = '<div>'.repeat(900_000);
    const words = 'The otter of the upper weir is said to sleep in a hollow willow.';
    await share(site.page('/deep', `<html><body>${open}<p>${words}</p></body></html>`));
    await untilIdle(world);
    await world.ask({ thread, text: 'Where does the otter sleep?' });
    expect(sent(world.provider.requests().at(-1))).toContain(words);
  });

  it('because it is 5 MB of elements and nothing else is kept with the reason', async () => {
    await share(site.page('/hollow', `<html><body>${'<b><i><u>'.repeat(500_000)}</body></html>`));
    await expectUnread('there is no text in it');
  });
});

describe('A link to what is no page', () => {
  it.each([
    ['a film', 'video/mp4', Buffer.from('not really a film')],
    ['an archive that calls itself a page', 'text/html', Buffer.from('504b0304140000000800', 'hex')],
    ['a program that calls itself a text', 'text/plain', Buffer.from('7f454c4602010100000000000000', 'hex')],
  ])('is kept by name: %s', async (what, type, body) => {
    const path = `/${what.replaceAll(' ', '-')}`;
    await share(site.on(path, (_, response) => response.writeHead(200, { 'content-type': type }).end(body)));
    await expectUnread('this type of file cannot be read');
  });

  it('since its server takes the connection and says nothing holds up nobody else', async () => {
    const { anna, channel } = world;
    await share(site.on('/silent', () => undefined));
    const quiet = thread;
    const question = { user: anna, channel, threadTs: quiet, text: `<@${slack.botUserId}> Who is silent?` };
    const { ts } = await slack.say(question);
    await world.ask({ thread: elsewhere, text: 'Are you there all the same?' });

    // Whoever asked about it was kept waiting, and is answered once it is given up.
    const told = 'its server took too long to answer';
    await slack.until(
      () => world.answersAfter(quiet, ts).length > 0,
      'an answer about the silent page',
      30_000,
    );
    expect(sent(world.provider.requests().at(-1))).toContain(`(not read: ${told})`);
    await slack.until(
      () => slack.ephemerals(channel, anna).some((one) => JSON.stringify(one.blocks).includes(told)),
      'the person is told how the reading ended',
      30_000,
    );
    await expectUnread(told);
    const weir = site.page('/weir', article('Weir', 'It was built of oak in the year of the great flood.'));
    await slack.say({ user: anna, channel, threadTs: quiet, text: weir });
    await world.ask({ thread, text: 'And the weir?' });
    expect(sent(world.provider.requests().at(-1))).toContain('the year of the great flood');
  }, 90_000);
});
