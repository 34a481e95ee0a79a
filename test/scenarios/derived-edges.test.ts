import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { applyToList, hastyClock, inFreshWorld, lastSent, openList } from './acting.ts';
import { leaked, rememberedLine, remembers } from './coaching-acts.ts';
import { approve, dispatchIs, proposed } from './dispatch-acts.ts';
import { atRest, cardSays, messageWith } from './planning-acts.ts';

let world: World;

describe('What was made from something', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('is not sent to a specialist in a milestone that its thread became after it was proposed', async () => {
    const { slack, anna, ben, channel, provider } = world;
    const { Cover = '' } = await world.setUp();
    await world.paste(Cover, 'The cover shows the HERON-8811 of the mill.', 'Cover notes');
    const { ts } = await slack.say({ user: anna, channel, text: 'A thread about birds' });
    await world.ask({ thread: ts, text: 'Hello' });
    const one = await proposed(world, ts, { task: 'Describe the HERON-8811 for the printer.' });
    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts });
    await slack.submit(anna, { title: 'Birds' });
    await messageWith(world, ts, 'Birds');
    const before = provider.requests().length;

    await approve(world, ben, one);
    const ended = await dispatchIs(world, one, 'failed');

    expect(ended.ending).toBe('moved');
    await cardSays(world, one.card, 'this thread belongs elsewhere since');
    expect(leaked(world, ['HERON-8811'], before)).toEqual([]);
  });

  it('stays when another link of the same site is removed', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const link = (id: string) => `https://docs.google.com/document/d/${id}/edit`;
    const say = (text: string) => slack.say({ user: anna, channel, threadTs: Outline, text });
    await say(`<${link('plan-of-may')}|The plan of May>`);
    await say(`<${link('plan-of-june')}|The plan of June>`);
    await atRest(world, 'announce-attachments');
    provider.answer('Which one?', `It stands in ${link('plan-of-may')}, ask there.`);
    await world.ask({ thread: Outline, text: 'Which one?' });

    await openList(world, project);
    await applyToList(world, 'The plan of June', 'Remove');
    await world.ask({ thread: Outline, text: 'And now?' });

    expect(lastSent(world)).toContain('ask there');
  });

  it('is remembered on when a person said it, whatever else says the same', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Agenda: on Friday 12 June we meet at the mill.', 'Agenda');
    const said = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: 'The lauch is on Friday 12 June',
    });
    remembers(world, 'please keep', [{ key: 'launch', value: 'Friday 12 June' }]);
    await world.ask({ thread: Outline, text: 'The launch is on Friday 12 June, please keep that' });
    await rememberedLine(world, Outline, 'Remembered: *launch*');

    await slack.edit({ channel, ts: said.ts, text: 'The launch is on Friday 12 June' });
    await openList(world, project);
    await applyToList(world, 'Agenda', 'Remove');
    await world.ask({ thread: Outline, text: 'And now?' });

    expect(lastSent(world)).toContain('- launch: Friday 12 June');
  });
});
