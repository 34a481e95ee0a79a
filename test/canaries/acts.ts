import {
  type AttachmentModel,
  attach,
  deleteMilestone,
  deleteSaid,
  editSaid,
  type LinkModel,
  type MilestoneModel,
  milestoneOf,
  move,
  type ProjectModel,
  type Said,
  shareLinks,
  type ThreadModel,
  textThing,
  thingOf,
  withdraw,
} from './model.ts';
import {
  live,
  nameOf,
  quiet,
  type Stage,
  say,
  somebody,
  someLink,
  someText,
  submit,
  threadsOf,
  typedLink,
} from './stage.ts';

/** Something people do. False when there is nothing to do it to. */
export type Act = (stage: Stage) => Promise<boolean>;

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
  };
  model.projects.push(project);
  model.threads.push({ project, ts: cardTs, opened: true, said: [] });
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
  const thread = known ?? { project, ts: threadTs, opened: true, said: [] };
  if (known === undefined) model.threads.push(thread);
  project.milestones.push({ id, title, description, cardTs: cardTs ?? '', thread });
}

const isPersons = (said: Said): boolean => !said.fixed;
const pickProject = (stage: Stage): ProjectModel | undefined => {
  const all = live(stage);
  return all.length === 0 ? undefined : stage.random.pick(all);
};
const pickMilestone = (stage: Stage): { project: ProjectModel; milestone: MilestoneModel } | undefined => {
  const all = live(stage).flatMap((project) =>
    project.milestones.map((milestone) => ({ project, milestone })),
  );
  return all.length === 0 ? undefined : stage.random.pick(all);
};
const pickSaid = (stage: Stage): { thread: ThreadModel; said: Said } | undefined => {
  const all = threadsOf(stage, () => true).flatMap((thread) =>
    thread.said.filter(isPersons).map((said) => ({ thread, said })),
  );
  return all.length === 0 ? undefined : stage.random.pick(all);
};

const someLinks = (stage: Stage): LinkModel[] => {
  const links = Array.from({ length: stage.random.pick([0, 1, 1, 2]) }, () => someLink(stage));
  return links.filter((link, at) => links.findIndex((one) => one.key === link.key) === at);
};

/** A few messages in a row in one thread, or one in the channel. */
const talk: Act = async (stage) => {
  const { random, canary } = stage;
  const project = pickProject(stage);
  if (project === undefined) return false;
  const own = threadsOf(stage, (one) => one.project === project);
  const thread = random.chance(15) ? null : random.pick(own);
  for (let left = thread === null ? 1 : 1 + random.below(4); left > 0; left -= 1) {
    const links = someLinks(stage);
    const text = `I say ${canary()} ${'and more of it '.repeat(random.below(40))}`.trim();
    const where = thread === null ? 'the channel' : nameOf(thread);
    stage.log(`Say "${text.slice(0, 40)}" with ${links.length} links in ${where}`);
    const done = await say(stage, { project, thread, user: somebody(stage), text, links });
    if (done.said.kept) shareLinks(done.thread, done.said, links);
  }
  return true;
};

const upload: Act = async (stage) => {
  const all = threadsOf(stage, () => true);
  if (all.length === 0) return false;
  const thread = stage.random.pick(all);
  const { name, text } = someText(stage);
  const unreadable = stage.random.chance(20) ? `${stage.canary()}.pdf` : null;
  const files = [{ name, content: text }];
  if (unreadable !== null) files.push({ name: unreadable, content: stage.canary() });
  const links = stage.random.chance(30) ? [someLink(stage)] : [];
  const mine = `Here it is ${stage.canary()}`;
  stage.log(`Upload ${files.map((file) => file.name).join(', ')} to ${nameOf(thread)}`);
  const { project } = thread;
  const { said } = await say(stage, { project, thread, user: somebody(stage), text: mine, links, files });
  const milestone = milestoneOf(thread);
  if (milestone === null) return true;
  shareLinks(thread, said, links);
  attach(project, milestone, textThing(name, text), said.ts);
  if (unreadable !== null)
    attach(project, milestone, { key: said.ts, title: unreadable, url: null, text: null }, said.ts);
  return true;
};

