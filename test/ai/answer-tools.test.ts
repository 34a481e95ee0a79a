import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import { createAnswerTools } from '../../src/ai/tools/answer-tools.ts';
import { NO_EFFECTS } from '../../src/domain/answer-effects.ts';
import type { Specialist } from '../../src/domain/specialist.ts';
import type { AnswerTools, ToolOffer } from '../../src/ports/model.ts';
import { contextOf, type Situation } from './context-builder.ts';

const specialist = (key: string, whenToUse: string): Specialist => ({
  key,
  name: key.toUpperCase(),
  whenToUse,
  instructions: 'Work.',
  tools: ['read_attachment'],
});
const specialists = [specialist('writer', 'To write a text.'), specialist('analyst', 'To compare figures.')];
const question = { channelId: 'C1', ts: '2.000000' };

function toolsFor(offer: Partial<ToolOffer> = {}, situation: Partial<Situation> = {}): AnswerTools {
  const context = contextOf({ question: 'What now?', ...situation });
  return createAnswerTools(context, { specialists, memory: 'thread', question, ...offer }, rank);
}

const run = (tools: AnswerTools, name: string, given: unknown): string =>
  tools.run({ id: 'c1', name, arguments: typeof given === 'string' ? given : JSON.stringify(given) });
const names = (tools: AnswerTools): string[] => tools.specs.map((spec) => spec.name);
const entry = (over: object = {}): object => ({ key: 'deadline', type: 'project', value: 'Friday', ...over });
const proposal = (over: object = {}): object => ({
  specialist: 'writer',
  task: 'Write the announcement.',
  summary: 'A short announcement of the launch.',
  actions: ['Read the brief', 'Write it'],
  destructive: false,
  ...over,
});
const TOO_LARGE = 'A key has at most 255 characters and a value at most 16 KB of JSON.';

describe('the tools of an answer', () => {
  it('are those that its place allows', () => {
    const reading = ['read_attachment', 'search_attachments'];
    const long = {
      papers: [{ title: 'Log', passages: Array(30).fill('calm sea '.repeat(80)) }],
      budget: 900,
    };
    expect(names(toolsFor())).toEqual(['remember', 'propose_specialist']);
    expect(names(toolsFor({}, long))).toEqual([...reading, 'remember', 'propose_specialist']);
    expect(names(toolsFor({ memory: 'private', specialists: [] }))).toEqual([
      'remember',
      'remember_about_person',
    ]);
    expect(names(toolsFor({ memory: 'none' }))).toEqual(['propose_specialist']);
    expect(names(toolsFor({ memory: 'none', specialists: [] }, long))).toEqual(reading);
    expect(names(toolsFor({ memory: 'none', specialists: [] }))).toEqual([]);
  });

  it('read attachments', () => {
    const tools = toolsFor({}, { papers: [{ title: 'Log', passages: ['The keeper is Mia.'] }] });
    expect(run(tools, 'search_attachments', { query: 'keeper' })).toContain('The keeper is Mia.');
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it('do nothing when they are not offered, and none of them approves anything', () => {
    const thread = toolsFor({ specialists: [] });
    expect(run(thread, 'remember_about_person', { key: 'a', value: 1 })).toContain('There is no tool');
    expect(run(thread, 'propose_specialist', proposal())).toContain('There is no tool');
    const silent = toolsFor({ memory: 'none', specialists: [] });
    expect(run(silent, 'remember', entry())).toContain('There is no tool');
    for (const name of ['approve', 'approve_dispatch', 'decide', 'run_specialist', '', '__proto__', 'run']) {
      expect(run(toolsFor(), name, { dispatchId: 'D1', approve: true })).toContain('There is no tool');
    }
    expect(thread.effects()).toEqual(NO_EFFECTS);
    expect(silent.effects()).toEqual(NO_EFFECTS);
  });

  it('never throw, whatever they are called with, and collect nothing but whole things', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom(null, '', [], 'x'.repeat(20_000), -1, 1e99, ['writer'], { value: 1 }),
    );
    const fields = [
      'key',
      'type',
      'value',
      'sources',
      'specialist',
      'task',
      'summary',
      'actions',
      'destructive',
    ];
    const given = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc
        .dictionary(fc.constantFrom(...fields, '__proto__', 'constructor'), values)
        .map((one) => JSON.stringify(one)),
    );
    const called = fc.constantFrom('remember', 'remember_about_person', 'propose_specialist');
    fc.assert(
      fc.property(fc.array(fc.tuple(called, given), { maxLength: 6 }), (calls) => {
        const tools = toolsFor({ memory: 'private' });
        for (const [name, json] of calls) expect(run(tools, name, json)).not.toBe('');
        const { entries, dispatch } = tools.effects();
        for (const one of entries) {
          expect(one.key.trim()).not.toBe('');
          expect(JSON.stringify(one.value).length).toBeLessThanOrEqual(16_384);
        }
        if (dispatch !== null) expect(['writer', 'analyst']).toContain(dispatch.specialist);
      }),
      { numRuns: 300 },
    );
  });
});

