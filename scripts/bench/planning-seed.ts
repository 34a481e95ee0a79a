import type { Connection } from 'mongoose';
import type { TaskStatus } from '../../src/domain/task.ts';
import type { MessageRow } from '../../src/store/message-schema.ts';
import type { PlanRow } from '../../src/store/plan-schema.ts';
import {
  conversationRow,
  messageRows,
  milestoneRow,
  PEOPLE,
  personOf,
  planRow,
  projectRow,
  START,
  taskRow,
} from './planning-rows.ts';

export const PROJECTS = 500;
export const TASKS = 10_000;
const MILESTONES = 4;
/** Tasks of the first project; the others share the rest evenly. */
export const LARGEST = 2_000;
const MIX: [TaskStatus, number][] = [
  ['ready', 3_000],
  ['planning', 3_000],
  ['backlog', 1_500],
  ['in_progress', 500],
  ['done', 1_800],
  ['cancelled', 200],
];
const MINUTE = 60_000;
/** What one page of a list holds. */
export const PAGE = 20;
/** In how many projects' channels the people are who open their Home. */
export const VIEWERS = { everywhere: PROJECTS, somewhere: 40 } as const;

/** One workspace's projects as the benchmark names them. */
export interface Seeded {
  projects: { id: string; channelId: string }[];
}

/** Fills one workspace past the stores, which would take minutes. */
export async function seedWorkspace(connection: Connection, teamId: string): Promise<Seeded> {
  const write = async (model: string, rows: object[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += 5_000)
      await connection.model(model).collection.insertMany(rows.slice(from, from + 5_000), { ordered: false });
  };
  const projects = Array.from({ length: PROJECTS }, (_, n) => projectRow(teamId, n));
  const milestones = projects.map((project) =>
    Array.from({ length: MILESTONES }, (_, n) => milestoneRow(project, n)),
  );
  const statuses = MIX.flatMap(([status, count]) => Array.from({ length: count }, () => status));
  const tasks = statuses.map((_, n) => {
    const status = statuses[shuffled(n, 7_919)] ?? 'done';
    const place = n < LARGEST ? 0 : 1 + (n % (PROJECTS - 1));
    const project = projects[place] ?? projectRow(teamId, place);
    // Three at a time come into their status at one moment, as when a page of them is moved at once.
    const since = new Date(START + Math.floor(shuffled(n, 4_567) / 3) * 10 * MINUTE);
    const planned = status === 'planning' ? n % 2 === 0 : status !== 'cancelled';
    return taskRow(project, milestones[place]?.[n % (MILESTONES + 1)] ?? null, n, status, since, planned);
  });
  const messages: MessageRow[] = [];
  const plans: PlanRow[] = [];
  const conversations = tasks.flatMap((task, n) => {
    if (task.plan !== null) plans.push(planRow(task, n));
    const planning = conversationRow(task, n, 'planning');
    messages.push(...messageRows(planning, task, n, 'planning', 5));
    if (task.status === 'planning' || task.status === 'backlog') return [planning];
    const main = conversationRow(task, n, 'task');
    messages.push(...messageRows(main, task, n, 'task', 3));
    return [planning, main];
  });
  const people = Array.from({ length: PEOPLE }, (_, n) => ({
    ...{ teamId, userId: personOf(n), name: `Person ${n}`, guest: false, outsider: false },
  }));
  await write('Project', projects);
  await write('Milestone', milestones.flat());
  await write('Person', people);
  await write('Plan', plans);
  await write('Conversation', conversations);
  await write('Message', messages);
  await write('Task', tasks);
  return { projects: projects.map(({ _id, channelId }) => ({ id: _id.toHexString(), channelId })) };
}

/** So many of the projects, far apart; the largest is among them only when all are. */
export function projectsOf({ projects }: Seeded, count: number): Seeded['projects'] {
  const step = Math.floor(projects.length / count);
  return projects.filter((_, n) => n % step === step - 1).slice(0, count);
}

/** Each number below `TASKS` once, in no order that anything else has; `step` shares no divisor with it. */
const shuffled = (n: number, step: number): number => (n * step + 17) % TASKS;
