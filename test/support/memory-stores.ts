import type { Stores } from '../../src/store/connect.ts';
import { memoryApi } from './memory-api.ts';
import { memoryAttachments } from './memory-attachments.ts';
import { memoryConversations } from './memory-conversations.ts';
import { memoryDispatches } from './memory-dispatches.ts';
import { memoryProjects } from './memory-projects.ts';
import { memoryRemembered } from './memory-remembered.ts';
import { memoryTaskProposals } from './memory-task-proposals.ts';
import { memoryTasks } from './memory-tasks.ts';

/** The stores on maps, for tests of the domain and the use cases; test/contracts holds them to MongoDB's behaviour. */
export function createMemoryStores(): Stores {
  return {
    ...memoryProjects(),
    ...memoryAttachments(),
    ...memoryConversations(),
    ...memoryTasks(),
    ...memoryApi(),
    ...memoryRemembered(),
    dispatches: memoryDispatches(),
    taskProposals: memoryTaskProposals(),
  };
}
