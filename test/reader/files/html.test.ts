import { describe, expect, it } from 'vitest';
import { htmlPage, signInPage } from '../../support/files/html.ts';
import { reading } from './reading.ts';

const { read, texts, reason } = reading();
const PAGE = { mediaType: 'text/html; charset=utf-8', url: 'https://museum.example/visit/hours' };
const LONG = 'The museum is open every day of the week, from nine in the morning to five in the evening. ';

describe('A page', () => {
  it('is read as its article, by its headings', async () => {
    const body = `<h1>Visit</h1><h2>Opening hours</h2><p>${LONG.repeat(3)}</p><h2>Prices<a href="#prices">¶</a></h2><p>${LONG}Adults pay <b>12</b> euros.</p>`;
    const { parts } = await read('hours', htmlPage({ title: 'Visit', body }), PAGE);
    expect(parts.map(({ place }) => place.heading)).toEqual(['Opening hours', 'Prices']);
    expect(parts[1]?.text).toBe(`## Prices\n\n${LONG}Adults pay 12 euros.`);
    expect(parts.map(({ text }) => text).join('\n')).not.toMatch(/About us|Imprint|track/u);
  });

  it('that is no article is read whole', async () => {
    const { parts } = await read(
      'list.html',
      '<html><body><h1>Links</h1><ul><li>One<li>Two</ul></body></html>',
    );
    expect(parts).toEqual([{ text: '## Links\n\n- One\n- Two', place: { heading: 'Links' } }]);
  });

  it('keeps lists, tables and code readable, and the signs of its words', async () => {
    const [text] = await texts(
      'a.html',
      `<html><body><h1>Guide</h1><p>Use *stars* and _lines_ [1].</p>
      <ol start="3"><li>Third</li><li>Fourth<ul><li>Inner</li></ul></li></ol>
      <table><tr><th>Who</th><th>Price</th></tr><tr><td><p>Adults</p><p>(16+)</p></td><td>12</td></tr></table>
      <pre><code># install\nnpm ci</code></pre></body></html>`,
    );
    expect(text).toBe(
      '## Guide\n\nUse *stars* and _lines_ [1].\n\n3. Third\n4. Fourth\n  - Inner\n\n' +
        'Who | Price\nAdults (16+) | 12\n\n```\n# install\nnpm ci\n```',
    );
  });

  it('tells the addresses of links that lead elsewhere', async () => {
    const [text] = await texts(
      'a.html',
      '<html><body><p><a href="https://example.com/plan">The plan</a>, <a href="/local">a page</a>, <a href="javascript:go()">a button</a>, <a href="https://example.com/x">https://example.com/x</a></p></body></html>',
    );
    expect(text).toBe('The plan (https://example.com/plan), a page, a button, https://example.com/x');
  });

  it('is read without what is hidden', async () => {
    const hidden =
      '<p hidden>hidden-1</p><div style="display: none">hidden-2</div><p style="color:red;visibility:hidden">hidden-3</p>' +
      '<template>hidden-4</template><noscript>hidden-5</noscript><!-- hidden-6 --><input type="hidden" value="hidden-7">';
    for (const body of [`${hidden}<p>Seen.</p>`, `<h2>Seen</h2><p>${LONG.repeat(4)}</p>${hidden}`]) {
      const text = (await texts('a', htmlPage({ title: 'Seen', body }), PAGE)).join('\n');
      expect(text).toContain('Seen');
      expect(text).not.toContain('hidden-');
    }
  });

  it('is read although it shows itself only when its programs run', async () => {
    for (const page of [
      '<html style="visibility: hidden"><body>Seen.</body></html>',
      '<html><body style="display:none"><p>Seen.</p></body></html>',
      '<html hidden><body hidden>Seen.</body></html>',
    ])
      expect(await texts('a.html', page)).toEqual(['Seen.']);
  });

  it('is read without what its styles hide, and with what they may show', async () => {
    const css =
      '/* notes */ .gone, .away { display: none } .away{color:red} .tab{display:none} .tab.open{display:block} ' +
      '@media print { .screen { display: none } } .menu a { display: none }';
    const body =
      '<p class="x gone">hidden-1</p><p style="opacity: 0">hidden-2</p><p style="font-size:0px">hidden-3</p><p class=away>hidden-4</p>' +
      '<div class="tab open">Tab.</div><p class="screen">Screen.</p><p class="menu">Menu.</p>' +
      '<p style="opacity:0;transform:translateY(9px)">Fades in.</p><p style="opacity:0.5">Pale.</p><p style="font-size:0.9em">Small.</p>';
    const page = `<html><head><style>${css}</style></head><body>${body}</body></html>`;
    expect(await texts('a.html', page)).toEqual(['Tab.\n\nScreen.\n\nMenu.\n\nFades in.\n\nPale.\n\nSmall.']);
  });

  it('is read with the buttons that are headings, and with what stands in fields', async () => {
    const body =
      '<h2><button>Who pays?</button></h2><p>We do.</p><div><button aria-expanded="false">Details</button></div>' +
      '<p>More.</p><textarea>npm ci</textarea><p><button>Copy</button></p>';
    expect(await texts('a.html', `<html><body>${body}</body></html>`)).toEqual([
      '## Who pays?\n\nWe do.\n\nDetails\n\nMore.\n\nnpm ci',
    ]);
  });

  it('keeps words apart where a line is broken in a heading or in code', async () => {
    const body = '<h2>Opening<br>hours</h2><pre>npm ci<br>npm test</pre>';
    expect(await texts('a.html', `<html><body>${body}</body></html>`)).toEqual([
      '## Opening hours\n\n```\nnpm ci\nnpm test\n```',
    ]);
  });

  it('is one also when a comment stands before it and nobody says what it is', async () => {
    const page =
      '\uFEFF<!-- made by hand -->\n<!DOCTYPE html><body><p>Words.</p><script>go()</script></body>';
    expect(await texts('page', page)).toEqual(['Words.']);
  });

  it('says its title, language and own address', async () => {
    const head =
      '<meta property="og:title" content="Visit &amp; enjoy"><link rel="canonical" href="../hours?x=1#top">';
    const page = htmlPage({ title: 'Visit | Museum', language: 'de-AT', head, body: '<p>Text</p>' });
    expect((await read('a', page, PAGE)).page).toEqual({
      title: 'Visit & enjoy',
      language: 'de-AT',
      canonicalUrl: 'https://museum.example/hours?x=1#top',
      asksSignIn: false,
    });
  });

  it('is read in full when tags are left out or come too early', async () => {
    expect(
      await read('a', '<!doctype html><title>Prices</title><h2>Prices</h2><p>12 euros', PAGE),
    ).toMatchObject({
      parts: [{ text: '# Prices\n\n12 euros', place: { heading: 'Prices' } }],
      page: { title: 'Prices' },
    });
    const early = '<html lang="fr"><title>T</title><body>Before</body></html><p>after</p>';
    expect(await read('a', early, PAGE)).toMatchObject({
      parts: [{ text: expect.stringMatching(/Before\n\nafter$/u) }],
      page: { title: 'T', language: 'fr' },
    });
    expect(await texts('fragment.html', 'only <i>words</i>')).toEqual(['only words']);
  });

  it('that says nothing of itself, or nonsense, has no facts', async () => {
    const page =
      '<html lang="<b>"><head><link rel=canonical href="javascript:x"></head><body>Text</body></html>';
    expect((await read('a', page, PAGE)).page).toEqual({
      title: null,
      language: null,
      canonicalUrl: null,
      asksSignIn: false,
    });
  });

  it('with a password field and little else asks to sign in', async () => {
    expect((await read('a', signInPage(), PAGE)).page?.asksSignIn).toBe(true);
    expect(await reason('a', '<html><body><input type="password"></body></html>', PAGE)).toBe(
      'needs_sign_in',
    );
    const article = htmlPage({ title: 'A', body: `<p>${LONG.repeat(40)}</p><input type="password">` });
    expect((await read('a', article, PAGE)).page?.asksSignIn).toBe(false);
  });

  it('is one by its bytes, also when it is served as plain text, and read in its own charset', async () => {
    const page = Buffer.from(
      '<html><head><meta charset="iso-8859-1"></head><body>Gr\u00fc\u00dfe</body></html>',
      'latin1',
    );
    expect(await texts('page', page, { mediaType: 'text/plain', url: PAGE.url })).toEqual(['Grüße']);
  });

  it('without text is empty', async () => {
    expect(await reason('a.html', '<html><body><script>app()</script></body></html>')).toBe('empty');
    expect(await reason('a.html', ' ', PAGE)).toBe('empty');
  });
});

