import type { ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { PLANNER } from '../../../src/domain/actor.ts';
import type { ChecklistItem, PlanStamp, Task } from '../../../src/domain/task.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { planDocumentSubmission } from '../../../src/slack/inbound/forms.ts';
import { toMrkdwn } from '../../../src/slack/mrkdwn.ts';
import { planDocumentModal } from '../../../src/slack/views/plan-document.ts';
import { stateValues } from '../../support/fake-slack/forms.ts';
import { fieldsOf, listOf, stringOf } from '../../support/fake-slack/json.ts';
import type { Block } from '../../support/fake-slack/state.ts';
import {
  elements,
  items,
  live,
  markup,
  NASTY,
  NOW,
  offers,
  plan,
  problemsOf,
  task,
  unguarded,
} from './sheet.ts';

interface Shown {
  text?: string;
  checklist?: ChecklistItem[];
  versions?: PlanStamp[];
  over?: Partial<Task>;
}

/** The document with all its pages, turned as a person turns them. */
function pagesOf({ text = '# Plan', checklist = [], versions = [], over = {} }: Shown): ModalView[] {
  const current = plan({ text, checklist });
  const mrkdwn = toMrkdwn(text, [], []);
  const show = (page: number) =>
    planDocumentModal({
      task: task({ plan: current, checklist, ...over }),
      plan: current,
      mrkdwn,
      versions,
      page,
    });
  const pages = [show(0)];
  for (let last = pages.at(-1); last !== undefined; last = pages.at(-1)) {
    const next = offers(last.blocks).find(({ action }) => action === `${ACTION.planPage}:next`);
    if (next === undefined) break;
    pages.push(show(Number(fieldsOf(JSON.parse(next.value)).page)));
  }
  return pages;
}

/** What is left of a text when it does not matter where it was cut and how code was closed and opened there. */
const bare = (text: string): string => text.replace(/\s|`/gu, '');

const boxes = (view: ModalView) =>
  elements(view.blocks)
    .filter(({ type }) => type === 'checkboxes')
    .flatMap(({ options }) => listOf(options));

/** What a client sends when a person saves the window, with these boxes pressed. */
function saved(view: ModalView, press: (values: Record<string, unknown>) => void = () => {}) {
  const values = stateValues(view.blocks as Block[], {});
  press(values);
  return planDocumentSubmission({ ...view, state: { values } });
}

describe('The document of a long plan', () => {
  it.each([
    ['emoji', '🦜'.repeat(200_000)],
    ['Chinese', '計画を立てる。'.repeat(28_571)],
    ['one line without a space', 'x'.repeat(200_000)],
    ['signs that Slack wants escaped', '&<>'.repeat(66_666)],
    ['lines', Array.from({ length: 10_000 }, (_, n) => `- step ${n} of it`).join('\n')],
    ['code', `\`\`\`\n${'const answer = 42;\n'.repeat(10_000)}\`\`\``],
  ])('of %s keeps Slack’s limits and loses nothing over its pages', (_what, text) => {
    const pages = pagesOf({ text });
    const heading = markup(
      planDocumentModal({ task: task(), plan: null, mrkdwn: '', versions: [], page: 0 }),
    );
    expect(heading).toContain('There is no plan yet');
    for (const page of pages) {
      expect(problemsOf(page)).toEqual([]);
      expect(unguarded(page)).toEqual([]);
    }
    const shown = pages.flatMap(({ blocks }) =>
      blocks
        .filter(({ type }) => type === 'section')
        .slice(1)
        .map((block) => markup(block)),
    );
    expect(bare(shown.join('\n')) === bare(toMrkdwn(text, [], []))).toBe(true);
  });

  it('says which page it shows, leads to the others and survives a page that is not there', () => {
    const [first, second] = pagesOf({ text: '計'.repeat(200_000), checklist: items(3, String) });
    expect(markup(first)).toMatch(/Page 1 of \d+ · the checklist is on page \d+/u);
    expect(offers(first?.blocks).map(({ text }) => text)).toEqual(['Next page ›']);
    expect(offers(second?.blocks).map(({ text }) => text)).toEqual(['‹ Previous page', 'Next page ›']);
    const one = plan();
    const view = planDocumentModal({
      task: task({ plan: one }),
      plan: one,
      mrkdwn: 'Plan',
      versions: [],
      page: 99,
    });
    expect(markup(view)).toContain('Plan');
    expect(problemsOf(view)).toEqual([]);
  });
});

