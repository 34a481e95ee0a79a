import { type MilestoneModel, milestoneOf, type ProjectModel, type Said, type ThreadModel } from './model.ts';
import { live, type Stage, threadsOf } from './stage.ts';
import type { LinkModel } from './things.ts';
import { someLink } from './web-pages.ts';

/** Something people do. False when there is nothing to do it to. */
export type Act = (stage: Stage) => Promise<boolean>;

export const isPersons = (said: Said): boolean => !said.fixed && said.emptied !== true;
export const pickProject = (stage: Stage): ProjectModel | undefined => {
  const all = live(stage);
  return all.length === 0 ? undefined : stage.random.pick(all);
};
export const pickMilestone = (
  stage: Stage,
): { project: ProjectModel; milestone: MilestoneModel } | undefined => {
  const all = live(stage).flatMap((project) =>
    project.milestones.map((milestone) => ({ project, milestone })),
  );
  return all.length === 0 ? undefined : stage.random.pick(all);
};
/** One that shared links in a milestone's thread rather than another: there is more to take back. */
export const pickSaid = (stage: Stage): { thread: ThreadModel; said: Said } | undefined => {
  const all = threadsOf(stage, () => true).flatMap((thread) =>
    thread.said.filter(isPersons).map((said) => ({ thread, said })),
  );
  const sharing = all.filter(({ thread, said }) => milestoneOf(thread) !== null && said.links.length > 0);
  if (sharing.length > 0 && stage.random.chance(50)) return stage.random.pick(sharing);
  return all.length === 0 ? undefined : stage.random.pick(all);
};

export const someLinks = (stage: Stage): LinkModel[] => {
  const links = Array.from({ length: stage.random.pick([0, 1, 1, 2]) }, () => someLink(stage));
  return links.filter((link, at) => links.findIndex((one) => one.key === link.key) === at);
};
