import {
  type AttachmentModel,
  attach,
  fileThing,
  followLabels,
  type LinkModel,
  mayBeKnown,
  move,
  mustBeNamed,
  ownAddressesFirst,
  type SharedFile,
  sourceTexts,
  thingOf,
  withdraw,
} from './things.ts';

/** What people have done so far, as plain data, and what may be read where. It knows nothing of how Milepost works. */
export interface Model {
  projects: ProjectModel[];
  threads: ThreadModel[];
}

export interface ProjectModel {
  channel: string;
  name: string;
  purpose: string;
  cardTs: string;
  archived: boolean;
  milestones: MilestoneModel[];
  attachments: AttachmentModel[];
  tasks: TaskModel[];
}

export interface MilestoneModel {
  id: string;
  title: string;
  description: string;
  cardTs: string;
  thread: ThreadModel;
}

/** A task as it is when the planner has nothing left to do. */
export interface TaskModel {
  id: string;
  project: ProjectModel;
  milestone: MilestoneModel | null;
  title: string;
  description: string;
  status: 'backlog' | 'ready' | 'in_progress' | 'done' | 'cancelled';
  /** Every version, oldest first; the last one holds. */
  plans: PlanModel[];
  planning: ThreadModel;
  /** The task thread, from when the task is ready. */
  main: ThreadModel | null;
  /** Whose task it is: they asked for it, or took it on. */
  owners: Set<string>;
  /** Titles and addresses of pages that its thread was told of, as they changed. */
  notices: string[][];
}

export interface PlanModel {
  firstLine: string;
  text: string;
  checklist: string[];
}

export interface ThreadModel {
  project: ProjectModel;
  ts: string;
  /** False while nobody has mentioned the bot in a thread that is neither a milestone nor the project card's. */
  opened: boolean;
  said: Said[];
  /** What is remembered in it. */
  entries: EntryModel[];
  /** The task whose planning thread or task thread it is. */
  task?: TaskModel;
  /** For the thread of a specialist's result: where the specialist was proposed. */
  parent?: ThreadModel;
}

/** Something that is remembered, of a thread or about a person. */
export interface EntryModel {
  key: string;
  value: string;
  madeFor: MilestoneModel | null;
  /** What it repeats; null when it was learned from nothing that can go but by Forget. */
  quotes: string[] | null;
  /** The word in the question that led to it; null for what a bot stored. */
  from: string | null;
}

export interface Said {
  ts: string;
  user: string;
  text: string;
  links: LinkModel[];
  files?: SharedFile[];
  /** True when the bot knows of it. */
  kept: boolean;
  /** By the bot, or a mention of it. */
  fixed: boolean;
  /** For an answer, a plan or a proposal: where it was made, null at the project level. */
  madeFor?: MilestoneModel | null;
  /** For what the bot made: canaries that it repeats from attachments and messages. It goes when one of them does. */
  quotes?: string[];
  /** What it said before it was edited. */
  before?: string[];
  /** Its conversation was deleted: Slack still has it, and the bot must not know it. */
  emptied?: boolean;
}

/** The milestone that has this thread as its own. */
export const milestoneOf = (thread: ThreadModel): MilestoneModel | null =>
  thread.project.milestones.find((one) => one.thread === thread) ?? null;

/** The milestone whose material may be read in a thread: its own, or its task's; null at the project level. */
export function scopeOf(thread: ThreadModel): MilestoneModel | null {
  if (thread.parent !== undefined) return scopeOf(thread.parent);
  return thread.task === undefined ? milestoneOf(thread) : thread.task.milestone;
}

export const isPlanningThread = (thread: ThreadModel): boolean => thread.task?.planning === thread;

/** What people say in a planning thread takes the task back to the planner, unless it is over. */
export function giveFeedback(thread: ThreadModel): void {
  const { task } = thread;
  if (task?.planning !== thread) return;
  if (task.status !== 'done' && task.status !== 'cancelled') task.status = 'backlog';
}

export function deleteMilestone(project: ProjectModel, gone: MilestoneModel): void {
  for (const one of project.attachments.filter((other) => other.milestone === gone)) move(project, one, null);
  for (const task of project.tasks) if (task.milestone === gone) task.milestone = null;
  project.milestones = project.milestones.filter((one) => one !== gone);
}

/** What a message shares by being said: its links and files, in a milestone's thread. */
export function shareLinks(
  thread: ThreadModel,
  said: Said,
  links: LinkModel[],
  files: SharedFile[] = [],
): void {
  const milestone = milestoneOf(thread);
  if (milestone === null) return;
  for (const link of ownAddressesFirst(links)) attach(thread.project, milestone, thingOf(link), said.ts);
  for (const file of files) attach(thread.project, milestone, fileThing(file), said.ts, file.id);
}

