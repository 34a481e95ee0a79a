import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { undoButtons } from './stage.ts';

describe('What is taken back, or said twice', () => {
  let world: World;
  let thread: string;

  beforeEach(async () => {
    world = await startWorld();
    thread = (await world.setUp()).Outline ?? '';
  });

  afterEach(async () => {
    const violations = [...world.slack.violations];
    await world.close();
    expect(violations).toEqual([]);
  });

  const say = (text: string) =>
    world.slack.say({ user: world.anna, channel: world.channel, threadTs: thread, text });
  const edit = (ts: string, text: string) => world.slack.edit({ channel: world.channel, ts, text });
  const remove = (ts: string) => world.slack.remove({ channel: world.channel, ts });

  /** Asks something and gives back the names under which attachments stand in the prompt. */
  async function listed(): Promise<string[]> {
    const before = world.provider.requests().length;
    await world.ask({ thread, text: 'What is there?' });
    await world.provider.until(before + 1);
    const [system] = world.provider.requests()[before]?.messages ?? [];
    expect(system?.content).toContain('Attachments');
    return String(system?.content).match(/^\[\d+\] .*$/gmu) ?? [];
  }

  async function undo(ts: string): Promise<void> {
    const { slack, anna, channel } = world;
    const value = await slack.until(
      () => undoButtons(slack, channel, anna).find((one) => one.startsWith(ts)),
      'Undo is offered',
    );
    await slack.click({ user: anna, channel, actionId: 'attachment_undo', value });
  }

  it.each([
    ['ends a sentence', 'See https://example.com/plan.', 'Look at https://example.com/plan.'],
    ['has brackets', 'See <https://example.com/a_(b)>', 'Look at <https://example.com/a_(b)>'],
    [
      'has a label',
      'See <https://example.com/a_(b)|the plan>',
      'Look at <https://example.com/a_(b)|the plan>',
    ],
  ])(
    'a link that %s does not come back after Undo when the words around it are edited',
    async (_, text, mended) => {
      const { ts } = await say(text);
      await undo(ts);
      await edit(ts, mended);
      expect(await listed()).toEqual([]);
    },
  );

  it('a link that takes the place of a longer one is attached', async () => {
    const { ts } = await say('See https://example.com/plan.html');
    await edit(ts, 'See https://example.com/plan');
    expect(await listed()).toEqual([expect.stringContaining('<https://example.com/plan>')]);
  });

  it('a link from before its thread became a milestone is not attached by mending the words around it', async () => {
    const { slack, anna, channel } = world;
    const bot = `<@${slack.botUserId}>`;
    const root = await slack.say({ user: anna, channel, text: `${bot} hello, what is there?` });
    thread = root.ts;
    const { ts } = await say('See https://example.com/a');
    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts });
    await slack.submit(anna, { title: 'Adopted' });
    await edit(ts, 'Look at https://example.com/a');
    expect(await listed()).toEqual([]);
  });

  it.each(['message-first', 'mention-first'] as const)(
    'a mention with a link and a file attaches both, also when Slack tells of it %s',
    async (order) => {
      const { slack, anna, channel } = world;
      const text = `<@${slack.botUserId}> see https://example.com/a`;
      const files = [{ name: 'notes.txt', content: 'Chapter three' }];
      await slack.say({ user: anna, channel, threadTs: thread, text, files, order });
      await slack.until(
        () => JSON.stringify(slack.ephemerals(channel, anna)).includes('notes.txt'),
        'the file is announced',
      );
      expect(await listed()).toEqual([expect.stringContaining('example.com/a'), '[2] notes.txt']);
    },
  );

  /** Uploads the same notes once more. */
  async function upload(): Promise<string> {
    const { slack, anna, channel } = world;
    const told = slack.ephemerals(channel, anna).length;
    const files = [{ name: 'notes.txt', content: 'Chapter three' }];
    const { ts } = await slack.say({ user: anna, channel, threadTs: thread, text: 'My notes', files });
    await slack.until(() => slack.ephemerals(channel, anna).length > told, 'the file is announced');
    return ts;
  }

  it('a file of two messages stays with the one whose words were edited when the other is deleted', async () => {
    const first = await upload();
    const second = await upload();
    expect(await listed()).toEqual(['[1] notes.txt']);
    await edit(second, 'My notes again');
    await remove(first);
    expect(await listed()).toEqual(['[1] notes.txt']);
  });

  it.each([true, false])(
    'a file that its author deletes goes, although the message stays as it is (with a trace of it: %s)',
    async (trace) => {
      const ts = await upload();
      await world.slack.removeFile({ channel: world.channel, ts, name: 'notes.txt', trace });
      expect(await listed()).toEqual([]);
    },
  );

  it('the words of a deleted message do not stay as the title of a link that another one shared', async () => {
    const { ts } = await say('<https://example.com/a|The secret merger>');
    await say('https://example.com/a');
    await remove(ts);
    expect(await listed()).toEqual([expect.not.stringContaining('merger')]);
  });

  it('a link is called by its new words when its message is edited', async () => {
    const { ts } = await say('<https://example.com/a|The secret merger>');
    await edit(ts, '<https://example.com/a|The plan>');
    expect(await listed()).toEqual([expect.not.stringContaining('merger')]);
  });
});

describe('A thread that becomes a milestone', () => {
  it('leaves behind what the summary of it knew from the whole project', async () => {
    const world = await startWorld({ env: { CONTEXT_BUDGET_TOKENS: '600' } });
    const { slack, provider, anna, channel } = world;
    try {
      const { Cover = '' } = await world.setUp();
      await world.paste(Cover, 'The cover shows a heron.', 'Brief');
      const text = JSON.stringify;
      provider.fallback('Noted.');
      provider.answer(
        (request) => text(request.messages[0]).includes('Summarise this'),
        (request) => text(request.messages),
      );
      provider.answer('What is on the cover?', 'A heron.', { times: 1 });
      const root = await slack.say({ user: anna, channel, text: 'Hello' });
      const thread = root.ts;
      await world.ask({ thread, text: 'What is on the cover?' });
      for (let at = 0; at < 8; at += 1)
        await slack.say({
          user: anna,
          channel,
          threadTs: thread,
          text: `${at} ${'so we talk on '.repeat(20)}`,
        });
      await world.ask({ thread, text: 'And now?' });
      const known = text(provider.requests().at(-1));
      expect(known).toContain('Summary of the older part');
      expect(known).toContain('A heron.');

      await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts: thread });
      await slack.submit(anna, { title: 'Adopted' });
      const card = () => world.answersAfter(thread, root.ts).some((shown) => shown.includes('Adopted'));
      await slack.until(card, 'the card is posted');
      const before = provider.requests().length;
      await world.ask({ thread, text: 'And here?' });
      const after = text(provider.requests().slice(before));
      expect(after).toContain('so we talk on');
      expect(after).not.toMatch(/heron|Brief/u);
    } finally {
      await world.close();
    }
  });
});