describe('remembering', () => {
  it('answers with exactly what is stored', () => {
    const tools = toolsFor();
    const value = { day: 'Friday', hours: [9, 17], sure: null };
    expect(JSON.parse(run(tools, 'remember', entry({ key: ' dead\nline ', value, other: 1 })))).toEqual({
      stored: { key: 'dead line', type: 'project', value },
    });
    expect(tools.effects().entries).toEqual([
      {
        about: 'conversation',
        key: 'dead line',
        type: 'project',
        value,
        sources: { attachmentIds: [], messages: [question] },
      },
    ]);
  });

  it.each([[null], [0], [false], [''], [[]], [{}], ['']])('takes %j for a value', (value) => {
    const tools = toolsFor();
    run(tools, 'remember', entry({ value }));
    expect(tools.effects().entries[0]?.value).toEqual(value);
  });

  it('keeps keys of a value that other languages trip over', () => {
    const tools = toolsFor();
    const value = '{"__proto__": {"a": 1}, "$where": 1, "a.b": 2, "constructor": 3}';
    run(tools, 'remember', `{"key": "__proto__", "type": "domain", "value": ${value}}`);
    const [kept] = tools.effects().entries;
    expect(kept?.key).toBe('__proto__');
    expect(JSON.stringify(kept?.value)).toBe(JSON.stringify(JSON.parse(value)));
  });

  it('does not take what stands in a prototype for its own fields', () => {
    const tools = toolsFor();
    const hidden = '{"__proto__": {"key": "a", "type": "domain", "value": 1}}';
    expect(run(tools, 'remember', hidden)).toContain('key: give a short text.');
    expect(run(tools, 'remember', '{"key": "a", "type": "domain", "__proto__": {"value": 1}}')).toContain(
      'value:',
    );
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it('keeps no half of an emoji', () => {
    const tools = toolsFor();
    run(tools, 'remember', '{"key": "a\\ud83d", "type": "domain", "value": ["b\\ude00", "\\ud83d\\ude00"]}');
    expect(tools.effects().entries[0]).toMatchObject({ key: 'a\ufffd', value: ['b\ufffd', '😀'] });
  });

  it.each([
    [{ key: undefined }, 'key: give a short text.'],
    [{ key: '  ' }, 'key: give a short text.'],
    [{ key: ['a'] }, 'key: give a short text.'],
    [{ type: 'secret' }, 'type: give one of domain, preference, project, technology.'],
    [{ value: undefined }, 'value: give what is to be remembered.'],
    [{ sources: 'all' }, 'sources: give a list of numbers'],
    [{ sources: [{}] }, 'sources.0: give numbers.'],
    [{ sources: [9] }, 'There is no attachment [9] here.'],
    [{ sources: [1.5] }, 'There is no attachment [1.5] here.'],
  ])('with %j says what is wrong, and nothing is stored', (over, sentence) => {
    const tools = toolsFor({}, { papers: [{ title: 'Log', passages: ['x'] }] });
    const answer = run(tools, 'remember', entry(over));
    expect(answer).toContain('Nothing was done.');
    expect(answer).toContain(sentence);
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it.each(['[]', 'null', '"key"', '7', ''])('with %j for arguments says what it takes', (json) => {
    expect(run(toolsFor(), 'remember', json)).toMatch(/^Nothing was done\./u);
  });

  it('refuses a value of 100 KB, stores nothing, and people are told why', () => {
    const tools = toolsFor();
    const answer = run(tools, 'remember', entry({ value: 'x'.repeat(100_000) }));
    expect(answer).toContain(TOO_LARGE);
    const { entries, refused } = tools.effects();
    expect(entries).toEqual([]);
    expect(refused).toEqual([{ key: 'deadline', why: expect.stringContaining(TOO_LARGE) }]);
  });

  it('refuses a key of more than 255 characters and tells its beginning only', () => {
    const tools = toolsFor();
    run(tools, 'remember', entry({ key: 'k'.repeat(100_000) }));
    const { entries, refused } = tools.effects();
    expect(entries).toEqual([]);
    expect(refused[0]?.key).toBe(`${'k'.repeat(254)}…`);
    run(tools, 'remember', entry({ key: '😀'.repeat(255) }));
    expect(tools.effects().entries).toHaveLength(1);
  });

  it('refuses what is nested too deeply, however deep', () => {
    for (const levels of [33, 5_000, 200_000]) {
      const tools = toolsFor();
      const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`;
      const answer = run(tools, 'remember', `{"key": "a", "type": "domain", "value": ${nested}}`);
      expect(answer).toMatch(/at most 32 levels|not valid JSON/u);
      expect(tools.effects().entries).toEqual([]);
    }
  });

  it('forgets a refusal when the same comes again in a size that fits', () => {
    const tools = toolsFor();
    run(tools, 'remember', entry({ value: 'x'.repeat(100_000) }));
    run(tools, 'remember', entry({ value: 'short' }));
    expect(tools.effects()).toMatchObject({ entries: [{ value: 'short' }], refused: [] });
  });

  it('under one key twice counts the last, for the conversation and the person apart', () => {
    const tools = toolsFor({ memory: 'private' });
    run(tools, 'remember', entry({ value: 1 }));
    run(tools, 'remember_about_person', { key: 'deadline', value: 2 });
    run(tools, 'remember', entry({ value: 3, type: 'domain' }));
    expect(tools.effects().entries.map(({ about, type, value }) => [about, type, value])).toEqual([
      ['person', 'preference', 2],
      ['conversation', 'domain', 3],
    ]);
  });

  it('takes twenty things from one answer, refuses more by name, and lets the twenty be changed', () => {
    const tools = toolsFor({ memory: 'private' });
    for (let at = 0; at < 20; at += 1) run(tools, 'remember', entry({ key: `k${at}` }));
    expect(run(tools, 'remember', entry({ key: 'late' }))).toContain('At most 20 things');
    run(tools, 'remember_about_person', { key: 'later', value: 1 });
    run(tools, 'remember', entry({ key: 'k3', value: 'new' }));
    const { entries, refused } = tools.effects();
    expect(entries).toHaveLength(20);
    expect(entries.find((one) => one.key === 'k3')?.value).toBe('new');
    expect(refused.map((one) => one.key)).toEqual(['late', 'later']);
  });

  it('never grows without end, however often it is called', () => {
    const tools = toolsFor();
    for (let at = 0; at < 500; at += 1) run(tools, 'remember', entry({ key: `k${at}` }));
    expect(tools.effects().entries).toHaveLength(20);
    expect(tools.effects().refused).toHaveLength(100);
  });

  it('notes what it was learned from: what the model names, and what holds its words without being named', () => {
    const papers = [
      { title: 'Log', passages: ['The keeper is called Mia.'] },
      { title: 'Board', passages: ['Nothing of it.'] },
    ];
    const earlier = [{ text: 'Good morning.' }, { text: 'Did you know? The keeper is called Mia.' }];
    const asked = { channelId: 'C1', ts: '2.000002' };
    const tools = toolsFor({ question: asked }, { papers, earlier });
    const sourcesOf = (sources: unknown, value: string) => {
      run(tools, 'remember', entry({ sources, value }));
      return tools.effects().entries[0]?.sources;
    };
    expect(sourcesOf([], 'called Mia')).toEqual({
      attachmentIds: ['A0000'],
      messages: [asked, { channelId: 'C1', ts: '2.000001' }],
    });
    expect(sourcesOf(['2'], 'nobody')).toEqual({ attachmentIds: ['A0001'], messages: [asked] });
    expect(sourcesOf(undefined, 'nobody')?.attachmentIds).toEqual(['A0000', 'A0001']);
    expect(sourcesOf(null, 'nobody')?.attachmentIds).toEqual(['A0000', 'A0001']);
  });

  it('about a person is a fact of the person, and the answer says what is stored', () => {
    const tools = toolsFor({ memory: 'private', specialists: [] });
    const answer = run(tools, 'remember_about_person', { key: 'mornings', value: 'writes in the mornings' });
    expect(JSON.parse(answer)).toEqual({ stored: { key: 'mornings', value: 'writes in the mornings' } });
    expect(tools.effects().entries).toMatchObject([{ about: 'person', sources: { messages: [question] } }]);
  });
});

describe('proposing a specialist', () => {
  it('lists each one with when to use it', () => {
    const [spec] = toolsFor({ memory: 'none' }).specs;
    expect(spec?.description).toContain('- writer (WRITER): To write a text.');
    expect(spec?.description).toContain('- analyst (ANALYST): To compare figures.');
    expect(spec?.parameters).toMatchObject({
      properties: { specialist: { enum: ['writer', 'analyst'] } },
    });
  });

  it('is collected as it was written, and the model is told that nothing is done yet', () => {
    const tools = toolsFor();
    const answer = run(
      tools,
      'propose_specialist',
      proposal({ summary: ' Two\nlines ', actions: ['Read\nit'], destructive: 'true', approved: true }),
    );
    const wanted = proposal({ summary: 'Two lines', actions: ['Read it'], destructive: true });
    expect(JSON.parse(answer)).toMatchObject({
      proposed: wanted,
      state: expect.stringContaining('Nothing is done yet.'),
    });
    expect(tools.effects().dispatch).toEqual(wanted);
  });

  it('that does not exist names those there are', () => {
    const tools = toolsFor();
    for (const key of ['plumber', '', null, '__proto__', 'Writer', ['writer']]) {
      expect(run(tools, 'propose_specialist', proposal({ specialist: key }))).toContain(
        'specialist: there is no such specialist. There are: writer, analyst.',
      );
    }
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it.each([
    [{ task: 'x'.repeat(4_001) }, 'task: it is too long: give a text of 1 to 4,000 characters.'],
    [{ task: ' ' }, 'task: give a text of 1 to 4,000 characters.'],
    [{ summary: 'x'.repeat(501) }, 'summary: it is too long'],
    [{ summary: undefined }, 'summary: give a text of 1 to 500 characters.'],
    [{ actions: [] }, 'actions: give a list of 1 to 10 lines.'],
    [{ actions: 'Write it' }, 'actions: give a list of 1 to 10 lines.'],
    [{ actions: Array(11).fill('Write') }, 'actions: give a list of 1 to 10 lines.'],
    [{ actions: ['ok', 'x'.repeat(201)] }, 'actions.1: it is too long'],
    [{ actions: [null] }, 'actions.0: give a text of 1 to 200 characters.'],
    [{ destructive: undefined }, 'destructive: give true or false.'],
    [{ destructive: 'no' }, 'destructive: give true or false.'],
  ])('with %.60j says what is wrong, and nothing is proposed', (over, sentence) => {
    const tools = toolsFor();
    const answer = run(tools, 'propose_specialist', proposal(over));
    expect(answer).toContain('Nothing was done.');
    expect(answer).toContain(sentence);
    expect(answer.length).toBeLessThan(1_000);
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it('takes texts up to their limits, counted in characters as people see them', () => {
    const tools = toolsFor();
    run(tools, 'propose_specialist', proposal({ task: '😀'.repeat(4_000), actions: ['x'.repeat(200)] }));
    expect(tools.effects().dispatch).not.toBeNull();
  });

  it('happens once an answer: a second proposal changes nothing', () => {
    const tools = toolsFor();
    run(tools, 'propose_specialist', proposal());
    expect(run(tools, 'propose_specialist', proposal({ specialist: 'analyst' }))).toContain(
      'The writer is proposed with this answer already',
    );
    expect(tools.effects().dispatch).toEqual(proposal());
  });
});

describe('the effects of an answer', () => {
  it('are a copy that nobody can change from outside', () => {
    const tools = toolsFor();
    run(tools, 'remember', entry({ value: { days: ['Friday'] } }));
    run(tools, 'propose_specialist', proposal());
    const first = tools.effects();
    const before = structuredClone(first);
    first.entries.length = 0;
    first.dispatch?.actions.push('Delete everything');
    expect(tools.effects()).toEqual(before);
  });
});
