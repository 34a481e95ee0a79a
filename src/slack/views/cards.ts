import type { KnownBlock } from '@slack/types';
import type { Milestone, Project } from '../../domain/project.ts';
import { plural } from '../../domain/receipt.ts';
import type { TaskTally } from '../../domain/task.ts';
import type { MilestoneMemory } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { actions, button, context, escapeText, option, section } from './blocks.ts';
import { whoSigned } from './labels.ts';
import { entrySections, memoryButton } from './memory.ts';
import { tallyLine } from './task-labels.ts';

const LISTED = 30;
/** Things remembered that the card shows; all of them are behind a button. */
const REMEMBERED = 5;

/** The project card: what the project is for and where its milestones are. Its thread is the project's conversation. */
export function projectCard(project: Project, milestones: Milestone[], attachments: number): KnownBlock[] {
  const purpose = project.purpose === '' ? '_No purpose written down yet._' : escapeText(project.purpose);
  const live = milestones.filter((milestone) => milestone.state !== 'archived');
  const lines = live
    .slice(0, LISTED)
    .map((milestone) => `${stateIcon(milestone)} ${escapeText(milestone.title)}${due(milestone)}`);
  if (live.length > LISTED) lines.push(`…and ${live.length - LISTED} more`);
  const list = lines.length === 0 ? '_No milestones yet. Add the first one below._' : lines.join('\n');
  return [
    section(`:triangular_flag_on_post: *${escapeText(project.name)}*\n${purpose}`),
    section(list),
    context(
      `${plural(attachments, 'attachment')} shared by all milestones · Ask in a milestone’s thread about that milestone, in this card’s thread about the whole project.`,
    ),
    actions([
      button('Add milestone', ACTION.addMilestone, project.id, 'primary'),
      button('Attachments', ACTION.attachments, project.id),
      button('Attach to project', ACTION.attach, placeValue(project.id, null)),
      button('Edit project', ACTION.editProject, project.id),
    ]),
  ];
}

/** The milestone card. Its thread is the milestone. */
export function milestoneCard(
  milestone: Milestone,
  attachments: number,
  mode: string,
  tasks: TaskTally,
  memory: MilestoneMemory,
): KnownBlock[] {
  const { id, title, description, projectId } = milestone;
  const text = description === '' ? '' : `\n${escapeText(description)}`;
  const state = { open: 'Open', done: 'Done', archived: 'Archived' }[milestone.state];
  const facts = [`${state}${due(milestone)}`, plural(attachments, 'attachment')];
  const progress = tallyLine(tasks);
  if (progress !== '')
    facts.push(`${progress} ${tasks.open + tasks.ready + tasks.done === 1 ? 'task' : 'tasks'}`);
  if (mode !== 'auto') facts.push(`mode: ${mode}`);
  return [
    section(`${stateIcon(milestone)} *${escapeText(title)}*${text}`),
    context(
      `${facts.join(' · ')} · Mention me in this thread to ask; links and files shared here are attached here.`,
    ),
    ...entrySections(memory.entries.slice(0, REMEMBERED)),
    actions([
      button('Attachments', ACTION.attachments, projectId),
      button('Attach here', ACTION.attach, placeValue(projectId, id)),
      button('Edit', ACTION.editMilestone, id),
      ...(memory.total > REMEMBERED ? [memoryButton(id, memory.total)] : []),
      { type: 'overflow', action_id: ACTION.milestoneMenu, options: menu(milestone).map(option) },
    ]),
  ];
}

function menu({ id, state }: Milestone): { value: string; text: string }[] {
  return [
    state === 'open'
      ? { value: `done:${id}`, text: 'Mark done' }
      : { value: `reopen:${id}`, text: 'Open again' },
    { value: `archive:${id}`, text: 'Archive' },
    { value: `earlier:${id}`, text: 'Move up' },
    { value: `later:${id}`, text: 'Move down' },
    { value: `delete:${id}`, text: 'Delete…' },
  ];
}

/** What stands in place of the card of a deleted milestone, above its thread. */
export function milestoneDeleted(title: string, userId: string): KnownBlock[] {
  const text = `*${escapeText(title)}* was deleted by ${whoSigned(userId)}. Its attachments and this conversation stay in the project.`;
  return [section(text)];
}

/** The card a channel without a project gets when the bot is invited. */
export function setupInvitation(channelId: string): KnownBlock[] {
  return [
    section(
      'Hello! I make this channel a *project* with a thread for each *milestone*. Ask me in a milestone’s thread and I answer from that milestone’s documents and links, and from nothing else.',
    ),
    actions([button('Set up project', ACTION.setUp, channelId, 'primary')]),
  ];
}

export const stateIcon = ({ state }: Milestone): string =>
  ({ open: ':large_blue_circle:', done: ':white_check_mark:', archived: ':file_folder:' })[state];
const due = ({ dueOn }: Milestone): string => (dueOn === null ? '' : ` · due ${dueOn}`);

/** A place as the value of a button: `<projectId>` or `<projectId>:<milestoneId>`. */
export function placeValue(projectId: string, milestoneId: string | null): string {
  return milestoneId === null ? projectId : `${projectId}:${milestoneId}`;
}