export function editSaid(thread: ThreadModel, said: Said, text: string, links: LinkModel[]): void {
  if (said.kept) {
    const now = new Set(links.map((one) => one.key));
    const before = new Set(said.links.map((one) => one.key));
    const isLeftOut = ({ url }: AttachmentModel, sharedAs: Set<string>) =>
      url !== null && ![...sharedAs].some((key) => now.has(key));
    withdraw(thread.project, said.ts, isLeftOut, true);
    followLabels(thread.project, said.ts, { before: said.text, now: text, links });
    shareLinks(
      thread,
      said,
      links.filter((one) => !before.has(one.key)),
    );
  } else if (thread.opened) {
    said.kept = true;
    shareLinks(thread, said, links);
  }
  if (said.text !== text) giveFeedback(thread);
  said.before = [...(said.before ?? []), said.text];
  said.text = text;
  said.links = links;
}

export function deleteSaid(thread: ThreadModel, gone: Said): void {
  withdraw(thread.project, gone.ts, () => true, true);
  thread.said = thread.said.filter((one) => one !== gone);
}

/** An answer that was given where more could be read does not go along when its thread becomes a milestone. */
function mayBeTold({ madeFor }: Pick<Said, 'madeFor'>, milestone: MilestoneModel | null): boolean {
  return madeFor === undefined || milestone === null || madeFor === milestone;
}

/** What may be read in a thread: product.md 4.1, 8.3. */
export interface Reach {
  /** The names that stand in every prompt. */
  names: string[];
  /** What may be known of the attachments. */
  known: string[];
  attachments: AttachmentModel[];
  /** What was said, but for what repeats something. */
  said: Said[];
  /** What is remembered, but for what was learned from something. */
  entries: EntryModel[];
  /** What repeats something, or was learned from it, while all of that may be read here itself. */
  derived: { text: string; is: 'said' | 'remembered' }[];
}

/** Canaries that an answer in a thread may repeat from a source that can be taken away. */
export function sourcesIn({ attachments, said }: Pick<Reach, 'attachments' | 'said'>): Set<string> {
  return canariesIn(
    ...attachments.flatMap(sourceTexts),
    ...said.filter((one) => one.madeFor === undefined).flatMap((one) => [one.text, ...(one.before ?? [])]),
  );
}

export function reachOf(thread: ThreadModel): Reach {
  const { project } = thread;
  const milestone = scopeOf(thread);
  const attachments = project.attachments.filter(
    (one) => milestone === null || one.milestone === null || one.milestone === milestone,
  );
  const sections =
    milestone === null
      ? attachments.flatMap((one) => one.milestone?.title ?? [])
      : [milestone.title, milestone.description];
  const told = thread.said.filter((one) => one.kept && one.emptied !== true && mayBeTold(one, milestone));
  const known = thread.entries.filter((one) => mayBeTold(one, milestone));
  const said = told.filter((one) => one.quotes === undefined);
  // A result may repeat what was said where the specialist was proposed.
  const around = thread.parent === undefined ? [] : aroundOf(thread.parent);
  const sources = new Set([...sourcesIn({ attachments, said }), ...around]);
  const stands = (quotes: string[] | null | undefined): boolean =>
    quotes?.every((canary) => sources.has(canary)) === true;
  return {
    names: [project.name, project.purpose, ...sections, ...attachments.flatMap(mustBeNamed)],
    known: attachments.flatMap(mayBeKnown),
    attachments,
    said,
    entries: known.filter((one) => one.quotes === null),
    derived: [
      ...told.filter((one) => stands(one.quotes)).map(({ text }) => ({ text, is: 'said' as const })),
      ...known
        .filter((one) => stands(one.quotes))
        .map(({ key, value }) => ({ text: `${key} ${value}`, is: 'remembered' as const })),
    ],
  };
}

/** What could be repeated of a thread and those above it, in the scope it has now. */
function aroundOf(thread: ThreadModel): string[] {
  const above = thread.parent === undefined ? [] : aroundOf(thread.parent);
  return [...sourcesIn(reachOf(thread)), ...above];
}

/** What the line under an answer says of attachments, for a question that is already in the model. */
export function receiptOf(thread: ThreadModel): string {
  const { attachments } = reachOf(thread);
  const milestone = scopeOf(thread);
  const own = attachments.filter((one) => milestone === null || one.milestone === milestone);
  const shared = attachments.filter((one) => !own.includes(one));
  const read = (list: AttachmentModel[]) => list.filter((one) => one.text !== null).length;
  const place = milestone === null ? 'the project' : `*${milestone.title}*`;
  const fromProject =
    read(shared) === shared.length
      ? `${shared.length} from the project`
      : `${read(shared)} of ${shared.length} from the project`;
  return [
    `${read(own)} of ${own.length} attachment${own.length === 1 ? '' : 's'} in ${place}`,
    ...(milestone === null ? [] : [fromProject]),
  ].join(', ');
}

/** Every canary in some texts. They have no sign that Markdown or Slack would escape. */
export function canariesIn(...texts: string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.match(/canary[0-9a-y]+z/gu) ?? []));
}
