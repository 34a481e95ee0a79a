import { idOf } from './attachment-acts.ts';
import { pressUndo } from './message-acts.ts';
import {
  deleteSaid,
  editSaid,
  milestoneOf,
  reachOf,
  type Said,
  shareLinks,
  type ThreadModel,
} from './model.ts';
import { expectNotices } from './notices.ts';
import type { Act } from './picks.ts';
import { ask, type Measure } from './questions.ts';
import { live, nameOf, quiet, type Stage, say, somebody, submit, threadsOf, undoButtons } from './stage.ts';
import { type AttachmentModel, readAgain } from './things.ts';
import { newPage, rewrite } from './web-pages.ts';

/** Somebody out there changes a page, takes it away or puts it up. */
export const changePage: Act = async (stage) => {
  const { random, pages, log } = stage;
  if (pages.length === 0) return false;
  const page = random.pick(pages);
  if (page.short === null && random.chance(30)) page.up = !page.up;
  rewrite(stage, page);
  log(`${page.url} ${page.up ? `is now "${page.title}"` : 'goes away'}`);
  return true;
};

/** "Read again" in the list. */
export const retry: Act = async (stage) => {
  const { random, world } = stage;
  const all = live(stage).flatMap((project) =>
    project.attachments.filter((one) => one.canBeReadAgain).map((one) => ({ project, one })),
  );
  if (all.length === 0) return false;
  const { project, one } = random.pick(all);
  const attachment = await idOf(stage, project, one);
  if (attachment === null) return false;
  const user = somebody(stage);
  stage.log(`Read "${one.title}" of "${one.milestone?.title ?? project.name}" again`);
  const { channel, cardTs: ts } = project;
  await world.slack.click({ user, channel, ts, actionId: 'attachments_list' });
  await submit(stage, user, { attachment, act: 'read-again' });
  await world.slack.closeModal(user);
  if (readAgain(one)) expectNotices(project, one);
  return true;
};

const DAY_AND_MORE = 25 * 60 * 60_000;

/** A day later something is asked, and pages in its reach are read again. */
export const askTomorrow =
  (measure: Measure): Act =>
  async (stage) => {
    const { random, clock } = stage;
    const all = threadsOf(
      stage,
      (one) => one.opened && reachOf(one).attachments.some(({ page }) => page !== null),
    );
    if (all.length === 0) return false;
    const thread = random.pick(all);
    const { project } = thread;
    const links = reachOf(thread).attachments.filter(({ url }) => url !== null);
    for (const one of links) if (random.chance(50) && one.page !== null) rewrite(stage, one.page);
    stage.log(
      `A day later, in ${nameOf(thread)}: ${links.map(({ title }) => title).join(', ')} are read again`,
    );
    clock.ahead = DAY_AND_MORE;
    for (const one of links) {
      const { text, title } = one;
      if (readAgain(one)) expectNotices(project, one);
      one.changing = text !== one.text || title !== one.title;
    }
    try {
      await ask(stage, measure, [thread], false);
    } finally {
      clock.ahead = 0;
      for (const one of links) one.changing = false;
    }
    return true;
  };

/** A link whose page takes its time, and what people do before it is read. */
export const whilePending: Act = async (stage) => {
  const { random, canary, world } = stage;
  const all = threadsOf(stage, (one) => milestoneOf(one) !== null);
  if (all.length === 0) return false;
  const thread = random.pick(all);
  const path = `/${canary()}`;
  const page = newPage(stage, path, 'page');
  const link = { key: page.url, typed: page.url, label: random.chance(50) ? `Plan ${canary()}` : '', page };
  stage.links.push(link);
  const release = world.web.hold(path);
  try {
    const text = `It will open ${canary()}`;
    stage.log(`Say "${text}" with ${page.url}, which does not open yet, in ${nameOf(thread)}`);
    const { said } = await say(stage, {
      ...{ project: thread.project, thread, text },
      user: somebody(stage),
      links: [link],
    });
    shareLinks(thread, said, [link]);
    await world.slack.until(() => world.web.requests(path).length > 0, 'the page is asked for');
    await random.pick([undo, takeBack, edit, edit])(stage, thread, said);
  } finally {
    release();
  }
  await quiet(stage);
  return true;
};

type Regret = (stage: Stage, thread: ThreadModel, said: Said) => Promise<void>;

const undo: Regret = async (stage, thread, said) => {
  const { slack } = stage.world;
  const { channel } = thread.project;
  const value = await slack.until(
    () => undoButtons(slack, channel, said.user).find((one) => one.startsWith(said.ts)),
    'Undo is offered',
  );
  await pressUndo(stage, thread, said, value);
};

const takeBack: Regret = async (stage, thread, said) => {
  stage.log(`Delete ${said.ts} at once`);
  await stage.world.slack.remove({ channel: thread.project.channel, ts: said.ts });
  deleteSaid(thread, said);
};

const edit: Regret = async (stage, thread, said) => {
  const text = `No, it will not ${stage.canary()}`;
  stage.log(`Edit ${said.ts} at once to "${text}"`);
  await stage.world.slack.edit({ channel: thread.project.channel, ts: said.ts, text });
  editSaid(thread, said, text, []);
};

/** Everything that is attached anywhere is removed. */
export async function removeAll(stage: Stage): Promise<void> {
  const { world, secret, model } = stage;
  const { stores, teamId, port } = world.milepost;
  stage.log('Remove everything');
  for (const project of model.projects) {
    const stored = await stores.projects.findByChannel(teamId, project.channel);
    for (const { id } of await stores.attachments.listByProject(teamId, stored?.id ?? '')) {
      const url = `http://127.0.0.1:${port}/api/v1/attachments/${id}`;
      const headers = { authorization: `Bearer ${secret}` };
      const { status } = await fetch(url, { method: 'DELETE', headers });
      if (status !== 200) throw new Error(`An attachment could not be removed: ${status}`);
    }
    project.attachments = [] satisfies AttachmentModel[];
  }
  await quiet(stage);
}
