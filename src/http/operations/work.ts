import { z } from 'zod';
import type { Report } from '../../use-cases/use-tasks.ts';
import { LEASE_SECONDS } from '../../use-cases/work-on-task.ts';
import { ID, NEXT_CURSOR, PAGE, readCursor, writeCursor } from '../cursor.ts';
import { messageJson, workItemJson } from '../json.ts';
import { SENT_METADATA, SENT_TYPE, sentMetadata } from '../message-metadata.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { MessageJson, WorkItemJson } from '../schemas.ts';
import { text } from '../text.ts';
import { placeInList, TASK_ID, TaskCursor } from './tasks.ts';

const tag = 'Work';
const WORKER = text(100).meta({
  description:
    'Which of several workers under one key; the same in claim and complete. Without it all who use the key are one holder: give it when more than one process runs.',
});

export const workOperations: Operation[] = [
  defineOperation({
    name: 'list_ready_for_work',
    method: 'get',
    path: '/tasks/ready-for-work',
    tag,
    summary: 'List what is ready for work',
    description:
      'Ready tasks of active projects, longest ready first, with the messages of their main conversation and, apart from them, the plan. A page may hold fewer items than its limit, also none, and go on.',
    query: { projectId: ID.optional(), ...PAGE },
    response: z.strictObject({ items: z.array(WorkItemJson), nextCursor: NEXT_CURSOR }),
    async run({ readTasks }, { teamId }, { projectId, limit, cursor }) {
      const after = readCursor(TaskCursor, cursor);
      const { items, last } = await readTasks.readyForWork({
        teamId,
        limit,
        ...(projectId === undefined ? {} : { projectIds: [projectId] }),
        ...(after === null ? {} : { after }),
      });
      return {
        items: items.map(workItemJson),
        nextCursor: last === null ? null : writeCursor(placeInList(last)),
      };
    },
  }),

  defineOperation({
    name: 'claim_task',
    method: 'post',
    path: '/tasks/{id}/claim',
    tag,
    summary: 'Take a task to work on it',
    description:
      'One of several who ask gets it, for leaseSeconds; the others are answered `claimed_by_another`. The holder’s claim again prolongs. When the lease ends, the task is ready again.',
    params: TASK_ID,
    body: {
      leaseSeconds: z
        .number()
        .int()
        .min(LEASE_SECONDS.shortest)
        .max(LEASE_SECONDS.longest)
        .default(LEASE_SECONDS.usual),
      worker: WORKER.default(''),
    },
    response: WorkItemJson,
    async run({ workOnTask, readTasks }, { teamId, actor }, { id, leaseSeconds, worker }) {
      const task = await workOnTask.claim({ teamId, id }, { by: actor, worker }, leaseSeconds);
      return workItemJson({ ...(await readTasks.workItem({ teamId, id })), task });
    },
  }),

  defineOperation({
    name: 'report_on_task',
    method: 'post',
    path: '/tasks/{id}/messages',
    tag,
    summary: 'Say what came of the work so far',
    description: 'In the main conversation of the task; it is posted in the task thread a moment later.',
    params: TASK_ID,
    body: {
      content: z.string().meta({ description: 'Markdown.' }),
      type: SENT_TYPE.default('agent_result'),
      metadata: SENT_METADATA,
    },
    status: 201,
    response: MessageJson,
    async run({ tasks }, { teamId, actor, operationId }, { id, content, type, metadata: given }) {
      const metadata = sentMetadata(type, content, given);
      const report = { by: actor, type, metadata, content, key: `api:${operationId}` };
      return messageJson(await tasks.report({ teamId, id }, report));
    },
  }),

  defineOperation({
    name: 'complete_task',
    method: 'post',
    path: '/tasks/{id}/complete',
    tag,
    summary: 'Finish a task',
    description:
      'Only its holder can. A result is added to the main conversation first. The same call again changes nothing.',
    params: TASK_ID,
    body: { worker: WORKER.default(''), result: z.string().optional().meta({ description: 'Markdown.' }) },
    response: WorkItemJson,
    async run({ tasks, readTasks }, { teamId, actor, operationId }, { id, worker, result }) {
      const report: Report | null =
        result === undefined
          ? null
          : {
              by: actor,
              type: 'agent_result',
              metadata: sentMetadata('agent_result', result, undefined),
              content: result,
              key: `api:${operationId}`,
            };
      await tasks.complete({ teamId, id }, { by: actor, worker }, report);
      return workItemJson(await readTasks.workItem({ teamId, id }));
    },
  }),
];
