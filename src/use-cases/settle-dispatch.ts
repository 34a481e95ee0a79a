import type { Dispatch } from '../domain/dispatch.ts';
import type { MessageMetadata } from '../domain/message-metadata.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import { publishHome } from './refresh-homes.ts';

export interface SettleDispatchDeps {
  dispatches: DispatchStore;
  conversations: ConversationStore;
  messages: MessageStore;
  jobs: JobQueue;
  refreshHomes: RefreshHomes;
  /** Milliseconds since 1970. */
  now: () => number;
}

export type SettleDispatch = (dispatch: Dispatch) => Promise<void>;

/**
 * Writes down what follows from the last change of a dispatch: its message in the conversation, the jobs that show it,
 * run it and let it expire. Each step may be repeated; when a process dies in between, another one settles it.
 */
export function createSettleDispatch(deps: SettleDispatchDeps): SettleDispatch {
  return async (dispatch) => {
    if (!dispatch.unsettled) return;
    const { id, teamId, state } = dispatch;
    if (state === 'proposed') {
      await requestOf(deps.messages, dispatch);
      await expireLater(deps, dispatch);
    } else if (dispatch.task === '') {
      await eraseRequest(deps, dispatch);
    }
    if (state === 'declined' || state === 'expired') await hideThread(deps, dispatch);
    if (state === 'failed') await hideUnopened(deps, dispatch);
    await show(deps, dispatch);
    if (state === 'approved') {
      await deps.jobs.enqueue({
        teamId,
        kind: 'run-dispatch',
        key: id,
        lane: `dispatch:${id}`,
        order: '1-run',
        payload: { dispatchId: id },
      });
    }
    // Homes list what waits for a decision: nothing of a dispatch at work.
    if (state !== 'running' && state !== 'succeeded') await showInHomes(deps, dispatch);
    await deps.dispatches.settled(dispatch);
  };
}

/** The thread of a result that never came leads nowhere: it is no task thread of anything. */
async function hideUnopened(
  { conversations }: SettleDispatchDeps,
  { teamId, taskThreadId }: Dispatch,
): Promise<void> {
  if (taskThreadId === null) return;
  const ref = { teamId, id: taskThreadId };
  const thread = await conversations.findById(ref);
  if (thread !== null && thread.threadTs === null) await conversations.setDeleted(ref, true);
}

async function showInHomes(deps: SettleDispatchDeps, dispatch: Dispatch): Promise<void> {
  const { teamId, id, version, projectId, userId } = dispatch;
  if (projectId !== null) await deps.refreshHomes(teamId, projectId);
  else if (userId !== null) await publishHome(deps.jobs, teamId, userId, `dispatch:${id}:${version}`);
}

/** Slack takes one edit of a message in three seconds (docs.slack.dev, chat.update). */
const WINDOW_MS = 3_000;

/**
 * Has its card show what holds now: a decision and an end at once, the steps of a run together, however many fall in one
 * window of three seconds.
 */
function show({ jobs, now }: SettleDispatchDeps, { teamId, id, state, version }: Dispatch): Promise<void> {
  const window = Math.floor(now() / WINDOW_MS);
  const isStep = state === 'running';
  return jobs.enqueue({
    teamId,
    kind: 'show-dispatch',
    key: isStep ? `${id}:window:${window}` : `${id}:${version}`,
    lane: `dispatch-card:${id}`,
    order: String(version).padStart(9, '0'),
    ...(isStep ? { delayMs: (window + 1) * WINDOW_MS - now() } : {}),
    payload: { dispatchId: id },
  });
}

/** After the last millisecond. */
const MARGIN_MS = 1_000;

function expireLater({ jobs, now }: SettleDispatchDeps, { teamId, id, expiresAt }: Dispatch): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'expire-dispatch',
    key: id,
    lane: `dispatch-end:${id}`,
    order: '0',
    delayMs: Math.max(0, expiresAt.getTime() - now()) + MARGIN_MS,
    payload: { dispatchId: id },
  });
}

/** What was proposed is a message of the conversation, once: the next answer knows of it. */
export function requestOf(messages: MessageStore, dispatch: Dispatch) {
  const { specialist, task, summary, actions, destructive } = dispatch;
  const { sources: used } = dispatch;
  const metadata = { dispatchId: dispatch.id, specialist, task, summary, actions, destructive, used };
  return appendFor(messages, dispatch, {
    type: 'agent_request',
    content: `Proposed that the ${specialist} does this, for a person to approve or decline: ${summary}`,
    key: `request:${dispatch.id}`,
    metadata,
    madeFor: dispatch.madeFor,
  });
}

/** What must not say any more what it was about says so nowhere. */
async function eraseRequest(
  { conversations, messages }: SettleDispatchDeps,
  dispatch: Dispatch,
): Promise<void> {
  const { teamId, channelId, ts } = await requestOf(messages, dispatch);
  await messages.erase(teamId, channelId, ts);
  const { taskThreadId, specialist } = dispatch;
  if (taskThreadId !== null) await conversations.change({ teamId, id: taskThreadId }, { title: specialist });
}

/** The thread of a result that an approval opened which did not count. */
async function hideThread({ conversations }: SettleDispatchDeps, { teamId, id }: Dispatch): Promise<void> {
  const [unused] = await conversations.findByKeys(teamId, [threadKey(id)]);
  if (unused !== undefined) await conversations.setDeleted({ teamId, id: unused.id }, true);
}

/** What makes the thread of a result one. */
export const threadKey = (dispatchId: string): string => `dispatch:${dispatchId}`;

/** Adds a message of ours to the conversation a dispatch came from, once for its key. */
export function appendFor(
  messages: MessageStore,
  { teamId, conversationId, channelId, questionTs }: Dispatch,
  message: {
    type: 'text' | 'agent_request' | 'agent_progress';
    content: string;
    key: string;
    metadata: MessageMetadata | null;
    madeFor: string | null;
  },
) {
  const { type, content, key, metadata, madeFor } = message;
  return messages.append({
    teamId,
    conversationId,
    channelId,
    role: 'assistant',
    type,
    userId: 'milepost',
    content,
    clientMsgId: key,
    madeFor,
    arrival: null,
    metadata,
    // It goes with its question: when that is deleted, or the conversation emptied.
    answerTo: questionTs,
  });
}
