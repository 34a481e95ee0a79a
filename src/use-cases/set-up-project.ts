import { DomainError } from '../domain/errors.ts';
import {
  cleanTitle,
  cut,
  type Milestone,
  type Project,
  PURPOSE_LIMIT,
  parseMilestoneLines,
} from '../domain/project.ts';
import type { Place, Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { ChannelInfo, Slack } from '../ports/slack.ts';
import type { AttachByHand, CheckAttachable } from './attach-by-hand.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface ProjectDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  jobs: JobQueue;
  slack: Slack;
  attachByHand: AttachByHand;
  checkAttachable: CheckAttachable;
  refreshCards: RefreshCards;
}

export interface ProjectForm {
  teamId: string;
  userId: string;
  name: string;
  purpose: string;
  /** One title a line, or a list of titles. */
  milestones: string | string[];
  /** Links, one a line, or any other text, which is kept as a document. Attached to the project. */
  attachments: string;
}

/**
 * Checks that a person may set up or change the project of a channel (product.md 1.6).
 * @throws DomainError `not_a_channel`, `bot_not_in_channel`, `guest_not_allowed`, `not_a_member`
 */
export async function checkMayManage(
  slack: Slack,
  teamId: string,
  channelId: string,
  userId: string,
): Promise<ChannelInfo> {
  if (channelId.startsWith('D')) {
    throw new DomainError(
      'not_a_channel',
      'A project lives in a channel. Open the channel and type `/project` there.',
    );
  }
  const [person, member, channel] = await Promise.all([
    slack.person(teamId, userId),
    slack.isMember(teamId, channelId, userId),
    slack.channel(teamId, channelId),
  ]);
  if (person.guest || person.outsider) {
    throw new DomainError(
      'guest_not_allowed',
      'Guests and people from other organisations cannot change projects or their tasks. Ask a member of this workspace to do it.',
    );
  }
  if (!member)
    throw new DomainError(
      'not_a_member',
      'Join the channel first; only its members can change its project and tasks.',
    );
  return channel;
}

/**
 * Makes a channel a project. The cards are posted by a job, in order, so that the form can close at once.
 * @throws DomainError `project_exists`, `title_missing`, `too_many_milestones` and those of `checkMayManage`
 */
export function createSetUpProject(deps: ProjectDeps) {
  return async (channelId: string, form: ProjectForm): Promise<Project> => {
    const { teamId, userId } = form;
    const name = cleanTitle(form.name, 'project');
    const titles = titlesOf(form);
    const channel = await checkMayManage(deps.slack, teamId, channelId, userId);
    await deps.checkAttachable(teamId, null, form.attachments);
    const project = await deps.projects.create({
      teamId,
      channelId,
      channelName: channel.name,
      name,
      purpose: cut(form.purpose.trim(), PURPOSE_LIMIT),
      createdBy: userId,
    });
    // Once at the start: whatever breaks off below, the project has its card, and from there the rest can be mended.
    await postCards(deps.jobs, project);
    await addMilestones(deps, project, titles, userId);
    if (titles.length > 0) await postCards(deps.jobs, project);
    await attachText(deps, project, form);
    return project;
  };
}

/** Changes name and purpose, adds the milestones and attachments given. @throws as `createSetUpProject` */
export function createChangeProject(deps: ProjectDeps) {
  return async (projectId: string, form: ProjectForm): Promise<Project> => {
    const { teamId, userId } = form;
    const name = cleanTitle(form.name, 'project');
    const titles = titlesOf(form);
    const project = await activeProject(deps.projects, { teamId, id: projectId });
    await checkMayManage(deps.slack, teamId, project.channelId, userId);
    await deps.checkAttachable(teamId, projectId, form.attachments);
    await deps.projects.change(
      { teamId, id: projectId },
      { name, purpose: cut(form.purpose.trim(), PURPOSE_LIMIT) },
    );
    await addMilestones(deps, project, titles, userId);
    // Also cards that could not be posted before.
    await postCards(deps.jobs, project);
    await attachText(deps, project, form);
    await deps.refreshCards(teamId, projectId, null);
    return project;
  };
}

/** @throws DomainError `project_not_found`, `project_archived` */
export async function activeProject(projects: ProjectStore, ref: Ref): Promise<Project> {
  const project = await projects.findById(ref);
  if (project === null)
    throw new DomainError(
      'project_not_found',
      'This project no longer exists. Type `/project` to set one up.',
    );
  if (project.state === 'archived') throw projectArchived(project);
  return project;
}

/** Says how an archived project comes back. */
export function projectArchived({ archiveReason }: Project): DomainError {
  return new DomainError(
    'project_archived',
    archiveReason === 'removed'
      ? 'This project was taken out of use through the API. Bring it back there: set its state to active.'
      : 'This project is archived with its channel. Unarchive the channel to go on.',
  );
}

function titlesOf({ milestones }: ProjectForm): string[] {
  if (typeof milestones === 'string') return parseMilestoneLines(milestones);
  return [...new Set(milestones.map((title) => cleanTitle(title, 'milestone')))];
}

async function addMilestones(
  deps: ProjectDeps,
  project: Project,
  titles: string[],
  userId: string,
): Promise<Milestone[]> {
  if (titles.length === 0) return [];
  const { teamId, id: projectId, channelId } = project;
  return deps.milestones.create(
    titles.map((title) => ({
      teamId,
      projectId,
      channelId,
      threadTs: null,
      title,
      description: '',
      createdBy: userId,
    })),
  );
}

async function attachText(deps: ProjectDeps, project: Project, form: ProjectForm): Promise<void> {
  if (form.attachments.trim() === '') return;
  const place: Place = { projectId: project.id, milestoneId: null };
  await deps.attachByHand({
    teamId: form.teamId,
    place,
    userId: form.userId,
    title: '',
    content: form.attachments,
  });
}

/** Queues the project card and the cards of milestones that have no thread yet. */
export function postCards(jobs: JobQueue, project: Project): Promise<void> {
  const { teamId, id: projectId } = project;
  const order = String(Date.now());
  return jobs.enqueue({
    teamId,
    kind: 'post-cards',
    key: `${projectId}:${order}:${Math.random()}`,
    lane: `cards:${projectId}`,
    order,
    payload: { projectId },
  });
}
