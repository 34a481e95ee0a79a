import { beforeAll, describe, expect, it } from 'vitest';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import {
  applyToList,
  hastyClock,
  inFreshWorld,
  lastSent,
  openList,
  whispered,
  whispersTo,
} from './acting.ts';
import { atRest } from './planning-acts.ts';
import { allRead, attachedIn, passageTexts, sayLink, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const NEST = 'The dipper nests under the second weir in April.';

/** A page, and a short address that leads there. */
function putSurvey({ web }: World): { long: string; short: string } {
  web.put('/survey', article('Nesting survey', NEST));
  web.put('/s', { body: '', status: 301, headers: { location: web.url('/survey?utm_source=short') } });
  web.put('/survey?utm_source=short', article('Nesting survey', NEST));
  return { long: web.url('/survey'), short: web.url('/s') };
}

describe('A short link and the page it leads to', () => {
  let world: World;
  let Outline = '';
  let Cover = '';
  let project = '';
  let short = '';
  let long = '';
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  /** Anna shares the short one, then Ben the long one. @returns the two messages, once they are one attachment. */
  async function begin(): Promise<[string, string]> {
    ({ long, short } = putSurvey(world));
    ({ Outline = '', Cover = '', project = '' } = await world.setUp());
    const first = await sayLink(world, Outline, short);
    await toldHow(world, world.anna, 'Nesting survey', 'read');
    const second = await sayLink(world, Outline, long, world.ben);
    await toldHow(world, world.ben, 'Nesting survey', 'read');
    return [first, second];
  }

  const undo = (user: string) =>
    world.slack.click({ user, channel: world.channel, actionId: 'attachment_undo' });
  const remaining = async (): Promise<number> => (await attachedIn(world)).length;

  it('shared in one milestone are one attachment, whose text is there once', async () => {
    await begin();
    expect(await openList(world, project)).toContain('1 attachment');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world).split(NEST)).toHaveLength(2);
    expect(await passageTexts(world)).toHaveLength(1);
  });

  it('shared the other way round, and in one message, are one as well', async () => {
    ({ long, short } = putSurvey(world));
    ({ Outline = '', Cover = '', project = '' } = await world.setUp());
    await sayLink(world, Outline, long);
    await toldHow(world, world.anna, 'Nesting survey', 'read');
    await sayLink(world, Outline, short, world.ben);
    await toldHow(world, world.ben, 'Nesting survey', 'read');
    await sayLink(world, Cover, `${short} or ${long}`);
    await allRead(world);
    await atRest(world, 'read-attachment', 'tell-attached');
    expect(await openList(world, project)).toContain('2 attachments');
    expect(whispersTo(world, world.anna).at(-1)?.split('Nesting survey')).toHaveLength(2);
  });

  it('go when both people undo them, whoever comes first', async () => {
    await begin();
    await undo(world.anna);
    await whispered(world, world.anna, 'Taken back: Nesting survey');
    expect(await remaining()).toBe(1);
    await undo(world.ben);
    await whispered(world, world.ben, 'Taken back: Nesting survey');
    expect(await remaining()).toBe(0);
    expect(await passageTexts(world)).toEqual([]);
  });

  it('stay when the second is undone, and go when the first is', async () => {
    await begin();
    await undo(world.ben);
    await whispered(world, world.ben, 'Taken back: Nesting survey');
    expect(await remaining()).toBe(1);
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
    await undo(world.anna);
    await whispered(world, world.anna, 'Taken back: Nesting survey');
    expect(await remaining()).toBe(0);
  });

  it('stay while one message still has one of them, edited or not, and go with the last', async () => {
    const { slack, channel } = world;
    const [first, second] = await begin();
    await slack.edit({ channel, ts: first, text: `The survey is at ${short}, as I said.` });
    expect(await remaining()).toBe(1);
    await slack.edit({ channel, ts: first, text: 'Never mind.' });
    expect(await remaining()).toBe(1);
    await slack.remove({ channel, ts: second });
    expect(await remaining()).toBe(0);
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain('Attachments: none.');
    expect(await passageTexts(world)).toEqual([]);
  });

  it('go with the short one, when the long one was deleted before', async () => {
    const { slack, channel } = world;
    const [first, second] = await begin();
    await slack.remove({ channel, ts: second });
    expect(await remaining()).toBe(1);
    await slack.edit({ channel, ts: first, text: 'Never mind.' });
    expect(await remaining()).toBe(0);
  });

  it('shared in two milestones are two attachments', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const there = await sayLink(world, Cover, short);
    await allRead(world);
    expect(await openList(world, project)).toContain('2 attachments');
    await slack.remove({ channel, ts: there });
    expect(await remaining()).toBe(1);
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?', user: anna });
    expect(lastSent(world)).toContain(NEST);
  });
});

describe('A page attached in two milestones', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('is stored once, is read in both, and leaves the one it is removed from', async () => {
    const { web, anna } = world;
    web.put('/survey', article('Nesting survey', NEST));
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await sayLink(world, Outline, `<${web.url('/survey')}|Survey for the outline>`);
    await sayLink(world, Cover, `<${web.url('/survey')}|Survey for the cover>`);
    await toldHow(world, anna, 'Survey for the outline', 'read');
    await toldHow(world, anna, 'Survey for the cover', 'read');
    expect(await passageTexts(world)).toHaveLength(1);
    await openList(world, project);
    await applyToList(world, 'Survey for the outline', 'Remove');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).not.toContain('weir');
    await world.ask({ thread: Cover, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
    await openList(world, project);
    await applyToList(world, 'Survey for the cover', 'Remove');
    expect(await passageTexts(world)).toEqual([]);
  });

  it('moves with its text, and becomes one with what is there already', async () => {
    const { web, anna } = world;
    web.put('/survey', article('Nesting survey', NEST));
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await sayLink(world, Outline, web.url('/survey'));
    await toldHow(world, anna, 'Nesting survey', 'read');
    await openList(world, project);
    await applyToList(world, 'Nesting survey', 'Move to Cover');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain('Attachments: none.');
    await world.ask({ thread: Cover, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
    expect(web.requests('/survey')).toHaveLength(1);
    await sayLink(world, Outline, web.url('/survey'));
    await allRead(world);
    await openList(world, project);
    const { list } = await applyToList(world, 'Nesting survey', 'Move to Cover');
    expect(list).toContain('1 attachment');
    expect(await passageTexts(world)).toHaveLength(1);
  });
});
