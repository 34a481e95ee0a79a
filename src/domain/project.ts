import { DomainError } from './errors.ts';

export type ProjectState = 'active' | 'archived';
/**
 * Why a project is archived. The channel coming back undoes each of them but `removed`: what was taken out of use on
 * purpose comes back on purpose alone.
 */
export type ArchiveReason = 'channel_archived' | 'channel_deleted' | 'bot_removed' | 'removed';

export interface Project {
  id: string;
  teamId: string;
  channelId: string;
  /** Name of the channel as last heard; a project named after it follows when it is renamed. */
  channelName: string;
  name: string;
  purpose: string;
  state: ProjectState;
  archiveReason: ArchiveReason | null;
  /** Slack ts of the project card; its thread is the project-level conversation. Null until it is posted. */
  cardTs: string | null;
  createdBy: string;
  createdAt: Date;
}

export type MilestoneState = 'open' | 'done' | 'archived';

export interface Milestone {
  id: string;
  teamId: string;
  projectId: string;
  channelId: string;
  /** Slack ts of the thread's first message. Null until the milestone card is posted. */
  threadTs: string | null;
  /** Slack ts of the card: the same as `threadTs`, or a reply in an adopted thread. */
  cardTs: string | null;
  title: string;
  description: string;
  /** Position in lists, ascending; gaps are allowed. */
  order: number;
  /** Calendar day, YYYY-MM-DD, or null. */
  dueOn: string | null;
  state: MilestoneState;
  createdBy: string;
  createdAt: Date;
}

export const NAME_LIMIT = 120;
export const PURPOSE_LIMIT = 1_000;
export const MILESTONES_AT_ONCE = 50;

/**
 * One title from what a person typed: a single line, trimmed, at most 120 characters.
 * @throws DomainError `title_missing` when nothing is left.
 */
export function cleanTitle(
  raw: string,
  what: 'project' | 'milestone' | 'document' | 'link' | 'task' | 'key',
): string {
  const title = oneLine(raw);
  if (title === '')
    throw new DomainError('title_missing', `Give the ${what} a name of at least one character.`);
  return title;
}

/** A name as it stands in lists and prompts: a single line of at most 120 characters, maybe empty. */
export function oneLine(raw: string): string {
  return cut(raw.replace(/\s+/gu, ' ').trim(), NAME_LIMIT);
}

/**
 * Milestone titles from a text with one per line, or separated by semicolons (list marks are dropped, repeated titles count once).
 * @throws DomainError `too_many_milestones` beyond 50 lines.
 */
export function parseMilestoneLines(raw: string): string[] {
  const titles = raw
    .split(/\r?\n|;/u)
    .map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, '').trim())
    .filter((line) => line !== '')
    .map((line) => cleanTitle(line, 'milestone'));
  const unique = [...new Set(titles)];
  if (unique.length > MILESTONES_AT_ONCE) {
    throw new DomainError(
      'too_many_milestones',
      `That is ${unique.length} milestones; at most ${MILESTONES_AT_ONCE} can be added at once. Add the others in a second step.`,
    );
  }
  return unique;
}

/** The first `limit` characters (code points, so that no emoji is cut in half), with an ellipsis when cut. */
export function cut(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
