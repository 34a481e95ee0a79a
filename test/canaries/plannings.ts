import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ChatRequest, isPlanning } from '../support/model-provider.ts';
import { canariesIn, type PlanModel, reachOf, type TaskModel } from './model.ts';
import { taskAskedFor } from './planning-requests.ts';
import type { Measure } from './questions.ts';
import type { Stage } from './stage.ts';
import { mustBeRead } from './things.ts';

/**
 * Looks through the requests for plans since the last time. Each may hold its task, the feedback, the attachments in
 * the task's scope and the one plan that held then; the last one of a task has to hold all of it.
 */
export function checkPlannings(stage: Stage, measure: Measure): void {
  const all = stage.world.provider.requests();
  const fresh = all.slice(stage.checked).filter(isPlanning);
  stage.checked = all.length;
  const tasks = stage.model.projects.flatMap((project) => project.tasks);
  const strangers = fresh.filter((request) => tasks.every(({ title }) => title !== taskAskedFor(request)));
  expect(strangers).toEqual([]);
  for (const task of tasks) {
    const own = fresh.filter((request) => taskAskedFor(request) === task.title);
    const drafts = stage.drafts.get(task.title) ?? [];
    const made = drafts.slice(task.plans.length);
    expect(made).toHaveLength(own.length);
    for (const [at, request] of own.entries()) {
      const current = drafts[task.plans.length + at - 1];
      checkRequest(task, current, request, at === own.length - 1 ? measure : 'no more');
    }
    for (const plan of made) keepPlan(stage, task, plan);
  }
}

function checkRequest(
  task: TaskModel,
  current: PlanModel | undefined,
  request: ChatRequest,
  measure: Measure,
): void {
  const { names, known: ofAttachments, attachments, said, entries, derived } = reachOf(task.planning);
  const always = canariesIn(...names, task.title, task.description, current?.text ?? '');
  const feedback = said.filter((one) => one.madeFor === undefined).map((one) => one.text);
  const known = entries.map(({ key, value }) => `${key} ${value}`);
  const rest = canariesIn(...feedback, ...attachments.map(mustBeRead));
  // A mention can lead to a plan and to an entry at once.
  const may = canariesIn(
    ...known,
    ...ofAttachments,
    ...derived.filter(({ is }) => is === 'remembered').map(({ text }) => text),
  );
  const sent = canariesIn(JSON.stringify(request));
  expect([...always].filter((canary) => !sent.has(canary))).toEqual([]);
  expect([...sent].filter((canary) => !always.has(canary) && !rest.has(canary) && !may.has(canary))).toEqual(
    [],
  );
  if (measure === 'everything') expect([...rest].filter((canary) => !sent.has(canary))).toEqual([]);
}

/** A plan is a message of the planning thread, where people see it once. */
function keepPlan({ world }: Stage, task: TaskModel, plan: PlanModel): void {
  const { planning, milestone, project } = task;
  task.plans.push(plan);
  const shown = world.slack.thread(project.channel, planning.ts).slice(1).map(textOf);
  const holding = shown.filter((text) => [...canariesIn(plan.text)].every((canary) => text.includes(canary)));
  expect(holding).toEqual([expect.stringContaining(`Plan v${task.plans.length}`)]);
  const ts = `plan v${task.plans.length}`;
  planning.said.push({
    ts,
    user: '',
    text: plan.text,
    links: [],
    kept: true,
    fixed: true,
    madeFor: milestone,
  });
}
