import type { Conversation } from '../domain/conversation.ts';
import type { Ref } from '../domain/scope.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../ports/conversations.ts';
import { type ChangeDispatchDeps, endDispatches } from './change-dispatch.ts';
import { type ChangeProposalDeps, endProposals } from './change-proposal.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface DeleteConversationDeps extends ChangeDispatchDeps, ChangeProposalDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  answers: AnswerStore;
  contextEntries: ContextEntryStore;
  refreshCards: RefreshCards;
}

export type DeleteConversation = (ref: Ref) => Promise<{ taskThreads: number }>;

const AT_ONCE = 100;

/**
 * Deletes a conversation with everything stored of it, and its task threads with it (product.md 5.6). What stands in
 * Slack stays there; when someone speaks to the bot in its thread again, it begins empty, in the same scope. Running it
 * again finishes what was cut short: the conversation itself goes last.
 * @returns how many task threads went along.
 */
export function createDeleteConversation(deps: DeleteConversationDeps): DeleteConversation {
  async function remove(conversation: Conversation): Promise<number> {
    const { teamId, id, resets } = conversation;
    const ref = { teamId, id };
    let threads = 0;
    for (;;) {
      const children = await deps.conversations.list({
        teamId,
        types: ['task'],
        parentId: id,
        limit: AT_ONCE,
      });
      for (const child of children) threads += 1 + (await remove(child));
      if (children.length < AT_ONCE) break;
    }
    const through = await emptied(deps, ref, resets);
    await endDispatches(deps, ref, null);
    await endProposals(deps, ref);
    await deps.messages.removeThrough(ref, through);
    await deps.answers.removeThrough(ref, through);
    await deps.contextEntries.removeAll(ref);
    await deps.conversations.setDeleted(ref, true);
    return threads;
  }

  return async (ref) => {
    const conversation = await deps.conversations.findById(ref);
    if (conversation === null) return { taskThreads: 0 };
    const taskThreads = await remove(conversation);
    const { teamId, projectId, milestoneId } = conversation;
    if (projectId !== null && milestoneId !== null) await deps.refreshCards(teamId, projectId, milestoneId);
    return { taskThreads };
  };
}

/** @returns the ts up to which it is empty now, whoever else empties it at the same time. */
async function emptied(deps: DeleteConversationDeps, ref: Ref, resets: number): Promise<string> {
  const done = await deps.conversations.empty(ref, resets, await deps.messages.newestTs(ref));
  if (done !== null) return done.since;
  const now = await deps.conversations.findById(ref);
  return now === null ? '' : emptied(deps, ref, now.resets);
}
