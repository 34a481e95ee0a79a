import { beforeAll, describe, expect, it } from 'vitest';
import { signInPage } from '../support/files/html.ts';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { applyToList, inFreshWorld, lastSent, openList } from './acting.ts';
import { atRest } from './planning-acts.ts';
import { allRead, lineOf, openReceipt, passageTexts, sayLink, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const DAY = 24 * 60 * 60_000;
const OLD = 'The dipper nests under the second weir in April.';
const NEW = 'The dipper nests under the railway bridge in April.';
/** By how much the clock of Milepost is ahead. */
let ahead = 0;

/** The survey, attached and read; a day later. */
async function attachedYesterday(world: World, more = {}): Promise<{ Outline: string; project: string }> {
  ahead = 0;
  world.web.put('/survey', { body: article('Nesting survey', OLD), ...more });
  const { Outline = '', project = '' } = await world.setUp();
  await sayLink(world, Outline, world.web.url('/survey'));
  await allRead(world);
  ahead = DAY + 60_000;
  return { Outline, project };
}

const askWhere = (world: World, thread: string): Promise<string> =>
  world.ask({ thread, text: 'Where does the dipper nest?' });

describe('A page that was read more than a day ago', () => {
  let world: World;
  inFreshWorld({ overrides: { now: () => Date.now() + ahead } }, (fresh) => {
    world = fresh;
  });

  it('is asked for changes when it is used, and keeps its text when there are none', async () => {
    const { web } = world;
    const { Outline, project } = await attachedYesterday(world);
    await askWhere(world, Outline);
    await atRest(world, 'read-attachment');
    const [first, second, ...others] = web.requests('/survey');
    expect(first?.['if-none-match']).toBeUndefined();
    expect(second?.['if-none-match']).toMatch(/^"[0-9a-f]+"$/u);
    expect(others).toEqual([]);
    expect(lastSent(world)).toContain(OLD);
    expect(await lineOf(world, project, 'Nesting survey')).toContain('· Website · read ·');
    ahead = 0;
    await askWhere(world, Outline);
    expect(lastSent(world)).toContain(OLD);
    expect(web.requests('/survey')).toHaveLength(2);
  });

  it('is left alone while it is not used, and so it is before the day is over', async () => {
    const { web } = world;
    const { Outline } = await attachedYesterday(world);
    const { slack, ben, channel } = world;
    await slack.say({ user: ben, channel, threadTs: Outline, text: 'Nobody asks for it.' });
    ahead = DAY - 3_600_000;
    await askWhere(world, Outline);
    expect(web.requests('/survey')).toHaveLength(1);
  });

  it('gives the very next answer its new text, and nothing of its old one', async () => {
    const { Outline, project } = await attachedYesterday(world);
    world.web.put('/survey', article('Survey of this year', NEW));
    await askWhere(world, Outline);
    expect(lastSent(world)).toContain(NEW);
    expect(lastSent(world)).not.toContain(OLD);
    expect(lastSent(world)).toContain('[1] Survey of this year <');
    expect(await lineOf(world, project, 'Survey of this year')).toContain('· read ·');
    expect(await passageTexts(world)).toEqual([expect.stringContaining(NEW)]);
  });

  it('keeps what it said when its server has trouble, and everybody is told so', async () => {
    const { Outline, project } = await attachedYesterday(world);
    world.web.put('/survey', { body: 'Trouble', status: 503 });
    await askWhere(world, Outline);
    const reason = 'its server could not be reached';
    expect(lastSent(world)).toContain(OLD);
    expect(lastSent(world)).toContain(`(as it was when it could last be read: ${reason} now)`);
    expect(await openReceipt(world)).toContain(
      `· Outline · read whole (as it was when it could last be read: ${reason} now)`,
    );
    await world.slack.closeModal(world.anna);
    const line = await lineOf(world, project, 'Nesting survey');
    expect(line).toContain('as it was when it could last be read; tried again on ');
    expect(line).toContain(reason);
  });

  it.each([
    ['asks to sign in now', { body: signInPage() }, 'it can only be read after signing in'],
    ['is not there any more', { body: '', status: 410 }, 'there is nothing at its address any more'],
  ])('loses its text when it %s', async (_what, page, reason) => {
    const { Outline, project } = await attachedYesterday(world);
    world.web.put('/survey', page);
    await askWhere(world, Outline);
    expect(lastSent(world)).not.toContain('weir');
    expect(lastSent(world)).toContain(`(not read: ${reason})`);
    expect(await lineOf(world, project, 'Nesting survey')).toContain(`not read: ${reason}`);
    expect(await passageTexts(world)).toEqual([]);
  });
});

describe('A page that could not be read', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });
  const GONE = 'there is nothing at its address any more';

  it('is read again from the list, told how that ended, and tried once more from there', async () => {
    const { slack, anna, channel, web } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await sayLink(world, Outline, `<${web.url('/survey')}|The survey>`);
    await toldHow(world, anna, 'The survey', GONE);
    await openList(world, project);
    const { list } = await applyToList(world, 'The survey', 'Read again (retry)');
    expect(list).toContain('|The survey>* · Website · being read');
    const again = await toldHow(world, anna, 'I could not read', GONE);
    expect(again).toContain(`*<${web.url('/survey')}|The survey>*`);
    web.put('/survey', article('Nesting survey', OLD));
    await slack.click({ user: anna, channel, actionId: 'attachment_read_again' });
    await toldHow(world, anna, '|The survey>*', 'read');
    expect(await lineOf(world, project, 'The survey')).toContain('· Website · read ·');
    await askWhere(world, Outline);
    expect(lastSent(world)).toContain(OLD);
  });

  it('is read again when somebody shares it again', async () => {
    const { anna, ben, web } = world;
    const { Outline = '' } = await world.setUp();
    await sayLink(world, Outline, `<${web.url('/survey')}|The survey>`);
    await toldHow(world, anna, 'The survey', GONE);
    web.put('/survey', article('Nesting survey', OLD));
    await sayLink(world, Outline, web.url('/survey'), ben);
    await toldHow(world, ben, 'The survey', 'read');
    await askWhere(world, Outline);
    expect(lastSent(world)).toContain(OLD);
  });

  it('cannot be read again where it is a pasted text: that is said, and the text stays', async () => {
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, OLD, 'Notes');
    await openList(world, project);
    const { errors } = await applyToList(world, 'Notes', 'Read again (retry)');
    expect(errors?.attachment).toContain('This text was pasted: all there is of it was read.');
    await askWhere(world, Outline);
    expect(lastSent(world)).toContain(OLD);
  });
});
