import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOfflineModel } from '../../src/ai/offline-model.ts';
import { rank } from '../../src/ai/ranker.ts';
import { createAnswerTools } from '../../src/ai/tools/answer-tools.ts';
import type { AnswerEffects } from '../../src/domain/answer-effects.ts';
import type { Context } from '../../src/domain/context.ts';
import type { Specialist } from '../../src/domain/specialist.ts';
import type { ToolCall, ToolOffer, ToolRound } from '../../src/ports/model.ts';
import { coachingContextOf } from './coaching-builder.ts';
import { contextOf } from './context-builder.ts';

const model = createOfflineModel(rank);
const { signal } = new AbortController();
const specialists: Specialist[] = ['researcher', 'writer', 'data-analyst'].map((key) => ({
  key,
  name: key,
  whenToUse: 'When it fits.',
  instructions: 'Work.',
  tools: [],
}));

interface Outcome {
  text: string;
  calls: ToolCall[];
  effects: AnswerEffects;
}

/** Asks until the model answers, as the application does. */
async function answer(context: Context, offer: Partial<ToolOffer> = {}): Promise<Outcome> {
  const question = { channelId: 'C1', ts: '2.000000' };
  const tools = createAnswerTools(context, { specialists, memory: 'thread', question, ...offer }, rank);
  const rounds: ToolRound[] = [];
  for (;;) {
    const reply = await model.answer({ context, tools: tools.specs, rounds, signal });
    if (reply.calls.length === 0)
      return { text: reply.text, calls: rounds.flatMap((one) => one.calls), effects: tools.effects() };
    const results = reply.calls.map((call) => ({ id: call.id, content: tools.run(call) }));
    rounds.push({ text: reply.text, calls: reply.calls, results });
  }
}

const ask = (question: string, offer?: Partial<ToolOffer>): Promise<Outcome> =>
  answer(contextOf({ question }), offer);
const tell = (question: string): Promise<Outcome> =>
  answer(coachingContextOf({ question }), { memory: 'private', specialists: [] });

describe('the offline model, asked for a specialist by name', () => {
  it.each([
    ['ask the researcher to find three sources', 'researcher', 'find three sources'],
    ['<@UBOT> Please ask the writer to draft it. Keep it short.', 'writer', 'draft it. Keep it short.'],
    ['Thanks! Let the Writer write it', 'writer', 'write it'],
    ['Hi <@UBOT>, can you have our researcher check this?', 'researcher', 'check this?'],
    ['@Milepost researcher: what is an otter', 'researcher', 'what is an otter'],
    ['ask the data analyst specialist to compare the offers', 'data-analyst', 'compare the offers'],
    [
      'We want the data-analyst to add it up\nand to round nothing',
      'data-analyst',
      'add it up\nand to round',
    ],
  ])('proposes it: %j', async (question, key, task) => {
    const { effects, text } = await ask(question);
    expect(effects.dispatch).toMatchObject({ specialist: key, destructive: false });
    expect(effects.dispatch?.task).toContain(task);
    expect(effects.dispatch?.summary).not.toContain('\n');
    expect(effects.dispatch?.actions.length).toBeGreaterThanOrEqual(2);
    const [first] = text.split('\n');
    expect(first).toMatch(/^_Offline model: .*_$/u);
    expect(text).toContain(`I propose the **${key}**`);
    expect(text).toContain('nothing is done before a person has approved it');
  });

  it.each([
    'Who is the researcher?',
    'Do not ask the researcher to do it.',
    'Did you ask the researcher to do it?',
    'The writer said that it is done.',
    'ask the plumber to come',
    'ask the writers to come',
    'ask the researcher',
    'Remember that we ask the writer to check everything',
  ])('proposes nobody for %j', async (question) => {
    expect((await ask(question)).effects.dispatch).toBeNull();
  });

  it('proposes nobody where nobody may be proposed', async () => {
    const { calls, text } = await ask('ask the researcher to find three sources', { specialists: [] });
    expect(calls).toEqual([]);
    expect(text).toContain('not in this milestone');
  });

  it('keeps to the limits of a proposal with a very long task', async () => {
    const { effects } = await ask(`ask the writer to write ${'more '.repeat(5_000)}`);
    expect(Array.from(effects.dispatch?.task ?? '')).toHaveLength(4_000);
  });
});

