import { createHash } from 'node:crypto';
import type { Attachment, Source, UnreadReason } from '../domain/attachment.ts';
import { toPassages } from '../domain/passages.ts';
import type { Place } from '../domain/scope.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';

export interface DocumentToKeep extends Place {
  teamId: string;
  name: string;
  /** Bytes of the original. */
  size: number;
  /** Null when the content could not be read. */
  text: string | null;
  unread: UnreadReason | null;
  /** What tells two unread files apart: Slack's file id. */
  identity: string;
  addedBy: string;
}

export type KeepDocument = (
  document: DocumentToKeep,
  source: Source,
) => Promise<{ attachment: Attachment; added: boolean }>;

/** Stores a document once per project, cut into passages, and attaches it in one place. */
export function createKeepDocument(documents: DocumentStore, attachments: AttachmentStore): KeepDocument {
  return async ({ teamId, projectId, milestoneId, name, size, text, unread, identity, addedBy }, source) => {
    const document = await documents.keep({
      teamId,
      projectId,
      name,
      size,
      hash: createHash('sha256')
        .update(text ?? identity)
        .digest('hex'),
      unread,
      createdBy: addedBy,
      passages: text === null ? [] : toPassages(text),
    });
    return attachments.attach(
      {
        teamId,
        projectId,
        milestoneId,
        kind: 'document',
        key: document.id,
        documentId: document.id,
        url: null,
        linkType: null,
        title: name,
        unread: document.unread,
        addedBy,
      },
      source,
    );
  };
}
