import { beforeAll, describe, expect, it } from 'vitest';
import { signInPage } from '../support/files/html.ts';
import { pdfOf, scannedPdf } from '../support/files/pdf.ts';
import { article, type WebPage } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { inFreshWorld, lastSent, openList } from './acting.ts';
import { lineOf, openReceipt, passageTexts, sayLink, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const NEST = 'The dipper nests under the second weir in April.';

describe('A link shared in a milestone thread', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('is opened, and the next answer is made from what stands there', async () => {
    const { slack, anna, channel, web } = world;
    web.put('/survey', article('Nesting survey', NEST));
    const { Outline = '' } = await world.setUp();
    await slack.say({ user: anna, channel, threadTs: Outline, text: `See <${web.url('/survey')}>` });
    const answer = await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(`[1] Nesting survey <${web.url('/survey')}>`);
    expect(lastSent(world)).toContain('under the second weir');
    expect(answer).toContain('1 of 1 attachment in *Outline*');
    expect(await openReceipt(world)).toContain(
      `[1] *<${web.url('/survey')}|Nesting survey>* · Outline · read whole`,
    );
  });

  it('is called by what the page calls itself, unless a person gave it other words', async () => {
    const { anna, web } = world;
    web.put('/survey', article('Nesting survey', NEST));
    web.put('/prices', article('Prices of paper', 'Paper costs 12 a ream.'));
    const { Outline = '', project = '' } = await world.setUp();
    await sayLink(world, Outline, `${web.url('/survey')} and <${web.url('/prices')}|what we pay>`);
    await toldHow(world, anna, `*<${web.url('/survey')}|Nesting survey>*`, 'read');
    await toldHow(world, anna, `*<${web.url('/prices')}|what we pay>*`, 'read');
    const list = await openList(world, project);
    expect(list).toContain(`:link: *<${web.url('/survey')}|Nesting survey>* · Website · read`);
    expect(list).toContain(`:link: *<${web.url('/prices')}|what we pay>* · Website · read`);
  });

  it('may lead to a file, which is cited by its page', async () => {
    const { anna, web, provider } = world;
    web.put('/survey.pdf', { body: pdfOf({ pages: ['Contents', NEST] }), type: 'application/pdf' });
    const { Outline = '' } = await world.setUp();
    await sayLink(world, Outline, web.url('/survey.pdf'));
    await toldHow(world, anna, 'survey.pdf', 'read');
    provider.fallback('Under the second weir [1, page 2].');
    const answer = await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(`(page 2)\n${NEST}`);
    expect(answer).toContain(`<${web.url('/survey.pdf')}#page=2|[1, page 2]>`);
  });
});

const SIGN_IN = 'it can only be read after signing in';
const page = (status: number, location?: string): WebPage => ({
  ...{ body: '<p>Nothing to read</p>', status },
  ...(location === undefined ? {} : { headers: { location } }),
});

const UNREAD: { what: string; page: WebPage | string | null; reason: string }[] = [
  { what: 'a form to sign in', page: { body: signInPage() }, reason: SIGN_IN },
  { what: 'a redirect to signing in', page: page(302, '/login?next=%2Fsurvey'), reason: SIGN_IN },
  { what: 'the status 401', page: page(401), reason: SIGN_IN },
  { what: 'nothing', page: null, reason: 'there is nothing at its address any more' },
  { what: 'an error', page: page(500), reason: 'its server could not be reached' },
  { what: 'a circle of redirects', page: page(302, '/survey'), reason: 'its server could not be reached' },
  {
    ...{ what: 'more than the limit', page: article('Long', 'word '.repeat(250_000)) },
    reason: 'it is larger than the limit',
  },
  {
    ...{ what: 'a picture', page: { body: 'no picture', type: 'image/png' } },
    reason: 'this type of file cannot be read',
  },
  { what: 'no text', page: '<html><body></body></html>', reason: 'there is no text in it' },
  {
    ...{ what: 'a scanned file', page: { body: scannedPdf(), type: 'application/pdf' } },
    reason: 'it holds pictures of text only, as from a scanner',
  },
];

describe('A link whose page cannot be read', () => {
  let world: World;
  inFreshWorld({ env: { PAGE_LIMIT_MB: '1' } }, (fresh) => {
    world = fresh;
  });

  it.each(UNREAD)(
    'because there is $what is kept by name, and people and the model are told',
    async (bad) => {
      const { anna, web } = world;
      const { Outline = '', project = '' } = await world.setUp();
      if (bad.page !== null) web.put('/survey', bad.page);
      web.put('/login?next=%2Fsurvey', article('Sign in', 'Only members read on.'));
      const address = web.url('/survey');
      await sayLink(world, Outline, `<${address}|The survey>`);
      const title = `*<${address}|The survey>*`;
      await toldHow(world, anna, title, bad.reason);
      expect(await lineOf(world, project, title)).toContain(`· Website · not read: ${bad.reason} ·`);
      await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
      expect(lastSent(world)).toContain(`[1] The survey <${address}> (not read: ${bad.reason})`);
      expect(lastSent(world)).not.toContain('<attachment n="1"');
      expect(await openReceipt(world)).toContain(`${title} · Outline · by name only (${bad.reason})`);
      expect(await passageTexts(world)).toEqual([]);
    },
  );
});

describe('A link whose server does not answer', () => {
  let world: World;
  inFreshWorld({ pageTimeoutMs: 50 }, (fresh) => {
    world = fresh;
  });

  it('is given up after a while, with the reason', async () => {
    const { anna, web } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const release = web.hold('/slow');
    await sayLink(world, Outline, web.url('/slow'));
    await toldHow(world, anna, '/slow', 'its server took too long to answer');
    expect(await lineOf(world, project, '/slow')).toContain('not read: its server took too long to answer');
    release();
  });
});

describe('A link to an address that is not on the public web', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });
  const BLOCKED = 'its address is not on the public web';
  const inside = (path: string): string => world.web.url(path).replace('localhost', '127.0.0.1');

  it.each([
    ['this machine', () => inside('/secret')],
    ['this machine without a port', () => 'http://127.0.0.1/'],
    ['this machine in another spelling', () => inside('/secret').replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['the services of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a port of its own', () => 'http://example.com:8080/secret'],
    ['a redirect to this machine', () => world.web.url('/go')],
  ])('such as %s is never opened, and the reason is shown', async (_what, addressOf) => {
    const { anna, web } = world;
    const { Outline = '', project = '' } = await world.setUp();
    web.put('/secret', article('Secret', 'The password is heron.'));
    web.put('/go', { body: '', status: 302, headers: { location: inside('/secret') } });
    await sayLink(world, Outline, `<${addressOf()}|The page>`);
    await toldHow(world, anna, '|The page>*', BLOCKED);
    expect(await lineOf(world, project, '|The page>*')).toContain(`not read: ${BLOCKED}`);
    await world.ask({ thread: Outline, text: 'What is the password?' });
    expect(lastSent(world)).toContain(`(not read: ${BLOCKED})`);
    expect(lastSent(world)).not.toContain('heron');
    expect(web.requests('/secret')).toEqual([]);
  });
});
