import { someFile } from './files.ts';
import { deleteSaid, editSaid, milestoneOf, type Said, shareLinks, type ThreadModel } from './model.ts';
import { type Act, isPersons, pickProject, pickSaid, someLinks } from './picks.ts';
import {
  nameOf,
  quiet,
  type Stage,
  say,
  somebody,
  submit,
  threadsOf,
  typedLink,
  undoButtons,
} from './stage.ts';
import { attach, fileThing, ownAddressesFirst, textThing, thingOf, withdraw } from './things.ts';
import { someLink } from './web-pages.ts';

/** A few messages in a row in one thread, or one in the channel. */
export const talk: Act = async (stage) => {
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
    // Of two forms of a page that nobody has read yet, either could be the one that stays.
    if (links.some(({ page }) => page !== null && page.short !== null)) await quiet(stage);
  }
  return true;
};

export const upload: Act = async (stage) => {
  const all = threadsOf(stage, () => true);
  if (all.length === 0) return false;
  const thread = stage.random.pick(all);
  const files = [someFile(stage)];
  if (stage.random.chance(25)) files.push(someFile(stage));
  const unique = files.filter(({ name }, at) => files.findIndex((one) => one.name === name) === at);
  const links = stage.random.chance(30) ? [someLink(stage)] : [];
  const text = `Here it is ${stage.canary()}`;
  stage.log(`Upload ${unique.map((file) => file.name).join(', ')} to ${nameOf(thread)}`);
  const user = somebody(stage);
  const { said } = await say(stage, { project: thread.project, thread, user, text, links, files: unique });
  shareLinks(thread, said, links, said.files);
  return true;
};

/** Someone deletes a file of theirs, and leaves the message as it is. */
export const removeFile: Act = async (stage) => {
  const all = threadsOf(stage, () => true).flatMap((thread) =>
    thread.said
      .filter(isPersons)
      .flatMap((said) => (said.files ?? []).map((shared) => ({ thread, said, shared }))),
  );
  if (all.length === 0) return false;
  const { thread, said, shared } = stage.random.pick(all);
  const { channel } = thread.project;
  const { name } = shared.file;
  stage.log(`Delete the file ${name} of ${said.ts} in ${nameOf(thread)}`);
  await stage.world.slack.removeFile({ channel, ts: said.ts, name, trace: stage.random.chance(50) });
  said.files = said.files?.filter((one) => one !== shared) ?? [];
  if (said.kept) withdraw(thread.project, said.ts, (_, sharedAs) => sharedAs.has(shared.id));
  return true;
};

export const edit: Act = async (stage) => {
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

export const takeBack: Act = async (stage) => {
  const found = pickSaid(stage);
  if (found === undefined) return false;
  const { thread, said } = found;
  if (said.ts === thread.ts && thread.said.length === 1) return false;
  stage.log(`Delete ${said.ts} in ${nameOf(thread)}`);
  await stage.world.slack.remove({ channel: thread.project.channel, ts: said.ts, tombstone: true });
  deleteSaid(thread, said);
  return true;
};

export const attachMessage: Act = async (stage) => {
  const found = pickSaid(stage);
  if (found === undefined) return false;
  const { thread, said } = found;
  const { project } = thread;
  const place = stage.random.pick([null, ...project.milestones]);
  const user = somebody(stage);
  stage.log(`Attach ${said.ts} of ${nameOf(thread)} to "${place?.title ?? project.name}"`);
  await stage.world.slack.shortcut({ user, callbackId: 'attach_to', channel: project.channel, ts: said.ts });
  await submit(stage, user, { place: place?.id ?? 'project' });
  const { links, files = [] } = said;
  for (const link of ownAddressesFirst(links))
    attach(project, place, thingOf({ ...link, label: '' }), said.ts);
  for (const file of files) attach(project, place, fileThing(file), said.ts, file.id);
  if (links.length + files.length === 0) attach(project, place, textThing('', said.text), said.ts);
  return true;
};

export const undo: Act = async (stage) => {
  const { world, random } = stage;
  const { slack } = world;
  const offered = threadsOf(stage, (thread) => milestoneOf(thread) !== null).flatMap((thread) =>
    thread.said.flatMap((said) =>
      undoButtons(slack, thread.project.channel, said.user)
        .filter((value) => value.startsWith(said.ts))
        .map((value) => ({ thread, said, value })),
    ),
  );
  if (offered.length === 0) return false;
  const { thread, said, value } = random.pick(offered);
  await pressUndo(stage, thread, said, value);
  return true;
};

/** The button knows the attachments by their ids; people know them by place and title. */
export async function pressUndo(
  { world, log }: Stage,
  thread: ThreadModel,
  said: Said,
  value: string,
): Promise<void> {
  const { slack, milepost } = world;
  const { channel } = thread.project;
  const ids = value.split(':')[1]?.split(',') ?? [];
  const all = await milepost.stores.attachments.listByMessage(milepost.teamId, channel, said.ts);
  const named = all.filter(({ id, formerIds }) => [id, ...formerIds].some((one) => ids.includes(one)));
  const titles = named.map((one) => one.title).join(', ');
  log(`Undo what ${said.ts} attached in ${nameOf(thread)}: ${titles}`);
  await slack.click({ user: said.user, channel, actionId: 'attachment_undo', value });
  // A link is called by its address until its page is read.
  withdraw(thread.project, said.ts, ({ title, url, milestone }) =>
    named.some(
      (one) =>
        one.milestoneId === (milestone?.id ?? null) && (url === null ? one.title === title : one.url === url),
    ),
  );
}
