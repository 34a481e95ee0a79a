import type { z } from 'zod';
import type { Actor } from '../domain/actor.ts';
import { type Attachment, addressOf, type Passage } from '../domain/attachment.ts';
import type { ContextEntry } from '../domain/context-entry.ts';
import type { Message, SharedConversation } from '../domain/conversation.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { DomainError } from '../domain/errors.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { PlanDocument, PlanStamp, PlanVersion, Task, TaskEvent } from '../domain/task.ts';
import type { PlanningItem, WorkItem } from '../use-cases/read-tasks.ts';
import type * as schemas from './schemas.ts';

/** The forms of records as the API shows them: what is named here goes out, and nothing else. */
type Json<K extends keyof typeof schemas> = (typeof schemas)[K] extends z.ZodType
  ? z.infer<(typeof schemas)[K]>
  : never;

const actor = ({ kind, id, name }: Actor): Json<'ActorJson'> => ({ kind, id, name });

export function projectJson(project: Project): Json<'ProjectJson'> {
  const { id, channelId, channelName, name, purpose, state, archiveReason, createdBy, createdAt } = project;
  return {
    id,
    channelId,
    channelName,
    name,
    purpose,
    state,
    archiveReason,
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}

export function milestoneJson(milestone: Milestone): Json<'MilestoneJson'> {
  const { id, projectId, title, description, dueOn, state, threadTs, createdBy, createdAt } = milestone;
  return {
    id,
    projectId,
    title,
    description,
    dueOn,
    state,
    threadTs,
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}

export function attachmentJson(attachment: Attachment): Json<'AttachmentJson'> {
  const { id, projectId, milestoneId, kind, title, url, linkType } = attachment;
  const { state, unread, readAt, page, addedBy, addedAt } = attachment;
  return {
    id,
    projectId,
    milestoneId,
    kind,
    title,
    url,
    address: addressOf(attachment),
    linkType,
    state,
    unread,
    readAt: readAt?.toISOString() ?? null,
    language: page?.language ?? null,
    canonicalUrl: page?.canonicalUrl ?? null,
    addedBy,
    addedAt: addedAt.toISOString(),
  };
}

export function passageJson({ n, text, place, tokens }: Passage): Json<'PassageJson'> {
  const { page, slide, sheet, rows, heading } = place;
  return {
    n,
    text,
    place: {
      page: page ?? null,
      slide: slide ?? null,
      sheet: sheet ?? null,
      rows: rows === undefined ? null : { from: rows.from, to: rows.to },
      heading: heading ?? null,
    },
    tokens,
  };
}

/** @throws DomainError `conversation_private` for a person's own conversation, whoever asked for it */
export function conversationJson(conversation: SharedConversation): Json<'ConversationJson'> {
  const { id, type, mode, projectId, milestoneId, parentId, taskId, title, threadTs } = conversation;
  if (type === 'coaching') throw privateConversation();
  return { id, type, mode, projectId, milestoneId, parentId, taskId, title, threadTs };
}

export function privateConversation(): DomainError {
  return new DomainError(
    'conversation_private',
    'Coaching conversations belong to one person each and are not open to bots.',
  );
}

export function messageJson(message: Message): Json<'MessageJson'> {
  const { id, role, type, userId, content, ts, editedTs, metadata } = message;
  return { id, role, type, author: userId, content, ts, editedTs, metadata };
}

export function dispatchJson(dispatch: Dispatch): Json<'DispatchJson'> {
  const { id, conversationId, specialist, task, summary, actions, destructive, state } = dispatch;
  const { decidedBy, proposedAt, expiresAt, steps, taskThreadId } = dispatch;
  return {
    id,
    conversationId,
    specialist,
    task,
    summary,
    actions,
    destructive,
    state,
    decidedBy,
    proposedAt: proposedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    steps: steps.map(({ text, done }) => ({ text, done })),
    taskThreadId,
  };
}

export function entryJson({ id, key, type, value, updatedAt }: ContextEntry): Json<'ContextEntryJson'> {
  return { id, key, type, value, updatedAt: updatedAt.toISOString() };
}

export function stampJson({ version, hash, at, by, firstLine }: PlanStamp): Json<'PlanStampJson'> {
  return { version, hash, at: at.toISOString(), by: actor(by), firstLine };
}

export function documentJson(plan: PlanDocument): Json<'PlanDocumentJson'> {
  return { ...stampJson(plan), text: plan.text };
}

export function versionJson(plan: PlanVersion): Json<'PlanVersionJson'> {
  return { ...documentJson(plan), planChecklist: plan.checklist };
}

export function taskJson(task: Task): Json<'TaskJson'> {
  const { id, projectId, milestoneId, title, description, status, plan, lease } = task;
  return {
    id,
    projectId,
    milestoneId,
    title,
    description,
    status,
    createdBy: actor(task.createdBy),
    plan: plan === null ? null : stampJson(plan),
    planChecklist: task.checklist.map(({ text, done }) => ({ text, done })),
    claim:
      lease === null
        ? null
        : { holder: actor(lease.holder), worker: lease.worker, until: lease.until?.toISOString() ?? null },
    createdAt: task.createdAt.toISOString(),
    statusSince: task.statusSince.toISOString(),
  };
}

export function plannedTaskJson(task: Task, plan: PlanDocument | null): Json<'PlannedTaskJson'> {
  return { ...taskJson(task), planDocument: plan === null ? null : documentJson(plan) };
}

export function workItemJson({
  task,
  planDocument,
  conversationId,
  messages,
}: WorkItem): Json<'WorkItemJson'> {
  return { ...plannedTaskJson(task, planDocument), conversationId, messages: messages.map(messageJson) };
}

export function planningItemJson(item: PlanningItem): Json<'PlanningItemJson'> {
  const { id, title, description, projectId, milestoneId, planChecklist, planDocument } = plannedTaskJson(
    item.task,
    item.planDocument,
  );
  return {
    id,
    title,
    description,
    projectId,
    milestoneId,
    planningConversationId: item.conversationId,
    planningConversation: item.messages.map(messageJson),
    planningConversationForPrompt: item.forPrompt,
    basedOn: item.basedOn,
    planDocument,
    planChecklist,
  };
}

export function eventJson({ revision, at, by, what, from, to, version }: TaskEvent): Json<'TaskEventJson'> {
  return { revision, at: at.toISOString(), by: actor(by), what, from, to, version };
}
