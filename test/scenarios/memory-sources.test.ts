import { describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { call } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { applyToList, hastyClock, inFreshWorld, lastSent, openList, reads } from './acting.ts';
import {
  askDirectly,
  holding,
  isSummary,
  leaked,
  rememberedLine,
  remembers,
  remembersFacts,
  rowsOf,
  toldSoon,
} from './coaching-acts.ts';
import { homeShows, openHome } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const at = (text: string): string => `<@${world.slack.botUserId}> ${text}`;
const cardForgets = (thread: string, text: string) =>
  world.slack.until(() => !reads(world, thread).includes(text), 'the card follows');
const cardKnows = (thread: string, text: string) =>
  world.slack.until(() => reads(world, thread).includes(text), 'the card shows it');

/** Asks in a thread and waits for the answer. @returns the ts of the question. */
async function asked(thread: string, text: string): Promise<string> {
  await world.ask({ thread, text });
  const { slack, channel } = world;
  return slack.thread(channel, thread).findLast((message) => message.user !== slack.botUserId)?.ts ?? '';
}

async function remove(project: string, title: string): Promise<void> {
  await openList(world, project);
  await applyToList(world, title, 'Remove');
}

describe('What was remembered from a message', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('goes when the message is deleted', async () => {
    const { slack, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    remembers(world, 'HERON', [{ key: 'bird', value: 'the HERON' }], 'The HERON it is.');
    const ts = await asked(Outline, 'The bird is the HERON, remember it.');
    await rememberedLine(world, Outline, 'Remembered: *bird*');
    await cardKnows(Outline, 'HERON');
    await slack.remove({ channel, ts });
    await cardForgets(Outline, 'HERON');
    expect(await holding(world, 'HERON')).toEqual([]);
    const before = provider.requests().length;
    await world.ask({ thread: Outline, text: 'Which bird?' });
    expect(leaked(world, ['HERON'], before)).toEqual([]);
    const line = await rememberedLine(world, Outline, 'Remembered: *bird*');
    await slack.click({ user: world.anna, channel, ts: line, actionId: 'memory_forget' });
    await slack.until(() => !reads(world, line).includes('HERON'), 'the line follows');
  });

  it('goes when another message that said it is deleted, not the one that asked', async () => {
    const { slack, ben, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({
      user: ben,
      channel,
      threadTs: Outline,
      text: 'The printer is called HERON-AND-SONS.',
    });
    remembers(world, 'what Ben said', [{ key: 'printer', value: 'HERON-AND-SONS' }]);
    await world.ask({ thread: Outline, text: 'Remember what Ben said.' });
    await cardKnows(Outline, 'HERON');
    await slack.remove({ channel, ts });
    await cardForgets(Outline, 'HERON');
    expect(await holding(world, 'HERON')).toEqual([]);
    const before = provider.requests().length;
    await world.ask({ thread: Outline, text: 'Which printer?' });
    expect(leaked(world, ['HERON'], before)).toEqual([]);
  });

  it('goes when the message is edited, unless the new words are to be remembered as well', async () => {
    const { slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    remembers(world, 'is the HERON', [{ key: 'bird', value: 'HERON' }]);
    remembers(world, 'is the OTTER', [{ key: 'animal', value: 'OTTER' }]);
    const ts = await asked(Outline, 'It is the HERON.');
    await cardKnows(Outline, 'HERON');
    await slack.edit({ channel, ts, text: at('It is the OTTER.') });
    await cardKnows(Outline, 'OTTER');
    await cardForgets(Outline, 'HERON');
    expect(await holding(world, 'HERON')).toEqual([]);
    await slack.edit({ channel, ts, text: at('It is nothing.') });
    await cardForgets(Outline, 'OTTER');
    await world.ask({ thread: Outline, text: 'What is it?' });
    expect(lastSent(world)).not.toContain('OTTER');
    expect(await rowsOf(world, 'context_entries')).toEqual([]);
  });

  for (const how of ['deleted', 'edited'] as const) {
    it(`goes with a direct message that is ${how}, also a fact about the person`, async () => {
      const { slack, anna, provider } = world;
      remembersFacts(world, 'I like', [{ key: 'likes', value: 'FACT-OTTER' }]);
      const { ts } = await askDirectly(world, 'I like otters.');
      await askDirectly(world, 'Anything.');
      expect(await openHome(world, anna)).toContain('FACT-OTTER');
      const channel = slack.dmOf(anna) ?? '';
      if (how === 'deleted') await slack.remove({ channel, ts });
      else await slack.edit({ channel, ts, text: 'Never mind.' });
      await homeShows(world, anna, 'FACT-OTTER', false);
      expect(await holding(world, 'FACT-OTTER')).toEqual([]);
      const before = provider.requests().length;
      await askDirectly(world, 'What do you know?');
      expect(leaked(world, ['FACT-OTTER', 'I like otters'], before)).toEqual([]);
    });
  }

  it('is not stored when the message was deleted while the model was at work', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    remembers(world, 'HERON', [{ key: 'bird', value: 'HERON' }]);
    provider.hold();
    const { ts } = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: at('Remember the HERON.'),
    });
    await provider.until(1);
    await slack.remove({ channel, ts });
    provider.release();
    await world.ask({ thread: Outline, text: 'Next?' });
    expect(await holding(world, 'HERON')).toEqual([]);
    expect(lastSent(world)).not.toContain('HERON');
  });
});

