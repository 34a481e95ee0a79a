import { z } from 'zod';
import { NAME_LIMIT } from '../../domain/project.ts';
import { ID, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { InvalidRequest } from '../errors.ts';
import { conversationJson, messageJson, privateConversation } from '../json.ts';
import { SENT_METADATA, SENT_TYPE, sentMetadata } from '../message-metadata.ts';
import { defineFindOrMake, defineOperation, type Operation } from '../operation.ts';
import { ConversationJson, MessageJson } from '../schemas.ts';
import { text } from '../text.ts';

const tag = 'Conversations';
export const CONVERSATION_ID = { id: ID.meta({ description: 'Id of the conversation.' }) };
export const TsCursor = z.strictObject({ ts: z.string().max(32) });
const Cursor = z.strictObject({ id: ID });
const ConversationList = z.strictObject({ items: z.array(ConversationJson), nextCursor: NEXT_CURSOR });

export const conversationOperations: Operation[] = [
  defineFindOrMake({
    name: 'create_conversation',
    method: 'post',
    path: '/conversations',
    tag,
    summary: 'Find or open a conversation',
    description:
      'Type `project`: the one conversation of a project or milestone, the thread of its card. Type `task`: a new thread under parentId, in the project and milestone of that conversation. Coaching conversations are private. A deleted conversation of a project or milestone begins again, empty.',
    body: {
      type: z.enum(['project', 'task', 'coaching']),
      projectId: ID.optional(),
      milestoneId: ID.nullable().optional(),
      parentId: ID.optional(),
      title: text(NAME_LIMIT).optional(),
    },
    response: ConversationJson,
    async run({ conversations }, { teamId, operationId }, { type, projectId, milestoneId, parentId, title }) {
      if (type === 'coaching') throw privateConversation();
      if (type === 'project') {
        if (projectId === undefined) throw missing('projectId');
        const found = await conversations.ofPlace(teamId, { projectId, milestoneId: milestoneId ?? null });
        return { made: found.made, body: conversationJson(found.conversation) };
      }
      if (parentId === undefined) throw missing('parentId');
      const opened = await conversations.openTaskThread(teamId, {
        parentId,
        place: {
          ...(projectId === undefined ? {} : { projectId }),
          ...(milestoneId === undefined ? {} : { milestoneId }),
        },
        title: title ?? '',
        key: `api:${operationId}`,
      });
      return { made: opened.made, body: conversationJson(opened.conversation) };
    },
  }),

  defineOperation({
    name: 'list_conversations',
    method: 'get',
    path: '/conversations',
    tag,
    summary: 'List conversations',
    description: 'Newest first. Private conversations are never listed.',
    query: {
      type: z.enum(['project', 'task', 'planning']).optional(),
      projectId: ID.optional(),
      ...PAGE,
    },
    response: ConversationList,
    async run({ conversations }, { teamId }, { type, projectId, limit, cursor }) {
      const after = readCursor(Cursor, cursor)?.id;
      const page = await conversations.list({
        teamId,
        types: type === undefined ? ['project', 'task', 'planning'] : [type],
        limit,
        ...(projectId === undefined ? {} : { projectId }),
        ...(after === undefined ? {} : { after }),
      });
      return { items: page.map(conversationJson), nextCursor: nextCursor(page, limit, ({ id }) => ({ id })) };
    },
  }),

  defineOperation({
    name: 'get_conversation',
    method: 'get',
    path: '/conversations/{id}',
    tag,
    summary: 'Read what is known of a conversation',
    description: 'Without its messages.',
    params: CONVERSATION_ID,
    response: ConversationJson,
    run: async ({ conversations }, { teamId }, { id }) =>
      conversationJson(await conversations.find({ teamId, id })),
  }),

  defineOperation({
    name: 'delete_conversation',
    method: 'delete',
    path: '/conversations/{id}',
    tag,
    summary: 'Delete a conversation',
    description:
      'Deletes a conversation of type `task`, or what is stored of any other: messages, summary, context entries, open proposals, and its task threads. What stands in Slack stays there. When someone speaks to Milepost in that thread again, it begins empty.',
    params: CONVERSATION_ID,
    response: z.strictObject({
      deleted: z.literal(true),
      taskThreads: z.number().int().meta({ description: 'How many task threads went with it.' }),
    }),
    async run({ conversations }, { teamId }, { id }) {
      const { taskThreads } = await conversations.remove({ teamId, id });
      return { deleted: true as const, taskThreads };
    },
  }),

  defineOperation({
    name: 'list_messages',
    method: 'get',
    path: '/conversations/{id}/messages',
    tag,
    summary: 'Read the messages of a conversation',
    description: 'Oldest first.',
    params: CONVERSATION_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(MessageJson), nextCursor: NEXT_CURSOR }),
    async run({ conversations }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(TsCursor, cursor)?.ts ?? null;
      const page = await conversations.messages({ teamId, id }, after, limit);
      return { items: page.map(messageJson), nextCursor: nextCursor(page, limit, ({ ts }) => ({ ts })) };
    },
  }),

  defineOperation({
    name: 'add_message',
    method: 'post',
    path: '/conversations/{id}/messages',
    tag,
    summary: 'Say something in a conversation',
    description:
      'It is stored at once and posted in the thread a moment later. In a planning conversation a message with role `user` is feedback: the task goes back into planning. Progress and results of work come with role `assistant`.',
    params: CONVERSATION_ID,
    body: {
      content: z.string().meta({ description: 'Markdown.' }),
      role: z.enum(['user', 'assistant']).default('assistant'),
      type: SENT_TYPE.default('text'),
      metadata: SENT_METADATA,
    },
    status: 201,
    response: MessageJson,
    async run({ conversations }, { teamId, actor, operationId }, { id, content, role, type, metadata }) {
      if (role === 'user' && type !== 'text') throw notOfUsers();
      const said = { by: actor, role, type, content, key: `api:${operationId}` };
      return messageJson(
        await conversations.say({ teamId, id }, { ...said, metadata: sentMetadata(type, content, metadata) }),
      );
    },
  }),

  defineOperation({
    name: 'list_task_threads',
    method: 'get',
    path: '/conversations/{id}/task-threads',
    tag,
    summary: 'List the task threads of a conversation',
    description: 'Newest first.',
    params: CONVERSATION_ID,
    query: PAGE,
    response: ConversationList,
    async run({ conversations }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(Cursor, cursor)?.id;
      const parent = await conversations.find({ teamId, id });
      const page = await conversations.list({
        teamId,
        types: ['task'],
        parentId: parent.id,
        limit,
        ...(after === undefined ? {} : { after }),
      });
      return {
        items: page.map(conversationJson),
        nextCursor: nextCursor(page, limit, (one) => ({ id: one.id })),
      };
    },
  }),
];

function notOfUsers(): InvalidRequest {
  return new InvalidRequest([
    { path: 'role', message: 'Progress and results of work come with the role assistant.' },
  ]);
}

const missing = (path: string): InvalidRequest =>
  new InvalidRequest([{ path, message: 'It is required for this type.' }]);
