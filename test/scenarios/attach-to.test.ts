import { beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { pdfOf } from '../support/files/pdf.ts';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { filledIn, hastyClock, inFreshWorld, lastSent, openList, reads } from './acting.ts';
import { allRead, attachedIn, passageTexts, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const NEST = 'The dipper nests under the second weir in April.';
const PRICE = 'A boat costs 120 a day.';
const TALK = 'The talk is on Monday.';
const files = () => [
  { name: 'prices.pdf', content: Buffer.from(pdfOf({ pages: [PRICE] })) },
  { name: 'talk.txt', content: TALK },
];

describe('"Attach to…" on a message with files and links', () => {
  let world: World;
  let threads: Record<string, string> = {};
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  /** Ben says it in the channel, where nothing is attached by itself; Anna opens the form on it. */
  async function openForm(text = `See ${world.web.url('/survey')}`): Promise<string> {
    const { slack, anna, ben, channel, web } = world;
    web.put('/survey', article('Nesting survey', NEST));
    threads = await world.setUp();
    const { ts } = await slack.say({ user: ben, channel, text, files: files() });
    await slack.shortcut({ user: anna, callbackId: 'attach_to', channel, ts });
    return ts;
  }

  it('attaches all of them where the person chooses, and answers are made from all', async () => {
    const { slack, anna } = world;
    await openForm();
    const form = slack.modal(anna);
    expect(textOf(form)).toContain(
      'This attaches *2 files and 1 link* of the message: prices.pdf, talk.txt.',
    );
    expect(filledIn(form, 'content')).toBe(world.web.url('/survey'));
    expect((await slack.submit(anna, { place: 'Cover' })).errors).toBeUndefined();
    await slack.until(async () => (await allRead(world)).length === 3, 'all three are read');
    const list = await openList(world, threads.project ?? '');
    for (const title of ['prices.pdf', 'talk.txt', 'Nesting survey'])
      expect(list).toMatch(new RegExp(`\\|${title}>\\* · \\w+ · read · <@${anna}>`, 'u'));
    await world.ask({ thread: threads.Cover ?? '', text: 'What do we have?' });
    for (const text of [NEST, `(page 1)\n${PRICE}`, TALK]) expect(lastSent(world)).toContain(text);
    await world.ask({ thread: threads.Outline ?? '', text: 'What do we have?' });
    expect(lastSent(world)).toContain('Attachments: none.');
  });

  it('attaches the files alone when the text is taken out of the form', async () => {
    const { slack, anna } = world;
    await openForm('Look at these');
    expect(textOf(slack.modal(anna))).toContain('This attaches *2 files*');
    await slack.submit(anna, { place: 'Outline', content: null });
    await slack.until(async () => (await allRead(world)).length === 2, 'both are read');
    const titles = (await attachedIn(world)).map(({ title }) => title);
    expect(titles).toEqual(['prices.pdf', 'talk.txt']);
  });

  it('takes them all back when the message is deleted', async () => {
    const { slack, anna, channel } = world;
    const ts = await openForm();
    await slack.submit(anna, { place: 'Outline' });
    await slack.until(async () => (await allRead(world)).length === 3, 'all three are read');
    await slack.remove({ channel, ts });
    expect(await attachedIn(world)).toEqual([]);
    expect(await passageTexts(world)).toEqual([]);
  });

  it('attaches nothing when a file was deleted meanwhile, and says so', async () => {
    const { slack, anna, channel } = world;
    const ts = await openForm();
    await slack.removeFile({ channel, ts, name: 'talk.txt' });
    const { errors } = await slack.submit(anna, { place: 'Outline' });
    expect(Object.values(errors ?? {}).join()).toContain('Slack does not show me one of the files any more');
    expect(await attachedIn(world)).toEqual([]);
  });
});

describe('A message that shared files and links', () => {
  let world: World;
  let Outline = '';
  let ts = '';
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  async function begin(): Promise<void> {
    const { slack, anna, channel, web } = world;
    web.put('/survey', article('Nesting survey', NEST));
    ({ Outline = '' } = await world.setUp());
    const text = `See ${web.url('/survey')}`;
    ({ ts } = await slack.say({ user: anna, channel, threadTs: Outline, text, files: files() }));
    for (const title of ['Nesting survey', 'prices.pdf', 'talk.txt'])
      await toldHow(world, anna, title, 'read');
  }

  const titles = async (): Promise<string[]> => (await attachedIn(world)).map(({ title }) => title).sort();

  it('keeps its files when an edit takes the link out', async () => {
    const { slack, channel } = world;
    await begin();
    await slack.edit({ channel, ts, text: 'See these' });
    expect(await titles()).toEqual(['prices.pdf', 'talk.txt']);
    await world.ask({ thread: Outline, text: 'What do we have?' });
    expect(lastSent(world)).not.toContain('weir');
    expect(lastSent(world)).toContain(PRICE);
    expect((await passageTexts(world)).sort()).toEqual([PRICE, TALK]);
  });

  for (const trace of [true, false]) {
    it(`loses a file that is deleted in Slack, ${trace ? 'with' : 'without'} a trace, and keeps the rest`, async () => {
      const { slack, channel } = world;
      await begin();
      await slack.removeFile({ channel, ts, name: 'prices.pdf', trace });
      expect(await titles()).toEqual(['Nesting survey', 'talk.txt']);
      await slack.removeFile({ channel, ts, name: 'talk.txt', trace });
      expect(await titles()).toEqual(['Nesting survey']);
      await slack.until(() => reads(world, Outline).includes('1 attachment'), 'the card counts one');
      await world.ask({ thread: Outline, text: 'What do we have?' });
      expect(lastSent(world)).not.toMatch(/boat|Monday/u);
      expect(lastSent(world)).toContain(NEST);
      expect(await passageTexts(world)).toHaveLength(1);
    });
  }

  it('keeps all of them when an edit only mends its words', async () => {
    const { slack, channel, web } = world;
    await begin();
    await slack.edit({ channel, ts, text: `Please look at ${web.url('/survey')}` });
    expect(await titles()).toEqual(['Nesting survey', 'prices.pdf', 'talk.txt']);
    expect(web.requests('/survey')).toHaveLength(1);
  });
});
