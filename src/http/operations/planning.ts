import { z } from 'zod';
import { ID, NEXT_CURSOR, nextCursor, PAGE, readCursor, writeCursor } from '../cursor.ts';
import { messageJson, plannedTaskJson, planningItemJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { MessageJson, PlannedTaskJson, PlanningItemJson } from '../schemas.ts';
import { TsCursor } from './conversations.ts';
import { placeInList, TASK_ID, TaskCursor } from './tasks.ts';

const tag = 'Planning';

export const planningOperations: Operation[] = [
  defineOperation({
    name: 'list_planning_items',
    method: 'get',
    path: '/tasks/planning-items',
    tag,
    summary: 'List what is to be planned',
    description:
      'Tasks in planning of active projects, longest waiting first, each with its planning conversation. A page may hold fewer items than its limit, also none, and go on.',
    query: { projectId: ID.optional(), ...PAGE },
    response: z.strictObject({ items: z.array(PlanningItemJson), nextCursor: NEXT_CURSOR }),
    async run({ readTasks }, { teamId }, { projectId, limit, cursor }) {
      const after = readCursor(TaskCursor, cursor);
      const { items, last } = await readTasks.planningItems({
        teamId,
        limit,
        ...(projectId === undefined ? {} : { projectIds: [projectId] }),
        ...(after === null ? {} : { after }),
      });
      return {
        items: items.map(planningItemJson),
        nextCursor: last === null ? null : writeCursor(placeInList(last)),
      };
    },
  }),

  defineOperation({
    name: 'get_planning_conversation',
    method: 'get',
    path: '/tasks/{id}/planning-conversation',
    tag,
    summary: 'Read the planning conversation of a task',
    description: 'Feedback and plans, oldest first. basedOn stands for what this page holds.',
    params: TASK_ID,
    query: PAGE,
    response: z.strictObject({
      conversationId: z.string(),
      basedOn: z.string(),
      items: z.array(MessageJson),
      nextCursor: NEXT_CURSOR,
    }),
    async run({ conversations }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(TsCursor, cursor)?.ts ?? null;
      const { conversationId, basedOn, messages } = await conversations.readPlanning(
        { teamId, id },
        after,
        limit,
      );
      return {
        conversationId,
        basedOn,
        items: messages.map(messageJson),
        nextCursor: nextCursor(messages, limit, ({ ts }) => ({ ts })),
      };
    },
  }),

  defineOperation({
    name: 'add_planning_message',
    method: 'post',
    path: '/tasks/{id}/planning-conversation',
    tag,
    summary: 'Give feedback on a plan',
    description:
      'Role `user` is feedback: the task goes back into planning, and a plan that does not know of it leaves it there. Role `assistant` only says something. A task that is done or cancelled stays so until someone moves it.',
    params: TASK_ID,
    body: {
      content: z.string().meta({ description: 'Markdown.' }),
      role: z.enum(['user', 'assistant']).default('user'),
    },
    status: 201,
    response: MessageJson,
    run: async ({ conversations }, { teamId, actor, operationId }, { id, content, role }) =>
      messageJson(
        await conversations.sayInPlanning(
          { teamId, id },
          { by: actor, role, type: 'text', metadata: null, content, key: `api:${operationId}` },
        ),
      ),
  }),

  defineOperation({
    name: 'complete_planning',
    method: 'post',
    path: '/tasks/{id}/planning-complete',
    tag,
    summary: 'Hand in a plan',
    description:
      'With a plan, a checklist or both. The plan becomes the next version, and the task moves on to the destination. When there is newer feedback than basedOn names, the plan is kept and the task stays in planning. The same call again changes nothing.',
    params: TASK_ID,
    body: {
      plan: z.string().optional().meta({ description: 'Markdown of at most 200,000 characters.' }),
      planChecklist: z
        .array(z.union([z.string(), z.strictObject({ text: z.string(), done: z.boolean().optional() })]))
        .optional()
        .meta({ description: 'Steps; what was done before under the same words stays done.' }),
      basedOn: ID.optional().meta({ description: 'As the planning item named it.' }),
      destination: z.enum(['backlog', 'ready']).default('backlog'),
    },
    response: PlannedTaskJson,
    async run({ completePlanning, readTasks }, { teamId, actor }, input) {
      const { id, plan, planChecklist, basedOn, destination } = input;
      const ref = { teamId, id };
      const checklist = planChecklist?.map((item) =>
        typeof item === 'string'
          ? { text: item, done: false }
          : { text: item.text, done: item.done ?? false },
      );
      await completePlanning({
        ref,
        by: actor,
        plan: plan ?? null,
        checklist: checklist ?? null,
        basedOn: basedOn ?? null,
        destination,
      });
      const { task, planDocument } = await readTasks.read(ref);
      return plannedTaskJson(task, planDocument);
    },
  }),
];
