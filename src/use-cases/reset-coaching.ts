import type { Conversation, ConversationMode } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobQueue } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { type ChangeDispatchDeps, endDispatches } from './change-dispatch.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import { privateLane } from './lanes.ts';
import { publishHome } from './refresh-homes.ts';
import { sayFailed } from './say-failed.ts';

/** A person's own conversation with the bot. */
export interface ResetCoaching {
  /**
   * Empties the person's coaching conversation; they are told in their direct messages when it is done.
   * @param resets how many times it had been emptied when the person saw the button.
   * @param pressedTs Slack's time of the press, when it is known.
   * @throws DomainError `already_reset`, `conversation_not_found` when there is nothing to reset
   */
  reset(teamId: string, userId: string, resets: number, pressedTs: string | null): Promise<void>;
  /** How the bot behaves there. @throws DomainError `conversation_not_found` before the first message */
  setMode(teamId: string, userId: string, mode: ConversationMode): Promise<void>;
}

export interface ResetDeps extends ChangeDispatchDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  jobs: JobQueue;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How far Slack's clock may be ahead of ours, in seconds. */
const AHEAD_SECONDS = 600;

/**
 * From the moment `reset` resolves nothing said before counts any more: answers under way are stopped, and none of it is
 * told to a model again. What is stored of it is removed by a job in the conversation's lane, after which the person is
 * told (product.md 7.2).
 */
export function createResetCoaching(deps: ResetDeps): ResetCoaching {
  async function owned(teamId: string, userId: string): Promise<Conversation> {
    const conversation = await deps.conversations.findCoaching(teamId, userId);
    if (conversation !== null) return conversation;
    throw new DomainError(
      'conversation_not_found',
      'We have not talked yet. Write me a direct message, and your own conversation begins.',
    );
  }

  return {
    async reset(teamId, userId, resets, pressedTs) {
      const conversation = await owned(teamId, userId);
      if (conversation.resets !== resets) throw alreadyReset();
      const ref = { teamId, id: conversation.id };
      const since = await lastBefore(deps, ref, pressedTs);
      // First the work that ends it: should this process die, it is done all the same.
      await finishLater(deps.jobs, conversation, since);
      const emptied = await deps.conversations.empty(ref, resets, since);
      // The job may have been faster; whoever else emptied it did so up to another moment.
      if (emptied === null && (await owned(teamId, userId)).since !== since) throw alreadyReset();
      await endDispatches(deps, ref, userId);
      await publishHome(deps.jobs, teamId, userId, `reset:${resets}`);
    },

    async setMode(teamId, userId, mode) {
      const { id } = await owned(teamId, userId);
      await deps.conversations.change({ teamId, id }, { mode });
    },
  };
}

/** More than anybody writes between a press and its arrival here. */
const MEANWHILE = 100;

/**
 * The ts of the last that is to go: everything said before the press, also what is told of late. What was asked between
 * the press and its arrival stays, unless it is answered: such an answer was made from what goes.
 */
async function lastBefore({ messages, now }: ResetDeps, ref: Ref, pressedTs: string | null): Promise<string> {
  const newest = await messages.newestTs(ref);
  const inTime = pressedTs !== null && Number(pressedTs) <= now() / 1_000 + AHEAD_SECONDS;
  if (!inTime) return newest;
  if (newest <= pressedTs) return pressedTs;
  const latest = await messages.latest(ref, MEANWHILE);
  return latest
    .filter((message) => message.role === 'assistant')
    .map((message) => message.answerTo ?? message.ts)
    .reduce((last, ts) => (ts > last ? ts : last), pressedTs);
}

function alreadyReset(): DomainError {
  return new DomainError('already_reset', 'Nothing was changed: this conversation was reset already.');
}

function finishLater(jobs: JobQueue, { teamId, userId, channelId, resets }: Conversation, since: string) {
  const owner = userId ?? '';
  return jobs.enqueue({
    teamId,
    kind: 'finish-reset',
    key: `${owner}:${resets}`,
    lane: privateLane(owner),
    // After what is under way, before whatever is asked from now on.
    order: `${since}:9-reset`,
    payload: { userId: owner, channelId, resets, since },
  });
}

export interface FinishResetDeps extends DeliverOnceDeps, ResetDeps {
  log: Log;
  answers: AnswerStore;
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
}

/** Removes what a reset left, and says so. */
export function createFinishReset(deps: FinishResetDeps): JobHandler<'finish-reset'> {
  return {
    async run({ userId, channelId, resets, since }, { teamId, fence }) {
      const conversation = await deps.conversations.findCoaching(teamId, userId);
      if (conversation === null) return;
      const ref = { teamId, id: conversation.id };
      // It is faster than the press it comes from, or the process died right after that.
      if (conversation.resets === resets) await deps.conversations.empty(ref, resets, since);
      await endDispatches(deps, ref, userId);
      const now = await deps.conversations.findById(ref);
      // Of two presses at once one emptied it, perhaps up to a later moment than the one this comes from.
      const through = [since, now?.since ?? ''].reduce((one, other) => (one > other ? one : other));
      await deps.messages.removeThrough(ref, through);
      await deps.answers.removeThrough(ref, through);
      await deps.contextEntries.removeAll(ref);
      const facts = await deps.userFacts.count(teamId, userId);
      await deliverOnce(deps, {
        key: `reset:${conversation.id}:${resets}`,
        spot: { teamId, channelId, threadTs: null },
        message: { kind: 'notice', text: doneText(facts) },
        since: '0',
        fence,
      });
    },
    abandoned: async ({ userId, channelId }, { teamId }, error) =>
      sayFailed(deps, { teamId, channelId, userId }, 'forgetting this conversation', error),
  };
}

function doneText(facts: number): string {
  const kept =
    facts === 0
      ? 'I keep no facts about you.'
      : `${facts === 1 ? '1 fact' : `${facts} facts`} about you ${facts === 1 ? 'stays' : 'stay'}: you find ${facts === 1 ? 'it' : 'them'} in my *Home*, where you can have me forget.`;
  return `:broom: Done. I have forgotten this conversation. ${kept} Threads with results stay where they are.`;
}

/** "reset" in a direct message asks first. */
export function createAskReset(
  deps: DeliverOnceDeps & {
    conversations: ConversationStore;
    messages: MessageStore;
    userFacts: UserFactStore;
    log: Log;
  },
): JobHandler<'ask-reset'> {
  return {
    async run({ channelId, ts, inThread }, { teamId, fence }) {
      const message = await deps.messages.find(teamId, channelId, ts);
      if (message === null || message.deleted) return;
      const conversation = await deps.conversations.findCoaching(teamId, message.userId);
      if (conversation === null || ts <= conversation.since) return;
      const facts = await deps.userFacts.count(teamId, message.userId);
      await deliverOnce(deps, {
        key: `ask-reset:${channelId}:${ts}`,
        spot: { teamId, channelId, threadTs: inThread },
        message: { kind: 'reset-question', resets: conversation.resets, facts },
        since: ts,
        fence,
      });
    },
    async abandoned({ channelId, ts }, { teamId }, error) {
      const userId = (await deps.messages.find(teamId, channelId, ts))?.userId;
      if (userId !== undefined)
        await sayFailed(deps, { teamId, channelId, userId }, 'asking about the reset', error);
    },
  };
}
