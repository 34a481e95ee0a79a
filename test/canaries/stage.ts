import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { type FakeSlack, textOf } from '../support/fake-slack/index.ts';
import { listOf, stringOf } from '../support/fake-slack/json.ts';
import { startWorld, type World } from '../support/world.ts';
import type { DispatchModel } from './dispatch-model.ts';
import { type FileKind, kindsFor } from './files.ts';
import {
  giveFeedback,
  isPlanningThread,
  type MilestoneModel,
  type Model,
  milestoneOf,
  type PlanModel,
  type ProjectModel,
  type Said,
  type ThreadModel,
} from './model.ts';
import type { PersonModel } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { replyTo, type Script } from './scripts.ts';
import type { FileModel, LinkModel, PageModel, SharedFile } from './things.ts';

/** One run: a workspace, what people did in it, and everything that is drawn from the seed. */
export interface Stage {
  seed: number;
  world: World;
  model: Model;
  random: Random;
  /** What was done, in words, for the report of a failure. */
  steps: string[];
  log(step: string): void;
  /** A word that exists once. */
  canary(): string;
  /** Links that were shared before; now and then one is shared again. */
  links: LinkModel[];
  /** Every page of the web, also those that nobody can open at this moment. */
  pages: PageModel[];
  /** Files that were uploaded before, and the kinds there are. */
  files: FileModel[];
  kinds: FileKind[];
  /** Canaries of all that was ever on a page or in a file. */
  placed: Set<string>;
  /** Milepost's clock, in milliseconds before ours. */
  clock: { ahead: number };
  /** What the model is to answer, oldest first. */
  scripts: Script[];
  dispatches: DispatchModel[];
  /** People in their direct messages with the bot. */
  people: PersonModel[];
  /** Canaries of what was removed, forgotten or emptied. */
  gone: Set<string>;
  /** A key for the HTTP API. */
  secret: string;
  /** What the model has planned, by the title of the task, oldest first. */
  drafts: Map<string, PlanModel[]>;
  /** How many requests to the model were looked through for plans. */
  checked: number;
  /** Someone who comes and goes, and does nothing but look at their Home; the channels they are in. */
  cleo: string;
  visits: Set<string>;
}

export async function setStage(seed: number, contextTokens: number): Promise<Stage> {
  const clock = { ahead: 0 };
  const now = (): number => Date.now() + clock.ahead;
  const world = await startWorld({
    env: { CONTEXT_BUDGET_TOKENS: String(contextTokens) },
    overrides: { now },
  });
  const steps: string[] = [];
  let count = 0;
  const stage: Stage = {
    seed,
    world,
    model: { projects: [], threads: [] },
    random: createRandom(seed),
    steps,
    log: (step) => steps.push(`${steps.length + 1}. ${step}`),
    canary() {
      count += 1;
      return `canary${seed}x${count}z`;
    },
    links: [],
    pages: [],
    files: [],
    kinds: kindsFor(seed),
    placed: new Set(),
    clock,
    scripts: [],
    dispatches: [],
    people: [],
    gone: new Set(),
    secret: await keyFor(world),
    drafts: new Map(),
    checked: 0,
    cleo: world.slack.addUser({ name: 'cleo', realName: 'Cleo Dahl' }),
    visits: new Set(),
  };
  world.provider.fallback((request) => replyTo(stage, request));
  return stage;
}

async function keyFor({ milepost: { stores, teamId } }: World): Promise<string> {
  return (await createApiKeys({ apiKeys: stores.apiKeys }).create(teamId, 'tester')).secret;
}

const WAITING = new Set([
  'refresh-card',
  'refresh-homes',
  'expire-dispatch',
  'forget-removed',
  'tell-reading',
]);
/** The card of a specialist at work is drawn when its time has come, and at once otherwise. */
const isWaiting = ({ kind, state, dueAt }: Record<string, unknown>): boolean =>
  WAITING.has(String(kind)) ||
  (kind === 'show-dispatch' && state === 'ready' && dueAt instanceof Date && dueAt > new Date());

/** Resolves when no work is left but the redrawing of cards and Homes, which waits for its time. */
export async function quiet({ world }: Pick<Stage, 'world'>): Promise<void> {
  const { connection } = world.milepost;
  const jobs = connection.getClient().db(connection.name).collection('jobs');
  await world.slack.until(async () => {
    const heads = await jobs
      .find({ active: true }, { projection: { kind: 1, state: 1, dueAt: 1 } })
      .toArray();
    return heads.every(isWaiting);
  }, 'the queue is empty');
}

/** A person's message, in a thread or, with null, in the channel, where it begins one. */
export async function say(
  stage: Stage,
  { project, thread, user, text, links, files = [], mention = false }: Saying,
): Promise<{ said: Said; thread: ThreadModel }> {
  const { slack } = stage.world;
  const typed = [mention ? `<@${slack.botUserId}>` : '', text, ...links.map(typedLink)].join(' ').trim();
  const { channel } = project;
  const { ts } = await slack.say({ user, channel, text: typed, threadTs: thread?.ts, files });
  const where = thread ?? { project, ts, opened: false, said: [], entries: [] };
  if (thread === null) stage.model.threads.push(where);
  if (mention) where.opened = true;
  const shared = files.map((file): SharedFile => ({ id: `${ts}/${file.name}`, file }));
  const said = { ts, user, text: typed, links, files: shared, kept: where.opened, fixed: mention };
  where.said.push(said);
  giveFeedback(where);
  return { said, thread: where };
}

interface Saying {
  project: ProjectModel;
  thread: ThreadModel | null;
  user: string;
  text: string;
  links: LinkModel[];
  files?: FileModel[];
  mention?: boolean;
}

export function typedLink({ typed, label }: LinkModel): string {
  if (label !== '') return `<${typed}|${label}>`;
  return typed.endsWith(')') ? `<${typed}>` : typed;
}

export const somebody = ({ world, random }: Stage): string => random.pick([world.anna, world.ben]);

export const live = ({ model }: Stage): ProjectModel[] => model.projects.filter((one) => !one.archived);

/** The threads of channels that are not archived. */
export const threadsOf = ({ model }: Stage, which: (thread: ThreadModel) => boolean): ThreadModel[] =>
  model.threads.filter((thread) => !thread.project.archived && which(thread));

export function nameOf(thread: ThreadModel): string {
  const milestone: MilestoneModel | null = milestoneOf(thread);
  if (thread.parent !== undefined) return `the thread of a result under ${nameOf(thread.parent)}`;
  if (thread.task !== undefined)
    return `the ${isPlanningThread(thread) ? 'planning' : 'task'} thread of "${thread.task.title}"`;
  if (milestone !== null) return `the thread of "${milestone.title}"`;
  return thread.ts === thread.project.cardTs
    ? `the thread of "${thread.project.name}"`
    : `thread ${thread.ts}`;
}

/** What the Undo buttons carry that this person sees. */
export function undoButtons(slack: FakeSlack, channel: string, user: string): string[] {
  return slack
    .ephemerals(channel, user)
    .flatMap((line) => line.blocks ?? [])
    .flatMap((block) => listOf(block.elements))
    .filter((element) => element.action_id === 'attachment_undo')
    .map((element) => stringOf(element.value));
}

/** Submits the form a person has open. */
export async function submit(
  { world }: Stage,
  user: string,
  answers: Record<string, string> = {},
): Promise<void> {
  const done = await world.slack.submit(user, answers);
  if (done.errors !== undefined || done.status !== 200)
    throw new Error(`The form was refused: ${JSON.stringify(done.errors ?? done.body)} ${textOf(done.view)}`);
}
