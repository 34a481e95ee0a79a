import type { Answer } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { AnswerStore, ConversationStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';
import { laneOf } from './lanes.ts';
import { unnamed } from './unnamed.ts';

export interface JudgeAnswerDeps {
  answers: AnswerStore;
  attachments: AttachmentStore;
  conversations: ConversationStore;
  jobs: JobQueue;
  slack: Slack;
}

/** What people can do with an answer: look at what it read, vote, try again. Members of its channel only. */
export function createJudgeAnswer({ answers, attachments, conversations, jobs, slack }: JudgeAnswerDeps) {
  async function visible(ref: Ref, userId: string): Promise<Answer> {
    const answer = await answers.findById(ref);
    if (answer === null)
      throw new DomainError(
        'answer_not_found',
        'This answer is no longer stored. Ask again to get a new one.',
      );
    if (await slack.isMember(ref.teamId, answer.channelId, userId)) return answer;
    throw new DomainError('not_a_member', 'Only members of the channel can do this. Join the channel first.');
  }

  return {
    /** What an answer read. What was removed since is there by number only: its name went with it. */
    async receipt(ref: Ref, userId: string): Promise<Receipt | null> {
      const { receipt } = await visible(ref, userId);
      if (receipt === null) return null;
      return unnamed(attachments, ref.teamId, receipt);
    },

    async vote(ref: Ref, userId: string, vote: 'up' | 'down'): Promise<void> {
      await visible(ref, userId);
      await answers.vote(ref, userId, vote);
    },

    /** Queues the answer once more; pressed twice it runs once, since the second run finds it delivered. */
    async tryAgain(ref: Ref, userId: string, pressedTs: string): Promise<void> {
      const { teamId, channelId, questionTs, threadTs, conversationId } = await visible(ref, userId);
      const conversation = await conversations.findById({ teamId, id: conversationId });
      if (conversation === null) return;
      await jobs.enqueue({
        teamId,
        kind: 'answer-mention',
        key: `${channelId}:${questionTs}:again:${pressedTs}`,
        lane: laneOf(conversation, threadTs ?? questionTs),
        order: `${questionTs}:4-again:${pressedTs}`,
        payload: { channelId, ts: questionTs, inThread: threadTs },
      });
    },
  };
}
