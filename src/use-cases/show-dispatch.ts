import { type Dispatch, isEnded } from '../domain/dispatch.ts';
import type { Specialist } from '../domain/specialist.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import { type JobHandler, WaitError } from '../ports/jobs.ts';
import { type Slack, SlackGone } from '../ports/slack.ts';
import { type ChangeDispatchDeps, changeDispatch } from './change-dispatch.ts';
import { type DeliverOnceDeps, deliverNewest } from './deliver-once.ts';
import { requestOf } from './settle-dispatch.ts';

export interface ShowDispatchDeps extends DeliverOnceDeps {
  dispatches: DispatchStore;
  conversations: ConversationStore;
  messages: MessageStore;
  specialists: Specialist[];
}

/** Posts the card of a dispatch, or draws it anew with what holds now. Its jobs run one at a time. */
export function createShowDispatch(deps: ShowDispatchDeps): JobHandler<'show-dispatch'> {
  return {
    async run({ dispatchId }, { teamId, fence }) {
      const dispatch = await deps.dispatches.findById({ teamId, id: dispatchId });
      if (dispatch === null) return;
      const key = `dispatch:${dispatchId}`;
      // What was taken back before anybody saw it is not shown.
      if (dispatch.cardTs === null && isEnded(dispatch) && dispatch.decidedBy === null) {
        if ((await deps.deliveries.begin(teamId, key, fence)).fresh) return;
      }
      const { channelId, threadTs, questionTs } = dispatch;
      try {
        const ts = await deliverNewest(deps, {
          key,
          spot: { teamId, channelId, threadTs },
          message: {
            kind: 'dispatch-card',
            dispatch,
            specialist: nameOf(deps.specialists, dispatch.specialist),
            url: await urlOfThread(deps, dispatch),
          },
          since: questionTs,
          fence,
        });
        if (dispatch.cardTs !== null) return;
        await deps.dispatches.shown({ teamId, id: dispatchId }, ts);
        const now = await deps.dispatches.findById({ teamId, id: dispatchId });
        // Taken back, or emptied with its conversation, in this moment: there is no message to find by its card.
        if (now === null || now.task === '') return;
        const request = await requestOf(deps.messages, dispatch);
        await deps.messages.posted({ teamId, id: request.id }, ts);
      } catch (error) {
        if (!(error instanceof SlackGone)) throw error;
      }
    },
  };
}

/** What people call a specialist; its key when it is declared no more. */
export const nameOf = (specialists: Specialist[], key: string): string =>
  specialists.find((one) => one.key === key)?.name ?? key;

/** Where the result of a dispatch is, or null while its thread is not open. */
export async function urlOfThread(
  { conversations, slack }: { conversations: ConversationStore; slack: Slack },
  { teamId, channelId, taskThreadId }: Dispatch,
): Promise<string | null> {
  if (taskThreadId === null) return null;
  const threadTs = (await conversations.findById({ teamId, id: taskThreadId }))?.threadTs ?? null;
  return threadTs === null ? null : slack.link(teamId, channelId, threadTs);
}

/** A proposal nobody decided within its days expires. */
export function createExpireDispatch(
  deps: ChangeDispatchDeps & { now: () => number },
): JobHandler<'expire-dispatch'> {
  return {
    async run({ dispatchId }, { teamId }) {
      const ref = { teamId, id: dispatchId };
      if ((await deps.dispatches.findById(ref)) === null) return;
      const left = await changeDispatch(deps, ref, ({ state, expiresAt }) =>
        state === 'proposed' && expiresAt.getTime() <= deps.now()
          ? { state: 'expired', ending: 'time' }
          : null,
      );
      // The clock of the process that proposed it was ahead of this one: looked at again when it is time here too.
      if (left.state === 'proposed')
        throw new WaitError(Math.ceil((left.expiresAt.getTime() - deps.now()) / 1_000));
    },
  };
}
