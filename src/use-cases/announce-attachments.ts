import type { AttachmentStore } from '../ports/attachments.ts';
import type { JobHandler } from '../ports/jobs.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';

export interface AnnounceDeps {
  attachments: AttachmentStore;
  milestones: MilestoneStore;
  slack: Slack;
}

/** A paperclip on the message, and a line with Undo that only its author sees. */
export function createAnnounceAttachments({
  attachments,
  milestones,
  slack,
}: AnnounceDeps): JobHandler<'announce-attachments'> {
  return {
    async run({ channelId, threadTs, ts, userId, attachmentIds, refused }, { teamId }) {
      const found = await attachments.findMany(teamId, attachmentIds);
      if (found.length + refused.overLimit + refused.tooLong === 0) return;
      const milestone = await milestones.findByThread(teamId, channelId, threadTs);
      const spot = { teamId, channelId, threadTs };
      if (found.length > 0) await slack.addReaction(spot, ts, 'paperclip');
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
