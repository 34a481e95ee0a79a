import { person } from '../domain/actor.ts';
import type { Attachment } from '../domain/attachment.ts';
import { urlsIn } from '../domain/context-text.ts';
import { isShared, type Message, type SharedConversation } from '../domain/conversation.ts';
import { canonicalUrl, isShareable, linkTitle, standsIn, URL_LIMIT } from '../domain/link.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { AttachShared } from './attach-shared.ts';
import type { ForgetEdited, ForgetMessage } from './forget-derived.ts';
import type { GiveFeedback } from './give-feedback.ts';
import { laneOf } from './lanes.ts';
import type { IncomingMessage, ReceiveMessage } from './receive-message.ts';
import { asksForPlan } from './receive-message.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface EditedMessage extends IncomingMessage {
  /** Slack ts of the edit. */
  editedTs: string;
}

export interface DeletedMessage {
  teamId: string;
  channelId: string;
  ts: string;
  threadTs: string | null;
}

export interface ChangeMessageDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  jobs: JobQueue;
  attachShared: AttachShared;
  refreshCards: RefreshCards;
  receiveMessage: ReceiveMessage;
  giveFeedback: GiveFeedback;
  forgetMessage: ForgetMessage;
  forgetEdited: ForgetEdited;
}

/**
 * A message was edited in Slack: what is stored changes, its links follow, and a question is answered in its newest
 * form, in the same place. An edit that arrives before its message brings the message along.
 */
export function createEditMessage(deps: ChangeMessageDeps) {
  return async (edit: EditedMessage): Promise<void> => {
    const { teamId, channelId, ts } = edit;
    const before = await deps.messages.find(teamId, channelId, ts);
    if (before === null) return deps.receiveMessage(edit, { edited: true });
    if (before.deleted || (before.editedTs ?? '') > edit.editedTs) return;
    const conversation = await deps.conversations.findById({ teamId, id: before.conversationId });
    if (conversation === null) return;
    const threadTs = conversation.threadTs ?? ts;
    // The same content under the same edit: an earlier try may have ended anywhere below.
    if (before.content === edit.content && before.editedTs !== edit.editedTs) return;
    if (conversation.type === 'project' && isShared(conversation))
      await followLinks(deps, edit, before, conversation);
    await deps.messages.edit(teamId, channelId, ts, edit.content, edit.editedTs);
    // What was said in planning says something else now: it is feedback once more.
    if (conversation.type === 'planning') await deps.giveFeedback(conversation, edit, person(edit.userId));
    else await deps.messages.settle(teamId, channelId, ts);
    await deps.conversations.dropSummaryOf({ teamId, id: conversation.id }, ts);
    // What it was remembered by may stand there no more; when it asked for that, the new answer remembers anew.
    await deps.forgetEdited({ teamId, channelId, ts });
    if (!edit.mentionsBot && !edit.direct) return;
    const toPlan = asksForPlan(conversation, edit.content);
    await deps.jobs.enqueue({
      teamId,
      kind: toPlan ? 'start-planning' : 'answer-mention',
      key: `${channelId}:${ts}:${edit.editedTs}`,
      lane: laneOf(conversation, threadTs),
      order: `${ts}:3-edit:${edit.editedTs}`,
      payload: { channelId, ts, ...(edit.direct ? { inThread: edit.threadTs } : {}) },
    });
  };
}

/** Only what the edit added is attached: a link taken back with Undo does not return with a typo mended. */
async function followLinks(
  { attachments, attachShared, refreshCards }: ChangeMessageDeps,
  edit: EditedMessage,
  before: Message,
  conversation: SharedConversation,
): Promise<void> {
  const { teamId, channelId, ts, userId } = edit;
  // Links of a message that were never taken in count as added.
  const oldContent = before.settled ? before.content : '';
  const old = new Set(canonicalKeys(urlsIn(oldContent)));
  const now = new Set(canonicalKeys(edit.links.map((link) => link.url)));
  const shared = await attachments.listByMessage(teamId, channelId, ts);
  const gone = shared.filter((one) => one.kind === 'link' && !now.has(one.key)).map((one) => one.id);
  if (gone.length > 0) {
    const removed = await attachments.withdraw(teamId, { channelId, messageTs: ts }, gone);
    const withdrawn = shared.filter((one) => gone.includes(one.id));
    await forgetWords(attachments, teamId, withdrawn, removed);
    for (const milestoneId of new Set(removed.map((one) => one.milestoneId))) {
      await refreshCards(teamId, conversation.projectId, milestoneId);
    }
  }
  await followLabels(attachments, edit, before, shared);
  const links = edit.links.filter(
    ({ url }) => !standsIn(url, oldContent) && canonicalKeys([url]).some((key) => !old.has(key)),
  );
  if (conversation.milestoneId === null || links.length === 0) return;
  await attachShared({
    conversation,
    ts,
    userId,
    links,
    workspaceHost: edit.workspaceHost,
    editedTs: edit.editedTs,
  });
}

/** A link that stays and was called by words that the message no longer has is called by its new ones. */
async function followLabels(
  attachments: AttachmentStore,
  { teamId, links, content }: EditedMessage,
  before: Message,
  shared: Attachment[],
): Promise<void> {
  for (const { id, key, title } of shared) {
    const link = links.find(({ url }) => canonicalKeys([url]).includes(key));
    if (link === undefined || !before.content.includes(title) || content.includes(title)) continue;
    await attachments.rename({ teamId, id }, linkTitle(link));
  }
}

/** A link that another message shared as well stays, but not under the words of the message that is gone. */
async function forgetWords(
  attachments: AttachmentStore,
  teamId: string,
  shared: Attachment[],
  removed: Attachment[],
): Promise<void> {
  const gone = new Set(removed.map((one) => one.id));
  for (const { id, url } of shared.filter((one) => !gone.has(one.id))) {
    if (url !== null) await attachments.rename({ teamId, id }, linkTitle({ url, label: null }));
  }
}

function canonicalKeys(urls: string[]): string[] {
  return urls.filter((url) => url.length <= URL_LIMIT && isShareable(url, null)).map(canonicalUrl);
}

/**
 * A message was deleted in Slack: its content goes at once, and with it what only it had attached (product.md 2.4).
 * A deletion that arrives before its message is remembered.
 */
export function createDeleteMessage(deps: ChangeMessageDeps) {
  return async ({ teamId, channelId, ts, threadTs }: DeletedMessage): Promise<void> => {
    // First the message: whoever attaches something for it looks afterwards whether it still stands.
    const was = await deps.messages.erase(teamId, channelId, ts);
    const shared = await deps.attachments.listByMessage(teamId, channelId, ts);
    const ids = shared.map((one) => one.id);
    const removed = await deps.attachments.withdraw(teamId, { channelId, messageTs: ts }, ids);
    // Of a message that is not known Slack says in which thread it stood, if any.
    if (was === null) await deps.conversations.dropSummary(teamId, channelId, threadTs ?? ts, ts);
    else await deps.conversations.dropSummaryOf({ teamId, id: was.conversationId }, ts);
    await deps.forgetMessage({ teamId, channelId, ts }, was);
    await forgetWords(deps.attachments, teamId, shared, removed);
    const places = new Map(removed.map((one) => [one.milestoneId ?? one.projectId, one]));
    for (const { projectId, milestoneId } of places.values())
      await deps.refreshCards(teamId, projectId, milestoneId);
  };
}
