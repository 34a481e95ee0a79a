import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser } from '../../../src/reader/files/parse.ts';
import { isSignInPage, signInTrace } from '../../../src/reader/web/sign-in.ts';
import { readerOf, type Site, startSite } from './web.ts';

const trace = (asked: string, target: string) => signInTrace(new URL(asked), new URL(target));

describe('The way to signing in', () => {
  it.each([
    ['https://docs.google.com/document/d/1', 'https://accounts.google.com/v3/signin/identifier?continue=x'],
    [
      'https://acme.sharepoint.com/:w:/s/1',
      'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?a=b',
    ],
    [
      'https://acme.sharepoint.com/sites/a',
      'https://acme.sharepoint.com/_layouts/15/Authenticate.aspx?Source=x',
    ],
    ['https://acme.sharepoint.com/sites/a', 'https://acme.sharepoint.com/_forms/default.aspx'],
    ['https://1drv.ms/w/1', 'https://login.live.com/login.srf?wa=wsignin1.0'],
    ['https://wiki.acme.com/a', 'https://acme.okta.com/app/wiki/sso/saml'],
    ['https://wiki.acme.com/a', 'https://acme.eu.auth0.com/u/x'],
    ['https://wiki.acme.com/a', 'https://acme.cloudflareaccess.com/cdn-cgi/access/x'],
    ['https://acme.atlassian.net/wiki/x', 'https://id.atlassian.com/continue'],
    ['https://acme.slack.com/archives/C1', 'https://acme.slack.com/?redir=%2Farchives%2FC1'],
    ['https://acme.slack.com/archives/C1', 'https://slack.com/signin?redir=%2Farchives%2FC1'],
    ['https://github.com/acme/private/settings', 'https://github.com/login?return_to=x'],
    ['https://gitlab.com/acme/private', 'https://gitlab.com/users/sign_in'],
    ['https://www.notion.so/Plan-1', 'https://www.notion.so/login?redirectUrl=x'],
    ['https://www.dropbox.com/s/1', 'https://www.dropbox.com/login?cont=x'],
    ['https://app.box.com/file/1', 'https://account.box.com/x'],
    ['https://jira.acme.com/browse/A-1', 'https://jira.acme.com/login.jsp?os_destination=x'],
    ['https://ci.acme.com/job', 'https://ci.acme.com/login?from=%2Fjob'],
    ['https://blog.acme.com/draft', 'https://blog.acme.com/wp-login.php'],
    ['https://a.acme.com/x', 'https://idp.acme.com/realms/acme/protocol/openid-connect/auth?client_id=x'],
    ['https://a.acme.com/x', 'https://idp.acme.com/oauth2/authorize?client_id=x'],
    ['https://a.acme.com/x', 'https://sts.acme.com/adfs/ls/?wa=x'],
    ['https://a.acme.com/x', 'https://a.acme.com/en/Sign-In?ReturnUrl=%2Fx'],
    ['https://a.acme.com/login', 'https://accounts.google.com/x'],
  ])('is certain from %s to %s', (asked, target) => {
    expect(trace(asked, target)).toBe('certain');
  });

  it.each([
    ['https://a.acme.com/x', 'https://a.acme.com/login'],
    ['https://a.acme.com/x', 'https://a.acme.com/account/signin'],
    ['https://a.acme.com/x', 'https://a.acme.com/sso'],
    ['https://a.acme.com/auth', 'https://a.acme.com/docs/sign-in'],
  ])('is likely from %s to %s', (asked, target) => {
    expect(trace(asked, target)).toBe('likely');
  });

  it.each([
    ['https://a.acme.com/x', 'https://a.acme.com/y?next=3'],
    ['http://a.acme.com/login', 'https://a.acme.com/login'],
    ['https://a.acme.com/login-guide', 'https://a.acme.com/en/login-guide'],
    ['https://a.acme.com/blog/sign-in', 'https://a.acme.com/en/blog/sign-in?from=x'],
    ['https://okta.example.com/x', 'https://okta.example.com/y'],
    ['https://example.com/x', 'https://developer.okta.com/docs'],
    ['https://accounts.google.com/a', 'https://accounts.google.com/b'],
    ['https://a.acme.com/loginov', 'https://a.acme.com/people/loginov'],
    ['https://acme.slack.com/help', 'https://acme.slack.com/'],
    ['https://acme.com/saml', 'https://acme.com/docs/saml/overview'],
  ])('is none from %s to %s', (asked, target) => {
    expect(trace(asked, target)).toBe('none');
  });

  it('ends at a page that asks for a password and says nothing else, wherever that is', () => {
    const here = new URL('https://a.acme.com/plan');
    const way = { asked: here, home: here, final: here };

    expect(isSignInPage(way, { asksSignIn: true, characters: 40 })).toBe(true);
    expect(isSignInPage(way, { asksSignIn: false, characters: 40 })).toBe(false);
    expect(isSignInPage(way, { asksSignIn: true, characters: 1_500 })).toBe(false);
  });

  it.each([
    ['at an address for signing in', '/login', '/login', true],
    ['where it redirects for now', '/plan', '/welcome', true],
    ['where it moved for good', '/welcome', '/welcome', false],
    ['where only the end of its address differs', '/plan', '/plan/', false],
  ])('of more text and a password field is told by its place: %s', (_, moved, found, expected) => {
    const [asked, home, final] = ['/plan', moved, found].map((path) => new URL(path, 'https://a.acme.com'));
    if (asked === undefined || home === undefined || final === undefined) throw new Error('No addresses');
    // Whoever shares a page to sign in at means that page.
    const from = moved === '/login' ? home : asked;

    expect(isSignInPage({ asked: from, home, final }, { asksSignIn: true, characters: 1_500 })).toBe(
      expected,
    );
  });
});

