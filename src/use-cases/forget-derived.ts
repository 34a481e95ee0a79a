import { type Attachment, idsOf } from '../domain/attachment.ts';
import { isOfPeople } from '../domain/context.ts';
import type { ContextEntry } from '../domain/context-entry.ts';
import type { Message } from '../domain/conversation.ts';
import { isEnded } from '../domain/dispatch.ts';
import { createQuotes } from '../domain/quotes.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ContextEntryStore, RemovedSource } from '../ports/context-entries.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobQueue } from '../ports/jobs.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { BLANK, type ChangeDispatchDeps, changeDispatch, withdrawDispatch } from './change-dispatch.ts';
import { blankProposal, type ChangeProposalDeps, withdrawProposal } from './change-proposal.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { publishHome } from './refresh-homes.ts';
import { AFTER_ALL } from './slack-time.ts';

export interface ForgetDeps extends ChangeDispatchDeps, ChangeProposalDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  answers: AnswerStore;
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
  refreshCards: RefreshCards;
  jobs: JobQueue;
}

/** Removes what was made from an attachment that is gone. */
export type ForgetAttachment = (attachment: Ref) => Promise<void>;
/** Removes what was made from a message that is gone. @param was the message before, when it was known. */
export type ForgetMessage = (
  message: { teamId: string; channelId: string; ts: string },
  was: Message | null,
) => Promise<void>;

/** Removes what was remembered and proposed from a message that says something else now. */
export type ForgetEdited = (message: { teamId: string; channelId: string; ts: string }) => Promise<void>;

/**
 * What goes with its source (product.md 6.4): answers and results that cite or quote it, summaries made from those,
 * what was remembered from it, proposals that say what it said. What stands in Slack stays there.
 */
export function createForgetDerived(deps: ForgetDeps): {
  forgetAttachment: ForgetAttachment;
  forgetMessage: ForgetMessage;
  forgetEdited: ForgetEdited;
  /** Makes summaries void that hold what was made from an attachment: it went elsewhere. */
  dropSummariesWith: (attachment: Ref) => Promise<void>;
} {
  async function forgetEntries(teamId: string, source: RemovedSource, onlyAsked = false): Promise<void> {
    const forgotten = await deps.contextEntries.forgetFrom(teamId, source, onlyAsked);
    for (const id of new Set(forgotten.map((entry: ContextEntry) => entry.conversationId))) {
      const conversation = await deps.conversations.findById({ teamId, id });
      if (conversation?.projectId == null || conversation.milestoneId === null) continue;
      await deps.refreshCards(teamId, conversation.projectId, conversation.milestoneId);
    }
  }

  async function forgetRemembered(
    teamId: string,
    message: { channelId: string; ts: string },
    onlyAsked = false,
  ): Promise<void> {
    await forgetEntries(teamId, message, onlyAsked);
    const facts = await deps.userFacts.forgetFrom(teamId, message, onlyAsked);
    for (const { userId, id } of facts) await publishHome(deps.jobs, teamId, userId, `forgot:${id}`);
  }

  async function dropSummaries(messages: Pick<Message, 'teamId' | 'conversationId' | 'ts'>[]): Promise<void> {
    for (const { teamId, conversationId, ts } of messages)
      await deps.conversations.dropSummaryOf({ teamId, id: conversationId }, ts);
  }

  async function dropSummariesWith({ teamId, id }: Ref): Promise<void> {
    await dropSummaries(await deps.messages.listMadeFrom(teamId, id));
  }

  return {
    dropSummariesWith,

    async forgetAttachment({ teamId, id }) {
      // First the summaries: should this process die, the messages still tell whose they are.
      await dropSummariesWith({ teamId, id });
      await dropSummaries(await deps.messages.eraseMadeFrom(teamId, id));
      await deps.answers.eraseMadeFrom(teamId, id);
      await forgetEntries(teamId, { attachmentId: id });
      for (const dispatch of await deps.dispatches.listMadeFrom(teamId, id)) {
        if (dispatch.sources.includes(id)) await blank(deps, dispatch);
        else await forgetReceipt(deps, dispatch);
      }
      for (const proposal of await deps.taskProposals.listMadeFrom(teamId, id))
        await blankProposal(deps, proposal);
    },

    async forgetEdited({ teamId, channelId, ts }) {
      // A mended typo in a message that merely says the same takes nothing along.
      await forgetRemembered(teamId, { channelId, ts }, true);
      // When it asks for the same still, it is proposed anew.
      for (const dispatch of await deps.dispatches.listByQuestion(teamId, channelId, ts))
        await withdrawDispatch(deps, dispatch);
      for (const proposal of await deps.taskProposals.listByQuestion(teamId, channelId, ts))
        await withdrawProposal(deps, proposal);
    },

    async forgetMessage({ teamId, channelId, ts }, was) {
      await forgetRemembered(teamId, { channelId, ts });
      await deps.answers.erase({ teamId, channelId, questionTs: ts });
      const led = await deps.dispatches.listByQuestion(teamId, channelId, ts);
      for (const dispatch of led) await blank(deps, dispatch);
      for (const proposal of await deps.taskProposals.listByQuestion(teamId, channelId, ts))
        await blankProposal(deps, proposal);
      if (was === null || was.role !== 'user' || was.content === '') return;
      const threads = led.flatMap(({ taskThreadId }) => taskThreadId ?? []);
      await dropSummaries(await eraseQuoting(deps, was, [was.conversationId, ...threads]));
    },
  };
}

