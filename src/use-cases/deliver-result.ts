import { idsOf } from '../domain/attachment.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type Dispatch, type DispatchResult, taskThreadTitle } from '../domain/dispatch.ts';
import type { ResultMetadata } from '../domain/message-metadata.ts';
import type { Specialist } from '../domain/specialist.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import { isEmptied } from './change-dispatch.ts';
import { openTaskThread } from './decide-dispatch.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import { beginningOf } from './excerpt.ts';
import type { ForgetAttachment } from './forget-derived.ts';
import { appendFor } from './settle-dispatch.ts';
import { nameOf } from './show-dispatch.ts';

export interface DeliverResultDeps extends DeliverOnceDeps {
  dispatches: DispatchStore;
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  specialists: Specialist[];
  forgetAttachment: ForgetAttachment;
}

/** Characters of a result that its source thread shows. */
const SUMMARY = 400;

/**
 * Brings a result to its task thread, the task as its first message and the result as its second, and a short summary
 * with a link to where it came from (product.md 5.5). Everything is made once however often this runs.
 */
export async function deliverResult(
  deps: DeliverResultDeps,
  dispatch: Dispatch,
  result: DispatchResult,
  fence: number,
): Promise<{ taskThreadId: string }> {
  const { teamId } = dispatch;
  const taskThreadId = dispatch.taskThreadId ?? (await openTaskThread(deps, dispatch));
  const thread = await deps.conversations.findById({ teamId, id: taskThreadId });
  if (thread === null) return { taskThreadId };
  if (thread.deleted) {
    const parent = await deps.conversations.findById({ teamId, id: dispatch.conversationId });
    // Its source was deleted in this moment, and it with that.
    if (parent === null || parent.deleted) return { taskThreadId };
    await deps.conversations.setDeleted({ teamId, id: thread.id }, false);
    await deps.conversations.change({ teamId, id: thread.id }, { title: taskThreadTitle(dispatch) });
  }
  const threadTs = await openThread(deps, dispatch, thread, fence);
  if (await isStillWanted(deps, dispatch))
    await postResult(deps, dispatch, result, { ...thread, threadTs }, fence);
  if (await isStillWanted(deps, dispatch)) await postSummary(deps, dispatch, result, threadTs, fence);
  return { taskThreadId };
}

/** Its conversation may have been emptied a moment ago, and everything of it with that. */
async function isStillWanted(deps: DeliverResultDeps, dispatch: Dispatch): Promise<boolean> {
  const now = await deps.dispatches.findById(dispatch);
  return now?.state === 'running' && !(await isEmptied(deps, dispatch));
}

async function openThread(
  deps: DeliverResultDeps,
  dispatch: Dispatch,
  thread: Conversation,
  fence: number,
): Promise<string> {
  const { id, teamId, channelId, task, askedBy, decidedBy, questionTs, madeFor, sources } = dispatch;
  const first = await deps.messages.append({
    teamId,
    conversationId: thread.id,
    channelId,
    role: 'user',
    type: 'text',
    // Whoever approved it stands for its words, which a model wrote: they go where its scope goes.
    userId: decidedBy ?? askedBy,
    content: task,
    clientMsgId: `task:${id}`,
    madeFor,
    arrival: null,
    metadata: { toolCalls: [], sources, used: sources, tokens: null },
  });
  if (thread.threadTs !== null) return thread.threadTs;
  await deps.conversations.opening({ teamId, id: thread.id });
  const specialist = nameOf(deps.specialists, dispatch.specialist);
  const { ts } = await deliverOnce(deps, {
    key: `dispatch-thread:${id}`,
    spot: { teamId, channelId, threadTs: null },
    message: { kind: 'dispatch-task', specialist, task, by: decidedBy ?? askedBy },
    since: questionTs,
    fence,
  });
  await deps.conversations.opened({ teamId, id: thread.id }, ts);
  await deps.messages.posted({ teamId, id: first.id }, ts);
  return ts;
}

async function postResult(
  deps: DeliverResultDeps,
  { id, teamId, channelId, specialist, questionTs }: Dispatch,
  { text, receipt, urls, madeFor, toolCalls, used }: DispatchResult,
  { id: conversationId, threadTs }: Conversation,
  fence: number,
): Promise<void> {
  const items = receipt.items.filter((item) => item.included !== 'named');
  const metadata: ResultMetadata = {
    dispatchId: id,
    specialist,
    summary: beginningOf(text, SUMMARY),
    toolCalls,
    sources: items.map((item) => item.attachmentId),
    used,
    tokens: receipt.tokens,
  };
  const message = await deps.messages.append({
    teamId,
    conversationId,
    channelId,
    role: 'assistant',
    type: 'agent_result',
    userId: 'milepost',
    content: text,
    clientMsgId: `result:${id}`,
    madeFor,
    arrival: null,
    metadata,
  });
  const spot = { teamId, channelId, threadTs };
  const parts = deps.slack.split(text, urls, receipt);
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1 ? receipt : null;
    const parcel = { spot, since: questionTs, fence, key: `dispatch-result:${id}:${at}` };
    const { ts } = await deliverOnce(deps, {
      ...parcel,
      message: { kind: 'dispatch-result', dispatchId: id, text: part, receipt: last },
    });
    if (at === 0) await deps.messages.posted({ teamId, id: message.id }, ts);
  }
}

/** What was removed while the specialist was at work is removed from its result as well. */
export async function forgetWhatIsGone(
  { attachments, forgetAttachment }: Pick<DeliverResultDeps, 'attachments' | 'forgetAttachment'>,
  teamId: string,
  used: string[],
): Promise<void> {
  if (used.length === 0) return;
  const left = idsOf(await attachments.findMany(teamId, used));
  for (const id of used) if (!left.has(id)) await forgetAttachment({ teamId, id });
}

async function postSummary(
  deps: DeliverResultDeps,
  dispatch: Dispatch,
  { text, urls, madeFor, used }: DispatchResult,
  threadTs: string,
  fence: number,
): Promise<void> {
  const { id, teamId, channelId, questionTs } = dispatch;
  const specialist = nameOf(deps.specialists, dispatch.specialist);
  const summary = beginningOf(text, SUMMARY);
  const message = await appendFor(deps.messages, dispatch, {
    type: 'text',
    content: `The ${dispatch.specialist} has finished: ${summary}`,
    key: `dispatch-summary:${id}`,
    metadata: { toolCalls: [], sources: used, used, tokens: null },
    madeFor,
  });
  const { ts } = await deliverOnce(deps, {
    key: `dispatch-summary:${id}`,
    spot: { teamId, channelId, threadTs: dispatch.threadTs },
    message: {
      kind: 'dispatch-summary',
      specialist,
      text: deps.slack.split(summary, urls, null)[0] ?? '',
      url: await deps.slack.link(teamId, channelId, threadTs),
      whole: summary.length >= text.trim().length,
    },
    since: questionTs,
    fence,
  });
  await deps.messages.posted({ teamId, id: message.id }, ts);
}
