import { loadavg } from 'node:os';
import { startMilepost } from '../../src/compose.ts';
import { createLog } from '../../src/log.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { startTarget } from './child.ts';
import { benchConfig } from './config.ts';
import { type Line, table } from './figures.ts';
import { measureHomes, placeOpeners } from './planning-homes.ts';
import { reportKeys } from './planning-keys.ts';
import { LARGEST, PROJECTS, type Seeded, seedWorkspace, TASKS } from './planning-seed.ts';
import { walkApi, walkNothing, walkUseCases } from './planning-walks.ts';
import { type SlackStub, TEAM } from './slack-stub.ts';

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
  const pages: Line[] = [await walkNothing(milepost.connection)];
  for (const [place, projectId] of Object.entries(places)) {
    pages.push(...(await walkUseCases(milepost.useCases.readTasks, place, projectId)));
    pages.push(...(await walkApi(target.port, key, place, projectId)));
  }
  pages.push(await walkNothing(milepost.connection));
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
  await placeOpeners(stores.homes, seeded, slack);
  const { secret } = await createApiKeys(stores).create(TEAM, 'bench');
  console.log(`filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  return { seeded, key: secret };
}
