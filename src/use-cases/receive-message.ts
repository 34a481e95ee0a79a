import { person } from '../domain/actor.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { SharedLink } from '../domain/link.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobQueue, SharedFile } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { AttachShared } from './attach-shared.ts';
import type { GiveFeedback } from './give-feedback.ts';
import { planAskedFor } from './start-planning.ts';

/** A person's message as Slack told of it, with the links and files in it. */
export interface IncomingMessage {
  teamId: string;
  channelId: string;
  ts: string;
  /** Slack ts of the thread it was written in; null for a message of the channel or a direct message. */
  threadTs: string | null;
  userId: string;
  /** Plain text; mentions stay as `<@U…>`. */
  content: string;
  clientMsgId: string | null;
  mentionsBot: boolean;
  direct: boolean;
  links: SharedLink[];
  files: SharedFile[];
  /** Host of this workspace, such as `acme.slack.com`, when known. */
  workspaceHost: string | null;
}

export interface ReceiveMessageDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  jobs: JobQueue;
  attachShared: AttachShared;
  giveFeedback: GiveFeedback;
}

const REMEMBERED_THREADS = 10_000;

export type ReceiveMessage = (message: IncomingMessage) => Promise<void>;

/**
 * Takes in a person's message: keeps it, attaches the links in it, queues the answer to a mention. When it resolves
 * everything is written, so that the event may be acknowledged; running it again for the same message adds nothing.
 */
export function createReceiveMessage(deps: ReceiveMessageDeps): ReceiveMessage {
  const threads = new Map<string, Conversation>();

  /** A thread keeps its conversation for good, so words alone need no look-up; where links go is looked up each time. */
  async function conversationOf(message: IncomingMessage, threadTs: string): Promise<Conversation | null> {
    const { teamId, channelId, links, files, direct } = message;
    if (direct) return openConversation(deps, message, threadTs);
    const key = `${teamId}:${channelId}:${threadTs}`;
    const remembered = links.length + files.length === 0 ? threads.get(key) : undefined;
    if (remembered !== undefined) return remembered;
    const known = await deps.conversations.findByThread(teamId, channelId, threadTs);
    const conversation = known ?? (await openConversation(deps, message, threadTs));
    if (threads.size >= REMEMBERED_THREADS) threads.clear();
    if (conversation !== null) threads.set(key, conversation);
    return conversation;
  }

  return async (message) => {
    const { teamId, channelId, ts } = message;
    const threadTs = message.threadTs ?? ts;
    const conversation = await conversationOf(message, threadTs);
    if (conversation === null) return;

    const { userId, content, clientMsgId } = message;
    const kept = await deps.messages.keep({
      teamId,
      conversationId: conversation.id,
      channelId,
      threadTs,
      ts,
      role: 'user',
      userId,
      content,
      clientMsgId,
      settled: !isToBeTakenIn(message, conversation),
      madeFor: null,
      answerTo: null,
    });
    if (kept.as === 'duplicate' || kept.as === 'deleted') return;
    if (conversation.type === 'planning') {
      if (!kept.settled) await deps.giveFeedback(conversation, message, person(userId));
    } else if (conversation.type === 'project') {
      await takeInAttachments(deps, message, conversation, kept.settled);
    }
    if (message.mentionsBot) await answer(deps, message, conversation, threadTs);
  };
}

/** In a planning thread everything is feedback, also what begins with "plan". */
export function asksForPlan({ type }: Conversation, content: string): boolean {
  return type !== 'planning' && planAskedFor(content) !== null;
}

/** Feedback in a planning thread is counted; in a milestone's thread links are taken in, elsewhere not. */
function isToBeTakenIn({ links }: IncomingMessage, { type, milestoneId }: Conversation): boolean {
  return type === 'planning' || (type === 'project' && links.length > 0 && milestoneId !== null);
}

/** A mention is answered, or begins to be planned when it asks for that (product.md 8.2). */
function answer(
  { jobs }: ReceiveMessageDeps,
  { teamId, channelId, ts, content }: IncomingMessage,
  conversation: Conversation,
  threadTs: string,
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: asksForPlan(conversation, content) ? 'start-planning' : 'answer-mention',
    key: `${channelId}:${ts}`,
    lane: threadLane(channelId, threadTs),
    order: `${ts}:2-answer`,
    payload: { channelId, ts },
  });
}

/** One thread is one lane: its answers come in the order of their questions. */
export function threadLane(channelId: string, threadTs: string): string {
  return `thread:${channelId}:${threadTs}`;
}

/**
 * The conversation of a thread that has none yet: of a milestone or the project card at its first message, of any
 * other place at its first mention (product.md 3.1). Null where the bot has no business; outside any project a
 * mention gets an explanation instead.
 */
async function openConversation(
  deps: ReceiveMessageDeps,
  message: IncomingMessage,
  threadTs: string,
): Promise<Conversation | null> {
  const { teamId, channelId, mentionsBot, direct } = message;
  const project = direct ? null : await deps.projects.findByChannel(teamId, channelId);
  if (project === null) {
    if (mentionsBot || direct) await explainSetup(deps, message);
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
  { milestones, conversations }: ReceiveMessageDeps,
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

/**
 * Links and files count once: taking them in again after someone pressed Undo would bring them back. Links by
 * `settled`, files by the key of their job, since of the two events of a mention only one may name them.
 */
async function takeInAttachments(
  { attachShared, attachments, jobs, messages }: ReceiveMessageDeps,
  message: IncomingMessage,
  conversation: Conversation,
  settled: boolean,
): Promise<void> {
  const { teamId, channelId, ts, userId, links, files, workspaceHost } = message;
  if (conversation.milestoneId === null) return;
  const threadTs = conversation.threadTs ?? ts;
  if (files.length > 0) {
    await jobs.enqueue({
      teamId,
      kind: 'keep-files',
      key: `${channelId}:${ts}`,
      lane: threadLane(channelId, threadTs),
      order: `${ts}:1-files`,
      payload: { channelId, threadTs, ts, userId, files, mention: message.mentionsBot },
    });
  }
  if (settled || links.length === 0) return;
  await attachShared({ conversation, ts, userId, links, workspaceHost });
  // Deleted while its links were attached: what it attached goes with it.
  if ((await messages.find(teamId, channelId, ts))?.deleted === true) {
    const shared = await attachments.listByMessage(teamId, channelId, ts);
    await attachments.withdraw(
      teamId,
      { channelId, messageTs: ts },
      shared.map((one) => one.id),
    );
  }
  await messages.settle(teamId, channelId, ts);
}

function explainSetup(
  { jobs }: ReceiveMessageDeps,
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
