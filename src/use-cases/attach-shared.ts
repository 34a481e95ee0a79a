import type { Attachment } from '../domain/attachment.ts';
import type { SharedConversation } from '../domain/conversation.ts';
import { canonicalUrl, linkTitle, linkType, type SharedLink, sortLinks } from '../domain/link.ts';
import type { AttachmentStore, NewAttachment } from '../ports/attachments.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { AskReading } from './ask-reading.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface SharedInThread {
  conversation: SharedConversation;
  ts: string;
  userId: string;
  links: SharedLink[];
  workspaceHost: string | null;
  /** Slack ts of the edit that added them, when it was one. */
  editedTs?: string;
}

export interface AttachSharedDeps {
  attachments: AttachmentStore;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  askReading: AskReading;
  /** Attachments a project may have. */
  limit: number;
}

export type AttachShared = (shared: SharedInThread) => Promise<void>;

/**
 * Attaches the links that a person shared in a milestone's thread to that milestone (product.md 2.2) and queues the
 * paperclip and the line with Undo. Repeatable: the same message again changes nothing.
 */
export function createAttachShared({
  attachments,
  jobs,
  refreshCards,
  askReading,
  limit,
}: AttachSharedDeps): AttachShared {
  return async ({ conversation, ts, userId, links, workspaceHost, editedTs }) => {
    const { teamId, channelId, projectId, milestoneId } = conversation;
    const threadTs = conversation.threadTs ?? ts;
    const { attachable, tooLong } = sortLinks(links, workspaceHost);
    if (attachable.length + tooLong.length === 0) return;
    const source = { channelId, messageTs: ts, userId };
    let room = limit - (await attachments.countByProject(teamId, projectId));
    let refused = 0;
    const attached: Attachment[] = [];
    for (const link of attachable) {
      const entry = toAttachment(link, { teamId, projectId, milestoneId, addedBy: userId });
      if (room <= 0 && !(await attachments.exists(entry))) {
        refused += 1;
        continue;
      }
      const { attachment, added } = await attachments.attach(entry, source);
      if (added) room -= 1;
      attached.push(await readOnceMore(attachments, attachment));
    }
    await askReading(attached.filter((one) => one.state === 'pending'));
    await jobs.enqueue({
      teamId,
      kind: 'announce-attachments',
      key: editedTs === undefined ? `${channelId}:${ts}` : `${channelId}:${ts}:${editedTs}`,
      lane: `announce:${channelId}:${threadTs}`,
      order: ts,
      payload: {
        channelId,
        threadTs,
        ts,
        userId,
        attachmentIds: attached.map((one) => one.id),
        refused: { overLimit: refused, tooLong: tooLong.length },
      },
    });
    await refreshCards(teamId, projectId, milestoneId);
  };
}

/** Sharing what could not be read is asking to try it again. */
export async function readOnceMore(
  attachments: AttachmentStore,
  attachment: Attachment,
): Promise<Attachment> {
  const { teamId, id, kind, state } = attachment;
  if (kind !== 'link' || state !== 'failed') return attachment;
  return (await attachments.askReading({ teamId, id })) ?? attachment;
}

/** A link as it is attached. Its page is opened by a job of its own. */
export function toAttachment(
  link: SharedLink,
  at: Pick<Attachment, 'teamId' | 'projectId' | 'milestoneId' | 'addedBy'>,
): NewAttachment {
  const url = canonicalUrl(link.url);
  return {
    ...at,
    kind: 'link',
    key: url,
    documentId: null,
    url,
    linkType: linkType(url),
    title: linkTitle(link),
    file: null,
    state: 'pending',
    unread: null,
    readAt: null,
    page: null,
  };
}
