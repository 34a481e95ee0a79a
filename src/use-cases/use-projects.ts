import type { Attachment, Passage } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import type { RefreshCards } from './refresh-cards.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import {
  checkMayManage,
  type createChangeProject,
  type createSetUpProject,
  postCards,
} from './set-up-project.ts';

export interface UseProjectsDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  documents: DocumentStore;
  jobs: JobQueue;
  slack: Slack;
  refreshCards: RefreshCards;
  refreshHomes: RefreshHomes;
  setUpProject: ReturnType<typeof createSetUpProject>;
  changeProject: ReturnType<typeof createChangeProject>;
}

export interface NewProjectForm {
  channelId: string;
  name: string;
  purpose: string;
  milestones: string[];
}

/** What can be changed of a project from outside its channel. */
export interface ProjectEdit {
  name?: string;
  purpose?: string;
  /** `archived` takes it out of use; `active` brings back what was taken out of use, not a closed channel. */
  state?: Project['state'];
}

/** A stretch of what was read of an attachment. */
export interface PassageList {
  /** Another one once the attachment was read again and says something else; null while there is nothing read. */
  documentId: string | null;
  passages: Passage[];
}

/** Projects and what hangs in them, for whoever may act in the whole workspace. Reading works in archived ones too. */
export function createUseProjects(deps: UseProjectsDeps) {
  const { projects, milestones, attachments, documents } = deps;

  async function find(ref: Ref): Promise<Project> {
    const project = await projects.findById(ref);
    if (project !== null) return project;
    throw new DomainError(
      'project_not_found',
      'There is no such project. List the projects to see which there are.',
    );
  }

  async function findAttachment(ref: Ref): Promise<Attachment> {
    const attachment = await attachments.findById(ref);
    if (attachment !== null) return attachment;
    throw new DomainError(
      'attachment_not_found',
      'There is no such attachment. List the attachments of the project to see which there are.',
    );
  }

  async function passages(ref: Ref, after: number | null, limit: number): Promise<PassageList> {
    const { state, documentId, projectId } = await findAttachment(ref);
    if (state !== 'ready' || documentId === null) return { documentId: null, passages: [] };
    const all = await documents.passagesOf(ref.teamId, projectId, [documentId]);
    // When it was read again meanwhile, its old passages may have been on their way out as we looked.
    if ((await findAttachment(ref)).documentId !== documentId) return passages(ref, after, limit);
    return { documentId, passages: all.filter(({ n }) => after === null || n > after).slice(0, limit) };
  }

  async function bringBack(ref: Ref, project: Project, userId: string): Promise<void> {
    if (project.archiveReason !== 'removed') {
      throw new DomainError(
        'project_archived',
        'This project is archived with its channel. Unarchive the channel, or invite Milepost again, to go on.',
      );
    }
    await checkMayManage(deps.slack, ref.teamId, project.channelId, userId);
    const back = await projects.setRemoved(ref, false);
    if (back === null) return;
    await postCards(deps.jobs, back);
    for (const { id } of await milestones.listByProject(ref.teamId, ref.id)) {
      await deps.refreshCards(ref.teamId, ref.id, id);
    }
  }

  /** Nobody's Home offers it any more. */
  async function takeOut(ref: Ref): Promise<void> {
    await projects.setRemoved(ref, true);
    await deps.refreshHomes(ref.teamId, ref.id);
  }

  return {
    /** @throws DomainError `project_not_found` */
    find,

    /** Newest first, from the one after `after`. */
    list: (teamId: string, after: string | null, limit: number): Promise<Project[]> =>
      projects.list(teamId, after, limit),

    ofChannel: (teamId: string, channelId: string): Promise<Project | null> =>
      projects.findByChannel(teamId, channelId),

    /** Makes a channel a project. @throws DomainError as `createSetUpProject` */
    create: (teamId: string, userId: string, { channelId, ...form }: NewProjectForm): Promise<Project> =>
      deps.setUpProject(channelId, { ...form, teamId, userId, attachments: '' }),

    /** @throws DomainError `project_not_found`, `project_archived`, `title_missing` and those of `checkMayManage` */
    async change(ref: Ref, userId: string, { name, purpose, state }: ProjectEdit): Promise<Project> {
      const project = await find(ref);
      if (state === 'active' && project.state === 'archived') await bringBack(ref, project, userId);
      if (name !== undefined || purpose !== undefined) {
        await deps.changeProject(ref.id, {
          teamId: ref.teamId,
          userId,
          name: name ?? project.name,
          purpose: purpose ?? project.purpose,
          milestones: [],
          attachments: '',
        });
      }
      if (state === 'archived') await takeOut(ref);
      return find(ref);
    },

    /** Takes a project out of use and loses nothing. @throws DomainError `project_not_found` */
    async remove(ref: Ref): Promise<Project> {
      await find(ref);
      await takeOut(ref);
      return find(ref);
    },

    /** In their order. @throws DomainError `project_not_found` */
    async milestonesOf(ref: Ref): Promise<Milestone[]> {
      await find(ref);
      return milestones.listByProject(ref.teamId, ref.id);
    },

    /** @throws DomainError `milestone_not_found` */
    async milestone(ref: Ref): Promise<Milestone> {
      const milestone = await milestones.findById(ref);
      if (milestone !== null) return milestone;
      throw new DomainError(
        'milestone_not_found',
        'There is no such milestone. List the milestones of the project to see which there are.',
      );
    },

    /** Oldest first. @throws DomainError `project_not_found` */
    async attachmentsOf(ref: Ref): Promise<Attachment[]> {
      await find(ref);
      return attachments.listByProject(ref.teamId, ref.id);
    },

    /** @throws DomainError `attachment_not_found` */
    attachment: findAttachment,

    /**
     * What was read of an attachment, in order, from the passage after `after`. There are none while it is not read.
     * @throws DomainError `attachment_not_found`
     */
    passages,
  };
}

export type UseProjects = ReturnType<typeof createUseProjects>;
