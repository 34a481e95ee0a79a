import type { Attachment, Document, Passage, Source } from '../domain/attachment.ts';
import type { Place, Ref, Scope } from '../domain/scope.ts';

export type NewAttachment = Omit<Attachment, 'id' | 'addedAt'>;

export interface NewDocument {
  teamId: string;
  projectId: string;
  name: string;
  size: number;
  hash: string;
  unread: Document['unread'];
  createdBy: string;
  passages: { text: string; tokens: number }[];
}

/** Attachments, where they came from, and the documents behind them. */
export interface AttachmentStore {
  /**
   * Attaches in one place: the same key there again adds only the source.
   * @returns the attachment, and whether this call made it.
   */
  attach(attachment: NewAttachment, source: Source): Promise<{ attachment: Attachment; added: boolean }>;
  /** True when the same key is attached in the same place. */
  exists(attachment: NewAttachment): Promise<boolean>;
  findById(ref: Ref): Promise<Attachment | null>;
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
  /** Attachments that a message shared. */
  listByMessage(teamId: string, channelId: string, messageTs: string): Promise<Attachment[]>;
  /**
   * Takes one message's (or one person's) sharing back. An attachment nobody else shared goes.
   * @returns the attachments that went.
   */
  withdraw(teamId: string, source: Omit<Source, 'userId'>, attachmentIds: string[]): Promise<Attachment[]>;
  /** Removes the attachment with all its sources; a document attached nowhere else goes with its passages. */
  remove(ref: Ref): Promise<Attachment | null>;
  /** Moves to another place of the same project. What is there already takes the sources over. */
  move(ref: Ref, milestoneId: string | null): Promise<Attachment | null>;
  /** Moves all that hangs at a milestone to the project's shared place. */
  releaseMilestone(teamId: string, projectId: string, milestoneId: string): Promise<void>;
}

/** Documents and their passages. */
export interface DocumentStore {
  /** Keeps a document once per project by its hash; the same content again gives the one already held. */
  keep(document: NewDocument): Promise<Document>;
  /** Passages of these documents of one project, in order. */
  passagesOf(teamId: string, projectId: string, documentIds: string[]): Promise<Passage[]>;
}