const edit: Act = async (stage) => {
  const found = pickSaid(stage);
  if (found === undefined) return false;
  const { thread, said } = found;
  const kept = said.links.filter(() => stage.random.chance(60));
  const links = stage.random.chance(50) ? [...kept, someLink(stage)] : kept;
  const unique = links.filter((link, at) => links.findIndex((one) => one.key === link.key) === at);
  const words = stage.random.chance(70)
    ? `I mean ${stage.canary()}`
    : said.text.split(' ').slice(0, 3).join(' ');
  const text = [words, ...unique.map(typedLink)].join(' ').trim();
  stage.log(`Edit ${said.ts} in ${nameOf(thread)} to "${text}"`);
  await stage.world.slack.edit({ channel: thread.project.channel, ts: said.ts, text });
  editSaid(thread, said, text, unique);
  return true;
};

const takeBack: Act = async (stage) => {
  const found = pickSaid(stage);
  if (found === undefined) return false;
  const { thread, said } = found;
  if (said.ts === thread.ts && thread.said.length === 1) return false;
  stage.log(`Delete ${said.ts} in ${nameOf(thread)}`);
  await stage.world.slack.remove({ channel: thread.project.channel, ts: said.ts, tombstone: true });
  deleteSaid(thread, said);
  return true;
};

const attachByHand: Act = async (stage) => {
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

const attachMessage: Act = async (stage) => {
  const found = pickSaid(stage);
  if (found === undefined) return false;
  const { thread, said } = found;
  const { project } = thread;
  const place = stage.random.pick([null, ...project.milestones]);
  const user = somebody(stage);
  stage.log(`Attach ${said.ts} of ${nameOf(thread)} to "${place?.title ?? project.name}"`);
  await stage.world.slack.shortcut({ user, callbackId: 'attach_to', channel: project.channel, ts: said.ts });
  await submit(stage, user, { place: place?.id ?? 'project' });
  for (const { key } of said.links) attach(project, place, thingOf({ key, typed: key, label: '' }), said.ts);
  if (said.links.length === 0) attach(project, place, textThing('', said.text), said.ts);
  return true;
};

/** Null when two have the same title: then a person cannot tell them apart either. */
async function idOf(
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

const changePlace: Act = async (stage) => {
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

const undo: Act = async (stage) => {
  const { world, random } = stage;
  const all = threadsOf(stage, (thread) => milestoneOf(thread) !== null).flatMap((thread) =>
    thread.said
      .filter((said) => thread.project.attachments.some((one) => one.sources.has(said.ts)))
      .map((said) => ({ thread, said })),
  );
  const offered = all.filter(({ thread, said }) =>
    JSON.stringify(world.slack.ephemerals(thread.project.channel, said.user)).includes(
      `"value":"${said.ts}"`,
    ),
  );
  if (offered.length === 0) return false;
  const { thread, said } = random.pick(offered);
  stage.log(`Undo what ${said.ts} attached to ${nameOf(thread)}`);
  const { channel } = thread.project;
  await world.slack.click({ user: said.user, channel, actionId: 'attachment_undo', value: said.ts });
  withdraw(thread.project, said.ts);
  return true;
};

const rename: Act = async (stage) => {
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

const addMilestone: Act = async (stage) => {
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

const editProject: Act = async (stage) => {
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

const adopt: Act = async (stage) => {
  const free = threadsOf(
    stage,
    (one) => milestoneOf(one) === null && one.ts !== one.project.cardTs && one.said.some(isPersons),
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

const removeMilestone: Act = async (stage) => {
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

const reorder: Act = async (stage) => {
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

const archive: Act = async ({ world, model, random, log }) => {
  const project = random.pick(model.projects);
  project.archived = !project.archived;
  log(`${project.archived ? 'Archive' : 'Unarchive'} the channel of "${project.name}"`);
  if (project.archived) await world.slack.archiveChannel(project.channel);
  else await world.slack.unarchiveChannel(project.channel);
  return true;
};

/** What people do between two questions, each as often as it is listed. */
export const ACTS: readonly Act[] = [
  ...Array.from({ length: 6 }, () => talk),
  ...Array.from({ length: 3 }, () => upload),
  ...Array.from({ length: 4 }, () => edit),
  ...Array.from({ length: 3 }, () => takeBack),
  ...Array.from({ length: 3 }, () => attachByHand),
  ...Array.from({ length: 2 }, () => attachMessage),
  ...Array.from({ length: 4 }, () => changePlace),
  ...Array.from({ length: 2 }, () => undo),
  ...Array.from({ length: 2 }, () => rename),
  ...Array.from({ length: 2 }, () => adopt),
  ...Array.from({ length: 2 }, () => removeMilestone),
  addMilestone,
  editProject,
  reorder,
  archive,
];
