import { type Dispatch, type DispatchState, isEnded, mayBecome } from '../domain/dispatch.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { DispatchChange, DispatchStore } from '../ports/dispatches.ts';
import type { SettleDispatch } from './settle-dispatch.ts';

export interface ChangeDispatchDeps {
  dispatches: DispatchStore;
  settleDispatch: SettleDispatch;
}

/** @throws DomainError `dispatch_not_found`, also for one of another workspace */
export async function findDispatch(
  { dispatches }: Pick<ChangeDispatchDeps, 'dispatches'>,
  ref: Ref,
): Promise<Dispatch> {
  const dispatch = await dispatches.findById(ref);
  if (dispatch !== null) return dispatch;
  throw new DomainError('dispatch_not_found', 'This proposal is no longer stored. Ask for it again.');
}

/**
 * Reads a dispatch, lets `decide` say what to change, and writes that unless it has moved on meanwhile; then it is read
 * and decided anew. Null changes nothing. What follows from the change is written before this resolves.
 */
export async function changeDispatch(
  deps: ChangeDispatchDeps,
  ref: Ref,
  decide: (dispatch: Dispatch) => DispatchChange | null | Promise<DispatchChange | null>,
): Promise<Dispatch> {
  for (;;) {
    const dispatch = await findDispatch(deps, ref);
    // What a dead process left undone comes first.
    await deps.settleDispatch(dispatch);
    const change = await decide(dispatch);
    if (change === null) return dispatch;
    checkMove(dispatch.state, change.state ?? dispatch.state);
    const changed = await deps.dispatches.change(dispatch, change);
    if (changed === null) continue;
    await deps.settleDispatch(changed);
    return { ...changed, unsettled: false };
  }
}

function checkMove(from: DispatchState, to: DispatchState): void {
  if (from !== to && !mayBecome(from, to)) throw new Error(`A dispatch never goes from ${from} to ${to}.`);
}

/** What is left of a dispatch that must not say any more what it was about. */
export const BLANK: DispatchChange = { task: '', summary: '', actions: [], result: null };

/**
 * True when the coaching conversation a dispatch belongs to was emptied since it was proposed, be it in one of its task
 * threads: what it is about was said before.
 */
export async function isEmptied(
  { conversations }: { conversations: Pick<ConversationStore, 'findCoaching'> },
  { teamId, userId, questionTs }: Dispatch,
): Promise<boolean> {
  if (userId === null) return false;
  return questionTs <= ((await conversations.findCoaching(teamId, userId))?.since ?? '');
}

/** Takes back what nobody has decided yet, because what it was proposed from is gone. */
export async function withdrawDispatch(deps: ChangeDispatchDeps, ref: Ref): Promise<void> {
  await changeDispatch(deps, ref, ({ state }) =>
    state === 'proposed' ? { ...BLANK, state: 'expired', ending: 'withdrawn' } : null,
  );
}

const AT_ONCE = 100;

/**
 * Ends every dispatch of a conversation that is emptied: what it proposed is taken back, what is at work is stopped, and
 * nothing is kept of what they were about.
 * @param stoppedBy who emptied it, when it was a person.
 */
export async function endDispatches(
  deps: ChangeDispatchDeps,
  conversation: Ref,
  stoppedBy: string | null,
): Promise<void> {
  for (;;) {
    const open = await deps.dispatches.listByConversation(
      conversation,
      ['proposed', 'approved', 'running'],
      AT_ONCE,
    );
    for (const { teamId, id } of open) {
      await changeDispatch(deps, { teamId, id }, ({ state }) => {
        if (state === 'proposed') return { ...BLANK, state: 'expired', ending: 'withdrawn' };
        if (isEnded({ state })) return null;
        const ending = stoppedBy === null ? 'withdrawn' : 'stopped';
        return { ...BLANK, state: 'failed', ending, stoppedBy };
      });
    }
    if (open.length < AT_ONCE) break;
  }
  await deps.dispatches.removeByConversation(conversation);
}
