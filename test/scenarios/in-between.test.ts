import { describe, expect, it } from 'vitest';
import { linksOf, textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { applyToList, hastyClock, inFreshWorld, lastSent, openList } from './acting.ts';

const at = (world: World, text: string): string => `<@${world.slack.botUserId}> ${text}`;

describe('A thread that becomes a milestone after it was answered', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('brings what people said in it, and not what the bot told it from other milestones', async () => {
    const { slack, anna, channel, provider } = world;
    const { Cover = '' } = await world.setUp();
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    provider.answer('What is on it', 'It shows a heron.');
    const { ts } = await slack.say({ user: anna, channel, text: at(world, 'What is on it?') });
    await slack.until(() => world.answersAfter(ts, ts).length === 1, 'an answer from the whole project');

    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts });
    await slack.submit(anna, { title: 'Index' });
    await slack.until(
      () => world.answersAfter(ts, ts).some((text) => text.includes('Index')),
      'the card of the milestone',
    );
    await world.ask({ thread: ts, text: 'And what else?' });

    expect(lastSent(world)).toContain('Section: Index');
    expect(lastSent(world)).toContain('anna: @Milepost What is on it?');
    expect(lastSent(world)).not.toContain('heron');
  });
});

describe('A milestone card whose post Slack has not confirmed', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('loses no link and reads no neighbour: events in its thread come again until it is known', async () => {
    const { slack, anna, channel, milepost } = world;
    const { Cover = '', project = '' } = await world.setUp({ milestones: ['Cover'] });
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    slack.failNext('chat.postMessage', { kind: 'hang', applied: true });
    await slack.click({ user: anna, channel, ts: project, actionId: 'milestone_add' });
    await slack.submit(anna, { title: 'Index' });
    const card = await slack.until(
      () =>
        slack
          .messages(channel)
          .find((message) => textOf(message).includes('Index') && message.ts !== project),
      'the card in Slack',
    );
    const text = at(world, 'What about https://example.com/index-rules ?');
    const said = await slack.say({ user: anna, channel, threadTs: card.ts, text, retries: false });
    expect(said.delivered.map((one) => one.status)).toEqual([503, 503]);

    slack.release();
    await slack.until(
      () => milepost.stores.milestones.findByThread(milepost.teamId, channel, card.ts),
      'the thread is bound',
    );
    if (said.events.message !== undefined) await slack.deliver(said.events.message, { retryNum: 1 });
    await slack.until(() => world.answersAfter(card.ts, said.ts).length === 1, 'the answer');
    expect(lastSent(world)).toContain('Section: Index');
    expect(lastSent(world)).toContain('[1] example.com/index-rules <https://example.com/index-rules>');
    expect(lastSent(world)).not.toContain('heron');
  });
});

describe('An outage', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('of Slack, however long, costs one answer of the model and loses none', async () => {
    const { slack, provider } = world;
    const { Outline = '' } = await world.setUp();
    slack.failNext('chat.postMessage', { kind: 'http500', applied: false }, { times: 40 });
    expect(await world.ask({ thread: Outline, text: 'How far are we?' })).toContain('Answer to:');
    expect(provider.requests()).toHaveLength(1);
  });

  it('of Slack while cards are posted leaves no milestone without a thread', async () => {
    const { slack } = world;
    slack.failNext('chat.postMessage', { kind: 'refused' }, { times: 30 });
    const threads = await world.setUp({ milestones: ['Outline', 'Cover'] });
    expect(Object.keys(threads)).toEqual(['Outline', 'Cover', 'project']);
    expect(slack.messages(world.channel)).toHaveLength(3);
  });

  it('of the model while an edited question waits keeps the answer it had, and stops showing that it works', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: at(world, 'How far are we?'),
    });
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the first answer');
    provider.fallback({ error: 503 });
    await slack.edit({ channel, ts, text: at(world, 'How far are we now?') });
    await slack.until(
      () =>
        world.log.lines.some((line) => line.event === 'job_given_up') &&
        slack.reactions(channel, ts).length === 0,
      'the second try is given up',
    );
    expect(world.answersAfter(Outline, ts)).toEqual([expect.stringContaining('Answer to:')]);
  });

  it('of the model is told as one, and a refusal as a refusal', async () => {
    const { provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer('far', { error: 503 });
    provider.answer('key', { error: 401 });
    expect(await world.ask({ thread: Outline, text: 'How far are we?' })).toContain('gave no usable answer');
    expect(await world.ask({ thread: Outline, text: 'Is the key right?' })).toContain('refused the request');
  });
});

describe('What was made up or taken back', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('does not become a live link because the bot repeats it', async () => {
    const { slack, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.fallback('See https://evil.example/x?d=1 for more.');
    await world.ask({ thread: Outline, text: 'Where is more?' });
    await world.ask({ thread: Outline, text: 'Where was it again?' });
    const links = slack.thread(channel, Outline).flatMap(linksOf);
    expect(links.filter((link) => link.includes('evil'))).toEqual([]);
  });

  it('is not attached by a message that its own edit overtook', async () => {
    const { slack, anna, channel, milepost } = world;
    const { Outline = '' } = await world.setUp();
    const text = 'Rules: https://example.com/rules';
    const said = await slack.say({ user: anna, channel, threadTs: Outline, text, deliver: false });
    await slack.edit({ channel, ts: said.ts, text: 'No rules.' });
    if (said.events.message !== undefined) await slack.deliver(said.events.message);
    const shared = await milepost.stores.attachments.listByMessage(milepost.teamId, channel, said.ts);
    expect(shared).toEqual([]);
  });

  it('is shown by number only in what an older answer read', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Secret plan');
    await world.ask({ thread: Outline, text: 'How long is chapter three?' });
    await openList(world, project);
    await applyToList(world, 'Secret plan', 'remove');
    await slack.click({ user: anna, channel, actionId: 'answer_receipt' });
    expect(textOf(slack.modal(anna))).toContain('[1] *Removed since*');
    expect(textOf(slack.modal(anna))).not.toContain('Secret plan');
  });
});

describe('A mention that brings a file', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  for (const order of ['message-first', 'mention-first'] as const) {
    it(`is answered once, with the file read (${order})`, async () => {
      const { slack, anna, channel } = world;
      const { Outline = '' } = await world.setUp();
      const files = [{ name: 'chapters.txt', content: 'Chapter three has 4,200 words.' }];
      const text = at(world, 'How long is chapter three?');
      const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text, files, order });
      await slack.until(() => {
        const done = world.log.lines.filter(({ event }) => event === 'job_done');
        return done.filter(({ fields }) => fields.kind === 'answer-mention').length === 2;
      }, 'both looks at the question are over');
      expect(world.answersAfter(Outline, ts)).toHaveLength(1);
      expect(world.answersAfter(Outline, ts)[0]).toContain('1 of 1 attachment');
      expect(lastSent(world)).toContain('Chapter three has 4,200 words.');
    });
  }
});