describe('The checklist of a document', () => {
  const long = items(200, (n) => `${n} ${'🦜&'.repeat(166)}`);

  it('offers each of 200 long items once, and shows it whole', () => {
    const pages = pagesOf({ checklist: long });
    for (const page of pages) expect(problemsOf(page)).toEqual([]);
    expect(pages.flatMap(boxes).map(({ value }) => value)).toEqual(long.map((_, n) => String(n)));
    const text = pages.map(markup).join('\n');
    expect(long.filter((item) => !text.includes(item.text.replaceAll('&', '&amp;')))).toEqual([]);
    expect(pages.flatMap((page) => saved(page).shown)).toEqual(long.map((_, n) => n));
  });

  it('shows an item whole beside its box where it fits there', () => {
    const [page] = pagesOf({ checklist: items(1, () => `${'word '.repeat(25)}end`) });
    const [box] = page === undefined ? [] : boxes(page);
    const beside = `${stringOf(fieldsOf(box?.text).text)} ${stringOf(fieldsOf(box?.description).text)}`;
    expect(beside).toBe(`1. ${'word '.repeat(25)}end`);
  });

  it('gives back what is ticked, and what was ticked before', () => {
    const checklist = [...items(12, String, true), ...items(12, (n) => `open ${n}`)];
    const [page] = pagesOf({ checklist });
    if (page === undefined) throw new Error('There is no page.');
    expect(page.submit?.text).toBe('Save');
    expect(saved(page)).toEqual({
      taskId: task().id,
      version: 1,
      ticked: checklist.slice(0, 12).map((_, n) => n),
      shown: checklist.map((_, n) => n),
    });
    const changed = saved(page, (values) => {
      values['checklist:1:20'] = { checklist: { selected_options: [{ value: '22' }] } };
      values['checklist:1:10'] = { checklist: { selected_options: [] } };
    });
    expect(changed.ticked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 22]);
  });

  it('leaves items alone about which a client says nothing', () => {
    const [page] = pagesOf({ checklist: items(20, String, true) });
    if (page === undefined) throw new Error('There is no page.');
    const told = saved(page, (values) => {
      delete values['checklist:1:0'];
      values['checklist:1:10'] = { checklist: null };
    });
    expect(told).toMatchObject({ ticked: [], shown: [] });
  });

  it('is shown without a plan too, and is not there when there is nothing to tick', () => {
    const checklist = items(2, String);
    const only = planDocumentModal({
      task: task({ checklist }),
      plan: null,
      mrkdwn: '',
      versions: [],
      page: 0,
    });
    expect(saved(only)).toMatchObject({ version: 0, shown: [0, 1] });
    expect(problemsOf(only)).toEqual([]);
    const none = pagesOf({})[0];
    expect(none?.submit).toBeUndefined();
  });
});

describe('A version of the plan that is not the current one', () => {
  const stamps = Array.from({ length: 150 }, (_, n) => plan({ version: 150 - n }));
  const old = plan({
    version: 2,
    by: PLANNER,
    checklist: [...items(1, () => 'Read', true), ...items(1, () => 'Write')],
  });
  const shown = planDocumentModal({
    task: task({ title: NASTY, plan: plan({ version: 150 }), checklist: items(3, String) }),
    plan: old,
    mrkdwn: 'Old words',
    versions: stamps,
    page: 0,
  });

  it('says so, and its checklist is only to be read', () => {
    const text = markup(shown);
    expect(text).toContain('Plan v2 by Milepost, 2026-03-10 09:00 UTC');
    expect(text).toContain('The plan has moved on to v150.');
    expect(text).toContain('☑ Read\n☐ Write');
    expect(boxes(shown)).toEqual([]);
    expect(shown.submit).toBeUndefined();
    expect(live(shown)).toEqual([]);
  });

  it('is chosen among the versions that can be looked at', () => {
    expect(problemsOf(shown)).toEqual([]);
    const select = elements(shown.blocks).find(({ action_id: id }) => id === ACTION.planVersion);
    expect(fieldsOf(select?.initial_option).value).toBe(`${task().id}:2`);
    expect(listOf(select?.options)).toHaveLength(100);
    expect(stringOf(fieldsOf(listOf(select?.options)[0]?.text).text)).toBe(
      `v150 (current) · ${NOW.toISOString().slice(0, 10)} 09:00 UTC`,
    );
  });
});
