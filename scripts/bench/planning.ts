import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { startMilepost } from '../../src/compose.ts';
import { createLog } from '../../src/log.ts';
import { FIRST_PAGES } from '../../src/ports/homes.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import type { ReadTasks } from '../../src/use-cases/read-tasks.ts';
import { startTarget } from './child.ts';
import { benchConfig } from './config.ts';
import { percentile, send } from './load.ts';
import { reportKeys } from './planning-keys.ts';
import {
  LARGEST,
  PAGE,
  PROJECTS,
  projectsOf,
  type Seeded,
  seedWorkspace,
  TASKS,
  VIEWERS,
} from './planning-seed.ts';
import { BOT, type SlackStub, TEAM } from './slack-stub.ts';
import { type Line, table } from './table.ts';

const OPENINGS = 200;
const WARM_UP = 10;
/** As many walks from the beginning to the end as make so many pages. */
const PAGES = 450;
/** Between two openings, so that the job of the one before has ended. */
const BREATH_MS = 50;

/** The last page of each list is the one that MongoDB passes over most for. */
const LAST_PAGES = { ready: 10_000, planning: 10_000, projects: 10_000 };
const OPENERS = [
  { userId: 'U0ALL', projects: VIEWERS.everywhere, pages: FIRST_PAGES, what: 'first pages' },
  { userId: 'U0SOME', projects: VIEWERS.somewhere, pages: FIRST_PAGES, what: 'first pages' },
  { userId: 'U0DEEP', projects: VIEWERS.everywhere, pages: LAST_PAGES, what: 'last pages' },
];

/** The aims of planning: a Home on time, lists of work on time, and indexes read no further than needed. */
export async function measurePlanning(mongoUri: string, slack: SlackStub): Promise<void> {
  const uri = `${mongoUri}bench_planning`;
  console.log(
    `\nPlanning: 2 workspaces, each with ${TASKS} tasks, ${LARGEST} of them in one of its ${PROJECTS} projects; ` +
      'Slack answers at once, so its own time comes on top',
  );
  const milepost = await startMilepost(benchConfig(slack.apiUrl), uri, createLog('silent'), { work: false });
  const { seeded, key } = await fill(milepost, slack);
  const target = await startTarget('filled', uri, slack.apiUrl);
  console.log(
    `load average before measuring: ${load()}; whatever else runs on this machine is in the figures`,
  );
  const homes = await measureHomes(target.port, slack);
  const [largest] = seeded.projects;
  const places = { 'whole workspace': undefined, 'largest project': largest?.id };
  const pages: Line[] = [];
  for (const [place, projectId] of Object.entries(places)) {
    pages.push(...(await walkUseCases(milepost.useCases.readTasks, place, projectId)));
    pages.push(...(await walkApi(target.port, key, place, projectId)));
  }
  table('Time', ['p50', 'p99', 'aim', 'of'], [...homes, ...pages]);
  console.log(`load average after measuring: ${load()}`);
  await target.stop();
  await reportKeys(uri, seeded);
  await milepost.stop();
}

const load = (): string =>
  loadavg()
    .map((one) => one.toFixed(1))
    .join(', ');

