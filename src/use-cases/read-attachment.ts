import type { Attachment, UnreadReason } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import { canonicalUrl, linkTitle, titleOfPage } from '../domain/link.ts';
import { toPassages } from '../domain/passages.ts';
import type { AttachmentStore, DocumentStore, NewDocument, ReadingResult } from '../ports/attachments.ts';
import type { JobContext, JobHandler, JobQueue } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { FileContent, PageContent, Reader, Unread } from '../ports/reader.ts';
import type { Slack } from '../ports/slack.ts';
import { readingLane } from './ask-reading.ts';
import type { RefreshCards } from './refresh-cards.ts';

export interface ReadAttachmentDeps {
  attachments: AttachmentStore;
  documents: DocumentStore;
  reader: Reader;
  slack: Slack;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  log: Log;
  /** Bytes of one file. */
  fileLimit: number;
}

/**
 * Reads one attachment: opens its page, or takes its file from Slack, and keeps the text in passages. What cannot be
 * read is kept by name with the reason. Repeatable; a page that says the same as before is the same document.
 */
export function createReadAttachment(deps: ReadAttachmentDeps): JobHandler<'read-attachment'> {
  async function finish(attachment: Attachment, result: ReadingResult, job: JobContext): Promise<void> {
    const { teamId, id, projectId, milestoneId } = attachment;
    // Written down before the change itself, so that nothing can come in between; it waits in the same lane.
    if (saysSomethingElse(attachment, result)) await tellOfChange(deps.jobs, attachment, result);
    const now = await deps.attachments.finishReading({ teamId, id }, result, job.fence);
    if (now === null) return;
    deps.log.info(
      { team: teamId, attachment: now.id, state: now.state, reason: now.unread },
      'attachment_read',
    );
    await deps.refreshCards(teamId, projectId, milestoneId);
  }

  /** It was removed, or became one with another that is read by itself: what an earlier try left goes. */
  async function clearUp(id: string, { teamId }: JobContext): Promise<void> {
    await deps.attachments.finishCutShort({ teamId, id });
    await deps.documents.discardFor(teamId, id);
  }

  return {
    async run({ attachmentId }, job) {
      const { teamId } = job;
      const attachment = await deps.attachments.findById({ teamId, id: attachmentId });
      if (attachment === null || attachment.id !== attachmentId) return clearUp(attachmentId, job);
      const result = await (attachment.kind === 'link'
        ? readLink(deps, attachment, job.signal)
        : readFile(deps, attachment, job.signal));
      await finish(attachment, result, job);
    },

    async abandoned({ attachmentId }, job, error) {
      const { teamId } = job;
      const attachment = await deps.attachments.findById({ teamId, id: attachmentId });
      const err = error instanceof Error ? error.name : 'unknown';
      deps.log.warn({ team: teamId, attachment: attachmentId, err }, 'attachment_not_read');
      if (attachment === null || attachment.id !== attachmentId) return clearUp(attachmentId, job);
      const reason = attachment.kind === 'link' ? 'unreachable' : 'download_failed';
      await finish(attachment, unreadable(attachment, reason), job);
    },
  };
}

async function readLink(
  deps: ReadAttachmentDeps,
  attachment: Attachment,
  signal: AbortSignal,
): Promise<ReadingResult> {
  const { url, documentId, page } = attachment;
  if (url === null) throw new Error('A link has no address.');
  const known = documentId === null ? null : (page?.validators ?? null);
  const reading = await deps.reader.readLink(url, known, signal);
  if (reading.outcome === 'unchanged') return { state: 'ready', unread: null };
  if (reading.outcome === 'unread') return unreadable(attachment, reading.reason);
  const { title, language, canonicalUrl: own, validators } = reading;
  const key = attachment.readAt === null ? finalKey(attachment, reading) : attachment.key;
  const kept = await keepText(deps, attachment, key, reading);
  return {
    ...kept,
    key,
    title: retitled(attachment, title),
    page: { title: titleOfPage(title), language, canonicalUrl: own, hash: reading.hash, validators },
  };
}

