import { describe, expect, it } from 'vitest';
import type { ProposalState, TaskProposal } from '../../../src/domain/task-proposal.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { render } from '../../../src/slack/render.ts';
import { live, markup, messageProblems, NASTY, offers, proposal, unguarded } from './sheet.ts';

const URL = 'https://acme.slack.com/archives/C1/p1700000000000100';
const shown = (over: Partial<TaskProposal> = {}, url: string | null = null) =>
  render({ kind: 'task-proposal', proposal: proposal(over), url });
const STATES: ProposalState[] = ['open', 'planned', 'declined', 'withdrawn'];

describe('A proposed task', () => {
  it('shows what it is about, and two buttons', () => {
    const { text, blocks } = shown();
    expect(text).toBe('Proposed task: Write chapter three');
    expect(markup(blocks)).toContain(
      'Proposed task: *Write chapter three*\n> Keep it short.\n> Name the owls.',
    );
    expect(offers(blocks)).toEqual([
      { action: ACTION.planProposed, value: proposal().id, text: 'Plan this' },
      { action: ACTION.declineProposed, value: proposal().id, text: 'No, thanks' },
    ]);
    expect(markup(shown({ details: '' }).blocks)).not.toContain('>');
  });

  it.each(['planned', 'declined', 'withdrawn'] as const)('offers nothing once it is %s', (state) => {
    expect(offers(shown({ state, decidedBy: 'U7' }).blocks)).toEqual([]);
  });

  it('says who has it planned, and where as soon as that is open', () => {
    const planned = { state: 'planned', decidedBy: 'U7', taskId: 'K1' } as const;
    expect(markup(shown(planned).blocks)).toContain(
      '<@U7> has this planned. Where planning goes on follows in this thread.',
    );
    expect(markup(shown(planned, URL).blocks)).toContain(
      `<@U7> has this planned. *<${URL}|Planning goes on here>*.`,
    );
  });

  it('says who wants none of it', () => {
    expect(markup(shown({ state: 'declined', decidedBy: 'U7' }).blocks)).toContain(
      '<@U7> said no, thanks. Nothing was made.',
    );
  });

  it('says nothing of what it was about when that is gone', () => {
    const gone = { title: '', details: '' };
    const { text, blocks } = shown({ ...gone, state: 'withdrawn' });
    expect(markup(blocks)).toBe(`_${text}_`);
    expect(text).toContain('This proposed task was taken back: what it came from was changed or removed.');
    const kept = shown({ ...gone, state: 'planned', decidedBy: 'U7' }, URL);
    expect(kept.text).toBe('A task was proposed.');
    expect(markup(kept.blocks)).toContain('A task was proposed here.\n');
  });

  it.each([
    ['markup', NASTY],
    ['signs that are escaped', '&'.repeat(10_000)],
    ['emoji', '🦜'.repeat(5_000)],
    ['many lines', 'a\n'.repeat(5_000)],
    ['code', '```\n'.repeat(2_000)],
    ['signs that turn its order', '\u202e\u2066'.repeat(50)],
  ])('fits a message and is shown as it is, whatever the model wrote: %s', (_what, written) => {
    for (const state of STATES) {
      const { text, blocks } = shown({ title: written.slice(0, 120), details: written, state }, URL);
      expect(messageProblems(blocks)).toEqual([]);
      expect(unguarded(blocks)).toEqual([]);
      expect(live(blocks).filter((one) => !one.startsWith(`<${URL}`) && one !== '<@>')).toEqual([]);
      expect(text).not.toMatch(/<|```/u);
      expect(markup(blocks)).not.toMatch(/```|\u202e/u);
    }
  });
});
