import { describe, expect, it } from 'vitest';
import type { Outgoing, RememberedLine } from '../../../src/ports/slack.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { memoryValue, rememberedValue } from '../../../src/slack/inbound/value.ts';
import { carries, marked, remarked, render } from '../../../src/slack/render.ts';
import { memoryModal } from '../../../src/slack/views/memory.ts';
import { milestone } from '../../domain/builders.ts';
import {
  elements,
  entry,
  live,
  markup,
  messageProblems,
  NASTY,
  NOW,
  offers,
  problemsOf,
  unguarded,
} from './sheet.ts';

const ANSWER = 'c'.repeat(24);
type Remembered = Extract<Outgoing, { kind: 'remembered' }>;
const line = (over: Partial<RememberedLine> = {}): RememberedLine => ({
  id: 'e'.repeat(24),
  about: 'conversation',
  key: 'tone',
  value: 'dry',
  updatedAt: NOW,
  ...over,
});
const remembered = (lines: RememberedLine[], refused: Remembered['refused'] = []): Remembered => ({
  kind: 'remembered',
  answerId: ANSWER,
  lines,
  refused,
});
const shown = (message: Outgoing): string => markup(render(message).blocks);
const times = <T>(count: number, one: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const HOSTILE: [string, string][] = [
  ['markup', `${NASTY} <!channel> <@U1> <http://x|y> *bold*\n`],
  ['signs that are escaped', '&'.repeat(20_000)],
  ['emoji', '🦜'.repeat(9_000)],
  ['control signs', '\u0000'.repeat(9_000)],
  ['code', '```\n'.repeat(4_000)],
];

describe('What an answer remembered', () => {
  it('is listed, each with Forget, and says where it is used', () => {
    const message = remembered([line(), line({ about: 'person', key: 'city', value: { name: 'Bergen' } })]);
    const text = shown(message);
    expect(text).toContain('Remembered: *tone*: dry\nRemembered: *city*: {"name":"Bergen"}');
    expect(text).toContain('in this conversation and nowhere else');
    expect(text).toContain('in your direct messages with me alone');
    expect(render(message).text).toBe('Remembered: tone, city');
    const buttons = offers(render(message).blocks);
    expect(buttons.map(({ action, text: label }) => [action, label])).toEqual([
      [ACTION.forget, 'Forget'],
      [ACTION.forget, 'Forget'],
    ]);
    expect(buttons.map(({ value }) => rememberedValue(value))).toEqual(
      (['conversation', 'person'] as const).map((about) => ({
        ...{ answerId: ANSWER, about, id: 'e'.repeat(24), at: NOW },
      })),
    );
  });

  it('shows neither the value nor a button of what is forgotten', () => {
    const message = remembered([line({ updatedAt: null })]);
    expect(shown(message)).toBe('Forgotten: *tone*');
    expect(offers(render(message).blocks)).toEqual([]);
    expect(render(message).text).toBe('Nothing of this is remembered any more.');
  });

  it('says why something was not remembered', () => {
    const message = remembered([], [{ key: 'log', why: 'It is larger than 16 KB.' }]);
    expect(shown(message)).toBe(':warning: Not remembered: *log*. It is larger than 16 KB.');
    expect(render(message).text).toBe('Not remembered: log');
  });

  it('is cut at twenty lines, and says so', () => {
    const text = shown(remembered(times(23, (n) => line({ key: `key ${n}` }))));
    expect(text).toContain('*key 19*');
    expect(text).not.toContain('*key 20*');
    expect(text).toContain('…and 3 more');
  });

  it('says so when none of it is kept any more', () => {
    expect(shown(remembered([]))).toBe('Nothing of this is remembered any more.');
  });

  it('goes on carrying its delivery when its message is drawn anew', () => {
    const before = marked(render(remembered([line()])).blocks, 'd1');
    const after = remarked(render(remembered([line({ updatedAt: null })])).blocks, before);
    expect(carries({ blocks: after }, 'd1')).toBe(true);
    const { blocks } = render(remembered([line()]));
    expect(remarked(blocks, [{ block_id: 'xyz' }])).toEqual(blocks);
    expect(remarked(blocks, [])).toEqual(blocks);
  });

  it.each(HOSTILE)('keeps Slack’s limits and calls nobody, in %s', (_what, text) => {
    const lines = times(30, (n) => line({ key: text.slice(0, 255), value: n % 2 === 0 ? text : [text] }));
    for (const message of [
      remembered(lines),
      remembered(lines.map((one) => ({ ...one, updatedAt: null }))),
      remembered(
        [],
        times(30, () => ({ key: text.slice(0, 255), why: text })),
      ),
    ]) {
      const { blocks, text: notice } = render(message);
      expect(messageProblems(blocks)).toEqual([]);
      expect(unguarded(blocks)).toEqual([]);
      expect(live(blocks)).toEqual([]);
      expect(notice).not.toMatch(/<[@!#h]/u);
    }
  });
});

describe('The memory of a milestone', () => {
  const card = (count: number, total = count): Outgoing => ({
    kind: 'milestone-card',
    milestone: milestone(),
    attachments: 2,
    mode: 'auto',
    tasks: { open: 0, ready: 0, done: 0 },
    memory: { entries: times(count, (n) => entry({ key: `key ${n}` })), total },
  });

  it('stands on its card, the newest five, each with Forget', () => {
    expect(shown(card(2))).toContain('Remembered: *key 0*: dry\nRemembered: *key 1*: dry');
    const forget = offers(render(card(2)).blocks).filter(({ action }) => action === ACTION.forgetEntry);
    expect(forget.map(({ value }) => memoryValue(value))).toEqual(
      times(2, () => ({ id: entry().id, at: NOW })),
    );
    expect(offers(render(card(5)).blocks).some(({ action }) => action === ACTION.memory)).toBe(false);
  });

  it('is behind a button when there is more', () => {
    const { blocks } = render(card(5, 12));
    expect(offers(blocks)).toContainEqual({ action: ACTION.memory, value: 'M1', text: 'Memory (12)' });
    expect(markup(render(card(7)).blocks)).not.toContain('key 5');
    expect(messageProblems(blocks)).toEqual([]);
  });

  it('opens as a list, each with Forget, with the reason why something was not forgotten', () => {
    const entries = times(12, (n) => entry({ key: `key ${n}` }));
    const view = memoryModal({ milestone: milestone(), entries, total: 12 }, 'It was forgotten <before>.');
    expect(markup(view)).toContain(
      ':warning: It was forgotten &lt;before&gt;.\n*Outline* · 12 things remembered',
    );
    expect(elements(view.blocks)).toHaveLength(12);
    expect(view.private_metadata).toBe('{"milestoneId":"M1"}');
    expect(problemsOf(view)).toEqual([]);
    const none = memoryModal({ milestone: milestone(), entries: [], total: 0 }, null);
    expect(markup(none)).toBe('*Outline* · 0 things remembered');
  });

  it.each(HOSTILE)('keeps Slack’s limits and calls nobody, in %s', (_what, text) => {
    const entries = times(100, () => entry({ key: text.slice(0, 255), value: text }));
    const named = milestone({ title: text.slice(0, 120), description: text.slice(0, 1_000) });
    const view = memoryModal({ milestone: named, entries, total: 4_321 }, text.slice(0, 300));
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view)).toContain('…and 4,231 older');
    const { blocks } = render({
      kind: 'milestone-card',
      milestone: named,
      attachments: 2,
      mode: 'task',
      tasks: { open: 1, ready: 1, done: 1 },
      memory: { entries: entries.slice(0, 5), total: 4_321 },
    });
    expect(messageProblems(blocks)).toEqual([]);
    for (const surface of [view, blocks]) {
      expect(unguarded(surface)).toEqual([]);
      expect(live(surface)).toEqual([]);
    }
  });
});

describe('The question before a reset', () => {
  it('says what goes and what stays, and is bound to what the person saw', () => {
    const { blocks } = render({ kind: 'reset-question', resets: 4, facts: 3 });
    expect(markup(blocks)).toContain('gone for good');
    expect(markup(blocks)).toContain('What I remember about you stays: 3 facts.');
    expect(markup(render({ kind: 'reset-question', resets: 4, facts: 0 }).blocks)).toContain(
      'About you nothing is remembered',
    );
    expect(offers(blocks)).toEqual([
      { action: ACTION.resetCoaching, value: '4', text: 'Reset' },
      { action: ACTION.keepCoaching, value: '4', text: 'Keep' },
    ]);
    expect(elements(blocks)[0]).toMatchObject({ style: 'danger' });
    expect(messageProblems(blocks)).toEqual([]);
  });
});
