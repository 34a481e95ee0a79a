import { beforeAll, describe, expect, it } from 'vitest';
import { toAttachment } from '../../src/use-cases/attach-shared.ts';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { applyToList, inFreshWorld, lastSent, openList, whispered } from './acting.ts';
import { atRest } from './planning-acts.ts';
import { attachedIn, lineOf, openReceipt, passageTexts, sayLink, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const NEST = 'The dipper nests under the second weir in April.';
/** By how much the clock of Milepost is ahead. */
let ahead = 0;

describe('While a page is being read', () => {
  let world: World;
  let Outline = '';
  let Cover = '';
  let project = '';
  let release: () => void;
  inFreshWorld({ overrides: { now: () => Date.now() + ahead } }, (fresh) => {
    world = fresh;
    ahead = 0;
  });

  /** A link to a page whose server has been asked and does not answer yet. @returns the message that shares it. */
  async function begin(): Promise<string> {
    const { slack, web } = world;
    web.put('/survey', article('Nesting survey', NEST));
    release = web.hold('/survey');
    ({ Outline = '', Cover = '', project = '' } = await world.setUp());
    const ts = await sayLink(world, Outline, `<${web.url('/survey')}|The survey>`);
    await slack.until(() => web.requests('/survey').length === 1, 'the page is asked for');
    return ts;
  }

  async function nothingIsLeft(): Promise<void> {
    release();
    await atRest(world, 'read-attachment');
    expect(await attachedIn(world)).toEqual([]);
    expect(await passageTexts(world)).toEqual([]);
    const documents = world.milepost.connection.collection('documents');
    expect(await documents.countDocuments({ teamId: world.milepost.teamId })).toBe(0);
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain('Attachments: none.');
  }

  it('its author and the list are told so, and later that it was read', async () => {
    const { anna } = world;
    await begin();
    const line = await whispered(world, anna, 'Attached to *Outline*');
    expect(line).toContain(`*<${world.web.url('/survey')}|The survey>* · Website · being read`);
    expect(await lineOf(world, project, 'The survey')).toContain('· Website · being read ·');
    release();
    expect(await toldHow(world, anna, 'The survey', 'read')).toContain('Answers can use it now.');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
  }, 60_000);

  it('Undo leaves nothing behind', async () => {
    await begin();
    await whispered(world, world.anna, 'being read');
    await world.slack.click({
      ...{ user: world.anna, channel: world.channel, actionId: 'attachment_undo' },
    });
    await whispered(world, world.anna, 'Taken back: The survey');
    await nothingIsLeft();
  });

  it('the deletion of its message leaves nothing behind', async () => {
    const ts = await begin();
    await world.slack.remove({ channel: world.channel, ts });
    await nothingIsLeft();
  });

  it('an edit that takes the link out leaves nothing behind', async () => {
    const ts = await begin();
    await world.slack.edit({ channel: world.channel, ts, text: 'Never mind.' });
    await nothingIsLeft();
  });

  it('its removal from the list leaves nothing behind', async () => {
    await begin();
    await openList(world, project);
    await applyToList(world, 'The survey', 'Remove');
    await nothingIsLeft();
  });

  it('it can be moved, and is read where it is then', async () => {
    await begin();
    await openList(world, project);
    await applyToList(world, 'The survey', 'Move to Cover');
    release();
    await atRest(world, 'read-attachment');
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).not.toContain('weir');
    await world.ask({ thread: Cover, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(NEST);
  });

  it('a question waits for it, and is answered from it', async () => {
    const { slack, anna, channel, provider } = world;
    await begin();
    const text = `<@${slack.botUserId}> Where does the dipper nest?`;
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text });
    await slack.until(() => slack.reactions(channel, ts).includes('eyes'), 'work on the answer has begun');
    expect(provider.requests()).toEqual([]);
    release();
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the answer');
    expect(provider.requests()).toHaveLength(1);
    expect(lastSent(world)).toContain(NEST);
  });

  it('a question is answered without it after a minute, and says that it is being read', async () => {
    const { slack, anna, channel } = world;
    await begin();
    const text = `<@${slack.botUserId}> Where does the dipper nest?`;
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text });
    ahead = 61_000;
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the answer');
    const address = world.web.url('/survey');
    expect(lastSent(world)).toContain(
      `[1] The survey <${address}> (not read: it is being read at this moment)`,
    );
    const receipt = await openReceipt(world);
    expect(receipt).toContain('· Outline · by name only (it was being read at that moment)');
    expect(receipt).toContain('• 1 attachment still being read at that moment: ask again for it');
    release();
  });

  it('questions of other milestones do not wait', async () => {
    await begin();
    await world.ask({ thread: Cover, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain('Attachments: none.');
    release();
  });

  it.each(['a question', 'the list'])(
    'its job may be lost with the process that attached it: %s has it read all the same',
    async (what) => {
      const { slack, web, anna, channel, milepost } = world;
      web.put('/lost', article('Lost survey', NEST));
      ({ Outline = '', project = '' } = await world.setUp());
      const { teamId, stores } = milepost;
      const milestone = await stores.milestones.findByThread(teamId, channel, Outline);
      if (milestone === null) throw new Error('There is no milestone.');
      const at = { teamId, projectId: milestone.projectId, milestoneId: milestone.id, addedBy: anna };
      const link = toAttachment({ url: web.url('/lost'), label: null }, at);
      await stores.attachments.attach(link, { channelId: channel, messageTs: '1.000001', userId: anna });
      ahead = 120_000;
      if (what === 'the list') await openList(world, project);
      else await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
      await slack.until(
        async () => (await attachedIn(world))[0]?.state === 'ready',
        'what nobody queued is read',
      );
    },
  );
});
