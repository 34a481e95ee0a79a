import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { filledIn, hastyClock, inFreshWorld, lastSent, reads, sent } from './acting.ts';

const at = (world: World, text: string): string => `<@${world.slack.botUserId}> ${text}`;

describe('The conversation of a thread', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('is the same one for first messages that come at the same moment', async () => {
    const { slack, anna, ben, channel } = world;
    await world.setUp();
    const { ts: root } = await slack.say({ user: anna, channel, text: 'Who prints it?' });
    await Promise.all([
      slack.say({ user: anna, channel, threadTs: root, text: at(world, 'What do printers cost?') }),
      slack.say({ user: ben, channel, threadTs: root, text: at(world, 'Which printers are near?') }),
    ]);
    await slack.until(() => world.answersAfter(root, root).length === 2, 'both are answered');
    await world.ask({ thread: root, text: 'And both together?' });
    expect(lastSent(world)).toContain('anna: @Milepost What do printers cost?');
    expect(lastSent(world)).toContain('ben: @Milepost Which printers are near?');
  });

  it('answers a second question, asked while the first was being answered, knowing that answer', async () => {
    const { slack, provider, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer('How long is it?', 'It has twelve chapters.', { times: 1 });
    provider.hold();
    await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'How long is it?') });
    await provider.until(1);
    await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'Is that too long?') });
    provider.release();
    await slack.until(() => world.answersAfter(Outline, Outline).length === 2, 'both are answered');
    expect(provider.requests()[1]?.messages.slice(-3)).toEqual([
      expect.objectContaining({ role: 'user', content: expect.stringContaining('How long is it?') }),
      expect.objectContaining({ role: 'assistant', content: 'It has twelve chapters.' }),
      expect.objectContaining({ role: 'user', content: expect.stringContaining('Is that too long?') }),
    ]);
  });

  it('begins at project level where the bot is mentioned in the channel, and goes on in that thread', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await world.ask({ thread: project, text: 'Is the purpose clear?' });
    const { ts } = await slack.say({ user: anna, channel, text: at(world, 'How far are we?') });
    await slack.until(() => world.answersAfter(ts, ts).length === 1, 'the answer in its thread');
    expect(lastSent(world)).toContain('This is the project-level conversation');
    expect(lastSent(world)).toContain('Chapter three has 4,200 words.');
    expect(lastSent(world)).not.toContain('Is the purpose clear?');
    await slack.say({ user: ben, channel, threadTs: ts, text: 'I finished the index.' });
    await world.ask({ thread: ts, text: 'What is left?' });
    expect(lastSent(world)).toContain('ben: I finished the index.');
    expect(lastSent(world)).toContain('anna: @Milepost How far are we?');
  });

  it('of the project card keeps what is said there, and none of what is said in the channel around it', async () => {
    const { slack, anna, ben, channel } = world;
    const { project = '' } = await world.setUp();
    await slack.say({ user: anna, channel, text: 'Lunch at noon?' });
    await slack.say({ user: ben, channel, threadTs: project, text: 'The printer wants PDF.' });
    await world.ask({ thread: project, text: 'Which format?' });
    expect(lastSent(world)).toContain('ben: The printer wants PDF.');
    expect(lastSent(world)).not.toContain('Lunch');
  });

  it('holds what people say between mentions, with their names', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await slack.say({ user: ben, channel, threadTs: Outline, text: `<@${anna}> I would begin with otters.` });
    await world.ask({ thread: Outline, text: 'Where do we begin?' });
    expect(lastSent(world)).toContain('ben: @anna I would begin with otters.');
    await slack.say({ user: anna, channel, threadTs: Outline, text: 'Herons first!' });
    await world.ask({ thread: Outline, text: 'And now?', user: ben });
    const request = world.provider.requests().at(-1);
    const talk = request?.messages.slice(1).map(({ role, content }) => [role, content]);
    expect(talk).toEqual([
      ['user', 'ben: @anna I would begin with otters.'],
      ['user', 'anna: @Milepost Where do we begin?'],
      ['assistant', 'Answer to: anna: @Milepost Where do we begin?'],
      ['user', 'anna: Herons first!'],
      ['user', 'ben: @Milepost And now?'],
    ]);
  });

  it('shows the model what a message says after it was edited, and nothing of it after it was deleted', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: ben, channel, threadTs: Outline, text: 'Deadline is Mayday.' });
    await slack.edit({ channel, ts, text: 'Deadline is Junetide.' });
    await world.ask({ thread: Outline, text: 'When?' });
    expect(lastSent(world)).toContain('ben: Deadline is Junetide.');
    expect(lastSent(world)).not.toContain('Mayday');
    await slack.remove({ channel, ts });
    await world.ask({ thread: Outline, text: 'When, again?' });
    expect(lastSent(world)).not.toContain('Junetide');
    const lost = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: 'Deadline is Augustus.',
      deliver: false,
    });
    await slack.remove({ channel, ts: lost.ts });
    await slack.deliver(lost.events.message ?? {});
    await world.ask({ thread: Outline, text: 'When, at last?' });
    expect(lastSent(world)).not.toContain('Augustus');
  });

  it('holds an answer of the bot no longer once somebody deleted it', async () => {
    const { slack, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer('colour', 'It is turquoise.', { times: 1 });
    await world.ask({ thread: Outline, text: 'Which colour?' });
    const answer = slack.thread(channel, Outline).at(-1)?.ts ?? '';
    await slack.remove({ channel, ts: answer });
    await world.ask({ thread: Outline, text: 'Are you sure?' });
    expect(lastSent(world)).not.toContain('turquoise');
  });
});

