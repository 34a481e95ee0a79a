import { randomUUID } from 'node:crypto';
import type { Attachment, Source } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import { canonicalUrl, isShareable, type SharedLink, sortLinks } from '../domain/link.ts';
import { cleanTitle, cut } from '../domain/project.ts';
import type { Place } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import { toAttachment } from './attach-shared.ts';
import type { KeepDocument } from './keep-document.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { activeProject } from './set-up-project.ts';

export interface AttachByHandDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  keepDocument: KeepDocument;
  refreshCards: RefreshCards;
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
  /** The message it was taken from, when there is one: its deletion takes the attachment back. */
  message?: { channelId: string; ts: string };
}

export type AttachByHand = (attachment: HandAttachment) => Promise<Attachment[]>;

/**
 * Attaches what a person typed or pasted: links when every line is one, else a document.
 * @throws DomainError `document_empty`, `document_too_large`, `link_too_long`, `attachment_limit`,
 *   `milestone_not_in_project`, `project_not_found`, `project_archived`
 */
export function createAttachByHand(deps: AttachByHandDeps): AttachByHand {
  return async ({ teamId, place, userId, title, content, message }) => {
    const project = await activeProject(deps.projects, { teamId, id: place.projectId });
    await checkPlace(deps.milestones, teamId, place);
    const text = content.trim();
    if (text === '')
      throw new DomainError(
        'document_empty',
        'There is nothing to attach yet. Paste a text, or links one a line.',
      );
    const source: Source = {
      channelId: message?.channelId ?? project.channelId,
      messageTs: message?.ts ?? `hand:${randomUUID()}`,
      userId,
    };
    const links = onlyLinks(text);
    const wanted = links?.length ?? 1;
    await checkRoom(deps, teamId, place.projectId, wanted);
    const attached =
      links === null
        ? [await keepText(deps, { teamId, place, userId, title, content: text }, source)]
        : await attachLinks(deps, links, { teamId, ...place, addedBy: userId }, source);
    await deps.refreshCards(teamId, place.projectId, place.milestoneId);
    return attached;
  };
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

async function checkRoom(
  deps: AttachByHandDeps,
  teamId: string,
  projectId: string,
  wanted: number,
): Promise<void> {
  const count = await deps.attachments.countByProject(teamId, projectId);
  if (count + wanted <= deps.limit) return;
  throw new DomainError(
    'attachment_limit',
    `This project has ${count} of at most ${deps.limit} attachments. Remove some before you add ${wanted} more.`,
  );
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
  const { attachable, tooLong } = sortLinks(links, null);
  for (const link of tooLong) canonicalUrl(link.url);
  const attached: Attachment[] = [];
  for (const link of attachable)
    attached.push((await deps.attachments.attach(toAttachment(link, at), source)).attachment);
  return attached;
}

async function keepText(
  deps: AttachByHandDeps,
  { teamId, place, userId, title, content }: HandAttachment,
  source: Source,
): Promise<Attachment> {
  const size = Buffer.byteLength(content, 'utf8');
  if (size > deps.fileLimit) {
    const megabytes = Math.floor(deps.fileLimit / 1_000_000);
    throw new DomainError(
      'document_too_large',
      `That text is larger than ${megabytes} MB. Attach it in smaller pieces.`,
    );
  }
  const firstLine = content.split('\n', 1)[0] ?? '';
  const name =
    title.trim() === '' ? cut(cleanTitle(firstLine, 'document'), 60) : cleanTitle(title, 'document');
  const document = {
    teamId,
    ...place,
    name,
    size,
    text: content,
    unread: null,
    identity: '',
    addedBy: userId,
  };
  return (await deps.keepDocument(document, source)).attachment;
}
