import { type Context, isOfPeople } from './context.ts';
import type { ContextEntry } from './context-entry.ts';
import { newestThatFit, remembered, saidBefore, summaryPart } from './context-talk.ts';
import { COACHING_INSTRUCTIONS, guard, spoken, urlsIn } from './context-text.ts';
import type { Conversation, Message } from './conversation.ts';
import type { Project } from './project.ts';
import type { PromptMessage } from './prompt.ts';
import type { Receipt } from './receipt.ts';
import type { PrivateScope } from './scope.ts';
import type { Task } from './task.ts';
import { countTokens } from './tokens.ts';
import type { UserFact } from './user-fact.ts';

/** What the stores hand over for one person. It may hold too much: `buildCoachingContext` is what narrows. */
export interface CoachingRecords {
  conversation: Conversation;
  /** Messages of the conversation that the question follows, any order. */
  messages: Message[];
  question: Message;
  /** Newest first. */
  facts: UserFact[];
  /** Entries of the conversation, newest first. */
  entries: ContextEntry[];
  /** The projects whose channels the person is in now: their names are told, nothing else of them. */
  projects: Project[];
  /** The person's own tasks. */
  tasks: Task[];
  /** Display names by Slack user id. */
  names: Map<string, string>;
}

const MEMORY_SHARE = 0.3;
const LISTED = 50;

/**
 * The only way anything private reaches a model (product.md 7.3): the person's facts, their own tasks, the names of
 * their projects and what was said. Pure. Whatever is not this person's is dropped here; no attachment is ever read.
 * Facts are told in the coaching conversation itself and in no task thread of it.
 *
 * @param budget tokens for the whole prompt.
 * @param instructions what the model is told first, when it is not to coach.
 */
export function buildCoachingContext(
  scope: PrivateScope,
  records: CoachingRecords,
  budget: number,
  instructions: string = COACHING_INSTRUCTIONS,
): Context {
  const { conversation, question, names } = records;
  const { teamId, userId } = scope;
  const own = conversation.teamId === teamId && conversation.userId === userId;
  const facts = records.facts.filter(
    (one) => own && conversation.type === 'coaching' && one.teamId === teamId && one.userId === userId,
  );
  const entries = records.entries.filter(
    (one) => own && one.teamId === teamId && one.conversationId === conversation.id,
  );
  const projects = records.projects.filter((one) => one.teamId === teamId && one.state === 'active');
  const ids = new Set(projects.map((project) => project.id));
  const tasks = records.tasks
    .filter((task) => isOwn(task, scope) && ids.has(task.projectId))
    .slice(0, LISTED);
  const said = own ? saidBefore(conversation, records.messages, question) : [];

  const head: PromptMessage = { role: 'system', content: instructions };
  const around: PromptMessage = { role: 'user', content: aroundText(projects, tasks) };
  const room = Math.floor(budget * MEMORY_SHARE);
  const known = remembered('What you remember about this person:', facts, Math.floor(room / 2));
  const noted = remembered('What you remember of this conversation:', entries, Math.floor(room / 2));
  const { summary } = conversation;
  const before = [
    head,
    around,
    ...known.parts,
    ...noted.parts,
    ...(summary === null || !own ? [] : [summaryPart(summary.text)]),
  ];
  const asked = spoken(question, names);
  const fixed = [...before.map((part) => part.content), asked].map(countTokens).reduce((a, b) => a + b, 0);
  const talk = newestThatFit(said, Math.max(0, budget - fixed), names);
  const prompt: PromptMessage[] = [
    ...before,
    ...talk.map((message) => ({ role: message.role, content: spoken(message, names) })),
    { role: 'user', content: asked },
  ];
  const shown = known.lines.length + noted.lines.length;
  const receipt: Receipt = {
    section: null,
    items: [],
    messages: talk.length + 1,
    summarised: summary?.messages ?? 0,
    messagesLeftOut: said.length - talk.length,
    elsewhere: 0,
    remembered: { shown, leftOut: known.leftOut + noted.leftOut },
    coaching: { tasks: tasks.length, projects: projects.length },
    tokens: prompt.map((part) => countTokens(part.content)).reduce((a, b) => a + b, 0),
  };
  const theirs = [...talk, question].filter(isOfPeople).map((message) => message.content);
  return {
    scope,
    prompt,
    question: question.content,
    section: null,
    sources: [],
    notes: [
      ...known.lines,
      ...noted.lines,
      ...around.content.split('\n').filter((line) => line.startsWith('- ')),
    ],
    told: [...talk, question],
    urls: urlsIn(theirs.join('\n')),
    receipt,
  };
}

const isOwn = ({ teamId, createdBy, lease }: Task, { teamId: team, userId }: PrivateScope): boolean =>
  teamId === team &&
  [createdBy, lease?.holder].some((actor) => actor?.kind === 'person' && actor.id === userId);

const line = (text: string): string => guard(text).replace(/\s+/gu, ' ');

function aroundText(projects: Project[], tasks: Task[]): string {
  const names = new Map(projects.map((project) => [project.id, line(project.name)]));
  const listed = [...names.values()].slice(0, LISTED).map((name) => `- project ${name}`);
  const more = projects.length > LISTED ? [`…and ${projects.length - LISTED} more projects`] : [];
  const own = tasks.map(
    ({ title, status, projectId }) => `- task ${line(title)} (${status}, in ${names.get(projectId) ?? ''})`,
  );
  return [
    projects.length === 0
      ? 'The person is in no project.'
      : 'The person is in these projects, known by name only:',
    ...listed,
    ...more,
    own.length === 0 ? 'The person has no open tasks.' : 'Their own open tasks:',
    ...own,
  ].join('\n');
}
