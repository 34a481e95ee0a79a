import { type Attachment, isPlainTextFile, type UnreadReason } from '../domain/attachment.ts';
import { isShared, type SharedConversation } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { oneLine } from '../domain/project.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobPayloads, JobQueue, SharedFile } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';
import type { KeepDocument } from './keep-document.ts';
import { threadLane } from './lanes.ts';
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

type Payload = JobPayloads['keep-files'];

/** What a file holds, or why that is not known. */
interface Content {
  text: string | null;
  unread: UnreadReason | null;
}

/**
 * Files shared in a milestone's thread become documents of that milestone. One whose content cannot be read is kept
 * by name with the reason, so that people and the model are told. Repeatable: what an earlier try attached stays.
 */
export function createKeepFiles(deps: KeepFilesDeps): JobHandler<'keep-files'> {
  async function keepOne(
    file: SharedFile,
    read: Reader['read'],
    conversation: SharedConversation,
    { ts, userId }: Payload,
  ): Promise<string | null> {
    const { teamId, projectId, milestoneId, channelId } = conversation;
    if ((await deps.attachments.countByProject(teamId, projectId)) >= deps.attachmentLimit) return null;
    const { attachment } = await deps.keepDocument(
      {
        teamId,
        projectId,
        milestoneId,
        name: nameOf(file),
        size: file.size,
        identity: file.id,
        addedBy: userId,
        ...(await read(deps, teamId, file)),
      },
      { channelId, messageTs: ts, userId },
    );
    return attachment.id;
  }

  async function keepAll(payload: Payload, teamId: string, { look, read }: Reader): Promise<void> {
    const { channelId, threadTs, ts, userId, files } = payload;
    const [conversation, message] = await Promise.all([
      deps.conversations.findByThread(teamId, channelId, threadTs),
      deps.messages.find(teamId, channelId, ts),
    ]);
    if (conversation === null || !isShared(conversation) || message === null || message.deleted) return;
    const before = await deps.attachments.listByMessage(teamId, channelId, ts);
    const attachmentIds: string[] = [];
    for (const shared of files) {
      const file = await look(deps, teamId, shared);
      const kept = takeKept(before, nameOf(file));
      const id = kept?.id ?? (await keepOne(file, read, conversation, payload));
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
    if (payload.mention) await answerWithFiles(payload, teamId, message.content);
  }

  /**
   * Slack tells of a mention twice, and only `message` names its files: the answer may have begun before. With its
   * files read the question counts as edited, so that such an answer is made again, in the same place.
   */
  async function answerWithFiles(
    { channelId, threadTs, ts }: Payload,
    teamId: string,
    content: string,
  ): Promise<void> {
    await deps.messages.edit(teamId, channelId, ts, content, ts);
    await deps.jobs.enqueue({
      teamId,
      kind: 'answer-mention',
      key: `${channelId}:${ts}:files`,
      lane: threadLane(channelId, threadTs),
      order: `${ts}:2-answer-files`,
      payload: { channelId, ts },
    });
  }

  return {
    run: (payload, { teamId }) => keepAll(payload, teamId, IN_FULL),
    abandoned: (payload, { teamId }) => keepAll(payload, teamId, BY_NAME),
  };
}

interface Reader {
  /** What Slack says of a file whose message holds the id alone, as of files from other workspaces. */
  look(deps: KeepFilesDeps, teamId: string, shared: SharedFile): Promise<SharedFile>;
  read(deps: KeepFilesDeps, teamId: string, file: SharedFile): Promise<Content>;
}

const IN_FULL: Reader = {
  async look({ slack }, teamId, shared) {
    return shared.url === '' ? ((await slack.file(teamId, shared.id)) ?? shared) : shared;
  },

  async read({ slack, fileLimit }, teamId, file) {
    const reason = unreadable(file, fileLimit);
    if (reason !== null) return { text: null, unread: reason };
    try {
      const text = new TextDecoder('utf-8').decode(await slack.download(teamId, file.url, fileLimit));
      return text.trim() === '' ? { text: null, unread: 'empty' } : { text, unread: null };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const unread = error.code === 'document_too_large' ? 'too_large' : 'download_failed';
      return { text: null, unread };
    }
  },
};

/** After the last try: nothing is fetched any more, since that may be what failed, and nothing may fail. */
const BY_NAME: Reader = {
  look: (deps, teamId, shared) => IN_FULL.look(deps, teamId, shared).catch(() => shared),

  async read({ fileLimit }, _teamId, file) {
    const reason = file.url === '' ? null : unreadable(file, fileLimit);
    return { text: null, unread: reason ?? 'download_failed' };
  },
};

function unreadable(file: SharedFile, limit: number): UnreadReason | null {
  if (file.url === '') return 'not_found';
  if (file.size > limit) return 'too_large';
  return isPlainTextFile(file.name) ? null : 'type_not_supported';
}

const nameOf = (file: SharedFile): string => oneLine(file.name) || file.id;

/**
 * What an earlier try attached for a file of this name, taken out of the list: files of one name are kept in their
 * order, one after the other.
 */
function takeKept(before: Attachment[], name: string): Attachment | undefined {
  const at = before.findIndex((one) => one.kind === 'document' && one.title === name);
  return at === -1 ? undefined : before.splice(at, 1)[0];
}
