import { describe, expect, it } from 'vitest';
import { PLANNER } from '../../../src/domain/actor.ts';
import type { PlanVersion } from '../../../src/domain/task.ts';
import { planChangesModal } from '../../../src/slack/views/plan-changes.ts';
import { items, live, markup, NASTY, plan, problemsOf, task, unguarded } from './sheet.ts';

const changed = (before: Partial<PlanVersion> | null, after: Partial<PlanVersion>) =>
  planChangesModal(
    task({ title: NASTY }),
    before === null ? null : plan({ version: 1, ...before }),
    plan({ version: 2, ...after }),
  );
const said = (before: Partial<PlanVersion> | null, after: Partial<PlanVersion>) =>
  markup(changed(before, after));

const lines = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join('\n');

describe('What changed in a plan', () => {
  it('is shown by lines: what went, what came, and how much stayed in between', () => {
    const before = `# Plan\nRead it\n${lines(12, (n) => `same ${n}`)}\nSend it\nEnd`;
    const text = said(
      { text: before },
      { text: before.replace('Read it', 'Read all of it').replace('Send', 'Print') },
    );
    expect(text).toContain(
      '  # Plan\n− Read it\n+ Read all of it\n… 12 lines unchanged …\n− Send it\n+ Print it\n  End',
    );
  });

  it('is shown for the checklist', () => {
    const text = said(
      { checklist: items(3, String) },
      { checklist: [...items(2, String), ...items(1, () => 'new')] },
    );
    expect(text).toContain('The text is the same.');
    expect(text).toContain('− 2\n+ new');
    expect(said({ text: 'a' }, { text: 'b' })).toContain('The checklist has the same items.');
  });

  it('is nothing to compare for the first plan', () => {
    expect(said(null, {})).toContain('no version before this one');
  });

  it('shows the place where a very long line changed', () => {
    const words = 'word '.repeat(1_000);
    const text = said({ text: `${words}old ${words}` }, { text: `${words}new ${words}` });
    expect(text).toMatch(/− ….*word old word/u);
    expect(text).toMatch(/\+ ….*word new word/u);
  });

  it('calls nobody and keeps markup as it was typed', () => {
    const view = changed(
      { text: 'Old', by: PLANNER },
      { by: PLANNER, text: `${NASTY}\n\`\`\`\n<!channel>\n\`\`\`` },
    );
    expect(live(view)).toEqual([]);
    expect(unguarded(view)).toEqual([]);
    expect(markup(view)).toContain('+ ˋˋˋ\n+ &lt;!channel&gt;\n+ ˋˋˋ');
  });

  it('says how much more there is than fits', () => {
    const many = (word: string) => ({
      text: lines(400, (n) => `${word} ${n} ${'計&'.repeat(400)}`),
      checklist: items(200, (n) => `${word} ${n} ${'🦜'.repeat(490)}`),
    });
    const view = changed(many('old'), many('new'));
    expect(problemsOf(view)).toEqual([]);
    const more = markup(view).match(/…and [\d,]+ more changed lines/gu);
    expect(more).toHaveLength(2);
    const shown = markup(view).match(/^[−+] /gmu)?.length ?? 0;
    const counted = (more ?? []).reduce((sum, text) => sum + Number(text.replace(/\D/gu, '')), 0);
    expect(shown + counted).toBe(800 + 400);
  });

  it.each([
    ['lines', (sign: string) => lines(66_000, (n) => `${sign}${n % 7}`)],
    ['one line', (sign: string) => sign.repeat(200_000)],
    ['emoji', (sign: string) => `🦜${sign}`.repeat(66_000)],
  ])('is said in a sentence, or shortly, for two wholly different plans of %s', (_what, text) => {
    const view = changed({ text: text('a') }, { text: text('b') });
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view)).toMatch(/Almost everything is different|− a+…|− (?:🦜a)+…/u);
  });
});
