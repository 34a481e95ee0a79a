import { beforeAll, describe, expect, it } from 'vitest';
import { htmlPage } from '../support/files/html.ts';
import { docxOf, pptxOf, xlsxOf } from '../support/files/office.ts';
import { pdfOf } from '../support/files/pdf.ts';
import { call, toolResults } from '../support/model-provider.ts';
import { type World, warmReader } from '../support/world.ts';
import { applyToList, hastyClock, inFreshWorld, lastSent, openList, reads, sent } from './acting.ts';
import { allRead, lineOf, openReceipt, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const NEST = 'The dipper nests under the second weir.';
/** Enough that what follows is a passage of its own. */
const LONG = 'Grey wagtails were counted along the whole river in the first week of April. '.repeat(5).trim();

interface Kind {
  name: string;
  content: string | Uint8Array;
  /** What lists call it. */
  kind: string;
  /** What the model is sent of it, with its place. */
  sent: string;
  cite: string;
}

const KINDS: Kind[] = [
  { name: 'notes.txt', content: NEST, kind: 'Text', sent: NEST, cite: '[1]' },
  {
    ...{ name: 'guide.md', content: `# Birds\n\n${LONG}\n\n## Nests\n\n${NEST}`, kind: 'Text' },
    ...{ sent: `## Nests\n${NEST}`, cite: '[1, “Nests”]' },
  },
  {
    ...{ name: 'nests.csv', content: 'species,place\ndipper,"second weir, east"\nheron,reeds' },
    ...{ kind: 'Spreadsheet', cite: '[1, rows 2–3]' },
    sent: '(rows 2–3)\nspecies | place\ndipper | second weir, east\nheron | reeds',
  },
  {
    ...{ name: 'nests.json', content: JSON.stringify({ dipper: { place: 'second weir' } }), kind: 'Code' },
    ...{ sent: 'second weir', cite: '[1]' },
  },
  {
    ...{ name: 'nests.py', content: `def nest():\n    return "${NEST}"\n`, kind: 'Code' },
    ...{ sent: `def nest():\n    return "${NEST}"`, cite: '[1]' },
  },
  {
    ...{ name: 'survey.html', kind: 'Web page', sent: `## Nests\n${NEST}`, cite: '[1, “Nests”]' },
    content: htmlPage({
      title: 'Survey',
      body: `<h1>Survey</h1><p>${LONG}</p><h2>Nests</h2><p>${NEST}</p>`,
    }),
  },
  {
    ...{ name: 'survey.pdf', content: pdfOf({ pages: [LONG, LONG, NEST] }), kind: 'PDF' },
    ...{ sent: `(page 3)\n${NEST}`, cite: '[1, page 3]' },
  },
  {
    ...{ name: 'survey.docx', kind: 'Word', sent: `# Nests\n${NEST}`, cite: '[1, “Nests”]' },
    content: docxOf({
      sections: [
        { heading: 'Birds', paragraphs: [LONG] },
        { heading: 'Nests', paragraphs: [NEST] },
      ],
    }),
  },
  {
    ...{ name: 'nests.xlsx', kind: 'Spreadsheet', cite: '[1, sheet Nests, rows 2–3]' },
    sent: '(sheet Nests, rows 2–3)\nspecies | place\ndipper | second weir\nheron | reeds',
    content: xlsxOf({
      sheets: [
        {
          name: 'Costs',
          rows: [
            ['item', 'sum'],
            ['boat', 120],
          ],
        },
        {
          name: 'Nests',
          rows: [
            ['species', 'place'],
            ['dipper', 'second weir'],
            ['heron', 'reeds'],
          ],
        },
      ],
    }),
  },
  {
    ...{ name: 'talk.pptx', kind: 'Slides', sent: `(slide 2)\n# Nests\n${NEST}`, cite: '[1, slide 2]' },
    content: pptxOf({
      slides: [
        { title: 'Birds', lines: [LONG] },
        { title: 'Nests', lines: [NEST] },
      ],
    }),
  },
];

describe('A file shared in a milestone thread', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  /** Shares files in a thread. @returns where people open each of them in Slack. */
  async function share(threadTs: string, ...files: Pick<Kind, 'name' | 'content'>[]): Promise<string[]> {
    const { slack, anna, channel } = world;
    const all = files.map(({ name, content }) => ({ name, content: Buffer.from(content) }));
    const { message } = await slack.say({ user: anna, channel, threadTs, text: 'For you', files: all });
    return (message.files ?? []).map((file) => String(file.permalink));
  }

  it.each(KINDS)('such as $name is read, and answers are made from it and lead to it', async (file) => {
    const { anna, provider } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const [address] = await share(Outline, file);
    const title = `*<${address}|${file.name}>*`;
    await toldHow(world, anna, title, 'read');
    expect(await lineOf(world, project, file.name)).toContain(`${title} · ${file.kind} · read · <@${anna}>`);
    provider.fallback(`Under the second weir ${file.cite}.`);
    const answer = await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(`[1] ${file.name}\n`);
    expect(lastSent(world)).toContain(file.sent);
    expect(answer).toContain(`Under the second weir <${address}|${file.cite}>.`);
    expect(answer).toContain('1 of 1 attachment in *Outline*');
    expect(await openReceipt(world)).toContain(`[1] ${title} · Outline · read whole`);
  });

  it('counts on the card of its milestone and is named to the milestone alone', async () => {
    const { slack, anna } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await share(Outline, ...KINDS);
    for (const { name } of KINDS) await toldHow(world, anna, name, 'read');
    await slack.until(() => reads(world, Outline).includes('10 attachments'), 'the card counts them');
    expect(await openList(world, project)).toContain('10 attachments');
    await world.ask({ thread: Cover, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).not.toContain('weir');
    expect(lastSent(world)).not.toContain('survey');
    expect(await openReceipt(world)).toContain('• 10 attachments of other milestones: never read here');
  });

  it('may have 300 pages: a question about page 250 is answered from there', async () => {
    const { provider } = world;
    const { Outline = '' } = await world.setUp();
    const pages = Array.from({ length: 300 }, (_, at) => `Station ${at + 1}. ${LONG}`);
    pages[249] = `The osprey was seen at the old mill. ${LONG}`;
    const [address] = await share(Outline, { name: 'long.pdf', content: pdfOf({ pages }) });
    await allRead(world);
    provider.fallback('At the old mill [1, page 250].');
    const answer = await world.ask({ thread: Outline, text: 'Where was the osprey seen?' });
    expect(lastSent(world)).toContain('(page 250)\nThe osprey was seen at the old mill.');
    expect(answer).toContain(`<${address}|[1, page 250]>`);
    const receipt = await openReceipt(world);
    expect(receipt).toMatch(/long\.pdf>\* · Outline · read in parts: pages [\d,– ]*\b250\b/u);
    expect(receipt).toContain('• 1 attachment not read whole: over the budget for one answer');
  });

  it('is read on at a place that the model asks for', async () => {
    const { anna, provider } = world;
    const { Outline = '' } = await world.setUp();
    const pages = Array.from({ length: 100 }, (_, at) => `Station number ${at + 1}. ${LONG}`);
    await share(Outline, { name: 'long.pdf', content: pdfOf({ pages }) });
    await toldHow(world, anna, 'long.pdf', 'read');
    const ask = call('read_attachment', { number: 1, place: 'page 77' });
    provider.script('What stands on page 77?', [[ask]], 'Read.');
    await world.ask({ thread: Outline, text: 'What stands on page 77?' });
    const [result] = toolResults(provider.requests().at(-1) ?? { model: '', messages: [] });
    expect(result?.result).toContain('(page 77)\nStation number 77.');
  });

  it('with the question in one message is read before it is answered, once', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.fallback((request) => (sent(request).includes(NEST) ? 'Under the weir [1].' : 'No idea.'));
    const files = [{ name: 'survey.pdf', content: Buffer.from(pdfOf({ pages: [LONG, NEST] })) }];
    const text = `<@${slack.botUserId}> Where does the dipper nest?`;
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text, files });
    const answers = await slack.until(() => {
      const all = world.answersAfter(Outline, ts);
      return all.some((one) => one.includes('Under the weir')) ? all : undefined;
    }, 'an answer that has read the file');
    expect(answers).toHaveLength(1);
    expect(lastSent(world)).toContain(`(page 2)\n${NEST}`);
  });
});

describe('A file that Slack did not hand out', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('is read when somebody has it read again from the list', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    slack.failNext('file_download', { kind: 'refused' }, { times: 100 });
    const files = [{ name: 'notes.txt', content: NEST }];
    await slack.say({ user: anna, channel, threadTs: Outline, text: '', files });
    await toldHow(
      world,
      anna,
      'notes.txt',
      'Slack did not hand it out, as with files that are kept elsewhere',
    );
    slack.clearFaults();
    await openList(world, project);
    const { list } = await applyToList(world, 'notes.txt', 'Read again (retry)');
    expect(list).toContain('|notes.txt>* · Text · being read');
    await toldHow(world, anna, 'notes.txt', 'read');
    expect(await lineOf(world, project, 'notes.txt')).toContain('· Text · read ·');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
  });
});