describe('the offline model, asked to remember', () => {
  it.each([
    ['remember that the cover is dark blue.', 'cover', 'the cover is dark blue', 'project'],
    ['<@UBOT> please remember: deadline: Friday', 'deadline', 'deadline: Friday', 'project'],
    ['Remember my deadline is Friday!', 'deadline', 'my deadline is Friday', 'project'],
    [
      'Can you remember that we prefer short chapters?',
      'we prefer short chapters',
      'we prefer',
      'preference',
    ],
    ['Good. Remember that the cast: Mia and Ben', 'cast', 'the cast: Mia and Ben', 'project'],
  ])('notes it: %j', async (question, key, value, type) => {
    const { effects, text } = await ask(question);
    expect(effects.entries).toMatchObject([{ about: 'conversation', key, type }]);
    expect(effects.entries[0]?.value).toContain(value);
    expect(text.split('\n')[0]).toMatch(/^_Offline model: .*_$/u);
    expect(text).toContain(`Noted under “${key}”: `);
  });

  it.each([
    'Do you remember what we decided?',
    'Remember that meeting?',
    'remember the milk',
    'I remember that the cover is blue.',
    'What is to be remembered?',
    'remember: ',
  ])('notes nothing for %j', async (question) => {
    expect((await ask(question)).calls).toEqual([]);
  });

  it('notes what people say about themselves as a fact about them, where that may be', async () => {
    expect((await tell('Remember that I write in the mornings')).effects.entries).toMatchObject([
      { about: 'person', key: 'write mornings', value: 'I write in the mornings' },
    ]);
    expect((await tell('remember that the office is closed')).effects.entries).toMatchObject([
      { about: 'conversation', key: 'office' },
    ]);
    expect((await ask('Remember that I write in the mornings')).effects.entries).toMatchObject([
      { about: 'conversation' },
    ]);
  });

  it('notes nothing where nothing may be remembered', async () => {
    expect((await ask('remember that the cover is blue', { memory: 'none' })).calls).toEqual([]);
  });

  it('says honestly that it could not be noted', async () => {
    const { text, effects } = await ask(`remember: ${'x '.repeat(10_000)}`);
    expect(effects.entries).toEqual([]);
    expect(text).toContain('I could not do that.');
    expect(text).toContain('at most 16 KB of JSON');
    expect(text).not.toContain('Noted');
  });

  it('shows what was noted as it is, not as Markdown', async () => {
    expect((await ask('remember that the *cover* is <b>blue</b>')).text).toContain(
      'Noted under “\\*cover\\*”: the \\*cover\\* is \\<b\\>blue\\</b\\>',
    );
  });
});

describe('the offline model with tools', () => {
  it('answers every question as before, and the same way each time, when it asks for nothing', async () => {
    const { calls, text } = await ask('What does the illustrator cost?');
    expect(calls).toEqual([]);
    expect(text).toContain('not in this milestone');
  });

  it('never calls a tool that is not offered and always ends with an answer', async () => {
    const words = fc.constantFrom(
      'remember',
      'that',
      ':',
      'ask',
      'the',
      'writer',
      'to',
      'my',
      'is',
      '?',
      '\n',
      '.',
      '<@U1>',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 12 }), fc.boolean(), async (said, offered) => {
        const offer = offered ? {} : { specialists: [], memory: 'none' as const };
        const { text, calls } = await ask(said.join(' '), offer);
        expect(text).toMatch(/^_Offline model: /u);
        if (!offered) expect(calls).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('reads a message as long as Slack takes it at once', async () => {
    for (const piece of [' ', '\n', 'please ', '<@', '.', 'remember ', 'ask the writer ']) {
      expect((await ask(`remember: ${piece.repeat(40_000 / piece.length)}x`)).text).toContain(
        'Offline model',
      );
      expect((await ask(piece.repeat(40_000 / piece.length))).text).toContain('Offline model');
    }
  });
});
