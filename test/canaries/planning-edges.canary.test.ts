import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { planTask, taskWhen, threadOf, threadSays } from '../scenarios/planning-acts.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { isPlanning } from '../support/model-provider.ts';
import { startWorld, type World } from '../support/world.ts';
import { quiet } from './stage.ts';

const text = JSON.stringify;

describe('A planning thread that was summarised', () => {
  let world: World;
  let threads: Record<string, string>;
  let task: Task;
  let planning: string;

  beforeEach(async () => {
    world = await startWorld({ env: { CONTEXT_BUDGET_TOKENS: '1500' } });
    threads = await world.setUp();
    const { slack, provider, anna, channel } = world;
    provider.fallback('Noted.');
    provider.answer(
      (request) => text(request.messages[0]).includes('Summarise this'),
      (request) => text(request.messages),
    );
    let plans = 0;
    provider.answer(isPlanning, () => {
      plans += 1;
      return text({ plan: `Heron number ${plans} stands there.`, checklist: ['Draw it'] });
    });
    await world.paste(threads.Outline ?? '', 'The outline has a kingfisher.', 'Brief');
    await planTask(world, { title: 'Draw the animal', place: 'Outline' });
    task = await taskWhen(world, 'Draw the animal', 'planned', (one) => one.status === 'backlog');
    planning = await threadOf(world, task, 'planning');
    provider.answer('Which bird?', 'A kingfisher, says the brief.', { times: 1 });
    await world.ask({ thread: planning, text: 'Which bird?' });
    await threadSays(world, planning, 'Plan v2* for');
    // Talk that nobody plans for: so much of it that the older part is summarised.
    await choose('cancel');
    for (let at = 0; at < 8; at += 1) {
      const talk = `${at} ${'so we talk on '.repeat(60)}`;
      await slack.say({ user: anna, channel, threadTs: planning, text: talk });
    }
    await world.ask({ thread: planning, text: 'And now?' });
    const { stores, teamId } = world.milepost;
    const [conversation] = await stores.conversations.findByKeys(teamId, [`planning:${task.id}`]);
    expect(conversation?.summary?.text).toContain('Heron number 1 stands there.');
    expect(conversation?.summary?.text).toContain('A kingfisher, says the brief.');
  });

  afterEach(async () => {
    const violations = [...world.slack.violations];
    await world.close();
    expect(violations).toEqual([]);
  });

  /** Presses a button of the planning card, once it has been drawn for the newest plan. */
  async function choose(what: 'cancel' | 'plan again'): Promise<void> {
    const { slack, anna, channel } = world;
    await quiet({ world });
    const button =
      what === 'cancel'
        ? { actionId: 'task_menu', optionValue: `cancel:${task.id}` }
        : { actionId: 'task_replan' };
    await slack.click({ user: anna, channel, ts: planning, ...button });
    await quiet({ world });
  }

  it('does not bring plans that are over, nor answers, back to the planner', async () => {
    await choose('plan again');
    const asked = text(world.provider.requests().filter(isPlanning).at(-1));
    expect(asked).toContain('so we talk on');
    expect(asked).toContain('The plan so far');
    expect(asked.match(/Heron number/gu)).toHaveLength(1);
    expect(asked).not.toContain('says the brief');
  });

  it('leaves behind what its summary knew when the task goes to another milestone', async () => {
    const { provider } = world;
    await moveTo('Cover');
    const before = provider.requests().length;
    await world.ask({ thread: planning, text: 'And here?' });
    const asked = text(provider.requests().slice(before));
    expect(asked).toContain('Section: Cover');
    expect(asked).toContain('so we talk on');
    expect(asked).not.toMatch(/kingfisher|Heron|Brief/u);
  });

  async function moveTo(title: string): Promise<void> {
    const { stores, teamId, port } = world.milepost;
    const { secret } = await createApiKeys({ apiKeys: stores.apiKeys }).create(teamId, 'planner');
    const all = await stores.milestones.listByProject(teamId, task.projectId);
    const milestoneId = all.find((one) => one.title === title)?.id;
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/tasks/${task.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: text({ milestoneId }),
    });
    expect(reply.status).toBe(200);
  }
});

describe('The threads of a task', () => {
  it.each(['planning', 'task'] as const)(
    'stay what they are: its %s thread does not become a milestone',
    async (kind) => {
      const world = await startWorld();
      const { slack, anna, channel, milepost } = world;
      try {
        await world.setUp();
        await planTask(world, { title: 'Draw the maps', place: 'Outline' });
        const task = await taskWhen(world, 'Draw the maps', 'planned', (one) => one.status === 'backlog');
        const planning = await threadOf(world, task, 'planning');
        await threadSays(world, planning, 'Plan v1');
        await slack.until(() => textOf(slack.message(channel, planning)).includes('Plan v1'), 'the plan');
        await slack.click({ user: anna, channel, ts: planning, actionId: 'task_ready' });
        const thread = kind === 'planning' ? planning : await threadOf(world, task, 'task');
        const { ts } = await slack.say({ user: anna, channel, threadTs: thread, text: 'Rivers first.' });
        await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts });
        if (slack.modal(anna) !== undefined) await slack.submit(anna, { title: 'Rivers' });
        const { stores, teamId } = milepost;
        const all = await stores.milestones.listByProject(teamId, task.projectId);
        expect(all.map((one) => one.title)).toEqual(['Outline', 'Cover']);
        const [conversation] = await stores.conversations.findByKeys(teamId, [`${kind}:${task.id}`]);
        expect(conversation?.milestoneId).toBe(task.milestoneId);
      } finally {
        await world.close();
      }
    },
  );
});
