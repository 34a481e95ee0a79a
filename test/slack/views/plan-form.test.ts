import { describe, expect, it } from 'vitest';
import { planSubmission } from '../../../src/slack/inbound/forms.ts';
import { type PlanTarget, planForm } from '../../../src/slack/views/plan-form.ts';
import { milestone } from '../../domain/builders.ts';
import { stateValues } from '../../support/fake-slack/forms.ts';
import type { Block } from '../../support/fake-slack/state.ts';
import { elements, NASTY, problemsOf } from './sheet.ts';

const form = (over: Partial<PlanTarget> = {}) =>
  planForm({
    projectId: 'P1',
    title: 'Index',
    details: 'All names',
    milestoneId: 'M1',
    milestones: [milestone()],
    message: { channelId: 'C1', threadTs: '1700000000.000100' },
    ...over,
  });

/** What comes back from a client: as it was filled in, with these fields in place of it. */
const sent = (view: ReturnType<typeof form>, changed: object = {}) =>
  planSubmission({
    ...view,
    id: 'V1',
    state: { values: { ...stateValues(view.blocks as Block[], {}), ...changed } },
  });

describe('The form of a task', () => {
  const whole = {
    viewId: 'V1',
    projectId: 'P1',
    title: 'Index',
    details: 'All names',
    milestoneId: 'M1',
    message: { channelId: 'C1', threadTs: '1700000000.000100' },
  };

  it('gives back what it was filled in with', () => {
    expect(sent(form())).toEqual(whole);
    expect(sent(form({ milestoneId: null, message: null }))).toEqual({
      ...whole,
      milestoneId: null,
      message: null,
    });
  });

  it('keeps title and place that a client does not send, and lets details be cleared', () => {
    const nothing = { title: { title: { value: null } }, place: { place: null } };
    expect(sent(form(), nothing)).toEqual(whole);
    expect(sent(form(), { details: { details: { value: null } } })).toEqual({ ...whole, details: '' });
  });

  it.each([
    ['markup', NASTY.slice(0, 120), NASTY.repeat(100)],
    ['emoji', '🦜'.repeat(120), '🦜'.repeat(5_000)],
    ['a message of 3,000 signs', 'Index', 'x'.repeat(3_000)],
  ])('keeps Slack’s limits filled in with %s', (_what, title, details) => {
    const milestones = Array.from({ length: 150 }, (_, n) => milestone({ id: `M${n}`, title }));
    const view = form({ title, details, milestones, milestoneId: 'M149' });
    expect(problemsOf(view)).toEqual([]);
    expect(sent(view)).toMatchObject({ title, milestoneId: 'M149' });
    const shown = elements(view.blocks).find(({ action_id: id }) => id === 'details')?.initial_value;
    expect(details.startsWith(String(shown).replace(/…$/u, ''))).toBe(true);
  });
});
