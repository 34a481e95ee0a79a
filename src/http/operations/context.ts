import { z } from 'zod';
import { ENTRY_TYPES } from '../../domain/context-entry.ts';
import { ID, MOMENT, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { entryJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { ContextEntryJson } from '../schemas.ts';
import type { ApiServices, Call } from '../services.ts';
import { CONVERSATION_ID } from './conversations.ts';

const tag = 'Context entries';
const path = '/conversations/{id}/context';
const Cursor = z.strictObject({ updatedAt: MOMENT, id: ID });
const body = {
  key: z.string().min(1).meta({ description: 'At most 255 characters.' }),
  type: z.enum(ENTRY_TYPES),
  value: z
    .unknown()
    .refine((value) => value !== undefined, 'It is required; null is a value.')
    .meta({ description: 'Any JSON of at most 16 KB.' }),
};
type Entry = { id: string; key: string; type: (typeof ENTRY_TYPES)[number]; value: unknown };

const description =
  'Stores a value under its key, over the one that was there. The reply is what is stored now.';
const remember = async ({ conversations }: ApiServices, { teamId }: Call, { id, ...entry }: Entry) =>
  entryJson(await conversations.remember({ teamId, id }, entry));

export const contextOperations: Operation[] = [
  defineOperation({
    name: 'list_context_entries',
    method: 'get',
    path,
    tag,
    summary: 'Read what is remembered for a conversation',
    description: 'Newest first, all or those of one type.',
    params: CONVERSATION_ID,
    query: { type: z.enum(ENTRY_TYPES).optional(), ...PAGE },
    response: z.strictObject({ items: z.array(ContextEntryJson), nextCursor: NEXT_CURSOR }),
    async run({ conversations }, { teamId }, { id, type, limit, cursor }) {
      const before = readCursor(Cursor, cursor);
      const page = await conversations.context(
        { teamId, id },
        { limit, ...(type === undefined ? {} : { type }), ...(before === null ? {} : { before }) },
      );
      const place = (one: (typeof page)[number]) => ({ updatedAt: one.updatedAt.toISOString(), id: one.id });
      return { items: page.map(entryJson), nextCursor: nextCursor(page, limit, place) };
    },
  }),
  defineOperation({
    name: 'store_context_entry',
    method: 'post',
    path,
    tag,
    summary: 'Remember something for a conversation',
    description,
    params: CONVERSATION_ID,
    body,
    response: ContextEntryJson,
    run: remember,
  }),
  defineOperation({
    name: 'put_context_entry',
    method: 'put',
    path,
    tag,
    summary: 'Remember something for a conversation (the same with PUT)',
    description,
    params: CONVERSATION_ID,
    body,
    response: ContextEntryJson,
    run: remember,
  }),
];
