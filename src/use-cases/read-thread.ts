import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';

export interface ReadThreadDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  slack: Slack;
}

/**
 * Keeps what was said in a thread before it became a milestone, so that the bot knows the discussion people adopted.
 * Nothing is answered and nothing attached for it: those messages were not written to the bot.
 */
export function createReadThread({
  conversations,
  messages,
  slack,
}: ReadThreadDeps): JobHandler<'read-thread'> {
  return {
    async run({ channelId, threadTs }, { teamId }) {
      const conversation = await conversations.findByThread(teamId, channelId, threadTs);
      if (conversation === null) return;
      for (const { ts, userId, content, clientMsgId } of await slack.readThread({
        teamId,
        channelId,
        threadTs,
      })) {
        // Emptied before: it does not come back.
        if (ts <= conversation.since) continue;
        await messages.keep({
          teamId,
          conversationId: conversation.id,
          channelId,
          threadTs,
          ts,
          role: 'user',
          userId,
          content,
          clientMsgId,
          settled: true,
          madeFor: null,
          answerTo: null,
          metadata: null,
        });
      }
    },
  };
}
