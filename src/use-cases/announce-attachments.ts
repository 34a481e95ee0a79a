import { type Attachment, isBeingRead } from '../domain/attachment.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import {
  type JobContext,
  type JobHandler,
  type JobPayloads,
  type JobQueue,
  WaitError,
} from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { Slack, Spot } from '../ports/slack.ts';
import { untilRead } from './await-reading.ts';

export interface AnnounceDeps {
  attachments: AttachmentStore;
  milestones: MilestoneStore;
  slack: Slack;
  jobs: JobQueue;
  log: Log;
}

/** A paperclip on the message; the line with Undo follows. */
export function createAnnounceAttachments(deps: AnnounceDeps): JobHandler<'announce-attachments'> {
  return {
    async run(payload, { teamId, jobId }) {
      const { channelId, threadTs, ts, attachmentIds, refused } = payload;
      const found = await deps.attachments.findMany(teamId, attachmentIds);
      if (found.length + refused.overLimit + refused.tooLong === 0) return;
      if (found.length > 0) await showPaperclip(deps, { teamId, channelId, threadTs }, ts);
      await deps.jobs.enqueue({
        teamId,
        kind: 'tell-attached',
        key: jobId,
        lane: `tell:${channelId}:${threadTs}`,
        order: ts,
        payload,
      });
    },
  };
}

/** Most pages and files are read within this; then one line says it all. */
const SOON_MS = 2_000;
/** Whoever was told that something is being read hears of it again when it came to nothing. */
const LATER_MS = 15_000;

/** The line with Undo that only its author sees: what was attached where, and whether it could be read. */
export function createTellAttached(deps: AnnounceDeps): JobHandler<'tell-attached'> {
  return {
    async run({ channelId, threadTs, ts, userId, attachmentIds, refused }, { teamId, signal }) {
      const before = await deps.attachments.findMany(teamId, attachmentIds);
      await untilRead(deps, before.filter(isBeingRead), SOON_MS, signal);
      const attachments = await deps.attachments.listByMessage(teamId, channelId, ts);
      // Two of them may have turned out to be one.
      const isMeant = ({ id, formerIds }: (typeof attachments)[number]): boolean =>
        [id, ...formerIds].some((one) => attachmentIds.includes(one));
      const found = attachments.filter(isMeant);
      if (found.length + refused.overLimit + refused.tooLong === 0) return;
      const spot = { teamId, channelId, threadTs };
      const section = await sectionOf(deps, spot, found[0]);
      await deps.slack.whisper(spot, userId, {
        ...{ kind: 'attached', attachments: found, section, messageTs: ts, refused },
      });
      const left = found.filter(isBeingRead).map((one) => one.id);
      if (left.length > 0)
        await tellLater(
          deps.jobs,
          teamId,
          { channelId, threadTs, userId, attachmentIds: left },
          ts,
          LATER_MS,
        );
    },
  };
}

/** Has a person told what became of a reading, once it is over. */
export function tellLater(
  jobs: JobQueue,
  teamId: string,
  payload: JobPayloads['tell-reading'],
  cause: string,
  delayMs: number,
): Promise<void> {
  const { channelId, userId, attachmentIds } = payload;
  return jobs.enqueue({
    teamId,
    kind: 'tell-reading',
    key: `${userId}:${attachmentIds.join(',')}:${cause}`,
    // A lane of its own: who asks for it to be read again does not wait for what an earlier reading is told by.
    lane: `tell:${channelId}:${userId}:${attachmentIds[0] ?? ''}:${cause}`,
    order: cause,
    delayMs,
    payload,
  });
}

/** A reading that takes longer than this is not waited for any more; the list says how it ended. */
const PATIENCE_MS = 10 * 60_000;

/** What became of readings that a person waits for. */
export function createTellReading(
  deps: Omit<AnnounceDeps, 'log'> & { now: () => number },
): JobHandler<'tell-reading'> {
  return {
    async run({ channelId, threadTs, userId, attachmentIds }, { teamId }: JobContext) {
      const found = await deps.attachments.findMany(teamId, attachmentIds);
      const waited = found.some((one) => deps.now() - one.askedAt.getTime() > PATIENCE_MS);
      if (found.some(isBeingRead) && !waited) throw new WaitError(LATER_MS / 1_000);
      const ended = found.filter((one) => !isBeingRead(one));
      if (ended.length === 0) return;
      const spot = { teamId, channelId, threadTs };
      const section = await sectionOf(deps, spot, ended[0]);
      await deps.slack.whisper(spot, userId, { kind: 'reading-ended', attachments: ended, section });
    },
  };
}

/** The place of what was attached, by name; where nothing was, that of the thread. */
async function sectionOf(
  { milestones }: Pick<AnnounceDeps, 'milestones'>,
  { teamId, channelId, threadTs }: Spot,
  attachment: Attachment | undefined,
): Promise<string> {
  const id = attachment?.milestoneId ?? null;
  if (attachment !== undefined)
    return (id === null ? null : await milestones.findById({ teamId, id }))?.title ?? WHOLE;
  return (
    (threadTs === null ? null : await milestones.findByThread(teamId, channelId, threadTs))?.title ?? WHOLE
  );
}

const WHOLE = 'the project';

/** The paperclip is a courtesy, the line with Undo is not: only a wait holds it up, since it passes. */
async function showPaperclip({ slack, log }: AnnounceDeps, spot: Spot, ts: string): Promise<void> {
  try {
    await slack.addReaction(spot, ts, 'paperclip');
  } catch (error) {
    if (error instanceof WaitError) throw error;
    const { teamId: team, channelId: channel } = spot;
    log.warn({ team, channel, err: error instanceof Error ? error.message : 'unknown' }, 'paperclip_failed');
  }
}