describe('Other bots', () => {
  let world: World;
  inFreshWorld({ env: { LISTEN_TO_BOTS: 'BHEARD, BALSO' } }, (fresh) => {
    world = fresh;
  });

  it('are not heard in a milestone thread, but for those the configuration names', async () => {
    const { slack, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    for (const name of ['heard', 'other']) {
      const user = slack.addUser({ id: `U${name.toUpperCase()}`, name, isBot: true });
      await slack.invite(channel, user);
      const text = `Built https://example.com/${name}`;
      await slack.say({ user, channel, threadTs: Outline, text });
    }
    await slack.say({ user: 'UOTHER', channel, threadTs: Outline, text: at(world, 'Do you hear me?') });
    await world.ask({ thread: Outline, text: 'What was built?' });
    expect(world.provider.requests()).toHaveLength(1);
    expect(lastSent(world)).toContain('heard: Built https://example.com/heard');
    expect(lastSent(world)).not.toContain('example.com/other');
    await slack.click({ user: world.anna, channel, ts: project, actionId: 'attachments_list' });
    expect(JSON.stringify(slack.modal(world.anna))).not.toContain('example.com/other');
  });
});

describe('How the bot behaves in a milestone', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('is chosen on the card of the milestone, which shows it', async () => {
    const { slack, anna, channel, milepost } = world;
    const { Outline = '' } = await world.setUp();
    const edit = () => slack.click({ user: anna, channel, ts: Outline, actionId: 'milestone_edit' });
    for (const mode of ['coaching', 'task']) {
      await edit();
      await slack.submit(anna, { mode });
      await slack.until(() => reads(world, Outline).includes(`mode: ${mode}`), 'the card says so');
      await edit();
      expect(filledIn(slack.modal(anna), 'mode')).toBe(mode);
    }
    await slack.submit(anna, { mode: 'Decides for itself' });
    await slack.until(() => !reads(world, Outline).includes('mode:'), 'the card is without it');
    const { teamId, stores } = milepost;
    expect(await stores.conversations.findByThread(teamId, channel, Outline)).toMatchObject({
      mode: 'auto',
      title: 'Outline',
    });
  });
});

