import type { Task, TaskStatus } from '../../src/domain/task.ts';
import type { TaskQuery } from '../../src/ports/tasks.ts';
import { createReadTasks } from '../../src/use-cases/read-tasks.ts';
import { type Cost, type Explained, explainedStores } from './explain.ts';
import { type Line, table } from './figures.ts';
import { PAGE, projectsOf, type Seeded, VIEWERS } from './planning-seed.ts';
import { TEAM } from './slack-stub.ts';

const AIM = 1.2;
/** What the Home shows of each list of tasks at once. */
const HOME_PAGE = 10;
const LISTED: TaskStatus[] = ['ready', 'planning'];

/** Index keys and documents that MongoDB examined for what it gave. */
export async function reportKeys(uri: string, seeded: Seeded): Promise<void> {
  const explained = await explainedStores(uri);
  const [largest] = seeded.projects;
  const lines: Line[] = [];
  for (const status of LISTED) {
    lines.push(...(await keysOfPages(explained, status, 'whole workspace', {})));
    if (largest !== undefined)
      lines.push(...(await keysOfPages(explained, status, 'largest project', { projectIds: [largest.id] })));
  }
  lines.push(...(await keysOfWholePages(explained)));
  table('Keys of a page', ['returned', 'keys', 'documents', 'keys/returned', 'aim'], lines);
  const home: Line[] = [];
  for (const count of Object.values(VIEWERS)) {
    const ids = projectsOf(seeded, count).map(({ id }) => id);
    home.push(...(await keysOfHome(explained, ids)));
  }
  table('Keys of a Home', ['returned', 'keys', 'documents', 'keys/returned', 'aim'], home);
  console.log(
    'A list of several projects reads at least one key of each of them. The Home turns pages by number, so that',
  );
  console.log('a later page passes over the keys of those before it; MongoDB reads none of their documents.');
  await explained.close();
}

type Place = Pick<TaskQuery, 'projectIds'>;

async function keysOfPages(
  explained: Explained,
  status: TaskStatus,
  where: string,
  place: Place,
): Promise<Line[]> {
  const query = { teamId: TEAM, status, limit: PAGE, ...place };
  const all: Task[] = [];
  for (let page: Task[] = []; all.length === 0 || page.length === PAGE; all.push(...page)) {
    const after = all.at(-1);
    page = await explained.stores.tasks.list({ ...query, ...(after === undefined ? {} : { after }) });
    if (page.length === 0) break;
  }
  const last = Math.floor((all.length - 1) / PAGE);
  const pages = { first: 0, middle: Math.floor(last / 2), last };
  const lines: Line[] = [];
  for (const [name, page] of Object.entries(pages)) {
    const after = page === 0 ? undefined : all[page * PAGE - 1];
    const ask = () => explained.stores.tasks.list({ ...query, ...(after === undefined ? {} : { after }) });
    const { found, cost } = await explained.costOf(['tasks'], ask);
    lines.push(line(`${status}, ${where}, ${name} page`, found.length, cost, AIM));
  }
  return lines;
}

/** All that one page reads: tasks, their projects, plans, conversations and messages. */
async function keysOfWholePages(explained: Explained): Promise<Line[]> {
  const readTasks = createReadTasks({ ...explained.stores, personNames: async () => new Map() });
  const collections = ['tasks', 'projects', 'plans', 'conversations', 'messages'];
  const query = { teamId: TEAM, limit: PAGE };
  const ready = await explained.costOf(collections, () => readTasks.readyForWork(query));
  const planning = await explained.costOf(collections, () => readTasks.planningItems(query));
  const rowsOf = (items: { task: Task; planDocument: object | null; messages: object[] }[]): number =>
    new Set(items.map(({ task }) => task.projectId)).size +
    items.reduce((sum, one) => sum + 2 + (one.planDocument === null ? 0 : 1) + one.messages.length, 0);
  return [
    line('ready-for-work, everything of the first page', rowsOf(ready.found.items), ready.cost, null),
    line('planning-items, everything of the first page', rowsOf(planning.found.items), planning.cost, null),
  ];
}

async function keysOfHome(explained: Explained, projectIds: string[]): Promise<Line[]> {
  const { tasks } = explained.stores;
  const lines: Line[] = [];
  const counts = await explained.costOf(['tasks'], () => tasks.countByStatus(TEAM, projectIds));
  const counted = (status?: TaskStatus): number =>
    counts.found
      .filter((one) => status === undefined || one.status === status)
      .reduce((sum, one) => sum + one.count, 0);
  for (const status of LISTED) {
    const last = Math.floor((counted(status) - 1) / HOME_PAGE);
    const pages = { first: 0, middle: Math.floor(last / 2), last };
    for (const [name, page] of Object.entries(pages)) {
      const query = { teamId: TEAM, projectIds, status, limit: HOME_PAGE, skip: page * HOME_PAGE };
      const { found, cost } = await explained.costOf(['tasks'], () => tasks.list(query));
      lines.push(line(`${status}, ${projectIds.length} projects, ${name} page`, found.length, cost, AIM));
    }
  }
  lines.push(line(`counts of ${projectIds.length} projects`, counted(), counts.cost, null));
  const shown = projectIds.slice(0, 5);
  const listed = await explained.costOf(['tasks'], () => tasks.count(TEAM, shown));
  const sum = listed.found.reduce((total, one) => total + one.count, 0);
  lines.push(line('counts of the 5 projects shown', sum, listed.cost, null));
  return lines;
}

/** @param aim null for what has none. */
function line(name: string, returned: number, { keys, documents }: Cost, aim: number | null): Line {
  const ratio = keys / returned;
  const verdict = aim === null ? '' : `${ratio <= aim ? 'met' : 'MISSED'}: ${aim}`;
  return { name, cells: [`${returned}`, `${keys}`, `${documents}`, ratio.toFixed(2), verdict] };
}
