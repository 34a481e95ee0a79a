import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { canariesIn, type ProjectModel } from './model.ts';
import type { Stage } from './stage.ts';
import type { AttachmentModel } from './things.ts';

/** A page says something else: threads of tasks that are worked on with it in reach are told, once for a plan. */
export function expectNotices(project: ProjectModel, page: AttachmentModel): void {
  for (const task of project.tasks) {
    const { id, status, plans, main, milestone } = task;
    const isAtWork = (status === 'ready' || status === 'in_progress') && plans.length > 0 && main !== null;
    const inReach = page.milestone === null || page.milestone === milestone;
    const plan = `${id} v${plans.length}`;
    if (!isAtWork || !inReach || page.told.has(plan)) continue;
    page.told.add(plan);
    task.notices.push([page.title, page.url ?? '']);
  }
}

/** Every thread of a task was told of these pages, and of no other. */
export function checkNotices({ world, model }: Stage): void {
  for (const { project, main, notices } of model.projects.flatMap(({ tasks }) => tasks)) {
    if (main === null) continue;
    const shown = world.slack
      .thread(project.channel, main.ts)
      .map(textOf)
      .filter((text) => text.includes('says something else now'));
    expect(shown.length).toBe(notices.length);
    expect([...canariesIn(...shown)].sort()).toEqual([...canariesIn(...notices.flat())].sort());
  }
}
