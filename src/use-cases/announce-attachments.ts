import type { AttachmentStore } from '../ports/attachments.ts';
import { type JobHandler, WaitError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { Slack, Spot } from '../ports/slack.ts';

export interface AnnounceDeps {
  attachments: AttachmentStore;
  milestones: MilestoneStore;
  slack: Slack;
  log: Log;
}

/** A paperclip on the message, and a line with Undo that only its author sees. */
export function createAnnounceAttachments(deps: AnnounceDeps): JobHandler<'announce-attachments'> {
  const { attachments, milestones, slack } = deps;
  return {
    async run({ channelId, threadTs, ts, userId, attachmentIds, refused }, { teamId }) {
      const found = await attachments.findMany(teamId, attachmentIds);
      if (found.length + refused.overLimit + refused.tooLong === 0) return;
      const milestone = await milestones.findByThread(teamId, channelId, threadTs);
      const spot = { teamId, channelId, threadTs };
      if (found.length > 0) await showPaperclip(deps, spot, ts);
      const section = milestone?.title ?? 'the project';
      await slack.whisper(spot, userId, {
        kind: 'attached',
        attachments: found,
        section,
        messageTs: ts,
        refused,
      });
    },
  };
}

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
