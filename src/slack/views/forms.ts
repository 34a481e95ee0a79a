import type { ModalView } from '@slack/types';
import { type Milestone, NAME_LIMIT, type Project, PURPOSE_LIMIT } from '../../domain/project.ts';
import { VIEW } from '../ids.ts';
import { type Choice, escapeText, plain, section, selectInput, textInput } from './blocks.ts';

/** Names of the fields, shared by the builders here and the parsers in inbound/forms. */
export const FIELD = {
  channel: 'channel',
  name: 'name',
  purpose: 'purpose',
  milestones: 'milestones',
  attachments: 'attachments',
  title: 'title',
  description: 'description',
  details: 'details',
  due: 'due',
  mode: 'mode',
  place: 'place',
  content: 'content',
  attachment: 'attachment',
  act: 'act',
} as const;

const MODES: Choice[] = [
  { value: 'auto', text: 'Decides for itself' },
  { value: 'coaching', text: 'Coaching: never proposes a specialist' },
  { value: 'task', text: 'Task: prefers proposing a specialist' },
];

/** A form with its buttons. */
export function modal(
  callbackId: string,
  title: string,
  submit: string,
  metadata: object,
  blocks: ModalView['blocks'],
): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plain(title),
    submit: plain(submit),
    close: plain('Cancel'),
    private_metadata: JSON.stringify(metadata),
    blocks,
  };
}

/** Where a new project is to live: a known channel, or one of these to choose from. */
export type SetupTarget = { channelId: string; channelName: string } | { channels: Choice[] };

/** Sets up a project, or changes one when `project` is given. */
export function projectForm(target: SetupTarget, project: Project | null): ModalView {
  const known = 'channelId' in target;
  const name = project?.name ?? (known ? target.channelName : '');
  const metadata = { channelId: known ? target.channelId : null, projectId: project?.id ?? null, name };
  return modal(VIEW.project, project === null ? 'Set up project' : 'Edit project', 'Save', metadata, [
    ...(known ? [] : [selectInput(FIELD.channel, 'Channel', target.channels)]),
    textInput({ blockId: FIELD.name, label: 'Name', initial: name, maxLength: NAME_LIMIT }),
    textInput({
      blockId: FIELD.purpose,
      label: 'Purpose',
      initial: project?.purpose ?? '',
      placeholder: 'What will be there when this project is done?',
      multiline: true,
      optional: true,
      maxLength: PURPOSE_LIMIT,
    }),
    textInput({
      blockId: FIELD.milestones,
      label: project === null ? 'Milestones' : 'New milestones',
      placeholder: 'Outline; First draft; Review',
      hint: 'One per line (or separated by ;). Each gets a card, and the card’s thread is the milestone.',
      multiline: true,
      optional: true,
    }),
    textInput({
      blockId: FIELD.attachments,
      label: 'Attach to the project',
      hint: 'Links, one per line, or a text. All milestones can read them.',
      multiline: true,
      optional: true,
    }),
  ]);
}

function milestoneFields(milestone: Milestone | null, title: string): ModalView['blocks'] {
  return [
    textInput({ blockId: FIELD.title, label: 'Title', initial: title, maxLength: NAME_LIMIT }),
    textInput({
      blockId: FIELD.description,
      label: 'Description',
      initial: milestone?.description ?? '',
      multiline: true,
      optional: true,
      maxLength: PURPOSE_LIMIT,
    }),
    {
      type: 'input',
      block_id: FIELD.due,
      label: plain('Due'),
      optional: true,
      element: {
        type: 'datepicker',
        action_id: FIELD.due,
        ...(milestone?.dueOn == null ? {} : { initial_date: milestone.dueOn }),
      },
    },
  ];
}

export function newMilestoneForm(projectId: string): ModalView {
  return modal(
    VIEW.milestone,
    'Add milestone',
    'Add',
    { projectId, milestoneId: null, title: '' },
    milestoneFields(null, ''),
  );
}

export function milestoneForm(milestone: Milestone, mode: string): ModalView {
  const { projectId, id: milestoneId, title } = milestone;
  return modal(VIEW.milestone, 'Edit milestone', 'Save', { projectId, milestoneId, title }, [
    ...milestoneFields(milestone, title),
    selectInput(FIELD.mode, 'How the bot behaves here', MODES, mode),
  ]);
}

/** Adopts an existing thread. */
export function adoptForm(projectId: string, threadTs: string, suggested: string): ModalView {
  const metadata = { projectId, threadTs, title: suggested };
  return modal(
    VIEW.adopt,
    'Make it a milestone',
    'Make milestone',
    metadata,
    milestoneFields(null, suggested),
  );
}

export function deleteMilestoneForm(milestone: Milestone): ModalView {
  const text =
    `Delete *${escapeText(milestone.title)}*?\nNothing else is lost: its attachments, its conversation and its tasks stay in the ` +
    'project, where the project’s own thread can read them.';
  return modal(VIEW.deleteMilestone, 'Delete milestone', 'Delete', { milestoneId: milestone.id }, [
    section(text),
  ]);
}

/** Slack lists at most 100 choices; one of them is the project. */
const PLACES = 99;

/** Where something can hang: the project, one of its milestones, and always the one that is meant (`here`). */
export function placeChoices(milestones: Milestone[], here: string | null = null): Choice[] {
  const live = milestones.filter(({ id, state }) => state !== 'archived' || id === here);
  const at = live.findIndex(({ id }) => id === here);
  const sections =
    at < PLACES ? live.slice(0, PLACES) : [...live.slice(0, PLACES - 1), ...live.slice(at, at + 1)];
  return [
    { value: 'project', text: 'The whole project' },
    ...sections.map((milestone) => ({ value: milestone.id, text: milestone.title })),
  ];
}
