import { urlsIn } from '../domain/context-text.ts';
import type { Task } from '../domain/task.ts';
import type { AttachmentStore } from '../ports/attachments.ts';

/** Addresses that may be live in a task's plan and in what bots say of it: those of its scope, and its own. */
export async function planUrls(attachments: AttachmentStore, task: Task): Promise<string[]> {
  const { teamId, projectId, milestoneId, title, description } = task;
  const inScope = await attachments.listInScope({ teamId, projectId, milestoneId });
  return [
    ...inScope.flatMap(({ url }) => (url === null ? [] : [url])),
    ...urlsIn(`${title}\n${description}`),
  ];
}