describe('A page that is made to harm', () => {
  it('is still read as text when it is nested hundreds of thousands deep', async () => {
    const page = `<html><body>${'<div>'.repeat(450_000)}Deep inside.${'</div>'.repeat(450_000)}</body></html>`;
    expect(await texts('deep.html', page)).toEqual(['Deep inside.']);
    expect(await texts('spans.html', `<html><body>${'<b><i>'.repeat(450)}Not so deep.`)).toEqual([
      'Not so deep.',
    ]);
  });

  it('is still read as text when it has hundreds of thousands of elements', async () => {
    const head = '<html lang="en"><head><title>Measurements</title></head>';
    const rows = '<tr><td>1</td><td>a &lt; b</td></tr>'.repeat(40_000);
    const { parts, page } = await read(
      'wide.html',
      `${head}<body><h2>Values</h2><table>${rows}</table><script>hidden-1</script></body></html>`,
      PAGE,
    );
    expect(page?.title).toBe('Measurements');
    expect(parts[0]?.place).toEqual({ heading: 'Values' });
    expect(parts[0]?.text).toMatch(/^## Values\n+1 \| a < b\n/u);
    expect(parts[0]?.text).not.toContain('hidden-');
  });

  it('is read without what is hidden when it has hundreds of thousands of elements', async () => {
    const style = '<style>.gone{display:none}</style>';
    const hidden =
      '<div class="gone">hidden-1<div>hidden-2</div></div><p hidden>hidden-3<p>Seen.</p>' +
      '<ul><li style="display:none">hidden-4<ul><li>hidden-5</ul><li>Item.</ul><span hidden>hidden-6</span>';
    const page = `<!doctype html><html><head>${style}</head><body>${hidden}<a title="a > b">Link.</a>${'<b>x</b>'.repeat(60_000)}</body></html>`;
    const text = (await texts('wide.html', page)).join('\n');
    expect(text).not.toMatch(/hidden-|doctype|a > b/u);
    expect(text).toMatch(/^Seen\.\n+Item\.\n+Link\.x+$/u);
  });

  it('does not hold up the reader with tags that never end', async () => {
    expect(await reason('open.html', `<html><body>Text${'<script>'.repeat(100_000)}`)).toBe('read');
    expect(await reason('signs.html', `<html>${'<'.repeat(20_000)}`)).toBe('read');
    expect(await reason('name.html', `<html><body>Text<${'a'.repeat(5_000_000)}`)).toBe('read');
    expect(await reason('types.html', `<html><body>Text${'<!doctype'.repeat(400_000)}`)).toBe('read');
  });
});
