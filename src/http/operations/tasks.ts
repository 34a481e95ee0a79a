import { z } from 'zod';
import { DESCRIPTION_LIMIT, TASK_STATUSES, type Task } from '../../domain/task.ts';
import type { TaskEdit } from '../../use-cases/move-task.ts';
import { ID, MOMENT, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { eventJson, plannedTaskJson, stampJson, taskJson, versionJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import {
  ChecklistItemJson,
  PlannedTaskJson,
  PlanStampJson,
  PlanVersionJson,
  TaskEventJson,
  TaskJson,
} from '../schemas.ts';
import { text } from '../text.ts';

const tag = 'Tasks';
export const TASK_ID = { id: ID.meta({ description: 'Id of the task.' }) };
const TITLE = text(1_000).meta({
  description: 'One line. What is longer than 120 characters goes into the description as well.',
});
const DESCRIPTION = text(DESCRIPTION_LIMIT);
export const TaskCursor = z.strictObject({ id: ID, statusSince: MOMENT });
const Revision = z.strictObject({ revision: z.number().int() });
const Version = z.strictObject({ version: z.number().int() });

export const placeInList = ({ id, statusSince }: Task) => ({ id, statusSince: statusSince.toISOString() });

export const taskOperations: Operation[] = [
  defineOperation({
    name: 'list_tasks',
    method: 'get',
    path: '/tasks',
    tag,
    summary: 'List tasks',
    description: 'Newest first; with a status in the order in which they came into it, longest there first.',
    query: {
      projectId: ID.optional(),
      milestoneId: ID.optional().meta({ description: 'Id of a milestone, or `none` for tasks without one.' }),
      status: z.enum(TASK_STATUSES).optional(),
      ...PAGE,
    },
    response: z.strictObject({ items: z.array(TaskJson), nextCursor: NEXT_CURSOR }),
    async run({ readTasks }, { teamId }, { projectId, milestoneId, status, limit, cursor }) {
      const after = readCursor(TaskCursor, cursor);
      const tasks = await readTasks.list({
        teamId,
        limit,
        ...(projectId === undefined ? {} : { projectIds: [projectId] }),
        ...(milestoneId === undefined ? {} : { milestoneId: milestoneId === 'none' ? null : milestoneId }),
        ...(status === undefined ? {} : { status }),
        ...(after === null ? {} : { after }),
      });
      return { items: tasks.map(taskJson), nextCursor: nextCursor(tasks, limit, placeInList) };
    },
  }),

  defineOperation({
    name: 'create_task',
    method: 'post',
    path: '/tasks',
    tag,
    summary: 'Create a task',
    description: 'The task begins in planning; its planning card is posted in the channel of the project.',
    body: {
      projectId: ID,
      milestoneId: ID.nullable().optional(),
      title: TITLE,
      description: DESCRIPTION.optional(),
    },
    status: 201,
    response: PlannedTaskJson,
    async run(
      { createTask },
      { teamId, actor, operationId },
      { projectId, milestoneId, title, description },
    ) {
      const task = await createTask({
        teamId,
        place: { projectId, milestoneId: milestoneId ?? null },
        title,
        description: description ?? '',
        by: actor,
        askedIn: null,
        origin: `api:${operationId}`,
      });
      return plannedTaskJson(task, null);
    },
  }),

  defineOperation({
    name: 'get_task',
    method: 'get',
    path: '/tasks/{id}',
    tag,
    summary: 'Read a task',
    description: 'With the text of its plan.',
    params: TASK_ID,
    response: PlannedTaskJson,
    async run({ readTasks }, { teamId }, { id }) {
      const { task, planDocument } = await readTasks.read({ teamId, id });
      return plannedTaskJson(task, planDocument);
    },
  }),

  defineOperation({
    name: 'change_task',
    method: 'patch',
    path: '/tasks/{id}',
    tag,
    summary: 'Change a task',
    description: 'What is left out stays as it is. A checklist item is ticked or unticked under its words.',
    params: TASK_ID,
    body: {
      title: TITLE.optional(),
      description: DESCRIPTION.optional(),
      milestoneId: ID.nullable().optional(),
      planChecklist: z.array(ChecklistItemJson).max(200).optional(),
    },
    response: PlannedTaskJson,
    async run(
      { tasks, readTasks },
      { teamId, actor },
      { id, title, description, milestoneId, planChecklist },
    ) {
      const edit: TaskEdit = {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(milestoneId === undefined ? {} : { milestoneId }),
      };
      await tasks.change({ teamId, id }, actor, edit, planChecklist ?? null);
      const { task, planDocument } = await readTasks.read({ teamId, id });
      return plannedTaskJson(task, planDocument);
    },
  }),

  defineOperation({
    name: 'move_task',
    method: 'post',
    path: '/tasks/{id}/move',
    tag,
    summary: 'Move a task to another status',
    description:
      'Along the table of allowed moves; any other answers `invalid_transition`. With planVersion the move is bound to the plan that was seen: when it has moved on, `stale_plan` is answered and nothing changes.',
    params: TASK_ID,
    body: {
      status: z.enum(TASK_STATUSES),
      planVersion: z.number().int().min(0).optional().meta({ description: 'The version seen; 0 for none.' }),
    },
    response: PlannedTaskJson,
    async run({ moveTask, readTasks }, { teamId, actor }, { id, status, planVersion }) {
      const ref = { teamId, id };
      await moveTask.move({ ref, to: status, by: actor, seen: planVersion ?? null });
      const { task, planDocument } = await readTasks.read(ref);
      return plannedTaskJson(task, planDocument);
    },
  }),

  defineOperation({
    name: 'list_task_history',
    method: 'get',
    path: '/tasks/{id}/history',
    tag,
    summary: 'Read what happened to a task',
    description: 'Oldest first: every change with who made it and when.',
    params: TASK_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(TaskEventJson), nextCursor: NEXT_CURSOR }),
    async run({ readTasks }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(Revision, cursor)?.revision ?? -1;
      const events = await readTasks.history({ teamId, id }, after, limit);
      return {
        items: events.map(eventJson),
        nextCursor: nextCursor(events, limit, ({ revision }) => ({ revision })),
      };
    },
  }),

  defineOperation({
    name: 'list_task_plans',
    method: 'get',
    path: '/tasks/{id}/plans',
    tag,
    summary: 'List the versions of a plan',
    description: 'The newest 100, newest first, without their texts.',
    params: TASK_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(PlanStampJson), nextCursor: NEXT_CURSOR }),
    async run({ readTasks }, { teamId }, { id, limit, cursor }) {
      const before = readCursor(Version, cursor)?.version ?? Number.POSITIVE_INFINITY;
      await readTasks.find({ teamId, id });
      const all = await readTasks.versions({ teamId, id });
      const page = all.filter((one) => one.version < before).slice(0, limit);
      return {
        items: page.map(stampJson),
        nextCursor: nextCursor(page, limit, ({ version }) => ({ version })),
      };
    },
  }),

  defineOperation({
    name: 'get_task_plan',
    method: 'get',
    path: '/tasks/{id}/plans/{version}',
    tag,
    summary: 'Read one version of a plan',
    description: 'With its text and the checklist it came with.',
    params: { ...TASK_ID, version: z.coerce.number().int().min(1) },
    response: PlanVersionJson,
    async run({ readTasks }, { teamId }, { id, version }) {
      const { plan } = await readTasks.version({ teamId, id }, version);
      if (plan === null) throw new Error('A version that was asked for is found or refused.');
      return versionJson(plan);
    },
  }),
];
