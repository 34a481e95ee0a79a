import { beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/model-provider.ts';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { applyToList, hastyClock, inFreshWorld, lastSent, openList } from './acting.ts';
import { leaked, remembers } from './coaching-acts.ts';
import { allRead, sayLink } from './reading-acts.ts';

beforeAll(warmReader);

describe('What was made from a link of a milestone that the project has as well', () => {
  let world: World;
  let Outline = '';
  let project = '';
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  /** The same page for the whole project and in one milestone, there under a name of its own. */
  async function begin(): Promise<void> {
    ({ Outline = '', project = '' } = await world.setUp());
    world.web.put('/survey', article('Nesting survey', 'The HERON stands forty days on one leg.'));
    const url = world.web.url('/survey');
    await world.paste(project, url);
    await sayLink(world, Outline, `<${url}|Mine>`);
    await allRead(world);
  }

  async function moveToProject(): Promise<void> {
    await openList(world, project);
    await applyToList(world, 'Mine', 'Move to The whole project');
    expect(await openList(world, project)).toContain('1 attachment');
  }

  it('is told and remembered on when the two become one, and goes when that is removed', async () => {
    await begin();
    world.provider.answer('How long?', 'MADE-FROM-IT [2].');
    remembers(world, 'that', [{ key: 'days', value: 'ENTRY-FORTY', sources: [2] }]);
    await world.ask({ thread: Outline, text: 'How long?' });
    await world.ask({ thread: Outline, text: 'Remember that.' });

    await moveToProject();
    await world.ask({ thread: Outline, text: 'And now?' });

    expect(lastSent(world)).toContain('MADE-FROM-IT');
    expect(lastSent(world)).toContain('ENTRY-FORTY');

    const before = world.provider.requests().length;
    await openList(world, project);
    await applyToList(world, 'Nesting survey', 'Remove');
    await world.ask({ thread: Outline, text: 'And then?' });
    expect(leaked(world, ['MADE-FROM-IT', 'ENTRY-FORTY', 'HERON'], before)).toEqual([]);
  });

  it('is kept when the two become one while the model is at work', async () => {
    await begin();
    const { slack, provider, anna, channel } = world;
    provider.script(
      'How long?',
      [[call('remember', { key: 'days', type: 'project', value: 'ENTRY-FORTY', sources: [2] })]],
      'MADE-FROM-IT [2].',
    );
    provider.hold();
    const text = `<@${slack.botUserId}> How long?`;
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text });
    await provider.until(1);
    await moveToProject();
    provider.release();
    await slack.until(
      () => !slack.reactions(channel, ts).includes('eyes') && world.answersAfter(Outline, ts).length > 0,
      'the answer',
    );
    await world.ask({ thread: Outline, text: 'And now?' });

    expect(lastSent(world)).toContain('MADE-FROM-IT');
    expect(lastSent(world)).toContain('ENTRY-FORTY');
  });
});