describe('A page behind a sign-in', () => {
  let site: Site;
  let reader: ReturnType<typeof readerOf>;
  const FORM = '<p>Welcome back</p><form><input type="password"></form>';
  const GUIDE = `<title>How to sign in</title><p>${'Press the button and wait for the letter with your code. '.repeat(20)}</p>`;

  beforeAll(async () => {
    site = await startSite('site.test');
    reader = readerOf([site]);
  });

  afterAll(async () => {
    await reader.close();
    await site.close();
  });

  it('is said to be so when it redirects to a service for signing in, and that is not opened', async () => {
    const url = site.redirect(
      '/doc',
      'https://login.microsoftonline.com/common/oauth2/authorize?client_id=1',
    );

    expect(await reader.read(url)).toBe('needs_sign_in');
  });

  it('is said to be so when it redirects to a form of its own', async () => {
    site.page('/login', '<p>Loading</p>');

    expect(await reader.read(site.redirect('/mine', '/login'))).toBe('needs_sign_in');
    expect(site.requests.at(-1)?.url).toBe('/login');
    expect(await reader.read(site.redirect('/mine', '/login?next=%2Fmine'))).toBe('needs_sign_in');
    expect(site.requests.at(-1)?.url).toBe('/mine');
  });

  it('is said to be so when its form has no text at all', async () => {
    const strict = readerOf([site], { parse: async () => ({ outcome: 'unread', reason: 'empty' }) });
    site.page('/sso', '');

    expect(await strict.read(site.redirect('/blank', '/sso'))).toBe('needs_sign_in');
    expect(await strict.read(site.at('/sso'))).toBe('empty');
    await strict.close();
  });

  it('is said to be so when it sends us in circles past a form', async () => {
    site.redirect('/circle', '/signin');
    site.redirect('/signin', '/circle');

    expect(await reader.read(site.at('/circle'))).toBe('needs_sign_in');
  });

  it('is said to be so when the form stands at its own address', async () => {
    expect(await reader.read(site.page('/wall', FORM))).toBe('needs_sign_in');
  });

  it('is said to be so when SharePoint forbids it', async () => {
    const url = site.on('/sites/plan', (_, response) =>
      response
        .writeHead(403, { 'x-forms_based_auth_required': 'https://a.example/_forms/default.aspx' })
        .end(FORM),
    );

    expect(await reader.read(url)).toBe('needs_sign_in');
  });

  it('is another thing than an article with a box to sign in at its top, which is read', async () => {
    const tides = 'The tide comes in twice a day, and the herons know when. '.repeat(26);
    const page = `<html><head><title>Tides</title></head><body>
      <header><form>Name <input name="u"> Password <input type="password"></form></header>
      <main><article><h1>Tides</h1><p>${tides}</p></article></main></body></html>`;
    const { parse, close } = createParser();
    const real = readerOf([site], { parse });

    expect(await real.read(site.page('/tides', page))).toContain('The tide comes in twice a day');
    expect(await real.read(site.page('/members', FORM))).toBe('needs_sign_in');
    site.page('/welcome', page);
    expect(await real.read(site.redirect('/plan', '/welcome'))).toBe('needs_sign_in');
    expect(await real.read(site.redirect('/old-tides', '/tides', 301))).toContain('The tide comes in');
    await Promise.all([real.close(), close()]);
  });

  it('is another thing than a page about signing in, which is read', async () => {
    site.page('/sign-in', GUIDE);

    expect(await reader.read(site.at('/sign-in'))).toContain('Press the button');
    expect(await reader.read(site.redirect('/help', '/sign-in'))).toContain('Press the button');
    expect(await reader.read(site.page('/guide', GUIDE + FORM))).toContain('Press the button');
  });
});