/** Nobody decides any more on what is gone, nor works on it; what has ended keeps its state and says nothing. */
async function blank(deps: ForgetDeps, ref: Ref): Promise<void> {
  await changeDispatch(deps, ref, ({ state, task }) => {
    if (state === 'proposed') return { ...BLANK, state: 'expired', ending: 'withdrawn' };
    if (!isEnded({ state })) return { ...BLANK, state: 'failed', ending: 'withdrawn' };
    return task === '' ? null : BLANK;
  });
}

/** What a finished one read is no longer told; a result on its way is looked at when it is there. */
async function forgetReceipt(deps: ForgetDeps, ref: Ref): Promise<void> {
  await changeDispatch(deps, ref, ({ state, result }) =>
    state === 'succeeded' && result !== null ? { result: null } : null,
  );
}

/** Messages after a deleted one that are read at once. */
const PAGE = 200;
/**
 * What we said ourselves, in the conversation of a deleted message and in the threads it led to, that answers or quotes
 * it. @returns what it was.
 */
async function eraseQuoting(deps: ForgetDeps, was: Message, conversationIds: string[]): Promise<Message[]> {
  const { messages, answers } = deps;
  const made: Message[] = [];
  for (const id of conversationIds) {
    for await (const message of messagesAfter(deps, { teamId: was.teamId, id }, was.ts)) {
      if (isOfPeople(message)) continue;
      if (message.answerTo === was.ts || createQuotes(message.content).of(was.content)) made.push(message);
    }
  }
  for (const { teamId, channelId, ts, answerTo } of made) {
    if (answerTo !== null) await answers.erase({ teamId, channelId, questionTs: answerTo });
    await messages.erase(teamId, channelId, ts);
  }
  return made;
}

async function* messagesAfter({ messages }: ForgetDeps, ref: Ref, ts: string): AsyncGenerator<Message> {
  let after = ts;
  for (;;) {
    const page = await messages.oldest(ref, after, AFTER_ALL, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.ts;
  }
}

/**
 * Attachments that take along what was made from them, also under their former ids, wherever they are removed. What
 * becomes one with another is not removed: all that was made from it stays.
 * @param forget.forgetAttachment for one that is removed, `dropSummariesWith` for one that goes to another place.
 * @param later has it looked after once more in a while, should this process die in between.
 */
export function takingAlong(
  attachments: AttachmentStore,
  forget: Pick<ReturnType<typeof createForgetDerived>, 'forgetAttachment' | 'dropSummariesWith'>,
  later: (teamId: string, attachmentIds: string[]) => Promise<void>,
): AttachmentStore {
  /** Every id that may stand in what was made from these. */
  async function known(teamId: string, ids: string[]): Promise<string[]> {
    return [...new Set([...ids, ...idsOf(await attachments.findMany(teamId, ids))])];
  }

  async function dropSummaries(teamId: string, ids: Iterable<string>): Promise<void> {
    for (const id of ids) await forget.dropSummariesWith({ teamId, id });
  }

  async function forgetAll(teamId: string, removed: Pick<Attachment, 'id' | 'formerIds'>[]): Promise<void> {
    for (const id of idsOf(removed)) await forget.forgetAttachment({ teamId, id });
  }

  return {
    ...attachments,
    async remove(ref) {
      const { teamId, id } = ref;
      const ids = await known(teamId, [id]);
      await later(teamId, ids);
      const removed = await attachments.remove(ref);
      // Also what an earlier try removed that ended before it forgot.
      await forgetAll(teamId, [{ id, formerIds: ids }, ...(removed === null ? [] : [removed])]);
      return removed;
    },
    async move(ref, milestoneId) {
      const ids = await known(ref.teamId, [ref.id]);
      // Before as well: should this process die in between, no summary of its old place holds it.
      await dropSummaries(ref.teamId, ids);
      const moved = await attachments.move(ref, milestoneId);
      await dropSummaries(ref.teamId, ids);
      return moved;
    },
    async withdraw(teamId, message, ids) {
      if (ids.length > 0) await later(teamId, await known(teamId, ids));
      const removed = await attachments.withdraw(teamId, message, ids);
      await forgetAll(teamId, removed);
      return removed;
    },
  };
}

/** Two minutes: longer than an answer takes that was under way when its source was removed. */
const LATER_MS = 120_000;

/** Queues a second look at what was made from attachments that are about to go. */
export function createForgetLater(jobs: JobQueue, now: () => number) {
  return (teamId: string, attachmentIds: string[]): Promise<void> =>
    jobs.enqueue({
      teamId,
      kind: 'forget-removed',
      key: `${attachmentIds.join(',')}:${now()}`,
      lane: `forget:${attachmentIds[0] ?? ''}`,
      order: String(now()),
      delayMs: LATER_MS,
      payload: { attachmentIds },
    });
}

/** Finishes removals that were cut short, and forgets what was made from attachments that are gone. */
export function createForgetRemoved(
  attachments: AttachmentStore,
  forget: ForgetAttachment,
): JobHandler<'forget-removed'> {
  return {
    async run({ attachmentIds }, { teamId }) {
      for (const id of attachmentIds) await attachments.finishCutShort({ teamId, id });
      const left = idsOf(await attachments.findMany(teamId, attachmentIds));
      for (const id of attachmentIds) if (!left.has(id)) await forget({ teamId, id });
    },
  };
}
