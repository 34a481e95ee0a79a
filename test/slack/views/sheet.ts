import type { KnownBlock } from '@slack/types';
import { person } from '../../../src/domain/actor.ts';
import type { ChecklistItem, PlanVersion, Task } from '../../../src/domain/task.ts';
import type { TaskPlace } from '../../../src/ports/slack.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf } from '../../support/fake-slack/json.ts';
import { checkMessageBlocks, checkView, elementsOf } from '../../support/fake-slack/limits.ts';

const FEATURES = { status: false, contextActions: false, echo: true };
export const NOW = new Date('2026-03-10T09:00:00Z');
/** What people can type into a title to do harm: it calls, links, escapes and formats. */
export const NASTY = `<@U1> <!channel> <https://evil.example|*here*> & _a_ ~b~ \`c\` <#C1> ${'&<>*'.repeat(15)}`;

export function task(over: Partial<Task> = {}): Task {
  const status = over.status ?? 'planning';
  return {
    id: 'f'.repeat(24),
    teamId: 'T1',
    projectId: 'P1',
    channelId: 'C1',
    milestoneId: null,
    title: 'Write chapter three',
    description: '',
    createdBy: person('U1'),
    askedIn: null,
    status,
    plan: null,
    checklist: [],
    feedback: 0,
    lastFeedback: null,
    lease: null,
    doneBy: null,
    doneWorker: '',
    completion: null,
    revision: 1,
    lastChange: {
      revision: 1,
      at: NOW,
      by: person('U1'),
      what: 'created',
      from: null,
      to: status,
      version: null,
    },
    unsettled: false,
    createdAt: NOW,
    statusSince: NOW,
    ...over,
  };
}

export function plan(over: Partial<PlanVersion> = {}): PlanVersion {
  const stamp = {
    version: 1,
    hash: 'a1',
    at: NOW,
    by: person('U1'),
    firstLine: 'Read the sources',
    madeFor: null,
  };
  return { teamId: 'T1', taskId: 'f'.repeat(24), text: '# Plan', checklist: [], ...stamp, ...over };
}

export const place = (over: Partial<TaskPlace> = {}): TaskPlace => ({
  project: 'Book',
  milestone: null,
  planningUrl: null,
  taskUrl: null,
  ...over,
});

export const items = (count: number, text: (n: number) => string, done = false): ChecklistItem[] =>
  Array.from({ length: count }, (_, n) => ({ text: text(n), done }));

export const problemsOf = (view: { type: string }): string[] =>
  checkView(view, view.type === 'home' ? 'home' : 'modal', FEATURES).problems;

export const messageProblems = (blocks: KnownBlock[]): string[] =>
  checkMessageBlocks(blocks, FEATURES).problems;

/** Every text in blocks that Slack reads as markup, joined. */
export function markup(value: unknown): string {
  return texts(value, 'mrkdwn').join('\n');
}

function texts(value: unknown, type: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => texts(one, type));
  if (!isFields(value)) return [];
  if (value.type === type) return [stringOf(value.text)];
  return Object.values(value).flatMap((one) => texts(one, type));
}

/** What Slack would make live in blocks: mentions, broadcasts, links, and whatever it may link by itself. */
export function live(value: unknown): string[] {
  return markup(value).match(/<[^<>\n]*>/gu) ?? [];
}

/** Texts in blocks in which Slack would look for addresses and names by itself. */
export function unguarded(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(unguarded);
  if (!isFields(value)) return [];
  if (value.type === 'mrkdwn') return value.verbatim === true ? [] : [value];
  return Object.values(value).flatMap(unguarded);
}

export const elements = (blocks: unknown): Fields[] => listOf(blocks).flatMap(elementsOf);

/** What can be pressed, by action, with the choices of menus. */
export function offers(blocks: unknown): { action: string; value: string; text: string }[] {
  return elements(blocks).flatMap((element) => {
    const action = stringOf(element.action_id);
    const choices = element.type === 'overflow' ? listOf(element.options) : [element];
    return choices.map((one) => ({
      action,
      value: stringOf(one.value),
      text: stringOf(fieldsOf(one.text).text),
    }));
  });
}
