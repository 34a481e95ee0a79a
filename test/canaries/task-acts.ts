import {
  type MilestoneModel,
  milestoneOf,
  type ProjectModel,
  scopeOf,
  type TaskModel,
  type ThreadModel,
} from './model.ts';
import { type Act, isPersons, pickProject } from './picks.ts';
import { live, nameOf, quiet, type Stage, say, somebody, submit, threadsOf } from './stage.ts';

/** A Home shows ten tasks of a kind on its first page: as many as both projects can have. */
const TASKS = 5;

/** `/plan` with its form. */
export const planByCommand: Act = async (stage) => {
  const project = pickProject(stage);
  if (project === undefined || project.tasks.length >= TASKS) return false;
  const { random, canary, world } = stage;
  const milestone = random.pick([null, ...project.milestones]);
  const title = `Draw ${canary()}`;
  const details = random.chance(70) ? `It must ${canary()}\nand ${canary()}` : '';
  const user = somebody(stage);
  stage.log(`Plan "${title}" in "${milestone?.title ?? project.name}" by the command`);
  await world.slack.command({ user, channel: project.channel, command: '/plan', text: title });
  await submit(stage, user, { details, place: milestone?.id ?? 'project' });
  await addToModel(stage, { user, project, milestone, title, description: details });
  return true;
};

/** `@Milepost plan` in any thread but a planning thread, or in the channel. */
export const planByMention: Act = async (stage) => {
  const project = pickProject(stage);
  if (project === undefined || project.tasks.length >= TASKS) return false;
  const { random, canary } = stage;
  const own = threadsOf(stage, (one) => one.project === project && one.task?.planning !== one);
  const thread = random.chance(10) ? null : random.pick(own);
  const title = `Choose ${canary()}`;
  const description = random.chance(70) ? `It takes ${canary()}` : '';
  const text = `plan ${title}\n${description}`.trim();
  stage.log(`Ask for "${title}" to be planned in ${thread === null ? 'the channel' : nameOf(thread)}`);
  const user = somebody(stage);
  const done = await say(stage, { project, thread, user, text, links: [], mention: true });
  await addToModel(stage, { user, project, milestone: scopeOf(done.thread), title, description });
  return true;
};

/** "Plan this" in the menu of a message. */
export const planThis: Act = async (stage) => {
  const all = threadsOf(
    stage,
    (one) => one.task === undefined && one.parent === undefined && one.project.tasks.length < TASKS,
  ).flatMap((thread) => thread.said.filter(isPersons).map((said) => ({ thread, said })));
  if (all.length === 0) return false;
  const { thread, said } = stage.random.pick(all);
  const { project } = thread;
  const milestone = milestoneOf(thread);
  const title = `Take up ${stage.canary()}`;
  const description = `As agreed ${stage.canary()}`;
  const user = somebody(stage);
  stage.log(`Plan ${said.ts} of ${nameOf(thread)} as "${title}"`);
  await stage.world.slack.shortcut({ user, callbackId: 'plan_this', channel: project.channel, ts: said.ts });
  await submit(stage, user, { title, details: description });
  await addToModel(stage, { user, project, milestone, title, description });
  return true;
};

interface Wanted {
  user: string;
  project: ProjectModel;
  milestone: MilestoneModel | null;
  title: string;
  description: string;
}

async function addToModel(
  stage: Stage,
  { user, project, milestone, title, description }: Wanted,
): Promise<void> {
  await quiet(stage);
  const { stores, teamId } = stage.world.milepost;
  const { id = '' } =
    (await stores.tasks.list({ teamId, limit: 100 })).find((one) => one.title === title) ?? {};
  const planning: ThreadModel = {
    project,
    ts: await threadTs(stage, `planning:${id}`),
    opened: true,
    said: [],
    entries: [],
  };
  const status = 'backlog';
  const task: TaskModel = {
    id,
    project,
    milestone,
    title,
    description,
    status,
    plans: [],
    planning,
    main: null,
    owners: new Set([user]),
    notices: [],
  };
  planning.task = task;
  project.tasks.push(task);
  stage.model.threads.push(planning);
}

async function threadTs({ world }: Stage, key: string): Promise<string> {
  const { stores, teamId } = world.milepost;
  const [conversation] = await stores.conversations.findByKeys(teamId, [key]);
  if (conversation?.threadTs == null) throw new Error(`There is no thread ${key}.`);
  return conversation.threadTs;
}

/** Where a task can go, and what is pressed for it on its planning card. */
const MOVES: Record<TaskModel['status'], readonly [TaskModel['status'], string][]> = {
  backlog: [
    ['ready', 'task_ready'],
    ['ready', 'task_ready'],
    ['cancelled', 'task_menu'],
    ['backlog', 'task_menu'],
  ],
  ready: [
    ['in_progress', 'task_start'],
    ['backlog', 'task_backlog'],
    ['cancelled', 'task_menu'],
    ['backlog', 'task_menu'],
  ],
  in_progress: [
    ['done', 'task_done'],
    ['cancelled', 'task_menu'],
    ['backlog', 'task_menu'],
  ],
  done: [
    ['backlog', 'task_replan'],
    ['backlog', 'task_backlog'],
  ],
  cancelled: [
    ['backlog', 'task_replan'],
    ['backlog', 'task_backlog'],
  ],
};

/** A button of the planning card. What is planned again is back in the backlog once the planner is done. */
export const press: Act = async (stage) => {
  const all = live(stage).flatMap((project) => project.tasks);
  if (all.length === 0) return false;
  const { random, world } = stage;
  const task = random.pick(all);
  const [to, actionId] = random.pick(MOVES[task.status]);
  const { channel } = task.project;
  const optionValue = `${to === 'cancelled' ? 'cancel' : 'planning'}:${task.id}`;
  const menu = actionId === 'task_menu' ? { optionValue } : {};
  stage.log(`Press ${actionId} on "${task.title}" (${task.status}), for it to be ${to}`);
  const user = somebody(stage);
  await world.slack.click({ user, channel, ts: task.planning.ts, actionId, ...menu });
  task.status = to;
  task.owners.add(user);
  await quiet(stage);
  if (to !== 'ready' || task.main !== null) return true;
  const ts = await threadTs(stage, `task:${task.id}`);
  task.main = { project: task.project, ts, opened: true, said: [], entries: [], task };
  stage.model.threads.push(task.main);
  return true;
};
