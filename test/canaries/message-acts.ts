import {
  attach,
  deleteSaid,
  editSaid,
  milestoneOf,
  shareLinks,
  textThing,
  thingOf,
  withdraw,
} from './model.ts';
import { type Act, pickProject, pickSaid, someLinks } from './picks.ts';
import {
  nameOf,
  say,
  somebody,
  someLink,
  someText,
  submit,
  threadsOf,
  typedLink,
  undoButtons,
} from './stage.ts';

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
  }
  return true;
};

export const upload: Act = async (stage) => {
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
  for (const { key } of said.links) attach(project, place, thingOf({ key, typed: key, label: '' }), said.ts);
  if (said.links.length === 0) attach(project, place, textThing('', said.text), said.ts);
  return true;
};

export const undo: Act = async (stage) => {
  const { world, random } = stage;
  const { slack, milepost } = world;
  const offered = threadsOf(stage, (thread) => milestoneOf(thread) !== null).flatMap((thread) =>
    thread.said.flatMap((said) =>
      undoButtons(slack, thread.project.channel, said.user)
        .filter((value) => value.startsWith(said.ts))
        .map((value) => ({ thread, said, value })),
    ),
  );
  if (offered.length === 0) return false;
  const { thread, said, value } = random.pick(offered);
  const { channel } = thread.project;
  // The button knows the attachments by their ids; people know them by place and title.
  const ids = value.split(':')[1]?.split(',') ?? [];
  const named = await milepost.stores.attachments.findMany(milepost.teamId, ids);
  const titles = named.map((one) => one.title).join(', ');
  stage.log(`Undo what ${said.ts} attached in ${nameOf(thread)}: ${titles}`);
  await slack.click({ user: said.user, channel, actionId: 'attachment_undo', value });
  withdraw(thread.project, said.ts, ({ title, url, milestone }) =>
    named.some(
      (one) => one.title === title && one.url === url && one.milestoneId === (milestone?.id ?? null),
    ),
  );
  return true;
};
