import { describe, expect, it } from 'vitest';
import { actsFor } from './acts.ts';
import { openHome } from './home-acts.ts';
import { createWatch } from './leaks.ts';
import type { ThreadModel } from './model.ts';
import { checkNotices } from './notices.ts';
import { checkPlannings } from './plannings.ts';
import { setUpProject } from './project-acts.ts';
import { ask, askSomewhere, type Measure } from './questions.ts';
import { removeAll } from './reading-acts.ts';
import { live, quiet, type Stage, setStage } from './stage.ts';

const STEPS = 40;
/** A run takes a second or two, and many times that on a machine that has much else to do. */
const PATIENCE_MS = 120_000;

/** Other runs: CANARY_SEEDS=41,42,43 npx vitest run test/canaries */
const seedsFrom = (fallback: number[]): number[] =>
  process.env.CANARY_SEEDS?.split(',').map(Number) ?? fallback;

async function run(seed: number, measure: Measure, contextTokens: number): Promise<void> {
  const stage = await setStage(seed, contextTokens);
  try {
    await perform(stage, measure);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const failures = stage.world.log.lines.filter((line) => line.level === 'error');
    const story = [...stage.steps, ...failures.map((line) => JSON.stringify(line)), why].join('\n');
    throw new Error(`Seed ${seed}, after\n${story}`, { cause: error });
  } finally {
    await stage.world.close();
  }
}

async function perform(stage: Stage, measure: Measure): Promise<void> {
  const { world, random } = stage;
  const { slack, log } = world;
  const second = slack.addChannel({ name: 'film', members: [world.anna, world.ben], isPrivate: true });
  for (const channel of [world.channel, second]) await setUpProject(stage, channel);
  const acts = actsFor(measure);
  const watch = createWatch(stage);
  for (let step = 0; step < STEPS; ) {
    if (random.chance(25)) await askSomewhere(stage, measure);
    else if (!(await random.pick(acts)(stage))) continue;
    await quiet(stage);
    checkPlannings(stage, measure);
    checkNotices(stage);
    watch.step();
    step += 1;
  }
  for (const project of stage.model.projects.filter((one) => one.archived)) {
    project.archived = false;
    await slack.unarchiveChannel(project.channel);
  }
  const threads = live(stage).flatMap((project) => {
    const own = stage.model.threads.filter((one) => one.project === project && one.opened);
    const isOfTask = (one: ThreadModel) => one.task !== undefined;
    return [...own.filter((one) => !isOfTask(one)).slice(0, 6), ...own.filter(isOfTask).slice(0, 2)];
  });
  for (const thread of threads) {
    await ask(stage, measure, [thread]);
    checkPlannings(stage, measure);
  }
  await openHome(stage);
  watch.step();
  await removeAll(stage);
  watch.step();
  await watch.end();
  expect(slack.violations).toEqual([]);
  // A card that was to be redrawn when its channel was just being archived stays as it is.
  const failures = log.lines.filter((line) => line.level === 'error' && line.fields.kind !== 'refresh-card');
  expect(failures).toEqual([]);
}

describe('Whatever people do in a workspace, a mention is answered from', () => {
  it.each(seedsFrom([1, 2, 3, 4, 5]))(
    'everything in scope of its thread and nothing else (seed %i)',
    (seed) => run(seed, 'everything', 1_000_000),
    PATIENCE_MS,
  );

  it.each(seedsFrom([11, 12, 13]))(
    'nothing else either when little fits, threads are summarised and the model reads on (seed %i)',
    (seed) => run(seed, 'no more', 600),
    PATIENCE_MS,
  );
});
