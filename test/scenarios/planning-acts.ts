import type { Task } from '../../src/domain/task.ts';
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

/** Opens the Home. */
export async function openHome(world: World, user: string): Promise<string> {
  const before = world.slack.home(user)?.hash;
  await world.slack.openHome(user);
  await world.slack.until(() => world.slack.home(user)?.hash !== before, 'the Home is published');
  return homeText(world, user);
}
