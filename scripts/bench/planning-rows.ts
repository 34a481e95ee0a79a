import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { PLANNER, person } from '../../src/domain/actor.ts';
import { firstLine, type Task, type TaskStatus } from '../../src/domain/task.ts';
import type { ConversationRow } from '../../src/store/conversation-schema.ts';
import type { MessageRow } from '../../src/store/message-schema.ts';
import type { MilestoneRow } from '../../src/store/milestone-schema.ts';
import type { PlanRow } from '../../src/store/plan-schema.ts';
import type { ProjectRow } from '../../src/store/project-schema.ts';
import type { TaskRow } from '../../src/store/task-schema.ts';
import { conversationKey, type TaskConversationKind } from '../../src/use-cases/task-conversations.ts';

/** Rows of the planning benchmark, with every field that the stores write. */
export const START = Date.UTC(2026, 0, 5, 9);
export const PEOPLE = 60;
export const TASK_TITLE = 'Write for the handbook part';
const PLAN_CHARACTERS = 3_000;
const STEPS = ['Read what is there', 'Write the draft', 'Let someone read it', 'Finish'];

export const personOf = (n: number): string => `U0P${n % PEOPLE}`;
const words = (what: string, characters: number): string =>
  `${what}. ${'The draft names what is known, what is open and who decides. '.repeat(50)}`.slice(
    0,
    characters,
  );
const planText = (n: number): string =>
  `# Plan ${n}\n\n${'1. Collect the notes and compare them with the outline of the section.\n'.repeat(50)}`.slice(
    0,
    PLAN_CHARACTERS,
  );

export function projectRow(teamId: string, n: number): ProjectRow {
  return {
    _id: new Types.ObjectId(),
    teamId,
    channelId: `C${teamId.slice(1)}${n}`,
    channelName: `project-${n}`,
    name: `Project ${n}`,
    purpose: words(`What project ${n} is for`, 200),
    state: 'active',
    archiveReason: null,
    cardTs: `1600000000.${String(n).padStart(6, '0')}`,
    createdBy: personOf(n),
    createdAt: new Date(START),
  };
}

export function milestoneRow({ _id, teamId, channelId }: ProjectRow, n: number): MilestoneRow {
  const ts = `1600000100.${String(n).padStart(6, '0')}`;
  return {
    _id: new Types.ObjectId(),
    teamId,
    projectId: _id.toHexString(),
    channelId,
    threadTs: ts,
    cardTs: ts,
    title: `Milestone ${n}`,
    description: words(`What milestone ${n} is about`, 150),
    order: n,
    dueOn: '2026-06-30',
    state: 'open',
    createdBy: personOf(n),
    createdAt: new Date(START),
  };
}

/** @param since when it came into its status. */
export function taskRow(
  project: ProjectRow,
  milestone: MilestoneRow | null,
  n: number,
  status: TaskStatus,
  since: Date,
  planned: boolean,
): TaskRow {
  const by = person(personOf(n));
  const text = planText(n);
  const made = { version: 1, hash: sha256(text), at: since, by: PLANNER };
  const plan = { ...made, firstLine: firstLine(text), madeFor: milestone?._id.toHexString() ?? null };
  const bot = { kind: 'bot', id: 'b'.repeat(24), name: 'worker' } as const;
  return {
    _id: new Types.ObjectId(),
    teamId: project.teamId,
    projectId: project._id.toHexString(),
    channelId: project.channelId,
    milestoneId: milestone?._id.toHexString() ?? null,
    title: `${TASK_TITLE} ${n}`,
    description: words(`What part ${n} is to say`, 300),
    createdBy: by,
    askedIn: null,
    status,
    plan: planned ? plan : null,
    checklist: planned ? STEPS.map((step) => ({ text: step, done: false })) : [],
    feedback: 3,
    lastFeedback: null,
    lease: status === 'in_progress' ? { holder: bot, worker: '', until: null } : null,
    doneBy: status === 'done' ? by : null,
    doneWorker: '',
    completion: null,
    revision: 3,
    lastChange: { revision: 3, at: since, by, what: 'moved', from: 'backlog', to: status, version: null },
    unsettled: false,
    createdAt: new Date(START),
    statusSince: since,
    origin: null,
  };
}

export function planRow({ teamId, _id, checklist }: TaskRow, n: number): PlanRow {
  const text = planText(n);
  return {
    teamId,
    taskId: _id.toHexString(),
    key: sha256(`plan ${n}`),
    text,
    hash: sha256(text),
    firstLine: firstLine(text),
    madeFor: null,
    checklist,
    by: PLANNER,
    at: new Date(START),
    version: 1,
    applied: true,
  };
}

/** One of a task's two conversations, opened. */
export function conversationRow(task: TaskRow, n: number, kind: TaskConversationKind): ConversationRow {
  const { teamId, channelId, projectId, milestoneId, title } = task;
  const taskId = task._id.toHexString();
  return {
    _id: new Types.ObjectId(),
    teamId,
    channelId,
    threadTs: tsOf(n, kind, 0),
    type: kind,
    mode: 'auto',
    projectId,
    milestoneId,
    parentId: null,
    taskId,
    title,
    summary: null,
    revision: 0,
    key: conversationKey(kind, taskId),
  };
}

/** What was said in a conversation; in a planning conversation the fourth message is the plan, if there is one. */
export function messageRows(
  conversation: ConversationRow,
  task: Pick<Task, 'plan'>,
  n: number,
  kind: TaskConversationKind,
  count: number,
): MessageRow[] {
  return Array.from({ length: count }, (_, at) => {
    const isPlan = kind === 'planning' && at === 3 && task.plan !== null;
    return {
      _id: new Types.ObjectId(),
      teamId: conversation.teamId,
      conversationId: conversation._id.toHexString(),
      channelId: conversation.channelId,
      threadTs: conversation.threadTs ?? '',
      ts: tsOf(n, kind, at + 1),
      role: isPlan ? 'assistant' : 'user',
      type: 'text',
      userId: isPlan ? '' : personOf(n + at),
      content: isPlan ? planText(n) : words(`Part ${n}, thought ${at}, for <@${personOf(n + 1)}>`, 300),
      editedTs: null,
      deleted: false,
      clientMsgId: `${conversation._id.toHexString()}-${at}`,
      settled: true,
      madeFor: null,
      answerTo: null,
      arrival: kind === 'planning' ? Math.min(at + 1, 3) : null,
    };
  });
}

/** Slack ts: one second for each task and kind, the messages within it. */
function tsOf(n: number, kind: TaskConversationKind, at: number): string {
  const second = 1_700_000_000 + n * 2 + (kind === 'task' ? 1 : 0);
  return `${second}.${String(at).padStart(6, '0')}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
