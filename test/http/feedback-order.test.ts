import { afterAll, beforeAll, expect, it } from 'vitest';
import { bot } from '../../src/domain/actor.ts';
import type { JobQueue, NewJob } from '../../src/ports/jobs.ts';
import { createAddMessage } from '../../src/use-cases/add-message.ts';
import { createGiveFeedback } from '../../src/use-cases/give-feedback.ts';
import { createSettleTask } from '../../src/use-cases/settle-task.ts';
import { createUseConversations } from '../../src/use-cases/use-conversations.ts';
import { type ApiWorld, type Client, idOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let client: Client;

beforeAll(async () => {
  world = await startApiWorld();
  client = await world.newKey('helper');
});
afterAll(() => world?.close());

it('feedback counts also when it stands in Slack, under another ts, the moment it is queued', async () => {
  const { stores, teamId, useCases } = world.milepost;
  const posted: string[] = [];
  const jobs: JobQueue = {
    async enqueue(job: NewJob) {
      if (!('messageId' in job.payload)) return;
      posted.push(job.payload.messageId);
      await stores.messages.posted({ teamId, id: job.payload.messageId }, '9999999998.000001');
    },
  };
  const nothing = async (): Promise<void> => {};
  const deps = {
    ...stores,
    jobs,
    slack: useCases.slack,
    refreshCards: nothing,
    refreshHomes: nothing,
    plannerIsBuiltIn: false,
  };
  const giveFeedback = createGiveFeedback({ ...deps, settleTask: createSettleTask(deps) });
  const addMessage = createAddMessage(deps);
  const conversations = createUseConversations({ ...deps, giveFeedback, addMessage });
  const id = idOf(await client.post('/tasks', { projectId: world.projectId, title: 'Choose a font' }));

  const said = {
    by: bot(client.keyId, 'helper'),
    role: 'user',
    content: 'No serifs.',
    key: 'api:1',
  } as const;
  const message = await conversations.sayInPlanning({ teamId, id }, said);
  expect(posted).toEqual([message.id]);
  expect(await stores.messages.findById({ teamId, id: message.id })).toMatchObject({ arrival: 1 });

  // A planner that has seen it may finish.
  const { body } = await client.get(`/tasks/${id}/planning-conversation`);
  expect(body.basedOn).toBe(message.id);
  const planned = await client.post(`/tasks/${id}/planning-complete`, {
    plan: 'Sans.',
    basedOn: body.basedOn,
  });
  expect(planned).toMatchObject({ body: { status: 'backlog' } });

  // Sent again it is the same message and counts once.
  await conversations.sayInPlanning({ teamId, id }, said);
  expect(await client.get(`/tasks/${id}`)).toMatchObject({ body: { status: 'backlog' } });
});
