import { z } from 'zod';
import { type ReadState, UNREAD_SENTENCE } from '../domain/attachment.ts';
import { ENTRY_TYPES } from '../domain/context-entry.ts';
import { TASK_STATUSES } from '../domain/task.ts';
import { DISPATCH_STATES } from '../use-cases/use-conversations.ts';
import { MetadataJson } from './message-metadata.ts';

const time = () => z.iso.datetime().meta({ description: 'ISO 8601, UTC.' });

export const ActorJson = z
  .strictObject({
    kind: z.enum(['person', 'bot', 'planner', 'clock']),
    id: z.string().meta({ description: 'Slack user id of a person, key id of a bot.' }),
    name: z.string().meta({ description: 'Empty for people, whom Slack names.' }),
  })
  .meta({ id: 'Actor' });

export const ProjectJson = z
  .strictObject({
    id: z.string(),
    channelId: z.string(),
    channelName: z.string(),
    name: z.string(),
    purpose: z.string(),
    state: z.enum(['active', 'archived']),
    archiveReason: z.enum(['channel_archived', 'channel_deleted', 'bot_removed', 'removed']).nullable().meta({
      description: '`removed`: taken out of use through this API, and brought back by state `active`.',
    }),
    createdBy: z.string(),
    createdAt: time(),
  })
  .meta({ id: 'Project' });

export const MilestoneJson = z
  .strictObject({
    id: z.string(),
    projectId: z.string(),
    title: z.string(),
    description: z.string(),
    dueOn: z.iso.date().nullable(),
    state: z.enum(['open', 'done', 'archived']),
    threadTs: z
      .string()
      .nullable()
      .meta({ description: 'Slack ts of its thread; null until its card is posted.' }),
    createdBy: z.string(),
    createdAt: time(),
  })
  .meta({ id: 'Milestone' });

const READ_STATES = ['pending', 'ready', 'failed'] as const satisfies readonly ReadState[];
const REASONS = Object.entries(UNREAD_SENTENCE).map(([code, sentence]) => `\`${code}\`: ${sentence}.`);

export const AttachmentJson = z
  .strictObject({
    id: z.string(),
    projectId: z.string(),
    milestoneId: z.string().nullable(),
    kind: z.enum(['document', 'link']),
    title: z.string(),
    url: z.string().nullable().meta({ description: 'The address of a link; null for a document.' }),
    address: z
      .string()
      .nullable()
      .meta({ description: 'Where people open it: the page, or the file in Slack. Null for a pasted text.' }),
    linkType: z.string().nullable(),
    state: z.enum(READ_STATES).meta({
      description:
        'How far its reading is. `pending`: it is yet to be read. `ready`: its passages are there. `failed`: it could not be read, and `unread` says why.',
    }),
    unread: z
      .string()
      .nullable()
      .meta({
        description: `Why its content could not be read; null when nothing went wrong. With state \`ready\`: why the page could not be read again; what was read before is still there. Codes may be added: take one you do not know as not read. ${REASONS.join(' ')}`,
        examples: Object.keys(UNREAD_SENTENCE),
      }),
    readAt: time().nullable().meta({ description: 'When it was last read, or tried; null before.' }),
    language: z
      .string()
      .nullable()
      .meta({ description: 'What a page says its language is, such as `de` or `en-GB`.' }),
    canonicalUrl: z.string().nullable().meta({
      description: 'The address that a page gives as its own. Whoever made the page chose it.',
    }),
    addedBy: z.string(),
    addedAt: time(),
  })
  .meta({ id: 'Attachment' });

const count = () => z.number().int();

export const PassageJson = z
  .strictObject({
    n: count().meta({ description: 'Its position in the attachment, from 0.' }),
    text: z.string(),
    place: z
      .strictObject({
        page: count().nullable().meta({ description: 'Page of a PDF, from 1.' }),
        slide: count().nullable().meta({ description: 'Slide of a presentation, from 1.' }),
        sheet: z.string().nullable().meta({ description: 'Name of a sheet.' }),
        rows: z
          .strictObject({ from: count(), to: count() })
          .nullable()
          .meta({ description: 'Rows of a table, as spreadsheets number them: the header is row 1.' }),
        heading: z.string().nullable().meta({ description: 'The nearest heading above.' }),
      })
      .meta({ description: 'Where it stands; null for what does not apply.' }),
    tokens: count().meta({ description: 'About how many tokens of a prompt it takes.' }),
  })
  .meta({ id: 'Passage' });

export const ConversationJson = z
  .strictObject({
    id: z.string(),
    type: z.enum(['project', 'task', 'planning']),
    mode: z.enum(['auto', 'coaching', 'task']),
    projectId: z.string(),
    milestoneId: z.string().nullable(),
    parentId: z.string().nullable(),
    taskId: z.string().nullable(),
    title: z.string(),
    threadTs: z
      .string()
      .nullable()
      .meta({ description: 'Slack ts of its thread; null until the thread is opened.' }),
  })
  .meta({ id: 'Conversation' });