/**
 * Where an address moved for good decides sameness (product.md 2.3), found out the first time it is read: one that leads
 * elsewhere later, as to a page that says that the site is down, is the same link still.
 */
function finalKey({ key }: Attachment, { url }: PageContent): string {
  try {
    return canonicalUrl(url);
  } catch (error) {
    // An address of more than 2,000 characters: the one it was shared under still names it.
    if (error instanceof DomainError) return key;
    throw error;
  }
}

/** A page is called by what it calls itself, unless a person gave it another name. */
function retitled({ title, url, page }: Attachment, own: string | null): string {
  const unnamed = url !== null && (title === linkTitle({ url, label: null }) || title === page?.title);
  return unnamed ? (titleOfPage(own) ?? linkTitle({ url, label: null })) : title;
}

async function readFile(
  deps: ReadAttachmentDeps,
  attachment: Attachment,
  signal: AbortSignal,
): Promise<ReadingResult> {
  const reading = await download(deps, attachment, signal);
  if (reading.outcome === 'unread') return unreadable(attachment, reading.reason);
  const kept = await keepText(deps, attachment, attachment.title, reading);
  return { ...kept, key: kept.documentId };
}

async function download(
  { slack, reader, fileLimit }: ReadAttachmentDeps,
  { teamId, file }: Attachment,
  signal: AbortSignal,
): Promise<FileContent | Unread> {
  // A pasted text is never asked for.
  if (file === null) throw new Error('A document without a file cannot be read again.');
  const { url, name } = file.url === '' ? ((await slack.file(teamId, file.id)) ?? file) : file;
  if (url === '') return { outcome: 'unread', reason: 'not_found' };
  try {
    return await reader.readFile(name, await slack.download(teamId, url, fileLimit, signal), signal);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const reason = error.code === 'document_too_large' ? 'too_large' : 'download_failed';
    return { outcome: 'unread', reason };
  }
}

async function keepText(
  { documents }: ReadAttachmentDeps,
  { id, teamId, projectId, addedBy }: Attachment,
  name: string,
  { parts, hash, size }: FileContent,
): Promise<{ state: 'ready'; unread: null; documentId: string }> {
  const news: NewDocument = {
    ...{ teamId, projectId, name, size, hash },
    createdBy: addedBy,
    passages: toPassages(parts),
    awaitedBy: id,
  };
  const document = await documents.keep(news);
  return { state: 'ready', unread: null, documentId: document.id };
}

/** Reasons that pass: what was read before is better than nothing. The others say that it is not to be read any more. */
const PASSING: ReadonlySet<UnreadReason> = new Set([
  'timed_out',
  'unreachable',
  'download_failed',
  'too_large',
  'too_complex',
]);

function unreadable({ documentId }: Attachment, reason: UnreadReason): ReadingResult {
  return documentId !== null && PASSING.has(reason)
    ? { state: 'ready', unread: reason }
    : { state: 'failed', unread: reason, documentId: null };
}

/** True when a page that was read before holds another text now, or none any more. */
function saysSomethingElse({ kind, page, documentId }: Attachment, result: ReadingResult): boolean {
  if (kind !== 'link' || page === null || result.documentId === undefined) return false;
  // What it said before it could not be read any more was told of when it was lost.
  if (result.documentId === null) return documentId !== null;
  return page.hash !== result.page?.hash;
}

function tellOfChange(
  jobs: JobQueue,
  { teamId, id }: Attachment,
  { documentId = null }: ReadingResult,
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'tell-page-changed',
    key: `${id}:${documentId ?? `lost:${Date.now()}`}`,
    lane: readingLane(id),
    order: `changed:${id}`,
    payload: { attachmentId: id, documentId },
  });
}
