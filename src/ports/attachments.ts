import type { Attachment, Document, Passage, Source, UnreadReason } from '../domain/attachment.ts';
import type { Place, Ref, Scope } from '../domain/scope.ts';

export type NewAttachment = Omit<Attachment, 'id' | 'addedAt' | 'askedAt' | 'formerIds'>;

export interface NewDocument {
  teamId: string;
  projectId: string;
  name: string;
  size: number;
  hash: string;
  createdBy: string;
  passages: Pick<Passage, 'text' | 'tokens' | 'place'>[];
  /** The attachment it is kept for, when that is there already. */
  awaitedBy: string | null;
}

/** An attachment that a message shared, with the keys under which that message shares it. */
export interface SharedAttachment extends Attachment {
  /** Canonical addresses as they stand in the message. What was shared by version 0.1 has the attachment's own key. */
  sharedAs: string[];
}

/** What reading an attachment came to. What is not given stays as it is. */
export interface ReadingResult {
  state: 'ready' | 'failed';
  unread: UnreadReason | null;
  /** The document that holds the text now; null when there is none any more. */
  documentId?: string | null;
  /** What makes it the same attachment from now on: the final address, or the document's id. */
  key?: string;
  title?: string;
  page?: Attachment['page'];
}

/**
 * Attachments, where they came from, and the documents behind them. One that is being removed is gone for all but
 * `listByMessage`, by which whoever takes a message back finds what is left of it. One that became one with another is
 * found under its former id as well: its id is that other's until that is removed.
 */
export interface AttachmentStore {
  /**
   * Attaches in one place: the same key there again, or one that it had there before, adds only the source.
   * @returns the attachment, and whether this call made it.
   */
  attach(attachment: NewAttachment, source: Source): Promise<{ attachment: Attachment; added: boolean }>;
  /** True when the same key is attached in the same place, also under another key since. */
  exists(attachment: NewAttachment): Promise<boolean>;
  findById(ref: Ref): Promise<Attachment | null>;
  /** In the order asked for, each once; one that was asked for by a former id is told by the id it has now. */
  findMany(teamId: string, ids: string[]): Promise<Attachment[]>;
  /** Calls an attachment by another title. */
  rename(ref: Ref, title: string): Promise<void>;
  /** What may be read in a scope, oldest first. */
  listInScope(scope: Scope): Promise<Attachment[]>;
  /** Everything attached in a project, oldest first. */
  listByProject(teamId: string, projectId: string): Promise<Attachment[]>;
  countByProject(teamId: string, projectId: string): Promise<number>;
  countByPlace(teamId: string, place: Place): Promise<number>;
  /** How many attachments hang at milestones other than this one. */
  countElsewhere(scope: Scope): Promise<number>;
  /** Attachments that a message shared, those included whose removal was begun and is not finished. */
  listByMessage(teamId: string, channelId: string, messageTs: string): Promise<SharedAttachment[]>;
  /**
   * Takes one message's (or one person's) sharing back. An attachment nobody else shared goes.
   * @returns the attachments that went.
   */
  withdraw(teamId: string, source: Omit<Source, 'userId'>, attachmentIds: string[]): Promise<Attachment[]>;
  /** Removes the attachment with all its sources; a document attached nowhere else goes with its passages. */
  remove(ref: Ref): Promise<Attachment | null>;
  /** Moves to another place of the same project. What is there already under any of its keys becomes one with it. */
  move(ref: Ref, milestoneId: string | null): Promise<Attachment | null>;
  /**
   * Has an attachment read again: pending unless something was read of it before, and asked for from now on.
   * @returns it as it is now, or null when it is gone.
   */
  askReading(ref: Ref): Promise<Attachment | null>;
  /**
   * Writes down what a reading came to. With a key that the place has already, the two become one: the sources go over,
   * and the one that was there survives, with what was read when nothing is held of it. A document it no longer refers
   * to is removed when nothing else does. Repeatable, and finishes what was cut short.
   * @param fence of the job that read it: a reading that was overtaken by a later one changes nothing.
   * @returns what there is now, or null when it is gone; then the document kept for it goes as well.
   */
  finishReading(ref: Ref, result: ReadingResult, fence: number): Promise<Attachment | null>;
  /** Finishes the removal of an attachment, or its becoming one with another, when that was cut short. Repeatable. */
  finishCutShort(ref: Ref): Promise<void>;
  /** Moves all that hangs at a milestone to the project's shared place. */
  releaseMilestone(teamId: string, projectId: string, milestoneId: string): Promise<void>;
}

/** Documents and their passages. */
export interface DocumentStore {
  /** Keeps a document once per project by its hash and name; the same again gives the one already held. */
  keep(document: NewDocument): Promise<Document>;
  /** Removes what was kept for an attachment that is gone and that nothing else refers to or awaits. */
  discardFor(teamId: string, attachmentId: string): Promise<void>;
  /** Passages of these documents of one project, in order. */
  passagesOf(teamId: string, projectId: string, documentIds: string[]): Promise<Passage[]>;
}
