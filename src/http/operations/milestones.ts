import { z } from 'zod';
import { signature } from '../../domain/actor.ts';
import { type MilestoneState, NAME_LIMIT, PURPOSE_LIMIT } from '../../domain/project.ts';
import type { MilestoneAct } from '../../use-cases/manage-milestones.ts';
import { ID, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { milestoneJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { MilestoneJson } from '../schemas.ts';
import { text } from '../text.ts';
import { PROJECT_ID } from './projects.ts';

const tag = 'Milestones';
const MILESTONE_ID = { id: ID.meta({ description: 'Id of the milestone.' }) };
const DUE = z.iso.date().nullable().optional().meta({ description: 'A day, YYYY-MM-DD, or null for none.' });
const Cursor = z.strictObject({ order: z.number(), id: ID });

const ACTS: Record<MilestoneState, MilestoneAct> = { open: 'reopen', done: 'done', archived: 'archive' };

export const milestoneOperations: Operation[] = [
  defineOperation({
    name: 'list_milestones',
    method: 'get',
    path: '/projects/{id}/milestones',
    tag,
    summary: 'List the milestones of a project',
    description: 'In their order, archived ones included.',
    params: PROJECT_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(MilestoneJson), nextCursor: NEXT_CURSOR }),
    async run({ projects }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(Cursor, cursor);
      const all = await projects.milestonesOf({ teamId, id });
      const page = all
        .filter(
          (one) =>
            after === null || one.order > after.order || (one.order === after.order && one.id > after.id),
        )
        .slice(0, limit);
      const place = ({ order, id: last }: (typeof all)[number]) => ({ order, id: last });
      return { items: page.map(milestoneJson), nextCursor: nextCursor(page, limit, place) };
    },
  }),

  defineOperation({
    name: 'create_milestone',
    method: 'post',
    path: '/projects/{id}/milestones',
    tag,
    summary: 'Add a milestone',
    description: 'At the end of the project. Its card is posted in the channel and opens its thread.',
    params: PROJECT_ID,
    body: { title: text(NAME_LIMIT), description: text(PURPOSE_LIMIT).optional(), dueOn: DUE },
    status: 201,
    response: MilestoneJson,
    async run({ milestones }, { teamId, actor, operationId }, { id, title, description, dueOn }) {
      const form = { title, description: description ?? '', dueOn: dueOn ?? null, mode: null };
      const origin = `api:${operationId}`;
      return milestoneJson(await milestones.add({ teamId, id }, signature(actor), form, origin));
    },
  }),

  defineOperation({
    name: 'get_milestone',
    method: 'get',
    path: '/milestones/{id}',
    tag,
    summary: 'Read a milestone',
    description: 'Archived ones as well.',
    params: MILESTONE_ID,
    response: MilestoneJson,
    run: async ({ projects }, { teamId }, { id }) => milestoneJson(await projects.milestone({ teamId, id })),
  }),

  defineOperation({
    name: 'change_milestone',
    method: 'patch',
    path: '/milestones/{id}',
    tag,
    summary: 'Change a milestone',
    description: 'What is left out stays as it is.',
    params: MILESTONE_ID,
    body: {
      title: text(NAME_LIMIT).optional(),
      description: text(PURPOSE_LIMIT).optional(),
      dueOn: DUE,
      state: z.enum(['open', 'done', 'archived']).optional(),
    },
    response: MilestoneJson,
    async run({ milestones, projects }, { teamId, actor }, { id, title, description, dueOn, state }) {
      const ref = { teamId, id };
      const userId = signature(actor);
      const before = await projects.milestone(ref);
      if (title !== undefined || description !== undefined || dueOn !== undefined) {
        await milestones.change(ref, userId, {
          title: title ?? before.title,
          description: description ?? before.description,
          dueOn: dueOn === undefined ? before.dueOn : dueOn,
          mode: null,
        });
      }
      if (state !== undefined && state !== before.state) await milestones.act(ref, userId, ACTS[state]);
      return milestoneJson(await projects.milestone(ref));
    },
  }),

  defineOperation({
    name: 'delete_milestone',
    method: 'delete',
    path: '/milestones/{id}',
    tag,
    summary: 'Delete a milestone',
    description: 'Its attachments, its conversation and its tasks stay in the project, with no milestone.',
    params: MILESTONE_ID,
    response: z.strictObject({ deleted: z.string().meta({ description: 'Id of what was deleted.' }) }),
    async run({ milestones }, { teamId, actor }, { id }) {
      await milestones.remove({ teamId, id }, signature(actor));
      return { deleted: id };
    },
  }),
];
