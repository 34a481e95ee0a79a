import type { Conversation } from '../domain/conversation.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { HomeStore } from '../ports/homes.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import { threadLane } from './lanes.ts';
import type { IncomingMessage } from './receive-message.ts';
import { publishHome } from './refresh-homes.ts';

export interface FindConversationDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  homes: HomeStore;
  jobs: JobQueue;
}

/** A direct message belongs to the person's one conversation, or to the task thread it is written in. */
export async function privateConversation(
  { conversations, homes, jobs }: FindConversationDeps,
  { teamId, channelId, threadTs, ts, userId }: IncomingMessage,
): Promise<Conversation> {
  const thread = threadTs === null ? null : await conversations.findByThread(teamId, channelId, threadTs);
  if (thread !== null && thread.userId === userId) return thread;
  const known = await conversations.findCoaching(teamId, userId);
  if (known !== null && known.channelId === channelId) return known;
  const begun = await conversations.findOrCreateCoaching({ teamId, userId, channelId });
  // An open Home offers to reset it from now on.
  if ((await homes.find(teamId, userId)) !== null) await publishHome(jobs, teamId, userId, `begun:${ts}`);
  return begun;
}

/**
 * The conversation of a thread that has none yet: of a milestone or the project card at its first message, of any
 * other place at its first mention (product.md 3.1). Null where the bot has no business; outside any project a
 * mention gets an explanation instead.
 */
export async function openConversation(
  deps: FindConversationDeps,
  message: IncomingMessage,
  threadTs: string,
): Promise<Conversation | null> {
  const { teamId, channelId, mentionsBot } = message;
  const project = await deps.projects.findByChannel(teamId, channelId);
  if (project === null) {
    if (mentionsBot) await explainSetup(deps, message);
    return null;
  }
  if (project.state === 'archived') return null;
  const milestone = message.threadTs === null ? null : await milestoneOf(deps, project, threadTs);
  if (milestone === null && !mentionsBot && threadTs !== project.cardTs) return null;
  return deps.conversations.findOrCreate({
    teamId,
    channelId,
    threadTs,
    type: 'project',
    projectId: project.id,
    milestoneId: milestone?.id ?? null,
    title: milestone?.title ?? project.name,
  });
}

/** A card that was posted a moment ago may stand in Slack before its ts is written here. */
const CARD_MINUTES = 10;

/**
 * The milestone a thread is bound to. While a card is on its way, of the project or a task, an unknown thread may be its:
 * taken for a project-level thread it would read too much, and taken for none its messages would be lost.
 * @throws Error then, so that Slack sends the event again.
 */
async function milestoneOf(
  { milestones, conversations }: FindConversationDeps,
  project: Project,
  threadTs: string,
): Promise<Milestone | null> {
  const all = await milestones.listByProject(project.teamId, project.id);
  const bound = all.find((one) => one.threadTs === threadTs);
  if (bound !== undefined || threadTs === project.cardTs) return bound ?? null;
  const since = Date.now() - CARD_MINUTES * 60_000;
  const onItsWay =
    [project, ...all].some((one) => one.cardTs === null && one.createdAt.getTime() > since) ||
    (await conversations.isOpening(project.teamId, project.channelId, new Date(since)));
  if (onItsWay) throw new Error('A card of this channel is being posted; the thread may be its.');
  return null;
}

function explainSetup(
  { jobs }: FindConversationDeps,
  { teamId, channelId, ts, threadTs }: IncomingMessage,
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'explain-setup',
    key: `${channelId}:${ts}`,
    lane: threadLane(channelId, threadTs ?? ts),
    order: ts,
    payload: { channelId, threadTs: threadTs ?? ts, ts },
  });
}
