import type { KnownBlock } from '@slack/types';
import { person } from '../../../src/domain/actor.ts';
import type { ContextEntry } from '../../../src/domain/context-entry.ts';
import type { Dispatch } from '../../../src/domain/dispatch.ts';
import type { ChecklistItem, PlanVersion, Task } from '../../../src/domain/task.ts';
import type { TaskProposal } from '../../../src/domain/task-proposal.ts';
import type { UserFact } from '../../../src/domain/user-fact.ts';
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

/** A proposal that waits for a decision. */
export function dispatch(over: Partial<Dispatch> = {}): Dispatch {
  return {
    id: 'd'.repeat(24),
    teamId: 'T1',
    conversationId: 'V1',
    channelId: 'C1',
    threadTs: '1.000002',
    projectId: 'P1',
    userId: null,
    questionTs: '2.000001',
    askedBy: 'U9',
    specialist: 'researcher',
    task: 'Find three sources about owls.\nPrefer books.',
    summary: 'Look for sources about owls',
    actions: ['Search the attachments', 'Write a list'],
    destructive: false,
    madeFor: null,
    sources: [],
    state: 'proposed',
    version: 1,
    proposedAt: new Date('2026-03-08T09:00:00Z'),
    expiresAt: new Date('2026-03-15T09:00:00Z'),
    cardTs: null,
    confirming: null,
    decidedBy: null,
    steps: [],
    fence: 0,
    stoppedBy: null,
    ending: null,
    reference: null,
    taskThreadId: null,
    result: null,
    unsettled: false,
    ...over,
  };
}

/** A task that an answer proposed. */
export function proposal(over: Partial<TaskProposal> = {}): TaskProposal {
  return {
    id: 'b'.repeat(24),
    teamId: 'T1',
    projectId: 'P1',
    conversationId: 'V1',
    channelId: 'C1',
    threadTs: '1.000002',
    questionTs: '2.000001',
    title: 'Write chapter three',
    details: 'Keep it short.\nName the owls.',
    madeFor: null,
    sources: [],
    origin: 'proposed:A1:',
    state: 'open',
    version: 1,
    decidedBy: null,
    taskId: null,
    unsettled: false,
    ...over,
  };
}

/** Something a conversation remembers. */
export function entry(over: Partial<ContextEntry> = {}): ContextEntry {
  return {
    id: 'e'.repeat(24),
    teamId: 'T1',
    conversationId: 'V1',
    key: 'tone',
    type: 'preference',
    value: 'dry',
    updatedAt: NOW,
    sources: { messages: [], attachmentIds: [] },
    madeFor: null,
    ...over,
  };
}

/** Something that is remembered about a person. */
export function fact(over: Partial<UserFact> = {}): UserFact {
  return {
    id: 'a'.repeat(24),
    teamId: 'T1',
    userId: 'U1',
    key: 'city',
    value: 'Bergen',
    updatedAt: NOW,
    from: [],
    ...over,
  };
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
