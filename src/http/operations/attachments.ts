import { z } from 'zod';
import { signature } from '../../domain/actor.ts';
import { NAME_LIMIT } from '../../domain/project.ts';
import { ID, MOMENT, NEXT_CURSOR, nextCursor, PAGE, readCursor } from '../cursor.ts';
import { InvalidRequest } from '../errors.ts';
import { attachmentJson } from '../json.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { AttachmentJson } from '../schemas.ts';
import { text } from '../text.ts';
import { PROJECT_ID } from './projects.ts';

const tag = 'Attachments';
export const ATTACHMENT_ID = { id: ID.meta({ description: 'Id of the attachment.' }) };
const MILESTONE = ID.nullable().optional().meta({ description: 'Null for the project itself.' });
const Cursor = z.strictObject({ addedAt: MOMENT, id: ID });

export const attachmentOperations: Operation[] = [
  defineOperation({
    name: 'list_attachments',
    method: 'get',
    path: '/projects/{id}/attachments',
    tag,
    summary: 'List the attachments of a project',
    description: 'Those of all its milestones, oldest first.',
    params: PROJECT_ID,
    query: PAGE,
    response: z.strictObject({ items: z.array(AttachmentJson), nextCursor: NEXT_CURSOR }),
    async run({ projects }, { teamId }, { id, limit, cursor }) {
      const after = readCursor(Cursor, cursor);
      const order = (a: { addedAt: Date; id: string }, b: typeof a): number =>
        a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
      const all = (await projects.attachmentsOf({ teamId, id })).sort(order);
      const page = all.filter((one) => after === null || order(after, one) < 0).slice(0, limit);
      const place = (one: (typeof all)[number]) => ({ addedAt: one.addedAt.toISOString(), id: one.id });
      return { items: page.map(attachmentJson), nextCursor: nextCursor(page, limit, place) };
    },
  }),

  defineOperation({
    name: 'create_attachment',
    method: 'post',
    path: '/projects/{id}/attachments',
    tag,
    summary: 'Attach a link or a text',
    description:
      'Either url or text. A text is ready at once. A page is opened a moment later: the reply has state `pending`, and `get_attachment` tells how it went. The same link in one place again is the attachment that is there, as it is now, and is read once more if that failed; the same text as well. When a page leads to another one that is attached there already, the two become one: this id is then not found any more.',
    opensPages: true,
    params: PROJECT_ID,
    body: {
      milestoneId: MILESTONE,
      title: text(NAME_LIMIT)
        .optional()
        .meta({ description: 'The address or the first line when left out.' }),
      url: z.string().optional(),
      text: z.string().optional(),
    },
    status: 201,
    response: AttachmentJson,
    async run({ attachByHand }, { teamId, actor }, { id, milestoneId, title, url, text: written }) {
      const content = url ?? written;
      if (content === undefined || (url !== undefined && written !== undefined)) {
        throw new InvalidRequest([{ path: '', message: 'Give either url or text.' }]);
      }
      const [attachment] = await attachByHand({
        teamId,
        place: { projectId: id, milestoneId: milestoneId ?? null },
        userId: signature(actor),
        title: title ?? '',
        content,
        as: url === undefined ? 'document' : 'link',
      });
      if (attachment === undefined) throw new Error('Nothing was attached.');
      return attachmentJson(attachment);
    },
  }),

  defineOperation({
    name: 'get_attachment',
    method: 'get',
    path: '/attachments/{id}',
    tag,
    summary: 'Read what is known of an attachment',
    description: 'With the state of its reading, without its content.',
    params: ATTACHMENT_ID,
    response: AttachmentJson,
    run: async ({ projects }, { teamId }, { id }) =>
      attachmentJson(await projects.attachment({ teamId, id })),
  }),

  defineOperation({
    name: 'change_attachment',
    method: 'patch',
    path: '/attachments/{id}',
    tag,
    summary: 'Rename or move an attachment',
    description:
      'Within its project. Where the same thing is attached already, the two become one, and the reply is that one.',
    params: ATTACHMENT_ID,
    body: { title: text(NAME_LIMIT).optional(), milestoneId: MILESTONE },
    response: AttachmentJson,
    async run({ attachments, projects }, { teamId, actor }, { id, title, milestoneId }) {
      const userId = signature(actor);
      let current = await projects.attachment({ teamId, id });
      if (milestoneId !== undefined) current = await attachments.move({ teamId, id }, milestoneId, userId);
      if (title !== undefined) current = await attachments.rename({ teamId, id: current.id }, title, userId);
      return attachmentJson(current);
    },
  }),

  defineOperation({
    name: 'delete_attachment',
    method: 'delete',
    path: '/attachments/{id}',
    tag,
    summary: 'Remove an attachment',
    description: 'The reply is what was removed.',
    params: ATTACHMENT_ID,
    response: AttachmentJson,
    run: async ({ attachments }, { teamId, actor }, { id }) =>
      attachmentJson(await attachments.remove({ teamId, id }, signature(actor))),
  }),
];
