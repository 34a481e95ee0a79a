import type { KnownBlock, ModalView } from '@slack/types';
import type { Attachment } from '../../domain/attachment.ts';
import { plural } from '../../domain/receipt.ts';
import type { AttachmentList } from '../../use-cases/manage-attachments.ts';
import { VIEW } from '../ids.ts';
import { attachmentIcon, attachmentLine, dayOf } from './attachment-labels.ts';
import {
  clip,
  escapeText,
  linkedIfRoom,
  MODAL_ROOM,
  oneLine,
  option,
  plain,
  section,
  sections,
  withinRoom,
} from './blocks.ts';
import { FIELD, placeChoices } from './forms.ts';
import { whoSigned } from './labels.ts';

/** A modal takes 100 blocks, a choice 100 options, and 100 groups of options. */
const OPTIONS = 100;
/** Of the 250 KB of a modal, for its list and its choices: all but the frame around them. */
const MODAL_BYTES = 225_000;

/**
 * All attachments of a project by place, with what can be done to one of them.
 * @param asked id of the one that somebody has just had read again.
 */
export function attachmentsModal(
  { project, milestones, attachments }: AttachmentList,
  asked: string | null = null,
): ModalView {
  const places = [
    { id: null, title: 'The whole project' },
    ...milestones.map(({ id, title }) => ({ id, title })),
  ]
    .map(({ id, title }) => ({ title, list: attachments.filter((one) => one.milestoneId === id) }))
    .filter(({ list }) => list.length > 0);
  const form = attachments.length === 0 ? [] : [chooser(places), deed(milestones)];
  const room = { ...MODAL_ROOM, most: MODAL_BYTES - Buffer.byteLength(JSON.stringify(form)) };
  const listed = (linked: boolean) => {
    const parts = places.map((place) => placeLines(place, linked, asked));
    return linked ? parts.flatMap(sections) : sections(withinRoom(parts.flat(), room));
  };
  const blocks: KnownBlock[] = [
    section(`*${escapeText(project.name)}* · ${plural(attachments.length, 'attachment')}`),
    ...linkedIfRoom(listed, room),
  ];
  const metadata = JSON.stringify({ projectId: project.id });
  const title = plain('Attachments');
  if (attachments.length === 0) {
    blocks.push(
      section(
        'Nothing is attached yet. Share a link or a file in a milestone’s thread, or press *Attach here* on its card.',
      ),
    );
    return { type: 'modal', title, close: plain('Close'), blocks };
  }
  return {
    type: 'modal',
    callback_id: VIEW.attachments,
    title,
    submit: plain('Apply'),
    close: plain('Close'),
    private_metadata: metadata,
    blocks: [...blocks, { type: 'divider' }, ...form],
  };
}

interface PlaceList {
  title: string;
  list: Attachment[];
}

/** UTF-16 units once escaped, so that a name and the line below it fit one block. */
const PLACE_TITLE = 300;

/** The name of a place stands in the line of its first attachment: neither is ever shown without the other. */
function placeLines({ title, list }: PlaceList, linked: boolean, asked: string | null): string[] {
  const lines = list.map((one) => line(one, linked, one.id === asked));
  return [`*${oneLine(title, PLACE_TITLE)}*\n${lines[0] ?? ''}`, ...lines.slice(1)];
}

function line(attachment: Attachment, linked: boolean, asked: boolean): string {
  const { addedBy, addedAt } = attachment;
  return `${attachmentLine(attachment, linked, asked)} · ${whoSigned(addedBy)}, ${dayOf(addedAt)}`;
}

function chooser(places: PlaceList[]): KnownBlock {
  const count = places.reduce((sum, { list }) => sum + list.length, 0);
  const names = places.flatMap(({ list }) => list.map(nameOf));
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  const groups = places.flatMap(({ title, list }) =>
    chunks(list).map((part) => ({
      label: plain(clip(title, 75)),
      options: part.map((one) =>
        choice(one, count > MANY ? SHORT_NAME : LONG_NAME, twice.has(nameOf(one)) ? title : ''),
      ),
    })),
  );
  const all = groups.flatMap((group) => group.options);
  return {
    type: 'input',
    block_id: FIELD.attachment,
    label: plain('Change one of them'),
    element: {
      type: 'static_select',
      action_id: FIELD.attachment,
      ...(all.length <= OPTIONS ? { options: all } : { option_groups: groups.slice(0, OPTIONS) }),
    },
  };
}

/** More than projects have by default: then the names of the choices leave room for the list. */
const MANY = 200;
const LONG_NAME = 60;
const SHORT_NAME = 25;

const nameOf = (attachment: Attachment): string => `${attachment.title} (${attachmentIcon(attachment)[1]})`;

/** @param place named where the same is attached in several places, else empty. */
function choice(attachment: Attachment, length: number, place: string): ReturnType<typeof option> {
  const [, kind] = attachmentIcon(attachment);
  const where = place === '' ? kind : `${kind}, ${clip(place, SHORT_NAME)}`;
  const room = place === '' ? length : Math.min(length, LONG_NAME - SHORT_NAME);
  return option({ value: attachment.id, text: `${clip(attachment.title, room)} (${where})` });
}

function chunks<T>(list: T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += OPTIONS) parts.push(list.slice(at, at + OPTIONS));
  return parts;
}

function deed(milestones: AttachmentList['milestones']): KnownBlock {
  const moves = placeChoices(milestones)
    .slice(0, OPTIONS - 2)
    .map(({ value, text }) => option({ value: `move:${value}`, text: `Move to ${text}` }));
  return {
    type: 'input',
    block_id: FIELD.act,
    label: plain('What to do'),
    element: {
      type: 'static_select',
      action_id: FIELD.act,
      options: [
        option({ value: 'remove', text: 'Remove' }),
        option({ value: 'read-again', text: 'Read again (retry)' }),
        ...moves,
      ],
    },
  };
}
