import { expect } from 'vitest';
import { isPrivate } from './dispatch-model.ts';
import { canariesIn, type ProjectModel } from './model.ts';
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
  const { must, may } = homeOf(stage, user);
  expect([...must].filter((canary) => !shown.has(canary))).toEqual([]);
  expect([...shown].filter((canary) => !must.has(canary) && !may.has(canary))).toEqual([]);
  return true;
};

/** What waits for a decision and what is remembered about the person is listed as well, as far as a page holds it. */
function homeOf(stage: Stage, user: string): { must: Set<string>; may: Set<string> } {
  const mine = ({ channel }: ProjectModel) => user !== stage.cleo || stage.visits.has(channel);
  const projects = live(stage).filter(mine);
  const ready = projects.flatMap(({ tasks }) => tasks.filter(({ status }) => status === 'ready'));
  const waiting = stage.dispatches.filter(({ open, where }) =>
    !open ? false : isPrivate(where) ? where.user === user : projects.includes(where.project),
  );
  const facts = stage.people.filter((one) => one.user === user).flatMap((one) => one.facts);
  return {
    must: canariesIn(
      ...projects.map(({ name }) => name),
      ...projects.flatMap(({ milestones }) => milestones.map(({ title }) => title)),
      ...ready.flatMap(({ title, plans }) => [title, plans.at(-1)?.firstLine ?? '']),
    ),
    may: canariesIn(
      ...waiting.flatMap(({ proposal }) => [proposal.task, proposal.summary, ...proposal.actions]),
      ...facts.flatMap(({ key, value }) => [key, value]),
    ),
  };
}
