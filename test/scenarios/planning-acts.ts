import type { Task } from '../../src/domain/task.ts';
import type { JobKind } from '../../src/ports/jobs.ts';
import { conversationKey } from '../../src/use-cases/task-conversations.ts';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';

/** `/plan` as a person does it: the form, filled in and sent. */
export async function planTask(
  { slack, anna, channel }: World,
  form: { title: string; details?: string; place?: string },
  user = anna,
): Promise<void> {
  await slack.command({ user, channel, command: '/plan', text: form.title });
  const { title: _title, ...rest } = form;
  const done = await slack.submit(user, rest);
  if (done.errors !== undefined) throw new Error(`The form was refused: ${JSON.stringify(done.errors)}`);
}

/** The task of this title as it is stored now. */
export async function taskCalled({ milepost }: World, title: string): Promise<Task | undefined> {
  const { teamId, stores } = milepost;
  return (await stores.tasks.list({ teamId, limit: 100 })).find((task) => task.title === title);
}

/** Waits until the task of this title is as wanted. */
export async function taskWhen(
  world: World,
  title: string,
  what: string,
  fits: (task: Task) => boolean,
): Promise<Task> {
  return world.slack.until(async () => {
    const task = await taskCalled(world, title);
    return task !== undefined && fits(task) ? task : undefined;
  }, `“${title}” is ${what}`);
}

/** The thread of a task's card, once it is open. */
export async function threadOf(world: World, task: Task, kind: 'planning' | 'task'): Promise<string> {
  const { stores, teamId } = world.milepost;
  return world.slack.until(async () => {
    const [conversation] = await stores.conversations.findByKeys(teamId, [conversationKey(kind, task.id)]);
    return conversation?.threadTs ?? undefined;
  }, `the ${kind} thread of “${task.title}”`);
}

/** Everything people read in a thread, its card first. */
export function threadText({ slack, channel }: World, ts: string): string[] {
  return slack.thread(channel, ts).map(textOf);
}

/** Waits until a thread holds a message with this text. */
export function threadSays(world: World, ts: string, text: string): Promise<string> {
  return world.slack.until(
    () => threadText(world, ts).find((one) => one.includes(text)),
    `the thread says "${text}"`,
  );
}

/** The message of a thread that holds this text, to press its buttons. */
export async function messageWith(world: World, ts: string, text: string): Promise<string> {
  const { slack, channel } = world;
  return slack.until(
    () => slack.thread(channel, ts).find((message) => textOf(message).includes(text))?.ts,
    `a message with "${text}"`,
  );
}

/** What a person reads in their Home. */
export function homeText({ slack }: World, user: string): string {
  return textOf(slack.home(user));
}

/** Waits until a person's Home shows this, or no longer does. */
export function homeShows(world: World, user: string, text: string, shown = true): Promise<true> {
  return world.slack.until(
    () => (homeText(world, user).includes(text) === shown ? true : undefined),
    `the Home ${shown ? 'shows' : 'no longer shows'} "${text}"`,
  );
}

/** Waits until no work of these kinds is left. */
export async function atRest({ slack, milepost }: World, ...kinds: JobKind[]): Promise<void> {
  const jobs = milepost.connection.collection('jobs');
  const open = {
    teamId: milepost.teamId,
    kind: { $in: kinds },
    state: { $in: ['waiting', 'ready', 'running'] },
  };
  await slack.until(async () => (await jobs.countDocuments(open)) === 0, `${kinds.join(', ')} is done`);
}

/** Opens the Home. @returns what the person reads in it once it is published. */
export async function openHome(world: World, user: string): Promise<string> {
  await world.slack.openHome(user);
  await atRest(world, 'refresh-homes', 'publish-home');
  return homeText(world, user);
}

/** The task as it is stored now. */
export async function stored({ milepost }: World, { id }: Pick<Task, 'id'>): Promise<Task> {
  const { teamId, stores } = milepost;
  const task = await stores.tasks.findById({ teamId, id });
  if (task === null) throw new Error(`There is no task ${id}.`);
  return task;
}

export interface Planned {
  task: Task;
  /** The planning card, whose thread is the planning conversation. */
  planning: string;
  /** The message of the first plan. */
  plan: string;
}

/** A task that has its first plan and stands in the backlog. */
export async function planned(
  world: World,
  title: string,
  form: { details?: string; place?: string } = {},
): Promise<Planned> {
  await planTask(world, { title, ...form });
  const { id } = await taskWhen(world, title, 'planned', (one) => one.status === 'backlog');
  const task = await stored(world, { id });
  const planning = await threadOf(world, task, 'planning');
  const plan = await messageWith(world, planning, 'Plan v1* for');
  await cardSays(world, planning, 'In the backlog');
  return { task, planning, plan };
}

/** Waits until a card reads so. */
export function cardSays({ slack, channel }: World, ts: string, text: string): Promise<true> {
  return slack.until(
    () => (textOf(slack.message(channel, ts)).includes(text) ? true : undefined),
    `the card says "${text}"`,
  );
}

/** Presses a button of a message in the channel. */
export function press({ slack, channel }: World, user: string, ts: string, actionId: string) {
  return slack.click({ user, channel, ts, actionId });
}

/** A task that is ready, with its two cards. */
export async function readied(world: World, title: string): Promise<Planned & { card: string }> {
  const made = await planned(world, title);
  await press(world, world.anna, made.plan, 'task_ready');
  const task = await taskWhen(world, title, 'ready', (one) => one.status === 'ready');
  const card = await threadOf(world, task, 'task');
  await cardSays(world, made.planning, 'Ready ·');
  return { ...made, task, card };
}

/** What everybody said in the planning conversation, plans among it, as it is stored. */
export async function planningMessages({ milepost }: World, { id }: Pick<Task, 'id'>): Promise<string[]> {
  const { stores, teamId } = milepost;
  const [talk] = await stores.conversations.findByKeys(teamId, [conversationKey('planning', id)]);
  const messages = await stores.messages.latest({ teamId, id: talk?.id ?? '' }, 100);
  return messages.map((message) => message.content);
}