export const MessageJson = z
  .strictObject({
    id: z.string(),
    role: z.enum(['user', 'assistant']),
    type: z.enum(['text', 'agent_request', 'agent_progress', 'agent_result']),
    author: z.string().meta({ description: 'Slack user id, or `bot:` and the name of a bot.' }),
    content: z.string(),
    ts: z.string().meta({
      description:
        'Its place among the messages: the Slack ts of what people wrote, the moment of what came through the API.',
    }),
    editedTs: z.string().nullable(),
    metadata: MetadataJson,
  })
  .meta({ id: 'Message' });

export const DispatchJson = z
  .strictObject({
    id: z.string(),
    conversationId: z.string(),
    specialist: z.string().meta({ description: 'Key of the specialist.' }),
    task: z.string(),
    summary: z.string(),
    actions: z.array(z.string()).meta({ description: 'What it is going to do.' }),
    destructive: z.boolean(),
    state: z.enum(DISPATCH_STATES),
    decidedBy: z.string().nullable().meta({ description: 'Slack user id of the person who decided.' }),
    proposedAt: time(),
    expiresAt: time().meta({ description: 'Until then it waits for a decision.' }),
    steps: z.array(z.strictObject({ text: z.string(), done: z.boolean() })),
    taskThreadId: z
      .string()
      .nullable()
      .meta({ description: 'Id of the conversation its result goes to; null until it is approved.' }),
  })
  .meta({ id: 'Dispatch' });

export const ContextEntryJson = z
  .strictObject({
    id: z.string(),
    key: z.string(),
    type: z.enum(ENTRY_TYPES),
    value: z.unknown().meta({ description: 'Any JSON.' }),
    updatedAt: time(),
  })
  .meta({ id: 'ContextEntry' });

const planStamp = {
  version: z.number().int(),
  hash: z.string().meta({ description: 'SHA-256 of the text, hex.' }),
  at: time(),
  by: ActorJson,
  firstLine: z.string(),
};
export const PlanStampJson = z.strictObject(planStamp).meta({ id: 'PlanStamp' });
export const PlanDocumentJson = z
  .strictObject({ ...planStamp, text: z.string().meta({ description: 'Markdown.' }) })
  .meta({ id: 'PlanDocument' });

export const ChecklistItemJson = z
  .strictObject({ text: z.string(), done: z.boolean() })
  .meta({ id: 'ChecklistItem' });

export const PlanVersionJson = z
  .strictObject({ ...planStamp, text: z.string(), planChecklist: z.array(ChecklistItemJson) })
  .meta({ id: 'PlanVersion' });

const task = {
  id: z.string(),
  projectId: z.string(),
  milestoneId: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  status: z.enum(TASK_STATUSES),
  createdBy: ActorJson,
  plan: PlanStampJson.nullable().meta({ description: 'The current plan without its text.' }),
  planChecklist: z.array(ChecklistItemJson),
  claim: z
    .strictObject({
      holder: ActorJson,
      worker: z.string(),
      until: time().nullable().meta({ description: 'End of the lease; null for a person.' }),
    })
    .nullable(),
  createdAt: time(),
  statusSince: time(),
};
const planDocument = PlanDocumentJson.nullable().meta({ description: 'The current plan with its text.' });
const messages = z.array(MessageJson).meta({ description: 'The newest 100, oldest first.' });

export const TaskJson = z.strictObject(task).meta({ id: 'Task' });
export const PlannedTaskJson = z.strictObject({ ...task, planDocument }).meta({ id: 'PlannedTask' });

export const WorkItemJson = z
  .strictObject({
    ...task,
    planDocument,
    conversationId: z.string().nullable().meta({ description: 'Its main conversation, once there is one.' }),
    messages,
  })
  .meta({ id: 'WorkItem' });

export const PlanningItemJson = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    projectId: z.string(),
    milestoneId: z.string().nullable(),
    planningConversationId: z.string().nullable(),
    planningConversation: messages,
    planningConversationForPrompt: z
      .string()
      .meta({ description: 'The same as one text with names, for a prompt.' }),
    basedOn: z.string().meta({ description: 'Give it back with the plan.' }),
    planDocument,
    planChecklist: z.array(ChecklistItemJson),
  })
  .meta({ id: 'PlanningItem' });

export const TaskEventJson = z
  .strictObject({
    revision: z.number().int(),
    at: time(),
    by: ActorJson,
    what: z.enum(['created', 'edited', 'moved', 'planned', 'feedback', 'ticked', 'claimed', 'lease_ended']),
    from: z.enum(TASK_STATUSES).nullable(),
    to: z.enum(TASK_STATUSES),
    version: z.number().int().nullable(),
  })
  .meta({ id: 'TaskEvent' });