async function fill(
  { connection, stores }: Awaited<ReturnType<typeof startMilepost>>,
  slack: SlackStub,
): Promise<{ seeded: Seeded; key: string }> {
  const started = performance.now();
  const seeded = await seedWorkspace(connection, TEAM);
  await seedWorkspace(connection, 'T0OTHER');
  for (const { userId, projects, pages } of OPENERS) {
    slack.channels.set(
      userId,
      projectsOf(seeded, projects).map(({ channelId }) => channelId),
    );
    await stores.homes.choose(TEAM, userId, { projectId: null, pages });
  }
  const { secret } = await createApiKeys(stores).create(TEAM, 'bench');
  console.log(`filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  return { seeded, key: secret };
}

/** From the event being sent to the view arriving at Slack. */
async function measureHomes(port: number, slack: SlackStub): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { userId, projects, what } of OPENERS) {
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + OPENINGS; n += 1) {
      const took = await openHome(port, slack, userId, n);
      if (n >= WARM_UP) times.push(took);
      await pause(BREATH_MS);
    }
    lines.push(timed(`Home of someone in ${projects} projects, ${what}`, times, 1_000));
  }
  return lines;
}

async function openHome(port: number, slack: SlackStub, userId: string, n: number): Promise<number> {
  const shown = new Promise<string>((resolve) => {
    slack.onHome = (who, view) => who === userId && resolve(view);
  });
  const event = { type: 'app_home_opened', user: userId, channel: 'D0BENCH', tab: 'home' };
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A0BENCH',
    event_id: `EvHome${userId}${n}`,
    authorizations: [{ team_id: TEAM, enterprise_id: null, user_id: BOT, is_bot: true }],
    event: { ...event, event_ts: `${Math.floor(Date.now() / 1_000)}.000000` },
  });
  const started = performance.now();
  const status = await send(port, body);
  if (status !== 200) throw new Error(`The opening of a Home was answered with ${status}.`);
  const view = await shown;
  const took = performance.now() - started;
  if (!view.includes('ready') && !view.includes('Ready'))
    throw new Error('A Home without its tasks was published.');
  return took;
}

const LISTS = { 'ready-for-work': 'readyForWork', 'planning-items': 'planningItems' } as const;

async function walkUseCases(readTasks: ReadTasks, place: string, projectId?: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, list] of Object.entries(LISTS)) {
    const query = {
      teamId: TEAM,
      limit: PAGE,
      ...(projectId === undefined ? {} : { projectIds: [projectId] }),
    };
    const times = await walk<{ id: string; statusSince: Date }>(async (after) => {
      const { items, last } = await readTasks[list]({ ...query, ...(after === null ? {} : { after }) });
      return { items: items.length, next: last };
    });
    lines.push(timed(`${name}, ${place}`, times, 50));
  }
  return lines;
}

/** Nothing when this Milepost serves no API. */
async function walkApi(port: number, key: string, place: string, projectId?: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const name of Object.keys(LISTS)) {
    const ask = async (cursor: string | null): Promise<Response> => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(projectId === undefined ? {} : { projectId }),
        ...(cursor === null ? {} : { cursor }),
      });
      const headers = { authorization: `Bearer ${key}` };
      return fetch(`http://127.0.0.1:${port}/api/v1/tasks/${name}?${query}`, { headers });
    };
    const first = await ask(null);
    await first.text();
    if (first.status === 404) {
      console.log(`${name} over HTTP: not served by this Milepost`);
      continue;
    }
    const times = await walk<string>(async (cursor) => {
      const reply = await ask(cursor);
      if (reply.status !== 200) throw new Error(`${name} was answered with ${reply.status}.`);
      const { items, nextCursor } = (await reply.json()) as { items: unknown[]; nextCursor: string | null };
      return { items: items.length, next: nextCursor };
    });
    lines.push(timed(`${name}, ${place}, over HTTP`, times, 50));
  }
  return lines;
}

/** From the beginning to the end, several times; the first walk does not count. @returns the time of each page. */
async function walk<P>(
  read: (after: P | null) => Promise<{ items: number; next: P | null }>,
): Promise<number[]> {
  const times: number[] = [];
  const totals = new Set<number>();
  for (let round = 0; times.length < PAGES; round += 1) {
    let total = 0;
    let after: P | null = null;
    do {
      const started = performance.now();
      const page: { items: number; next: P | null } = await read(after);
      if (round > 0) times.push(performance.now() - started);
      total += page.items;
      after = page.next;
    } while (after !== null);
    totals.add(total);
  }
  if (totals.size !== 1 || totals.has(0)) throw new Error(`The walks found ${[...totals].join(', ')} tasks.`);
  return times;
}

function timed(name: string, times: number[], aimMs: number): Line {
  const ms = (share: number): string => `${percentile(times, share).toFixed(1)} ms`;
  const p99 = percentile(times, 0.99);
  const aim = `${p99 < aimMs ? 'met' : 'MISSED'}: p99 under ${aimMs} ms`;
  return { name, cells: [ms(0.5), ms(0.99), aim, `${times.length}`] };
}
