import { z } from 'zod';
import { signature } from '../../domain/actor.ts';
import { MILESTONES_AT_ONCE, NAME_LIMIT, PURPOSE_LIMIT } from '../../domain/project.ts';
import { ID, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { projectJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { ProjectJson } from '../schemas.ts';
import { text } from '../text.ts';

const tag = 'Projects';
export const PROJECT_ID = { id: ID.meta({ description: 'Id of the project.' }) };
const Cursor = z.strictObject({ id: ID });

export const projectOperations: Operation[] = [
  defineOperation({
    name: 'list_projects',
    method: 'get',
    path: '/projects',
    tag,
    summary: 'List projects',
    description:
      'All of the workspace, newest first, archived ones included; with channelId the one of that channel.',
    query: { channelId: ID.optional().meta({ description: 'Slack id of a channel.' }), ...PAGE },
    response: z.strictObject({ items: z.array(ProjectJson), nextCursor: NEXT_CURSOR }),
    async run({ projects }, { teamId }, { channelId, limit, cursor }) {
      const after = readCursor(Cursor, cursor)?.id ?? null;
      if (channelId !== undefined) {
        const project = await projects.ofChannel(teamId, channelId);
        return { items: project === null ? [] : [projectJson(project)], nextCursor: null };
      }
      const page = await projects.list(teamId, after, limit);
      return { items: page.map(projectJson), nextCursor: nextCursor(page, limit, ({ id }) => ({ id })) };
    },
  }),

  defineOperation({
    name: 'create_project',
    method: 'post',
    path: '/projects',
    tag,
    summary: 'Make a channel a project',
    description:
      'Milepost has to be in the channel. The cards of the project and its milestones are posted there.',
    body: {
      channelId: ID.meta({ description: 'Slack id of the channel.' }),
      name: text(NAME_LIMIT),
      purpose: text(PURPOSE_LIMIT).optional(),
      milestones: z
        .array(text(NAME_LIMIT))
        .max(MILESTONES_AT_ONCE)
        .optional()
        .meta({ description: 'Titles.' }),
    },
    status: 201,
    response: ProjectJson,
    async run({ projects }, { teamId, actor }, { channelId, name, purpose, milestones }) {
      const form = { channelId, name, purpose: purpose ?? '', milestones: milestones ?? [] };
      return projectJson(await projects.create(teamId, signature(actor), form));
    },
  }),

  defineOperation({
    name: 'get_project',
    method: 'get',
    path: '/projects/{id}',
    tag,
    summary: 'Read a project',
    description: 'Archived ones as well.',
    params: PROJECT_ID,
    response: ProjectJson,
    run: async ({ projects }, { teamId }, { id }) => projectJson(await projects.find({ teamId, id })),
  }),

  defineOperation({
    name: 'change_project',
    method: 'patch',
    path: '/projects/{id}',
    tag,
    summary: 'Change a project',
    description:
      'What is left out stays as it is. State `archived` takes it out of use, `active` brings it back. A project that is archived with its channel comes back with the channel alone.',
    params: PROJECT_ID,
    body: {
      name: text(NAME_LIMIT).optional(),
      purpose: text(PURPOSE_LIMIT).optional(),
      state: z.enum(['active', 'archived']).optional(),
    },
    response: ProjectJson,
    async run({ projects }, { teamId, actor }, { id, name, purpose, state }) {
      const edit = {
        ...(name === undefined ? {} : { name }),
        ...(purpose === undefined ? {} : { purpose }),
        ...(state === undefined ? {} : { state }),
      };
      return projectJson(await projects.change({ teamId, id }, signature(actor), edit));
    },
  }),

  defineOperation({
    name: 'remove_project',
    method: 'delete',
    path: '/projects/{id}',
    tag,
    summary: 'Take a project out of use',
    description:
      'Nothing is lost: the project is archived with the reason `removed`, and a change to state `active` brings it back as it was.',
    params: PROJECT_ID,
    response: ProjectJson,
    run: async ({ projects }, { teamId }, { id }) => projectJson(await projects.remove({ teamId, id })),
  }),
];
