import { someText } from './files.ts';
import type { ProjectModel } from './model.ts';
import { type Act, pickProject } from './picks.ts';
import { live, type Stage, somebody, submit, typedLink } from './stage.ts';
import { type AttachmentModel, attach, move, textThing, thingOf } from './things.ts';
import { someLink } from './web-pages.ts';

export const attachByHand: Act = async (stage) => {
  const { random, world } = stage;
  const project = pickProject(stage);
  if (project === undefined) return false;
  const here = random.pick([null, ...project.milestones]);
  const place = random.chance(25) ? random.pick([null, ...project.milestones]) : here;
  const user = somebody(stage);
  const links = random.chance(40) ? [someLink(stage)] : [];
  const { name, text } = someText(stage);
  const content = links.length > 0 ? links.map(typedLink).join('\n') : text;
  stage.log(`Attach "${content.slice(0, 40)}" to "${place?.title ?? project.name}" from a card`);
  const ts = here?.cardTs ?? project.cardTs;
  await world.slack.click({ user, channel: project.channel, ts, actionId: 'attachment_add' });
  await submit(stage, user, { content, title: name, place: place?.id ?? 'project' });
  const source = `hand ${stage.canary()}`;
  for (const link of links) attach(project, place, thingOf(link), source);
  if (links.length === 0) attach(project, place, textThing(name, text), source);
  return true;
};

/** Null when two have the same title: then a person cannot tell them apart either. */
export async function idOf(
  { world }: Stage,
  project: ProjectModel,
  wanted: AttachmentModel,
): Promise<string | null> {
  const { stores, teamId } = world.milepost;
  const stored = await stores.projects.findByChannel(teamId, project.channel);
  const all = await stores.attachments.listByProject(teamId, stored?.id ?? '');
  const same = all.filter(
    (one) =>
      one.milestoneId === (wanted.milestone?.id ?? null) &&
      one.url === wanted.url &&
      one.title === wanted.title,
  );
  const [only] = same;
  if (only === undefined) throw new Error(`Nothing is called "${wanted.title}" there.`);
  return same.length === 1 ? only.id : null;
}

export const changePlace: Act = async (stage) => {
  const { random, world } = stage;
  const all = live(stage).flatMap((project) => project.attachments.map((one) => ({ project, one })));
  if (all.length === 0) return false;
  const { project, one } = random.pick(all);
  const to = random.pick(['remove' as const, null, ...project.milestones]);
  const user = somebody(stage);
  const attachment = await idOf(stage, project, one);
  if (attachment === null) return false;
  const where = to === 'remove' ? 'away' : `to "${to?.title ?? project.name}"`;
  stage.log(`Move "${one.title}" of "${one.milestone?.title ?? project.name}" ${where}`);
  const { channel, cardTs: ts } = project;
  await world.slack.click({ user, channel, ts, actionId: 'attachments_list' });
  await submit(stage, user, { attachment, act: to === 'remove' ? to : `move:${to?.id ?? 'project'}` });
  await world.slack.closeModal(user);
  if (to === 'remove') project.attachments = project.attachments.filter((other) => other !== one);
  else move(project, one, to);
  return true;
};