describe('A long thread', () => {
  let world: World;
  let Outline = '';
  /** Slack ts of what was said, from message 1 on. */
  let said: string[] = [];
  inFreshWorld({ env: { CONTEXT_BUDGET_TOKENS: '2000' } }, (fresh) => {
    world = fresh;
  });

  const isSummary = (request: ChatRequest) => sent(request).startsWith('Summarise this conversation');
  const summaries = () => world.provider.requests().filter(isSummary).map(sent);
  const filler = 'the river rises and falls with the seasons '.repeat(4);

  async function talk(count: number): Promise<void> {
    const { slack, anna, ben, channel, provider } = world;
    ({ Outline = '' } = await world.setUp());
    said = [''];
    for (let n = 1; n <= count; n += 1) {
      const user = n % 2 === 0 ? ben : anna;
      const { ts } = await slack.say({ user, channel, threadTs: Outline, text: `remark-${n}. ${filler}` });
      said.push(ts);
    }
    let made = 0;
    provider.answer(isSummary, () => {
      made += 1;
      return `SUMMARY-${made}`;
    });
    provider.fallback('Yes.');
  }

  it('goes in with its newest messages whole and one summary of the older ones, made once', async () => {
    await talk(30);
    const answer = await world.ask({ thread: Outline, text: 'What about the river?' });
    expect(summaries()).toHaveLength(1);
    expect(summaries()[0]).toContain('anna: remark-1. ');
    expect(lastSent(world)).toContain('Summary of the older part of this conversation:\nSUMMARY-1');
    expect(lastSent(world)).not.toContain('remark-1.');
    expect(lastSent(world)).toContain(`ben: remark-30. ${filler.trim()}`);
    const whole = Array.from({ length: 30 }, (_, n) => n + 1).filter((n) =>
      lastSent(world).includes(`remark-${n}.`),
    );
    const summarised = Array.from({ length: 30 }, (_, n) => n + 1).filter((n) =>
      summaries()[0]?.includes(`remark-${n}.`),
    );
    expect([...summarised, ...whole]).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(answer).toContain(`${whole.length + 1} messages, ${summarised.length} older summarised`);

    await world.ask({ thread: Outline, text: 'Thank you. Anything else?' });
    expect(summaries()).toHaveLength(1);
    expect(lastSent(world)).toContain('SUMMARY-1');
  });

  it('is summarised further as it grows, from the summary and what came after it', async () => {
    await talk(30);
    await world.ask({ thread: Outline, text: 'What about the river?' });
    const { slack, anna, channel } = world;
    for (let n = 31; n <= 50; n += 1) {
      await slack.say({ user: anna, channel, threadTs: Outline, text: `remark-${n}. ${filler}` });
    }
    await world.ask({ thread: Outline, text: 'And the lake?' });
    expect(summaries()).toHaveLength(2);
    expect(summaries()[1]).toContain('Summary so far:\nSUMMARY-1\n\nWhat was said next:');
    expect(summaries()[1]).not.toContain('remark-1.');
    expect(lastSent(world)).toContain('SUMMARY-2');
    expect(lastSent(world)).not.toContain('SUMMARY-1');
    expect(lastSent(world)).toContain('remark-50.');
  });

  for (const [what, takeBack] of [
    ['was deleted', () => world.slack.remove({ channel: world.channel, ts: said[2] ?? '' })],
    [
      'was deleted and Slack does not say in which thread it stood',
      async () => {
        const { slack, channel } = world;
        const { event } = await slack.remove({ channel, ts: said[2] ?? '', deliver: false });
        const { previous_message: _, ...rest } = event;
        await slack.deliver(rest);
      },
    ],
    [
      'was edited',
      () => world.slack.edit({ channel: world.channel, ts: said[2] ?? '', text: 'I take it back.' }),
    ],
  ] as const) {
    it(`is summarised anew when a message of its older part ${what}: nothing of it is sent again`, async () => {
      await talk(30);
      await world.ask({ thread: Outline, text: 'What about the river?' });
      const before = world.provider.requests().length;
      await takeBack();
      await world.ask({ thread: Outline, text: 'And now?' });
      await world.ask({ thread: Outline, text: 'And later?' });
      const after = world.provider.requests().slice(before).map(sent);
      expect(after).toHaveLength(3);
      expect(after[0]).toContain('Summarise this conversation');
      expect(after[0]).toContain('remark-1.');
      expect(after.join('\n')).not.toContain('remark-2.');
      expect(after.join('\n')).not.toContain('SUMMARY-1');
      expect(after[2]).toContain('SUMMARY-2');
    });
  }

  it('keeps its summary when a message of the newer part is deleted', async () => {
    await talk(30);
    await world.ask({ thread: Outline, text: 'What about the river?' });
    await world.slack.remove({ channel: world.channel, ts: said[30] ?? '' });
    await world.ask({ thread: Outline, text: 'And now?' });
    expect(summaries()).toHaveLength(1);
    expect(lastSent(world)).toContain('SUMMARY-1');
    expect(lastSent(world)).not.toContain('remark-30.');
  });

  it('does not keep a summary that was being made while one of its messages was deleted', async () => {
    await talk(30);
    const { slack, anna, channel, provider } = world;
    provider.hold();
    const { ts } = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: at(world, 'The river?'),
    });
    await provider.until(1);
    await slack.remove({ channel, ts: said[2] ?? '' });
    provider.release();
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the answer');
    await world.ask({ thread: Outline, text: 'And now?' });
    const after = world.provider.requests().slice(1).map(sent).join('\n');
    expect(after).not.toContain('remark-2.');
    expect(after).not.toContain('SUMMARY-1');
    expect(lastSent(world)).toContain('SUMMARY-2');
  });
});
