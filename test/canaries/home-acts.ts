import { expect } from 'vitest';
import { canariesIn } from './model.ts';
import { type Act, pickProject } from './picks.ts';
import { live, quiet, type Stage } from './stage.ts';

/** Someone leaves a channel, or comes back to it. */
export const comeOrGo: Act = async (stage) => {
  const project = pickProject(stage);
  if (project === undefined) return false;
  const { world, cleo, visits } = stage;
  const goes = visits.delete(project.channel);
  if (!goes) visits.add(project.channel);
  stage.log(`Cleo ${goes ? 'leaves' : 'joins'} the channel of "${project.name}"`);
  if (goes) await world.slack.kick(project.channel, cleo);
  else await world.slack.invite(project.channel, cleo);
  return true;
};

/** It shows the projects of the channels a person is in now, with what is ready in them, and nothing else. */
export const openHome: Act = async (stage) => {
  const { world, random, cleo } = stage;
  const user = random.pick([world.anna, cleo, cleo]);
  stage.log(`Open the Home of ${user === cleo ? 'Cleo' : 'Anna'}`);
  await world.slack.openHome(user);
  await quiet(stage);
  const shown = canariesIn(JSON.stringify(world.slack.home(user)));
  expect([...shown].sort()).toEqual([...homeOf(stage, user)].sort());
  return true;
};

function homeOf(stage: Stage, user: string): Set<string> {
  const projects = live(stage).filter(({ channel }) => user !== stage.cleo || stage.visits.has(channel));
  const ready = projects.flatMap(({ tasks }) => tasks.filter(({ status }) => status === 'ready'));
  return canariesIn(
    ...projects.map(({ name }) => name),
    ...projects.flatMap(({ milestones }) => milestones.map(({ title }) => title)),
    ...ready.flatMap(({ title, plans }) => [title, plans.at(-1)?.firstLine ?? '']),
  );
}
