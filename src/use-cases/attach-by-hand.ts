import { randomUUID } from 'node:crypto';
import type { Attachment, SlackFile, Source } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import { canonicalUrl, isShareable, type SharedLink, sortLinks } from '../domain/link.ts';
import { cleanTitle, cut } from '../domain/project.ts';
import type { Place } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { AskReading } from './ask-reading.ts';
import { readOnceMore, toAttachment } from './attach-shared.ts';
import type { KeepDocument } from './keep-document.ts';
import { toFileAttachment } from './keep-files.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { activeProject } from './set-up-project.ts';

export interface AttachByHandDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  messages: MessageStore;
  keepDocument: KeepDocument;
  refreshCards: RefreshCards;
  askReading: AskReading;
  /** Attachments a project may have. */
  limit: number;
  /** Bytes of one pasted text. */
  fileLimit: number;
}

export interface HandAttachment {
  teamId: string;
  place: Place;
  userId: string;
  /** Name of a pasted text; its first line when empty. */
  title: string;
  /** Links alone, one a line, or a text to keep as a document. */
  content: string;
  /** What the content is, when it is known: one address, called by the title, or a text whatever it holds. */
  as?: 'link' | 'document';
  /** Files of that message, to be attached as well; the content may then be empty. */
  files?: SlackFile[];
  /** The message it was taken from, when there is one: its deletion takes the attachment back. */
  message?: { channelId: string; ts: string };
}

export type AttachByHand = (attachment: HandAttachment) => Promise<Attachment[]>;
/** Checks what is to be attached to a project, or to one that is yet to be set up (null). */
export type CheckAttachable = (
  teamId: string,
  projectId: string | null,
  content: string,
  as?: HandAttachment['as'],
  files?: number,
) => Promise<void>;

/** @throws DomainError `link_too_long`, `document_too_large`, `attachment_limit` */
export function createCheckAttachable({
  attachments,
  limit,
  fileLimit,
}: Pick<AttachByHandDeps, 'attachments' | 'limit' | 'fileLimit'>): CheckAttachable {
  return async (teamId, projectId, content, as, files = 0) => {
    const text = content.trim();
    if (text === '' && files === 0) return;
    const links = text === '' ? [] : linksIn(text, as, '');
    if (links === null) checkSize(text, fileLimit);
    const wanted = files + (links === null ? 1 : new Set(links.map((link) => canonicalUrl(link.url))).size);
    const count = projectId === null ? 0 : await attachments.countByProject(teamId, projectId);
    if (count + wanted <= limit) return;
    throw new DomainError(
      'attachment_limit',
      `This project has ${count} of at most ${limit} attachments. Remove some before you add ${wanted} more.`,
    );
  };
}

/**
 * Attaches what a person typed or pasted: links when every line is one, else a document.
 * @throws DomainError `document_empty`, `document_too_large`, `link_too_long`, `link_not_attachable`, `attachment_limit`,
 *   `milestone_not_in_project`, `project_not_found`, `project_archived`
 */
export function createAttachByHand(deps: AttachByHandDeps): AttachByHand {
  const checkAttachable = createCheckAttachable(deps);
  return async ({ teamId, place, userId, title, content, as, message, files = [] }) => {
    const project = await activeProject(deps.projects, { teamId, id: place.projectId });
    await checkPlace(deps.milestones, teamId, place);
    const text = content.trim();
    if (text === '' && files.length === 0)
      throw new DomainError(
        'document_empty',
        'There is nothing to attach yet. Paste a text, or links one a line.',
      );
    const source: Source = {
      channelId: message?.channelId ?? project.channelId,
      messageTs: message?.ts ?? `hand:${randomUUID()}`,
      userId,
    };
    await checkAttachable(teamId, place.projectId, text, as, files.length);
    const links = text === '' ? [] : linksIn(text, as, title);
    const at = { teamId, ...place, addedBy: userId };
    const attached =
      links === null
        ? [await keepText(deps, { teamId, place, userId, title, content: text }, source)]
        : await attachLinks(deps, links, at, source);
    for (const file of files) {
      const entry = toFileAttachment(file, at, deps.fileLimit);
      attached.push((await deps.attachments.attach(entry, source)).attachment);
    }
    if (message !== undefined && (await isDeleted(deps, teamId, message))) {
      const ids = attached.map((one) => one.id);
      await deps.attachments.withdraw(teamId, { channelId: message.channelId, messageTs: message.ts }, ids);
      throw new DomainError(
        'message_not_found',
        'That message was deleted meanwhile, so nothing was attached.',
      );
    }
    await deps.askReading(attached.filter((one) => one.state === 'pending'));
    await deps.refreshCards(teamId, place.projectId, place.milestoneId);
    return attached;
  };
}

/** Looked at once it is attached: a deletion from now on finds what it has to take back. */
async function isDeleted(
  { messages }: AttachByHandDeps,
  teamId: string,
  { channelId, ts }: { channelId: string; ts: string },
): Promise<boolean> {
  return (await messages.find(teamId, channelId, ts))?.deleted === true;
}

/** @throws DomainError `milestone_not_in_project` unless the milestone belongs to the project of the place. */
export async function checkPlace(
  milestones: MilestoneStore,
  teamId: string,
  { projectId, milestoneId }: Place,
): Promise<void> {
  if (milestoneId === null) return;
  const milestone = await milestones.findById({ teamId, id: milestoneId });
  if (milestone?.projectId === projectId) return;
  throw new DomainError(
    'milestone_not_in_project',
    'That milestone does not belong to this project. Choose one of its own.',
  );
}

function linksIn(text: string, as: HandAttachment['as'], title: string): SharedLink[] | null {
  if (as === 'document') return null;
  if (as === undefined) return onlyLinks(text);
  return [{ url: canonicalUrl(text), label: title.trim() === '' ? null : title }];
}

/** The links when a text holds nothing else, or null. Slack's `<url|label>` form is read as well. */
function onlyLinks(text: string): SharedLink[] | null {
  const lines = text
    .split(/\s*\n\s*/u)
    .map((line) => /^<([^|>]+)(?:\|([^>]*))?>$/u.exec(line) ?? [line, line, null])
    .map(([, url, label]) => ({ url: url ?? '', label: label ?? null }));
  return lines.every((line) => !/\s/u.test(line.url) && isShareable(line.url, null)) ? lines : null;
}

async function attachLinks(
  deps: AttachByHandDeps,
  links: SharedLink[],
  at: Parameters<typeof toAttachment>[1],
  source: Source,
): Promise<Attachment[]> {
  const { attachable } = sortLinks(links, null);
  const attached: Attachment[] = [];
  for (const link of attachable) {
    const { attachment } = await deps.attachments.attach(toAttachment(link, at), source);
    attached.push(await readOnceMore(deps.attachments, attachment));
  }
  return attached;
}

function checkSize(text: string, limit: number): void {
  if (Buffer.byteLength(text, 'utf8') <= limit) return;
  const megabytes = Math.floor(limit / 1_000_000);
  throw new DomainError(
    'document_too_large',
    `That text is larger than ${megabytes} MB. Attach it in smaller pieces.`,
  );
}

async function keepText(
  deps: AttachByHandDeps,
  { teamId, place, userId, title, content }: HandAttachment,
  source: Source,
): Promise<Attachment> {
  const firstLine = content.split('\n', 1)[0] ?? '';
  const name =
    title.trim() === '' ? cut(cleanTitle(firstLine, 'document'), 60) : cleanTitle(title, 'document');
  return deps.keepDocument({ teamId, ...place, name, text: content, addedBy: userId }, source);
}
