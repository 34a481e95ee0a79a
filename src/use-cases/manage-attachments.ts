import { type Attachment, canBeRead } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import { cleanTitle, type Milestone, type Project } from '../domain/project.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore, SharedAttachment } from '../ports/attachments.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import { tellLater } from './announce-attachments.ts';
import type { AskReading } from './ask-reading.ts';
import { checkPlace } from './attach-by-hand.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { activeProject } from './set-up-project.ts';

export interface ManageAttachmentsDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  slack: Slack;
  refreshCards: RefreshCards;
  askReading: AskReading;
  jobs: JobQueue;
}

/** Most readings are over by then. */
const SOON_MS = 2_000;

/** What the attachments list of a project shows. */
export interface AttachmentList {
  project: Project;
  milestones: Milestone[];
  attachments: Attachment[];
}

export function createManageAttachments(deps: ManageAttachmentsDeps) {
  const { attachments, milestones, refreshCards, slack } = deps;

  async function memberOf(project: Project, userId: string): Promise<void> {
    if (await slack.isMember(project.teamId, project.channelId, userId)) return;
    throw new DomainError(
      'not_a_member',
      'Only members of the channel see its attachments. Join the channel first.',
    );
  }

  async function owned(ref: Ref, userId: string): Promise<Attachment> {
    const attachment = await attachments.findById(ref);
    if (attachment === null) throw gone();
    await memberOf(
      await activeProject(deps.projects, { teamId: ref.teamId, id: attachment.projectId }),
      userId,
    );
    return attachment;
  }

  /** Bots look for themselves. */
  async function tellReader(asked: Attachment, userId: string, threadTs: string | null): Promise<void> {
    const { teamId, id, projectId, askedAt } = asked;
    const project = await deps.projects.findById({ teamId, id: projectId });
    if (project === null || userId.startsWith('bot:')) return;
    const payload = { channelId: project.channelId, threadTs, userId, attachmentIds: [id] };
    await tellLater(deps.jobs, teamId, payload, String(askedAt.getTime()), SOON_MS);
  }

  return {
    /** Everything attached in a project. @throws DomainError `not_a_member`, `project_not_found`, `project_archived` */
    async list(ref: Ref, userId: string): Promise<AttachmentList> {
      const project = await activeProject(deps.projects, ref);
      await memberOf(project, userId);
      const [sections, all] = await Promise.all([
        milestones.listByProject(ref.teamId, ref.id),
        attachments.listByProject(ref.teamId, ref.id),
      ]);
      // One whose reading was never queued, because a process died, would be shown as being read for ever.
      await deps.askReading(all.filter(({ state }) => state === 'pending'));
      return { project, milestones: sections, attachments: all };
    },

    /** @returns what was removed, for the sentence that says so. */
    async remove(ref: Ref, userId: string): Promise<Attachment> {
      const attachment = await owned(ref, userId);
      await attachments.remove(ref);
      await refreshCards(ref.teamId, attachment.projectId, attachment.milestoneId);
      return attachment;
    },

    /** @throws DomainError `milestone_not_in_project` */
    async move(ref: Ref, milestoneId: string | null, userId: string): Promise<Attachment> {
      const attachment = await owned(ref, userId);
      const { projectId } = attachment;
      await checkPlace(milestones, ref.teamId, { projectId, milestoneId });
      const moved = await attachments.move(ref, milestoneId);
      if (moved === null) throw gone();
      await refreshCards(ref.teamId, projectId, attachment.milestoneId);
      await refreshCards(ref.teamId, projectId, milestoneId);
      return moved;
    },

    /**
     * Has it read again, and the person told how that ended.
     * @throws DomainError `attachment_not_readable_again` for a pasted text, which is all there is of it.
     */
    async readAgain(ref: Ref, userId: string, threadTs: string | null = null): Promise<Attachment> {
      const attachment = await owned(ref, userId);
      if (!canBeRead(attachment)) throw pasted();
      const asked = await attachments.askReading(ref);
      if (asked === null) throw gone();
      await deps.askReading([asked]);
      await tellReader(asked, userId, threadTs);
      return asked;
    },

    /** Calls an attachment by another title. @throws DomainError `title_missing` */
    async rename(ref: Ref, title: string, userId: string): Promise<Attachment> {
      const attachment = await owned(ref, userId);
      const clean = cleanTitle(title, attachment.kind);
      await attachments.rename(ref, clean);
      await refreshCards(ref.teamId, attachment.projectId, attachment.milestoneId);
      return { ...attachment, title: clean };
    },

    /**
     * Undo under a line that named what a message attached: takes back this message's sharing only.
     * @param ids what that line named; null for all that the message shared.
     */
    async undo(
      teamId: string,
      channelId: string,
      messageTs: string,
      userId: string,
      ids: string[] | null = null,
    ): Promise<Attachment[]> {
      const all = await attachments.listByMessage(teamId, channelId, messageTs);
      // What the line named may have become one with another meanwhile.
      const isNamed = ({ id, formerIds }: SharedAttachment): boolean =>
        ids === null || [id, ...formerIds].some((one) => ids.includes(one));
      const shared = all.filter(isNamed);
      const [first] = shared;
      if (first === undefined) return [];
      await memberOf(await activeProject(deps.projects, { teamId, id: first.projectId }), userId);
      await attachments.withdraw(
        teamId,
        { channelId, messageTs },
        shared.map((one) => one.id),
      );
      const places = new Map(shared.map((one) => [one.milestoneId, one.projectId]));
      for (const [milestoneId, projectId] of places) await refreshCards(teamId, projectId, milestoneId);
      if (shared.length === all.length) {
        await slack
          .removeReaction({ teamId, channelId, threadTs: null }, messageTs, 'paperclip')
          .catch(() => undefined);
      }
      return shared;
    },
  };
}

function pasted(): DomainError {
  return new DomainError(
    'attachment_not_readable_again',
    'This text was pasted: all there is of it was read. Attach a new version, then remove this one.',
  );
}

function gone(): DomainError {
  return new DomainError(
    'attachment_not_found',
    'This attachment was removed in the meantime. Open the list again to see what is there.',
  );
}
