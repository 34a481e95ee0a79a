import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import {
  askDirectly,
  buttonValues,
  chooseMode,
  coachingOf,
  forge,
  proposes,
  rowsOf,
  toldSoon,
} from './coaching-acts.ts';
import { homeShows, homeText, openHome } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

/** Has a specialist proposed in a thread. */
async function propose(thread: string, name: string, channel = world.channel, user = world.anna) {
  proposes(world, `work called ${name}`, { task: `Task of ${name}.`, summary: `Summary of ${name}.` });
  world.provider.answer(`Task of ${name}.`, `Result of ${name}.`);
  await world.ask({ thread, channel, user, text: `I want work called ${name}` });
  await world.slack.until(
    () => world.slack.thread(channel, thread).find((one) => textOf(one).includes(`Summary of ${name}.`)),
    `the card of ${name}`,
  );
}

const inHome = (user: string): Message => ({ blocks: world.slack.home(user)?.blocks }) as Message;
const states = async (): Promise<string[]> =>
  (await rowsOf(world, 'dispatches')).map(({ state }) => String(state));

describe('Proposals in the Home', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('wait for whoever is in their channel now, and for nobody else', async () => {
    const { slack, anna, ben } = world;
    const nora = slack.addUser({ name: 'nora' });
    const vault = slack.addChannel({ name: 'vault', members: [anna, ben], isPrivate: true });
    const { Outline = '' } = await world.setUp();
    const { Gold = '' } = await world.setUp({ channel: vault, name: 'Vault', milestones: ['Gold'] });
    await propose(Outline, 'Letters');
    await propose(Gold, 'Secrets', vault);
    for (const user of [anna, ben]) {
      const home = await openHome(world, user);
      expect(home).toContain('Waiting for your decision');
      expect(home).toContain('Summary of Letters.');
      expect(home).toContain('Summary of Secrets.');
      expect(home).toContain('Vault · proposed');
    }
    expect(await openHome(world, nora)).not.toContain('Waiting for your decision');

    const secret = buttonValues(inHome(ben), 'dispatch_approve')[1] ?? '';
    await slack.kick(vault, ben);
    await homeShows(world, ben, 'Secrets', false);
    expect(await openHome(world, ben)).toContain('Summary of Letters.');
    expect(JSON.stringify(slack.home(ben))).not.toContain(secret);
    for (const user of [ben, nora]) {
      await forge(world, user, 'dispatch_approve', secret);
      expect(textOf(slack.modal(user))).toContain('Only members of the channel decide this.');
    }
    expect(await states()).toEqual(['proposed', 'proposed']);
    expect(await openHome(world, anna)).toContain('Summary of Secrets.');
  });

  it('are approved and declined there: it counts once, and every Home follows', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await propose(Outline, 'Letters');
    await propose(Outline, 'Poems');
    await openHome(world, ben);
    await openHome(world, anna);
    const old = structuredClone(slack.home(ben)?.blocks ?? []);
    const [letters = '', poems = ''] = buttonValues(inHome(anna), 'dispatch_approve');
    await slack.click({ user: anna, view: 'home', actionId: 'dispatch_approve', value: letters });
    await homeShows(world, anna, 'Summary of Letters.', false);
    await homeShows(world, ben, 'Summary of Letters.', false);
    await slack.until(
      () => slack.thread(channel, Outline).find((one) => textOf(one).includes('Result of Letters.')),
      'the result',
    );
    const card = slack.thread(channel, Outline).find((one) => textOf(one).includes('Task of Letters.'));
    await slack.until(
      () => textOf(slack.message(channel, card?.ts ?? '')).includes(`Approved by <@${anna}>`),
      'the card',
    );

    const home = slack.home(ben);
    if (home !== undefined) home.blocks = old;
    await slack.click({ user: ben, view: 'home', actionId: 'dispatch_decline', value: letters });
    expect(textOf(slack.modal(ben))).toContain('Nothing was changed. It was approved already');
    await homeShows(world, ben, 'Summary of Letters.', false);
    await slack.click({ user: ben, view: 'home', actionId: 'dispatch_decline', value: poems });
    await homeShows(world, anna, 'Waiting for your decision', false);
    await homeShows(world, ben, 'Waiting for your decision', false);
    expect((await states()).sort()).toEqual(['declined', 'succeeded']);
    const work = world.provider
      .requests()
      .filter((request) => JSON.stringify(request).includes('Task of Poems.\\n\\nWhat was approved'));
    expect(work).toEqual([]);
  });

  it('ask first where something cannot be undone, and No in the dialog decides nothing', async () => {
    const { slack, anna } = world;
    const { Outline = '' } = await world.setUp();
    proposes(world, 'delete', { task: 'Delete.', summary: 'Deletes it.', destructive: true });
    await world.ask({ thread: Outline, text: 'Please delete.' });
    expect(await openHome(world, anna)).toContain('cannot be undone');
    const { confirm } = await slack.click({
      user: anna,
      view: 'home',
      actionId: 'dispatch_approve',
      deny: true,
    });
    expect(JSON.stringify(confirm)).toContain('This cannot be undone');
    expect(await states()).toEqual(['proposed']);
  });

  it('come in pages, oldest first, and an emptied last page gives way to the one before', async () => {
    const { slack, anna } = world;
    const { Outline = '' } = await world.setUp();
    const names = Array.from({ length: 8 }, (_, n) => `Number-${n + 1}-`);
    for (const name of names) await propose(Outline, name);
    const first = await openHome(world, anna);
    expect(first).toContain('1–6 of 8');
    expect(names.filter((name) => first.includes(name))).toEqual(names.slice(0, 6));
    const hash = slack.home(anna)?.hash;
    await slack.click({ user: anna, view: 'home', actionId: 'home_page:waiting:next' });
    await slack.until(() => slack.home(anna)?.hash !== hash, 'the page is turned');
    const second = homeText(world, anna);
    expect(second).toContain('7–8 of 8');
    expect(names.filter((name) => second.includes(name))).toEqual(names.slice(6));
    for (const value of buttonValues(inHome(anna), 'dispatch_decline')) {
      await slack.click({ user: anna, view: 'home', actionId: 'dispatch_decline', value });
      await slack.until(async () => {
        const rows = await rowsOf(world, 'dispatches');
        return rows.some((row) => String(row._id) === value && row.state === 'declined');
      }, 'it is declined');
    }
    await homeShows(world, anna, 'Waiting for your decision* · 6');
    expect(names.filter((name) => homeText(world, anna).includes(name))).toEqual(names.slice(0, 6));
  });

  it('follow the choice of one project', async () => {
    const { slack, anna, ben } = world;
    const film = slack.addChannel({ name: 'film', members: [anna, ben] });
    const { Outline = '' } = await world.setUp();
    const { Script = '' } = await world.setUp({ channel: film, name: 'Film', milestones: ['Script'] });
    await propose(Outline, 'Letters');
    await propose(Script, 'Scenes', film);
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'home_filter', optionValue: 'Film' });
    await homeShows(world, anna, 'Summary of Letters.', false);
    expect(homeText(world, anna)).toContain('Summary of Scenes.');
    await slack.click({ user: anna, view: 'home', actionId: 'home_filter', optionValue: 'All projects' });
    await homeShows(world, anna, 'Summary of Letters.');
  });
});

describe('Coaching in the Home', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('can be opened before the first message, has nothing to reset, and says how to begin', async () => {
    const { slack, anna } = world;
    const home = await openHome(world, anna);
    expect(home).toContain('Your direct messages with me are a conversation of your own');
    expect(home).toContain('What I remember about you');
    expect(home).toContain('Nothing yet. Tell me in a direct message what to remember about you.');
    expect(home).not.toContain('Reset');
    expect(JSON.stringify(slack.home(anna))).toContain('coaching_open');
    expect(JSON.stringify(slack.home(anna))).not.toContain('coaching_mode');
    expect(await rowsOf(world, 'conversations')).toEqual([]);
    await askDirectly(world, 'Hello.');
    expect(await openHome(world, anna)).toContain('Reset');
    await chooseMode(world, anna, 'Auto');
    expect((await coachingOf(world, anna)).mode).toBe('auto');
    await toldSoon(world, anna, 'Hello.');
  });

  it('shows Reset to who has the Home open as soon as there is something to reset', async () => {
    const { anna } = world;
    await openHome(world, anna);
    await askDirectly(world, 'Hello.');
    await homeShows(world, anna, 'Reset');
  });
});
