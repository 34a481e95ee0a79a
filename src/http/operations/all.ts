import type { Operation } from '../operation.ts';
import { attachmentReadingOperations } from './attachment-reading.ts';
import { attachmentOperations } from './attachments.ts';
import { contextOperations } from './context.ts';
import { conversationOperations } from './conversations.ts';
import { dispatchOperations } from './dispatches.ts';
import { milestoneOperations } from './milestones.ts';
import { planningOperations } from './planning.ts';
import { projectOperations } from './projects.ts';
import { taskOperations } from './tasks.ts';
import { workOperations } from './work.ts';

/** Everything the API can do: the one source of its routes, its OpenAPI document and its MCP tools. */
export const OPERATIONS: readonly Operation[] = [
  ...projectOperations,
  ...milestoneOperations,
  ...attachmentOperations,
  ...attachmentReadingOperations,
  ...conversationOperations,
  ...contextOperations,
  ...dispatchOperations,
  ...taskOperations,
  ...planningOperations,
  ...workOperations,
];
