import { checkOpen, type Decision, type Dispatch, taskThreadTitle } from '../domain/dispatch.ts';
import { DomainError } from '../domain/errors.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { DispatchChange, NewDispatch } from '../ports/dispatches.ts';
import type { ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import {
  BLANK,
  type ChangeDispatchDeps,
  changeDispatch,
  findDispatch,
  isEmptied,
} from './change-dispatch.ts';
import { activeProject } from './set-up-project.ts';
import { type SettleDispatchDeps, threadKey } from './settle-dispatch.ts';
import { unnamed } from './unnamed.ts';

/** What people do with a proposed specialist. Each checks at that moment whether this person may. */
export interface DecideDispatch {
  /**
   * Approves or declines; the first decision counts.
   * @throws DomainError `dispatch_not_found`, `dispatch_decided`, `dispatch_expired`, `not_a_member`,
   *   `guest_not_allowed`, `project_archived`
   */
  decide(ref: Ref, userId: string, decision: Decision): Promise<Dispatch>;
  /** Ends an approved or running one. @throws DomainError `not_running` and those of `decide` */
  stop(ref: Ref, userId: string): Promise<Dispatch>;
  /**
   * Proposes a failed one again, approved by whoever asks for it; once, however often it is pressed.
   * @throws as `decide`
   */
  tryAgain(ref: Ref, userId: string): Promise<Dispatch>;
  /**
   * What was read for its result. What was removed since is there by number only: its name went with it.
   * @throws DomainError `dispatch_not_found`, also when there is no result, `not_a_member`
   */
  receipt(ref: Ref, userId: string): Promise<Receipt>;
}

export interface DecideDispatchDeps extends ChangeDispatchDeps, SettleDispatchDeps {
  projects: ProjectStore;
  attachments: AttachmentStore;
  conversations: ConversationStore;
  slack: Slack;
}

export function createDecideDispatch(deps: DecideDispatchDeps): DecideDispatch {
  async function decide(ref: Ref, userId: string, decision: Decision): Promise<Dispatch> {
    const seen = await findDispatch(deps, ref);
    await checkMayDecide(deps, seen, userId);
    let opened: string | null = null;
    try {
      const decided = await changeDispatch(deps, ref, async (dispatch): Promise<DispatchChange> => {
        checkOpen(dispatch);
        if (await isEmptied(deps, dispatch)) return { ...BLANK, state: 'expired', ending: 'withdrawn' };
        if (dispatch.expiresAt.getTime() <= deps.now()) return { state: 'expired', ending: 'time' };
        if (decision === 'decline') return { state: 'declined', decidedBy: userId };
        opened = await openTaskThread(deps, dispatch);
        return { state: 'approved', decidedBy: userId, taskThreadId: opened };
      });
      if (decided.state === 'expired') checkOpen(decided);
      return decided;
    } catch (error) {
      await hideUnused(ref, opened);
      throw error;
    }
  }

  /** Someone declined in this very moment: the thread that was made for the result is not wanted. */
  async function hideUnused(ref: Ref, opened: string | null): Promise<void> {
    if (opened === null || (await deps.dispatches.findById(ref))?.taskThreadId === opened) return;
    await deps.conversations.setDeleted({ teamId: ref.teamId, id: opened }, true);
  }

  return {
    decide,

    async receipt(ref, userId) {
      const { teamId, channelId, userId: owner, result } = await findDispatch(deps, ref);
      const may = owner === null ? await deps.slack.isMember(teamId, channelId, userId) : owner === userId;
      if (!may) throw notAllowed();
      if (result === null)
        throw new DomainError('dispatch_not_found', 'What was read for this is no longer stored.');
      return unnamed(deps.attachments, teamId, result.receipt);
    },

    async stop(ref, userId) {
      await checkMayDecide(deps, await findDispatch(deps, ref), userId);
      return changeDispatch(deps, ref, ({ state, result }) => {
        if ((state === 'approved' || state === 'running') && result === null)
          return { state: 'failed', ending: 'stopped', stoppedBy: userId };
        throw new DomainError('not_running', 'It is not at work any more, so there is nothing to stop.');
      });
    },

    async tryAgain(ref, userId) {
      const failed = await findDispatch(deps, ref);
      await checkMayDecide(deps, failed, userId);
      if (failed.state !== 'failed' || failed.task === '')
        throw new DomainError('dispatch_decided', 'Only what failed can be tried again. Ask for it anew.');
      const { dispatch } = await deps.dispatches.create(asNew(failed, deps.now()));
      await deps.settleDispatch(dispatch);
      if (dispatch.state === 'proposed')
        return decide({ teamId: ref.teamId, id: dispatch.id }, userId, 'approve');
      throw new DomainError(
        'dispatch_decided',
        'Nothing was changed. It was tried again already: its newer card says what became of that.',
      );
    },
  };
}

/** The same once more. */
function asNew(failed: Dispatch, now: number): NewDispatch {
  const { teamId, conversationId, channelId, threadTs, projectId, userId, questionTs, askedBy } = failed;
  const { specialist, task, summary, actions, destructive, madeFor, sources } = failed;
  return {
    teamId,
    conversationId,
    channelId,
    threadTs,
    projectId,
    userId,
    questionTs,
    askedBy,
    specialist,
    task,
    summary,
    actions,
    destructive,
    madeFor,
    sources,
    origin: `again:${failed.id}`,
    proposedAt: new Date(now),
    expiresAt: new Date(now + failed.expiresAt.getTime() - failed.proposedAt.getTime()),
  };
}

/**
 * Only members of the channel decide, who are no guests, of this organisation, and people (product.md 5.3). In a private
 * conversation it is this one person.
 * @throws DomainError `not_a_member`, `guest_not_allowed`, `project_archived`
 */
export async function checkMayDecide(
  { slack, projects }: Pick<DecideDispatchDeps, 'slack' | 'projects'>,
  {
    teamId,
    channelId,
    projectId,
    userId: owner,
  }: Pick<Dispatch, 'teamId' | 'channelId' | 'projectId' | 'userId'>,
  userId: string,
): Promise<void> {
  if (owner !== null && owner !== userId) throw notAllowed();
  const [person, isMember] = await Promise.all([
    slack.person(teamId, userId),
    owner === userId || slack.isMember(teamId, channelId, userId),
  ]);
  if (person.guest || person.outsider || person.bot === true) {
    throw new DomainError(
      'guest_not_allowed',
      'Guests, people from other organisations and bots cannot decide this. Ask a member of this workspace to do it.',
    );
  }
  if (!isMember) throw notAllowed();
  if (projectId !== null) await activeProject(projects, { teamId, id: projectId });
}

function notAllowed(): DomainError {
  return new DomainError('not_a_member', 'Only members of the channel decide this. Join the channel first.');
}

/**
 * The conversation the result goes to. It exists from the approval on, so that whoever approved knows it; its thread in
 * Slack opens with the result.
 * @returns its id
 */
export async function openTaskThread(
  { conversations }: Pick<DecideDispatchDeps, 'conversations'>,
  dispatch: Dispatch,
): Promise<string> {
  const { id, teamId, channelId, projectId, userId, conversationId } = dispatch;
  const parent = await conversations.findById({ teamId, id: conversationId });
  const opened = await conversations.findOrOpen({
    teamId,
    key: threadKey(id),
    channelId,
    type: 'task',
    mode: 'task',
    projectId,
    userId,
    milestoneId: parent?.milestoneId ?? null,
    parentId: conversationId,
    taskId: null,
    title: taskThreadTitle(dispatch),
  });
  return opened.id;
}
