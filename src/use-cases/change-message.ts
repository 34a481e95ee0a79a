import { person } from '../domain/actor.ts';
import type { Attachment } from '../domain/attachment.ts';
import { urlsIn } from '../domain/context-text.ts';
import { isShared, type Message, type SharedConversation } from '../domain/conversation.ts';
import { canonicalUrl, isShareable, linkTitle, standsIn, URL_LIMIT } from '../domain/link.ts';
import type { AttachmentStore, SharedAttachment } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { AttachShared } from './attach-shared.ts';
import type { ForgetEdited, ForgetMessage } from './forget-derived.ts';
import type { GiveFeedback } from './give-feedback.ts';
import { FILE_KEY } from './keep-files.ts';
import { laneOf } from './lanes.ts';
import type { IncomingMessage, ReceiveMessage } from './receive-message.ts';
import { asksForPlan } from './receive-message.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface EditedMessage extends IncomingMessage {
  /** Slack ts of the edit. */
  editedTs: string;
  /** Ids of the files that the message still has; null when Slack did not say. */
  fileIds: string[] | null;
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
    const attaches = conversation.type === 'project' && isShared(conversation) ? conversation : null;
    // The same content under the same edit: an earlier try may have ended anywhere below. Under another one nothing was
    // written anew, but a file may have been taken out.
    if (before.content === edit.content && before.editedTs !== edit.editedTs) {
      if (attaches !== null) await withdrawLeftOut(deps, edit, attaches);
      return;
    }
    if (attaches !== null) {
      await followLinks(deps, edit, before, attaches);
      await withdrawIfOvertaken(deps, edit);
    }
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
  deps: ChangeMessageDeps,
  edit: EditedMessage,
  before: Message,
  conversation: SharedConversation,
): Promise<void> {
  const { ts, userId } = edit;
  // Links of a message that were never taken in count as added.
  const oldContent = before.settled ? before.content : '';
  const old = new Set(canonicalKeys(urlsIn(oldContent)));
  const shared = await withdrawLeftOut(deps, edit, conversation);
  await followLabels(deps.attachments, edit, before, shared);
  const isNew = (url: string): boolean =>
    !standsIn(url, oldContent) &&
    (url.length > URL_LIMIT || canonicalKeys([url]).some((key) => !old.has(key)));
  const links = edit.links.filter(({ url }) => isNew(url));
  if (conversation.milestoneId === null || links.length === 0) return;
  await deps.attachShared({
    conversation,
    ts,
    userId,
    links,
    workspaceHost: edit.workspaceHost,
    editedTs: edit.editedTs,
  });
}

/** Takes back what the edit took out of the message. @returns what the message had shared before. */
async function withdrawLeftOut(
  { attachments, refreshCards }: ChangeMessageDeps,
  { teamId, channelId, ts, links, fileIds }: EditedMessage,
  { projectId }: SharedConversation,
): Promise<SharedAttachment[]> {
  const now = new Set(canonicalKeys(links.map((link) => link.url)));
  const shared = await attachments.listByMessage(teamId, channelId, ts);
  const gone = shared.filter((one) => isLeftOut(one, now, fileIds)).map((one) => one.id);
  if (gone.length === 0) return shared;
  const removed = await attachments.withdraw(teamId, { channelId, messageTs: ts }, gone);
  const withdrawn = shared.filter((one) => gone.includes(one.id));
  await forgetWords(attachments, teamId, withdrawn, removed);
  for (const milestoneId of new Set(removed.map((one) => one.milestoneId)))
    await refreshCards(teamId, projectId, milestoneId);
  return shared;
}

/** Deleted, or edited once more, while this edit was followed: what it attached meanwhile goes by what holds now. */
async function withdrawIfOvertaken(
  { attachments, messages }: ChangeMessageDeps,
  { teamId, channelId, ts, editedTs }: EditedMessage,
): Promise<void> {
  const now = await messages.find(teamId, channelId, ts);
  if (now === null || (!now.deleted && (now.editedTs ?? '') <= editedTs)) return;
  const left = new Set(now.deleted ? [] : canonicalKeys(urlsIn(now.content)));
  const shared = await attachments.listByMessage(teamId, channelId, ts);
  const gone = shared.filter((one) => now.deleted || isLeftOut(one, left, null)).map((one) => one.id);
  if (gone.length > 0) await attachments.withdraw(teamId, { channelId, messageTs: ts }, gone);
}

/** True for what the edit took out of the message: a link under every form it stood in, a file that was deleted. */
function isLeftOut(
  { kind, sharedAs, file }: SharedAttachment,
  links: ReadonlySet<string>,
  fileIds: string[] | null,
): boolean {
  if (kind === 'link') return !sharedAs.some((key) => links.has(key));
  if (file === null || fileIds === null) return false;
  // The same content from another message may have become one with it: its own file is the one that counts.
  const own = sharedAs.filter((key) => key.startsWith(FILE_KEY)).map((key) => key.slice(FILE_KEY.length));
  return !(own.length === 0 ? [file.id] : own).some((id) => fileIds.includes(id));
}

/** A link that stays and was called by words that the message no longer has is called by its new ones. */
async function followLabels(
  attachments: AttachmentStore,
  { teamId, links, content }: EditedMessage,
  before: Message,
  shared: SharedAttachment[],
): Promise<void> {
  for (const { id, sharedAs, title, page } of shared) {
    const link = links.find(({ url }) => canonicalKeys([url]).some((key) => sharedAs.includes(key)));
    if (link === undefined || !before.content.includes(title) || content.includes(title)) continue;
    await attachments.rename(
      { teamId, id },
      linkTitle({ ...link, label: link.label ?? page?.title ?? null }),
    );
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
  for (const { id, url, page } of shared.filter((one) => !gone.has(one.id))) {
    if (url !== null)
      await attachments.rename({ teamId, id }, linkTitle({ url, label: page?.title ?? null }));
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
