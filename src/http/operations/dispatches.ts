import { z } from 'zod';
import { ID, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { dispatchJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { DispatchJson } from '../schemas.ts';
import { CONVERSATION_ID } from './conversations.ts';

const tag = 'Dispatches';
const Cursor = z.strictObject({ id: ID });

export const dispatchOperations: Operation[] = [
  defineOperation({
    name: 'list_dispatches',
    method: 'get',
    path: '/conversations/{id}/dispatches',
    tag,
    summary: 'List what specialists were proposed for in a conversation',
    description:
      'The newest 100, newest first. Only people decide on a proposal, in Slack: here it can be read, and nothing more.',
    params: CONVERSATION_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(DispatchJson), nextCursor: NEXT_CURSOR }),
    async run({ conversations }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(Cursor, cursor)?.id;
      const all = await conversations.dispatches({ teamId, id });
      const at = after === undefined ? 0 : all.findIndex((one) => one.id === after) + 1;
      // A place that newer ones have pushed out of the list is its end.
      const page = after !== undefined && at === 0 ? [] : all.slice(at, at + limit);
      return {
        items: page.map(dispatchJson),
        nextCursor: nextCursor(page, limit, (one) => ({ id: one.id })),
      };
    },
  }),
];
