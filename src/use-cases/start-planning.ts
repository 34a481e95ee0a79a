import { person } from '../domain/actor.ts';
import { isShared, type SharedConversation } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { Place } from '../domain/scope.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobHandler } from '../ports/jobs.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import type { CreateTask } from './create-task.ts';

export interface StartPlanningDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  milestones: MilestoneStore;
  slack: Slack;
  createTask: CreateTask;
}

/** What follows `@Milepost plan` in a mention, or null when it asks for something else. The title may be empty. */
export function planAskedFor(content: string): { title: string; details: string } | null {
  const match =
    /^\s*@Milepost[\s,:]+plan(?=[\s:]|$)(?!\s*\?)[\s:]*(?<title>[^\n]*)(?<details>[\s\S]*)$/iu.exec(content);
  const groups = match?.groups;
  return groups === undefined
    ? null
    : { title: groups.title?.trim() ?? '', details: groups.details?.trim() ?? '' };
}

const NO_TITLE = 'Say what to plan: `@Milepost plan <title>`, with details on the lines below if you like.';

/** A mention that asks for a plan makes a task in the thread's scope (product.md 8.2). */
export function createStartPlanning(deps: StartPlanningDeps): JobHandler<'start-planning'> {
  return {
    async run({ channelId, ts }, { teamId }) {
      const message = await deps.messages.find(teamId, channelId, ts);
      const asked = message === null || message.deleted ? null : planAskedFor(message.content);
      if (message === null || asked === null) return;
      const conversation = await deps.conversations.findById({ teamId, id: message.conversationId });
      if (conversation === null || !isShared(conversation)) return;
      const threadTs = conversation.threadTs ?? ts;
      const say = (text: string): Promise<void> =>
        deps.slack.whisper({ teamId, channelId, threadTs }, message.userId, { kind: 'text', text });
      if (asked.title === '') return say(NO_TITLE);
      try {
        await deps.createTask({
          teamId,
          place: await placeToPlan(deps.milestones, conversation, threadTs),
          title: asked.title,
          description: asked.details,
          by: person(message.userId),
          askedIn: threadTs,
          origin: `message:${channelId}:${ts}`,
        });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        await say(error.message);
      }
    },
  };
}

/**
 * The place of what is planned in a thread. As with answers, the thread decides: the milestone bound to it, or that of
 * the work it is about.
 */
export async function placeToPlan(
  milestones: MilestoneStore,
  { teamId, channelId, projectId, type, milestoneId }: SharedConversation,
  threadTs: string,
): Promise<Place> {
  const bound = await milestones.findByThread(teamId, channelId, threadTs);
  return { projectId, milestoneId: type === 'project' ? (bound?.id ?? null) : milestoneId };
}
