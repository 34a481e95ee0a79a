import type { KnownBlock, ModalView } from '@slack/types';
import type { Attachment } from '../../domain/attachment.ts';
import { plural } from '../../domain/receipt.ts';
import type { AttachmentList } from '../../use-cases/manage-attachments.ts';
import { VIEW } from '../ids.ts';
import { clip, escapeText, linkedIfRoom, MODAL_ROOM, option, plain, section, sections } from './blocks.ts';
import { FIELD, placeChoices } from './forms.ts';
import { attachmentIcon, attachmentLine, whoSigned } from './labels.ts';

/** A modal takes 100 blocks, a choice 100 options, and 100 groups of options. */
const OPTIONS = 100;

/** All attachments of a project by place, with what can be done to one of them. */
export function attachmentsModal({ project, milestones, attachments }: AttachmentList): ModalView {
  const places = [
    { id: null, title: 'The whole project' },
    ...milestones.map(({ id, title }) => ({ id, title })),
  ]
    .map(({ id, title }) => ({ title, list: attachments.filter((one) => one.milestoneId === id) }))
    .filter(({ list }) => list.length > 0);
  const listed = (linked: boolean) => {
    const parts = places.map((place) => [
      `*${escapeText(place.title)}*`,
      ...place.list.map((one) => line(one, linked)),
    ]);
    return linked ? parts.flatMap(sections) : sections(parts.flat());
  };
  const blocks: KnownBlock[] = [
    section(`*${escapeText(project.name)}* · ${plural(attachments.length, 'attachment')}`),
    ...linkedIfRoom(listed, MODAL_ROOM),
  ];
  const metadata = JSON.stringify({ projectId: project.id });
  const title = plain('Attachments');
  if (attachments.length === 0) {
    blocks.push(
      section(
        'Nothing is attached yet. Share a link in a milestone’s thread, or press *Attach here* on its card.',
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
    blocks: [...blocks.slice(0, 97), { type: 'divider' }, chooser(places), deed(milestones)],
  };
}

function line(attachment: Attachment, linked: boolean): string {
  const day = attachment.addedAt.toISOString().slice(0, 10);
  return `${attachmentLine(attachment, linked)} · ${whoSigned(attachment.addedBy)}, ${day}`;
}

function chooser(places: { title: string; list: Attachment[] }[]): KnownBlock {
  const groups = places.flatMap(({ title, list }) =>
    chunks(list).map((part) => ({ label: plain(clip(title, 75)), options: part.map(choice) })),
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

function choice(attachment: Attachment): ReturnType<typeof option> {
  const [, kind] = attachmentIcon(attachment);
  return option({ value: attachment.id, text: `${attachment.title} (${kind})` });
}

function chunks<T>(list: T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += OPTIONS) parts.push(list.slice(at, at + OPTIONS));
  return parts;
}

function deed(milestones: AttachmentList['milestones']): KnownBlock {
  const moves = placeChoices(milestones)
    .slice(0, 99)
    .map(({ value, text }) => option({ value: `move:${value}`, text: `Move to ${text}` }));
  return {
    type: 'input',
    block_id: FIELD.act,
    label: plain('What to do'),
    element: {
      type: 'static_select',
      action_id: FIELD.act,
      options: [option({ value: 'remove', text: 'Remove' }), ...moves],
    },
  };
}
