import { deleteMilestone, type MilestoneModel, milestoneOf, type ProjectModel } from './model.ts';
import { type Act, isPersons, pickMilestone, pickProject } from './picks.ts';
import { nameOf, quiet, type Stage, somebody, submit, threadsOf, typedLink } from './stage.ts';
import { attach, thingOf } from './things.ts';
import { someLink } from './web-pages.ts';

export const setUpProject = async (stage: Stage, channel: string): Promise<void> => {
  const { world, model, canary } = stage;
  const titles = [`Outline ${canary()}`, `Cover ${canary()}`, `Print ${canary()}`];
  const name = `Book ${canary()}`;
  const purpose = `A guide ${canary()}`;
  stage.log(`Set up "${name}" with ${titles.join(', ')}`);
  const { project: cardTs = '', ...cards } = await world.setUp({
    channel,
    name,
    purpose,
    milestones: titles,
  });
  const project: ProjectModel = {
    channel,
    name,
    purpose,
    cardTs,
    archived: false,
    milestones: [],
    attachments: [],
    tasks: [],
  };
  model.projects.push(project);
  model.threads.push({ project, ts: cardTs, opened: true, said: [], entries: [] });
  for (const title of titles) await addToModel(stage, project, title, '', cards[title] ?? '');
};

async function addToModel(
  { world, model }: Stage,
  project: ProjectModel,
  title: string,
  description: string,
  threadTs: string,
): Promise<void> {
  const { stores, teamId } = world.milepost;
  const { id = '', cardTs } = (await stores.milestones.findByThread(teamId, project.channel, threadTs)) ?? {};
  const known = model.threads.find((one) => one.project === project && one.ts === threadTs);
  const thread = known ?? { project, ts: threadTs, opened: true, said: [], entries: [] };
  if (known === undefined) model.threads.push(thread);
  project.milestones.push({ id, title, description, cardTs: cardTs ?? '', thread });
}

export const rename: Act = async (stage) => {
  const found = pickMilestone(stage);
  if (found === undefined) return false;
  const { project, milestone } = found;
  const title = `Renamed ${stage.canary()}`;
  const description = stage.random.chance(70) ? `About ${stage.canary()}` : '';
  const user = somebody(stage);
  stage.log(`Rename "${milestone.title}" to "${title}" (${description})`);
  const { channel } = project;
  await stage.world.slack.click({ user, channel, ts: milestone.cardTs, actionId: 'milestone_edit' });
  await submit(stage, user, { title, description });
  Object.assign(milestone, { title, description });
  return true;
};

export const addMilestone: Act = async (stage) => {
  const project = pickProject(stage);
  if (project === undefined || project.milestones.length > 4) return false;
  const title = `Added ${stage.canary()}`;
  const description = `More ${stage.canary()}`;
  const user = somebody(stage);
  stage.log(`Add "${title}" to "${project.name}"`);
  const { channel, cardTs: ts } = project;
  await stage.world.slack.click({ user, channel, ts, actionId: 'milestone_add' });
  await submit(stage, user, { title, description });
  await quiet(stage);
  const { stores, teamId } = stage.world.milepost;
  const stored = await stores.projects.findByChannel(teamId, channel);
  const all = await stores.milestones.listByProject(teamId, stored?.id ?? '');
  const threadTs = all.find((one) => one.title === title)?.threadTs ?? '';
  await addToModel(stage, project, title, description, threadTs);
  return true;
};

export const editProject: Act = async (stage) => {
  const project = pickProject(stage);
  if (project === undefined) return false;
  const name = `Called ${stage.canary()}`;
  const purpose = stage.random.chance(80) ? `For ${stage.canary()}` : '';
  const links = stage.random.chance(50) ? [someLink(stage)] : [];
  const user = somebody(stage);
  stage.log(`Edit the project "${project.name}": "${name}" (${purpose}), ${links.length} links`);
  const { channel, cardTs: ts } = project;
  await stage.world.slack.click({ user, channel, ts, actionId: 'project_edit' });
  await submit(stage, user, { name, purpose, attachments: links.map(typedLink).join('\n') });
  Object.assign(project, { name, purpose });
  for (const link of links) attach(project, null, thingOf(link), `hand ${stage.canary()}`);
  return true;
};

export const adopt: Act = async (stage) => {
  const free = threadsOf(
    stage,
    (one) =>
      milestoneOf(one) === null &&
      one.task === undefined &&
      one.parent === undefined &&
      one.ts !== one.project.cardTs &&
      one.said.some(isPersons),
  );
  if (free.length === 0) return false;
  const thread = stage.random.pick(free);
  const { project } = thread;
  const { ts } = stage.random.pick(thread.said.filter(isPersons));
  const title = `Adopted ${stage.canary()}`;
  const description = stage.random.chance(50) ? `Since ${stage.canary()}` : '';
  const user = somebody(stage);
  stage.log(`Make ${nameOf(thread)} the milestone "${title}"`);
  await stage.world.slack.shortcut({ user, callbackId: 'make_milestone', channel: project.channel, ts });
  await submit(stage, user, { title, description });
  await quiet(stage);
  thread.opened = true;
  for (const said of thread.said) said.kept = true;
  await addToModel(stage, project, title, description, thread.ts);
  return true;
};

export const removeMilestone: Act = async (stage) => {
  const found = pickMilestone(stage);
  if (found === undefined || found.project.milestones.length < 2) return false;
  const { project, milestone } = found;
  const user = somebody(stage);
  stage.log(`Delete the milestone "${milestone.title}"`);
  await fromMenu(stage, user, project, milestone, 'delete');
  await submit(stage, user);
  deleteMilestone(project, milestone);
  return true;
};

export const reorder: Act = async (stage) => {
  const found = pickMilestone(stage);
  if (found === undefined) return false;
  const { project, milestone } = found;
  const deed = stage.random.pick(['earlier', 'later', 'done']);
  stage.log(`Press "${deed}" on "${milestone.title}"`);
  await fromMenu(stage, somebody(stage), project, milestone, deed);
  return true;
};

async function fromMenu(
  { world }: Stage,
  user: string,
  { channel }: ProjectModel,
  { id, cardTs: ts }: MilestoneModel,
  deed: string,
): Promise<void> {
  const optionValue = `${deed}:${id}`;
  await world.slack.click({ user, channel, ts, actionId: 'milestone_menu', optionValue });
}

export const archive: Act = async ({ world, model, random, log }) => {
  const project = random.pick(model.projects);
  project.archived = !project.archived;
  log(`${project.archived ? 'Archive' : 'Unarchive'} the channel of "${project.name}"`);
  if (project.archived) await world.slack.archiveChannel(project.channel);
  else await world.slack.unarchiveChannel(project.channel);
  return true;
};
