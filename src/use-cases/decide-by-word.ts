import type { Message } from '../domain/conversation.ts';
import { type Dispatch, wordIn } from '../domain/dispatch.ts';
import { DomainError } from '../domain/errors.ts';
import type { Specialist } from '../domain/specialist.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobPayloads } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { changeDispatch } from './change-dispatch.ts';
import { checkMayDecide, type DecideDispatch, type DecideDispatchDeps } from './decide-dispatch.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import { sayFailed } from './say-failed.ts';
import { nameOf } from './show-dispatch.ts';

export interface DecideByWordDeps extends DecideDispatchDeps, DeliverOnceDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  decideDispatch: DecideDispatch;
  specialists: Specialist[];
  log: Log;
}

/** More open proposals in one thread than anybody keeps apart. */
const OPEN_AT_ONCE = 10;

type Payload = JobPayloads['decide-by-word'];

/**
 * "approve", "go ahead", "no" and "stop" in the thread of a proposal count as its buttons do. Where nothing waits for
 * such a word it is what people say to each other, or a question to the bot.
 */
export function createDecideByWord(deps: DecideByWordDeps): JobHandler<'decide-by-word'> {
  return {
    async run(payload, { teamId, fence, attempt }) {
      const message = await deps.messages.find(teamId, payload.channelId, payload.ts);
      if (message === null) return;
      // What a message was edited to decides nothing, not even when the word had not been looked at yet.
      const word = message.deleted || message.editedTs !== null ? null : wordIn(message.content);
      const meant = word === null ? [] : await meantBy(deps, message, word === 'stop');
      const [dispatch] = meant;
      if (word === null || dispatch === undefined) {
        if (word !== null && attempt > 1 && (await hasDecided(deps, message, word === 'stop'))) return;
        return answerInstead(deps, message, payload);
      }
      const say = (text: string): Promise<void> => tell(deps, dispatch, message, text);
      if (meant.length > 1) {
        const several = word === 'stop' ? 'specialist is at work' : 'proposal is open';
        return say(`More than one ${several} here. Press the button on the card of the one you mean.`);
      }
      try {
        const ref = { teamId, id: dispatch.id };
        if (word === 'stop') await deps.decideDispatch.stop(ref, message.userId);
        else if (word === 'approve' && (await isToBeConfirmed(deps, dispatch, message, fence))) return;
        else await deps.decideDispatch.decide(ref, message.userId, word);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        await say(error.message);
      }
    },
    async abandoned({ channelId, ts }, { teamId }, error) {
      const userId = (await deps.messages.find(teamId, channelId, ts))?.userId;
      if (userId !== undefined) await sayFailed(deps, { teamId, channelId, userId }, 'your decision', error);
    },
  };
}

/** What the word can be about: shown before it was said, in this very conversation. */
async function meantBy(deps: DecideByWordDeps, message: Message, toStop: boolean): Promise<Dispatch[]> {
  const { teamId, conversationId, ts } = message;
  const states = toStop ? (['approved', 'running'] as const) : (['proposed'] as const);
  const conversation = { teamId, id: conversationId };
  const open = await deps.dispatches.listByConversation(conversation, [...states], OPEN_AT_ONCE);
  return open.filter(({ cardTs }) => cardTs !== null && cardTs < ts);
}

/** An earlier try of this job may have decided and ended before it could say so. */
async function hasDecided(
  deps: DecideByWordDeps,
  { teamId, conversationId, userId, ts }: Message,
  toStop: boolean,
) {
  const conversation = { teamId, id: conversationId };
  const ended = ['approved', 'running', 'succeeded', 'declined', 'failed'] as const;
  const [last] = await deps.dispatches.listByConversation(conversation, [...ended], 1);
  return (
    last !== undefined && (toStop ? last.stoppedBy : last.decidedBy) === userId && (last.cardTs ?? ts) < ts
  );
}

/** What cannot be undone is asked for twice, as the button does. */
async function isToBeConfirmed(
  deps: DecideByWordDeps,
  dispatch: Dispatch,
  { userId, ts }: Message,
  fence: number,
): Promise<boolean> {
  const { id, teamId, channelId, threadTs, destructive, confirming } = dispatch;
  if (!destructive) return false;
  await checkMayDecide(deps, dispatch, userId);
  const [askedOf, askedFor = ts] = confirming?.split(':') ?? [];
  const first = askedOf === userId ? askedFor : ts;
  const asked = await changeDispatch(deps, { teamId, id }, (now) =>
    now.state === 'proposed' && now.confirming !== `${userId}:${first}`
      ? { confirming: `${userId}:${first}` }
      : null,
  );
  if (asked.state !== 'proposed' || asked.expiresAt.getTime() <= deps.now()) return false;
  const question = await deliverOnce(deps, {
    key: `confirm:${id}:${first}`,
    spot: { teamId, channelId, threadTs },
    message: {
      kind: 'confirm-dispatch',
      dispatch: asked,
      specialist: nameOf(deps.specialists, asked.specialist),
      userId,
    },
    since: first,
    fence,
  });
  // Said twice before the question stood there, it has not been answered.
  return ts <= question.ts;
}

async function answerInstead({ jobs }: DecideByWordDeps, message: Message, payload: Payload): Promise<void> {
  const { channelId, ts, mention, inThread, lane } = payload;
  if (!mention) return;
  await jobs.enqueue({
    teamId: message.teamId,
    kind: 'answer-mention',
    key: `${channelId}:${ts}`,
    lane,
    order: `${ts}:2-answer`,
    payload: { channelId, ts, ...(inThread === undefined ? {} : { inThread }) },
  });
}

function tell(
  { slack }: DecideByWordDeps,
  { teamId, channelId, threadTs }: Dispatch,
  { userId }: Message,
  text: string,
): Promise<void> {
  return slack.whisper({ teamId, channelId, threadTs }, userId, { kind: 'text', text });
}
