import type { ContextEntry } from '../domain/context-entry.ts';
import type { Conversation } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { Milestone } from '../domain/project.ts';
import type { Ref } from '../domain/scope.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { AnswerStore, ConversationStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { RememberedLine, Slack } from '../ports/slack.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { publishHome } from './refresh-homes.ts';

/** What people see of what is remembered, and how they have it forgotten. */
export interface UseMemory {
  /**
   * Forgets a context entry, unless it was stored anew since `updatedAt`.
   * @throws DomainError `memory_not_found`, `not_a_member`
   */
  forgetEntry(ref: Ref, userId: string, updatedAt: Date): Promise<void>;
  /** Forgets a fact about this very person. @throws DomainError `memory_not_found` */
  forgetFact(ref: Ref, userId: string, updatedAt: Date): Promise<void>;
  /**
   * What an answer remembered, as it is now, for the message that says so.
   * @throws DomainError `answer_not_found`, `not_a_member`
   */
  rememberedBy(
    answer: Ref,
    userId: string,
  ): Promise<{ lines: RememberedLine[]; refused: { key: string; why: string }[] }>;
  /**
   * What the conversation of a milestone remembers, newest first, at most 100.
   * @throws DomainError `milestone_not_found`, `not_a_member`
   */
  ofMilestone(
    ref: Ref,
    userId: string,
  ): Promise<{ milestone: Milestone; entries: ContextEntry[]; total: number }>;
}

export interface UseMemoryDeps {
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
  conversations: ConversationStore;
  milestones: MilestoneStore;
  answers: AnswerStore;
  slack: Slack;
  jobs: JobQueue;
  refreshCards: RefreshCards;
}

const LISTED = 100;

export function createUseMemory(deps: UseMemoryDeps): UseMemory {
  const { answers, contextEntries, conversations, jobs, milestones, refreshCards, slack, userFacts } = deps;

  /** Members of a channel see what its conversations remember; of a private one, its person. */
  async function checkMaySee(
    teamId: string,
    conversation: Conversation | null,
    userId: string,
  ): Promise<void> {
    const owner = conversation?.userId ?? null;
    const may =
      conversation !== null &&
      (owner === null ? await slack.isMember(teamId, conversation.channelId, userId) : owner === userId);
    if (!may)
      throw new DomainError('not_a_member', 'Only members of the channel can do this. Join it first.');
  }

  async function line(ref: Ref, about: RememberedLine['about'], userId: string): Promise<RememberedLine> {
    const facts =
      about === 'person' ? await userFacts.list(ref.teamId, userId, { skip: 0, limit: LISTED }) : [];
    const found =
      about === 'person' ? facts.find((fact) => fact.id === ref.id) : await contextEntries.findById(ref);
    if (found == null) return { id: ref.id, about, key: '', value: null, updatedAt: null };
    return { id: ref.id, about, key: found.key, value: found.value, updatedAt: found.updatedAt };
  }

  return {
    async forgetEntry(ref, userId, updatedAt) {
      const entry = await contextEntries.findById(ref);
      if (entry === null) throw gone();
      const { teamId } = ref;
      const conversation = await conversations.findById({ teamId, id: entry.conversationId });
      await checkMaySee(teamId, conversation, userId);
      if (!(await contextEntries.forget(ref, updatedAt))) throw gone();
      const { projectId = null, milestoneId = null } = conversation ?? {};
      if (projectId !== null && milestoneId !== null) await refreshCards(teamId, projectId, milestoneId);
    },

    async forgetFact(ref, userId, updatedAt) {
      if (!(await userFacts.forget(ref, userId, updatedAt))) throw gone();
      await publishHome(jobs, ref.teamId, userId, `forgot:${ref.id}:${updatedAt.getTime()}`);
    },

    async rememberedBy(ref, userId) {
      const { teamId } = ref;
      const answer = await answers.findById(ref);
      if (answer === null)
        throw new DomainError('answer_not_found', 'This answer is no longer stored, nor what it remembered.');
      await checkMaySee(teamId, await conversations.findById({ teamId, id: answer.conversationId }), userId);
      const lines = answer.remembered.map(({ about, id }) => line({ teamId, id }, about, userId));
      return { lines: await Promise.all(lines), refused: [] };
    },

    async ofMilestone(ref, userId) {
      const milestone = await milestones.findById(ref);
      if (milestone === null)
        throw new DomainError('milestone_not_found', 'This milestone no longer exists.');
      const { teamId, channelId, threadTs } = milestone;
      const conversation =
        threadTs === null ? null : await conversations.findByThread(teamId, channelId, threadTs);
      if (conversation === null) return { milestone, entries: [], total: 0 };
      await checkMaySee(teamId, conversation, userId);
      const of = { teamId, id: conversation.id };
      const [entries, total] = await Promise.all([
        contextEntries.list(of, { limit: LISTED }),
        contextEntries.count(of),
      ]);
      return { milestone, entries, total };
    },
  };
}

function gone(): DomainError {
  return new DomainError(
    'memory_not_found',
    'This was forgotten already, or something newer is remembered in its place.',
  );
}