describe('What was made from an attachment', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);
  const TEXT = 'The HERON stands forty days on one leg beside the mill.';

  for (const [how, value, sources] of [
    ['names', 'Printed by Gutenberg', [1]],
    ['quotes', TEXT, []],
  ] as const) {
    it(`goes with it, where what is remembered ${how} it`, async () => {
      const { Outline = '', project = '' } = await world.setUp();
      await world.paste(Outline, `${TEXT}\n\nOther things.`, 'Notes');
      await world.paste(Outline, 'The fee is low.', 'Fees');
      remembers(world, 'that', [{ key: 'fact', value, sources: [...sources] }]);
      remembers(world, 'this', [{ key: 'other', value: 'STAYS', sources: [2] }]);
      await world.ask({ thread: Outline, text: 'Remember that.' });
      await world.ask({ thread: Outline, text: 'Remember this.' });
      await cardKnows(Outline, 'STAYS');
      await remove(project, 'Notes');
      await cardForgets(Outline, value.slice(0, 9));
      expect((await rowsOf(world, 'context_entries')).map(({ key }) => key)).toEqual(['other']);
      expect(await holding(world, value)).toEqual([]);
      expect(await holding(world, 'HERON')).toEqual([]);
      await world.ask({ thread: Outline, text: 'And now?' });
      expect(lastSent(world)).not.toContain(value);
      expect(lastSent(world)).toContain('- other: STAYS');
    });
  }

  for (const [how, answer] of [
    ['cites', 'It is long [1].'],
    ['quotes', 'They write: "The HERON stands forty days on one leg."'],
  ] as const) {
    it(`is told no more when an answer ${how} it and it is removed, and is kept nowhere`, async () => {
      const { provider } = world;
      const { Outline = '', project = '' } = await world.setUp();
      await world.paste(Outline, TEXT, 'Notes');
      await world.paste(Outline, 'The fee is low.', 'Fees');
      provider.answer('How long?', `MADE-FROM-IT. ${answer}`);
      provider.answer('How much?', 'MADE-FROM-ANOTHER. It is low [2].');
      await world.ask({ thread: Outline, text: 'How long?' });
      await world.ask({ thread: Outline, text: 'How much?' });
      const before = provider.requests().length;
      await remove(project, 'Notes');
      await world.ask({ thread: Outline, text: 'And now?' });
      expect(leaked(world, ['MADE-FROM-IT', 'HERON', 'Notes'], before)).toEqual([]);
      expect(lastSent(world)).toContain('MADE-FROM-ANOTHER');
      expect(lastSent(world)).toContain('How long?');
      for (const gone of ['MADE-FROM-IT', 'HERON', 'Notes']) expect(await holding(world, gone)).toEqual([]);
    });
  }

  it('is told no more when a shared link or file goes with its message', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const files = [{ name: 'notes.txt', content: TEXT }];
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: 'Here.', files });
    await slack.until(
      () => slack.ephemerals(channel, anna).some((one) => textOf(one).includes('notes.txt')),
      'attached',
    );
    provider.answer('How long?', 'MADE-FROM-IT, forty days on one leg beside the mill [1].');
    remembers(world, 'that', [{ key: 'days', value: 'ENTRY-FORTY', sources: [1] }]);
    await world.ask({ thread: Outline, text: 'How long?' });
    await world.ask({ thread: Outline, text: 'Remember that.' });
    await cardKnows(Outline, 'ENTRY-FORTY');
    const before = provider.requests().length;
    await slack.remove({ channel, ts });
    await cardForgets(Outline, 'ENTRY-FORTY');
    await world.ask({ thread: Outline, text: 'And now?' });
    const canaries = ['MADE-FROM-IT', 'HERON', 'ENTRY-FORTY'];
    expect(leaked(world, [...canaries, 'notes.txt'], before)).toEqual([]);
    for (const gone of canaries) expect(await holding(world, gone)).toEqual([]);
  });

  it('is not stored when it is removed while the model is at work', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, TEXT, 'Notes');
    provider.script(
      'How long?',
      [[call('remember', { key: 'days', type: 'project', value: 'ENTRY-FORTY', sources: [1] })]],
      'MADE-FROM-IT [1].',
    );
    provider.hold();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at('How long?') });
    await provider.until(1);
    await remove(project, 'Notes');
    provider.release();
    await slack.until(
      () => !slack.reactions(channel, ts).includes('eyes') && world.answersAfter(Outline, ts).length > 0,
      'the answer',
    );
    const before = provider.requests().length;
    await world.ask({ thread: Outline, text: 'And now?' });
    const canaries = ['MADE-FROM-IT', 'ENTRY-FORTY', 'HERON'];
    expect(leaked(world, canaries, before)).toEqual([]);
    for (const gone of canaries) expect(await holding(world, gone)).toEqual([]);
  });

  it('is told here no more when it moves to another milestone, and is again when it comes back', async () => {
    const { provider } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Outline, TEXT, 'Notes');
    provider.answer('How long?', 'MADE-FROM-IT [1].');
    remembers(world, 'that', [{ key: 'days', value: 'ENTRY-FORTY', sources: [1] }]);
    await world.ask({ thread: Outline, text: 'How long?' });
    await world.ask({ thread: Outline, text: 'Remember that.' });
    await openList(world, project);
    await applyToList(world, 'Notes', 'Move to Cover');
    const before = provider.requests().length;
    await world.ask({ thread: Outline, text: 'And now?' });
    await world.ask({ thread: Cover, text: 'What is here?' });
    expect(leaked(world, ['MADE-FROM-IT', 'ENTRY-FORTY'], before)).toEqual([]);
    expect(lastSent(world)).toContain('HERON');
    await openList(world, project);
    await applyToList(world, 'Notes', 'Move to Outline');
    await world.ask({ thread: Outline, text: 'And again?' });
    expect(lastSent(world)).toContain('MADE-FROM-IT');
    expect(lastSent(world)).toContain('ENTRY-FORTY');
  });
});

