import { createHash } from 'node:crypto';
import type { Attachment, Source } from '../domain/attachment.ts';
import { toPassages } from '../domain/passages.ts';
import type { Place } from '../domain/scope.ts';
import { partsByHeading } from '../domain/text-parts.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';

export interface TextToKeep extends Place {
  teamId: string;
  name: string;
  text: string;
  addedBy: string;
}

export type KeepDocument = (document: TextToKeep, source: Source) => Promise<Attachment>;

/** Stores a text once per project, cut into passages, and attaches it in one place. */
export function createKeepDocument(documents: DocumentStore, attachments: AttachmentStore): KeepDocument {
  return async ({ teamId, projectId, milestoneId, name, text, addedBy }, source) => {
    const document = await documents.keep({
      ...{ teamId, projectId, name },
      size: Buffer.byteLength(text, 'utf8'),
      hash: createHash('sha256').update(text).digest('hex'),
      createdBy: addedBy,
      passages: toPassages(partsByHeading(text)),
      awaitedBy: null,
    });
    const { attachment } = await attachments.attach(
      {
        ...{ teamId, projectId, milestoneId, addedBy },
        kind: 'document',
        key: document.id,
        documentId: document.id,
        url: null,
        linkType: null,
        title: name,
        file: null,
        state: 'ready',
        unread: null,
        readAt: document.createdAt,
        page: null,
      },
      source,
    );
    return attachment;
  };
}
