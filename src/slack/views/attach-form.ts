import type { KnownBlock, ModalView } from '@slack/types';
import type { SlackFile } from '../../domain/attachment.ts';
import { cut, type Milestone, NAME_LIMIT } from '../../domain/project.ts';
import { plural } from '../../domain/receipt.ts';
import { VIEW } from '../ids.ts';
import { oneLine, section, selectInput, textInput } from './blocks.ts';
import { FIELD, modal, placeChoices } from './forms.ts';

export interface AttachTarget {
  projectId: string;
  milestoneId: string | null;
  milestones: Milestone[];
  /** Filled in from a message, when it is attached by the shortcut: its links, or its text. */
  content?: string | string[];
  message?: { channelId: string; ts: string };
  /** Files of that message, which are attached with the rest. */
  files?: SlackFile[];
}

/** Characters that Slack lets a person type into one field. */
const FIELD_LIMIT = 3_000;

interface Filled {
  initial: string;
  hint: string;
  links: number;
}

/** As much of a message as fits the field, and a hint that says when it is not all of it. */
function filledWith(content: string | string[]): Filled {
  const hint = 'Links, one per line, or any text. Text is kept as a document.';
  if (typeof content === 'string') {
    if (content.length <= FIELD_LIMIT) return { initial: content, hint, links: 0 };
    const short =
      'Only the first 3,000 characters of the message fit here. Share it as a file to attach all of it.';
    return { initial: cut(content.slice(0, FIELD_LIMIT), FIELD_LIMIT - 1), hint: short, links: 0 };
  }
  let initial = '';
  for (const [at, link] of content.entries()) {
    const more = at === 0 ? link : `${initial}\n${link}`;
    if (more.length > FIELD_LIMIT) {
      const short = `Only the first ${at} of ${content.length} links fit here. Attach the others after these.`;
      return { initial, hint: short, links: at };
    }
    initial = more;
  }
  return { initial, hint, links: content.length };
}

/** Attaches pasted text or links, and files of a message. */
export function attachForm(target: AttachTarget): ModalView {
  const { projectId, milestoneId, milestones, content, message } = target;
  const files = carried(target.files ?? []);
  const { initial, hint, links } = filledWith(content ?? '');
  const metadata = {
    projectId,
    place: milestoneId ?? 'project',
    message: message ?? null,
    files: files.map(({ id }) => id),
  };
  return modal(VIEW.attach, 'Attach', 'Attach', metadata, [
    ...(message === undefined ? [] : whatIsAttached(target.files ?? [], files, links, initial)),
    selectInput(FIELD.place, 'Where', placeChoices(milestones, milestoneId), milestoneId ?? 'project'),
    textInput({
      blockId: FIELD.content,
      label: files.length === 0 ? 'Links or text' : 'Links or text besides the files',
      initial,
      hint,
      multiline: true,
      optional: files.length > 0,
    }),
    textInput({
      blockId: FIELD.title,
      label: 'Name of the document',
      hint: 'For text only; its first line when empty.',
      optional: true,
      maxLength: NAME_LIMIT,
    }),
  ]);
}

/** Of the 3,000 characters that a form carries along. */
const IDS_LIMIT = 2_400;

/** The files whose ids a form can carry: more than a message of Slack has, in all likelihood. */
function carried(files: SlackFile[]): SlackFile[] {
  let taken = 0;
  return files.filter(({ id }) => {
    taken += JSON.stringify(id).length + 1;
    return taken <= IDS_LIMIT;
  });
}

const NAMED = 5;
const FILE_NAME = 200;

/** "2 files and 1 link of the message", with the names of the files. */
function whatIsAttached(all: SlackFile[], files: SlackFile[], links: number, text: string): KnownBlock[] {
  const parts = [
    ...(files.length > 0 ? [plural(files.length, 'file')] : []),
    ...(links > 0 ? [plural(links, 'link')] : []),
  ];
  if (parts.length === 0) return text === '' ? [] : [section('This attaches the *text of the message*.')];
  const names = files.slice(0, NAMED).map(({ name }) => oneLine(name, FILE_NAME));
  if (files.length > NAMED) names.push(`${files.length - NAMED} more`);
  const left = all.length - files.length;
  return [
    section(
      `This attaches *${parts.join(' and ')}* of the message${names.length === 0 ? '' : `: ${names.join(', ')}`}.` +
        (left > 0 ? ` ${plural(left, 'further file')} did not fit: share them in another message.` : ''),
    ),
  ];
}