describe('A summary of a long thread', () => {
  inFreshWorld({ env: { CONTEXT_BUDGET_TOKENS: '2000' }, overrides: { now: hastyClock() } }, enter);

  /** A thread whose summary was made from an answer that used an attachment. */
  async function summarised() {
    const { slack, anna, channel, provider } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'The HERON stands forty days on one leg.', 'Notes');
    provider.fallback('Yes.');
    provider.answer('How long?', 'MADE-FROM-IT [1].');
    provider.answer(isSummary, (request) =>
      JSON.stringify(request.messages).includes('MADE-FROM-IT') ? 'SUMMARY-OF-IT.' : 'SUMMARY-WITHOUT.',
    );
    await world.ask({ thread: Outline, text: 'How long?' });
    const filler = 'the river rises and falls with the seasons '.repeat(5);
    for (let n = 1; n <= 25; n += 1)
      await slack.say({ user: anna, channel, threadTs: Outline, text: `remark-${n}. ${filler}` });
    await world.ask({ thread: Outline, text: 'Go on.' });
    expect(lastSent(world)).toContain('SUMMARY-OF-IT.');
    return { Outline, project };
  }

  for (const [how, act] of [
    ['removed', 'Remove'],
    ['moved to another milestone', 'Move to Cover'],
  ] as const) {
    it(`goes when an attachment that an answer in it used is ${how}`, async () => {
      const { provider } = world;
      const { Outline, project } = await summarised();
      const before = provider.requests().length;
      await openList(world, project);
      await applyToList(world, 'Notes', act);
      await world.ask({ thread: Outline, text: 'And now?' });
      expect(leaked(world, ['SUMMARY-OF-IT', 'MADE-FROM-IT', 'HERON'], before)).toEqual([]);
      expect(lastSent(world)).toContain('SUMMARY-WITHOUT.');
      if (act === 'Remove')
        for (const gone of ['SUMMARY-OF-IT', 'MADE-FROM-IT', 'HERON'])
          expect(await holding(world, gone)).toEqual([]);
    });
  }

  it('of direct messages goes with a deleted message that stands in it', async () => {
    const { slack, anna, provider } = world;
    provider.fallback('Yes.');
    provider.answer(isSummary, (request) =>
      JSON.stringify(request.messages).includes('OLD-HERON') ? 'SUMMARY-OF-IT.' : 'SUMMARY-WITHOUT.',
    );
    const filler = 'the river rises and falls with the seasons '.repeat(5);
    const { ts } = await askDirectly(world, `OLD-HERON. ${filler}`);
    for (let n = 1; n <= 22; n += 1) await askDirectly(world, `remark-${n}. ${filler}`);
    expect(lastSent(world)).toContain('SUMMARY-OF-IT.');
    await slack.remove({ channel: slack.dmOf(anna) ?? '', ts });
    const before = provider.requests().length;
    await askDirectly(world, 'And now?');
    await toldSoon(world, anna, 'Yes.');
    expect(leaked(world, ['SUMMARY-OF-IT', 'OLD-HERON'], before)).toEqual([]);
    for (const gone of ['SUMMARY-OF-IT', 'OLD-HERON']) expect(await holding(world, gone)).toEqual([]);
  });
});
