import { isPlainTextFile, type UnreadReason } from '../domain/attachment.ts';
import type { Conversation } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { oneLine } from '../domain/project.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobQueue, SharedFile } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';
import type { KeepDocument } from './keep-document.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface KeepFilesDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  keepDocument: KeepDocument;
  slack: Slack;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  /** Bytes of one file. */
  fileLimit: number;
  /** Attachments a project may have. */
  attachmentLimit: number;
}

/**
 * Files shared in a milestone's thread become documents of that milestone. One whose content cannot be read is kept
 * by name with the reason, so that people and the model are told.
 */
export function createKeepFiles(deps: KeepFilesDeps): JobHandler<'keep-files'> {
  async function keepOne(
    shared: SharedFile,
    conversation: Conversation,
    ts: string,
    userId: string,
  ): Promise<string | null> {
    const { teamId, projectId, milestoneId, channelId } = conversation;
    if ((await deps.attachments.countByProject(teamId, projectId)) >= deps.attachmentLimit) return null;
    // Of files from other workspaces the message holds the id alone.
    const file = shared.url === '' ? ((await deps.slack.file(teamId, shared.id)) ?? shared) : shared;
    const content = await readFile(deps, teamId, file);
    const { attachment } = await deps.keepDocument(
      {
        teamId,
        projectId,
        milestoneId,
        name: oneLine(file.name) || file.id,
        size: file.size,
        identity: file.id,
        addedBy: userId,
        ...content,
      },
      { channelId, messageTs: ts, userId },
    );
    return attachment.id;
  }

  return {
    async run({ channelId, threadTs, ts, userId, files }, { teamId }) {
      const [conversation, message] = await Promise.all([
        deps.conversations.findByThread(teamId, channelId, threadTs),
        deps.messages.find(teamId, channelId, ts),
      ]);
      if (conversation === null || message === null || message.deleted) return;
      const attachmentIds: string[] = [];
      for (const file of files) {
        const id = await keepOne(file, conversation, ts, userId);
        if (id !== null) attachmentIds.push(id);
      }
      // Deleted while its files were read: what it attached goes with it.
      if ((await deps.messages.find(teamId, channelId, ts))?.deleted === true) {
        await deps.attachments.withdraw(teamId, { channelId, messageTs: ts }, attachmentIds);
        return;
      }
      const refused = { overLimit: files.length - attachmentIds.length, tooLong: 0 };
      await deps.jobs.enqueue({
        teamId,
        kind: 'announce-attachments',
        key: `files:${channelId}:${ts}`,
        lane: `announce:${channelId}:${threadTs}`,
        order: ts,
        payload: { channelId, threadTs, ts, userId, attachmentIds, refused },
      });
      await deps.refreshCards(teamId, conversation.projectId, conversation.milestoneId);
    },
  };
}

async function readFile(
  { slack, fileLimit }: KeepFilesDeps,
  teamId: string,
  file: SharedFile,
): Promise<{ text: string | null; unread: UnreadReason | null }> {
  const unread = (reason: UnreadReason) => ({ text: null, unread: reason });
  if (file.url === '') return unread('not_found');
  if (file.size > fileLimit) return unread('too_large');
  if (!isPlainTextFile(file.name)) return unread('type_not_supported');
  try {
    const text = new TextDecoder('utf-8').decode(await slack.download(teamId, file.url, fileLimit));
    return text.trim() === '' ? unread('empty') : { text, unread: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return unread(error.code === 'document_too_large' ? 'too_large' : 'download_failed');
  }
}
