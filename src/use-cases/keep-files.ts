import { type Attachment, holdsNoText, type SlackFile, type UnreadReason } from '../domain/attachment.ts';
import { isShared, type SharedConversation } from '../domain/conversation.ts';
import { oneLine } from '../domain/project.ts';
import type { AttachmentStore, NewAttachment } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler, JobPayloads, JobQueue } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';
import type { AskReading } from './ask-reading.ts';
import { threadLane } from './lanes.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface KeepFilesDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  askReading: AskReading;
  slack: Slack;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  /** Bytes of one file. */
  fileLimit: number;
  /** Attachments a project may have. */
  attachmentLimit: number;
}

type Payload = JobPayloads['keep-files'];

/**
 * Files shared in a milestone's thread become documents of that milestone, which jobs of their own read. One whose
 * content cannot be read is kept by name with the reason, so that people and the model are told. Repeatable: what an
 * earlier try attached stays.
 */
export function createKeepFiles(deps: KeepFilesDeps): JobHandler<'keep-files'> {
  async function keepOne(
    file: SlackFile,
    { teamId, projectId, milestoneId, channelId }: SharedConversation,
    { ts, userId }: Payload,
  ): Promise<Attachment | null> {
    if ((await deps.attachments.countByProject(teamId, projectId)) >= deps.attachmentLimit) return null;
    const entry = toFileAttachment(file, { teamId, projectId, milestoneId, addedBy: userId }, deps.fileLimit);
    const source = { channelId, messageTs: ts, userId };
    return (await deps.attachments.attach(entry, source)).attachment;
  }

  async function keepAll(payload: Payload, teamId: string, look: typeof lookUp): Promise<void> {
    const { channelId, threadTs, ts, userId, files } = payload;
    const [conversation, message] = await Promise.all([
      deps.conversations.findByThread(teamId, channelId, threadTs),
      deps.messages.find(teamId, channelId, ts),
    ]);
    if (conversation === null || !isShared(conversation) || message === null || message.deleted) return;
    const before = await deps.attachments.listByMessage(teamId, channelId, ts);
    const kept: Attachment[] = [];
    for (const shared of files) {
      const file = await look(deps, teamId, shared);
      const attachment = takeKept(before, nameOf(file)) ?? (await keepOne(file, conversation, payload));
      if (attachment !== null) kept.push(attachment);
    }
    const attachmentIds = kept.map((one) => one.id);
    // Deleted while its files were attached: what it attached goes with it.
    if ((await deps.messages.find(teamId, channelId, ts))?.deleted === true) {
      await deps.attachments.withdraw(teamId, { channelId, messageTs: ts }, attachmentIds);
      return;
    }
    await deps.askReading(kept.filter((one) => one.state === 'pending'));
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
    run: (payload, { teamId }) => keepAll(payload, teamId, lookUp),
    // After the last try nothing may fail, and asking Slack may be what failed.
    abandoned: (payload, { teamId }) => keepAll(payload, teamId, async (_deps, _teamId, shared) => shared),
  };
}

/** What Slack says of a file whose message holds the id alone, as of files from other workspaces. */
async function lookUp({ slack }: KeepFilesDeps, teamId: string, shared: SlackFile): Promise<SlackFile> {
  return shared.url === '' ? ((await slack.file(teamId, shared.id)) ?? shared) : shared;
}

/** What the key of a file begins with until it is read: then its content is its key. */
export const FILE_KEY = 'file:';

/** A file as it is attached. One that cannot be read is known by what Slack says of it, before anything is fetched. */
export function toFileAttachment(
  file: SlackFile,
  at: Pick<Attachment, 'teamId' | 'projectId' | 'milestoneId' | 'addedBy'>,
  limit: number,
): NewAttachment {
  const unread = unreadable(file, limit);
  return {
    ...at,
    kind: 'document',
    key: `${FILE_KEY}${file.id}`,
    documentId: null,
    url: null,
    linkType: null,
    title: nameOf(file),
    file,
    state: unread === null ? 'pending' : 'failed',
    unread,
    readAt: null,
    page: null,
  };
}

function unreadable(file: SlackFile, limit: number): UnreadReason | null {
  if (file.url === '') return 'not_found';
  if (file.size > limit) return 'too_large';
  return holdsNoText(file.name) ? 'type_not_supported' : null;
}

const nameOf = (file: SlackFile): string => oneLine(file.name) || file.id;

/**
 * What an earlier try attached for a file of this name, taken out of the list: files of one name are kept in their
 * order, one after the other.
 */
function takeKept(before: Attachment[], name: string): Attachment | undefined {
  const at = before.findIndex((one) => one.kind === 'document' && one.title === name);
  return at === -1 ? undefined : before.splice(at, 1)[0];
}
