import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HomeContent } from '../../src/domain/home.ts';
import { HomeMovedOn, type Slack, SlackUnavailable } from '../../src/ports/slack.ts';
import { createSlackAdapter } from '../../src/slack/slack-adapter.ts';
import { type Bench, startBench } from '../support/fake-slack/testing.ts';

let bench: Bench;
let adapter: Slack;
const TEAM = 'T0MILE';

function adapterAt(workspaceHost: string | null): Slack {
  const { client } = bench;
  const installation = { teamId: TEAM, botUserId: 'U0BOT', workspaceHost, heardBots: new Set<string>() };
  return createSlackAdapter(async () => ({ client, installation }));
}

beforeEach(async () => {
  bench = await startBench();
  adapter = adapterAt('milepost.slack.com');
});
afterEach(() => bench.stop());

const nothing = { items: [], page: 0, pages: 1, total: 0 };
const home = (name: string): HomeContent => ({
  ready: nothing,
  planning: nothing,
  projects: { ...nothing, total: 2 },
  waiting: nothing,
  coaching: { mode: 'coaching', resets: 0, begun: false, url: 'https://slack.com/app_redirect' },
  facts: nothing,
  filter: null,
  choices: ['P1', 'P2'].map((id) => ({ id, name: `${name} ${id}` })),
  at: new Date('2026-03-10T09:00:00Z'),
});

describe('The address of a message', () => {
  it('is that of the workspace, or one that finds it where its name is not known', async () => {
    const ts = '1700000000.000100';
    expect(await adapter.link(TEAM, 'C1', ts)).toBe(
      'https://milepost.slack.com/archives/C1/p1700000000000100',
    );
    expect(await adapterAt(null).link(TEAM, 'C1', ts)).toBe(
      `https://slack.com/app_redirect?team=${TEAM}&channel=C1&message_ts=${ts}`,
    );
  });
});

describe('The address of a person’s direct messages', () => {
  it('is found by the bot, whoever opens it', async () => {
    const address = `https://slack.com/app_redirect?team=${TEAM}&channel=U0BOT`;
    expect(await adapter.directLink(TEAM)).toBe(address);
    expect(await adapterAt(null).directLink(TEAM)).toBe(address);
  });
});

describe('A person', () => {
  it('is told from an app', async () => {
    bench.slack.addUser({ id: 'U7', name: 'builder', isBot: true });
    expect(await adapter.person(TEAM, 'U7')).toMatchObject({ bot: true, guest: false });
    expect(await adapter.person(TEAM, 'U1')).toMatchObject({ bot: false });
  });
});

describe('The members of a channel', () => {
  it('of direct messages are the person and nobody else', async () => {
    const direct = bench.slack.openDm('U1');
    expect(await adapter.isMember(TEAM, direct, 'U1')).toBe(true);
    expect(await adapter.isMember(TEAM, direct, 'U2')).toBe(false);
  });

  it('are all of them, however many pages Slack makes of it', async () => {
    const { slack } = bench;
    const users = Array.from({ length: 2_100 }, (_, n) => `U9${n}`);
    for (const id of users) slack.addUser({ id, name: id.toLowerCase() });
    const crowd = slack.addChannel({ name: 'crowd', members: users });
    expect((await adapter.members(TEAM, crowd)).sort()).toEqual([...users, 'U0BOT'].sort());
    expect(slack.callsOf('conversations.members')).toHaveLength(3);
  });

  it.each(['unknown_method', 'missing_scope'])('are nobody where Slack answers %s', async (error) => {
    bench.slack.failNext('conversations.members', { kind: 'error', error });
    await expect(adapter.members(TEAM, bench.channel)).rejects.toMatchObject({ code: 'not_a_member' });
  });
});

describe('The channels of a person', () => {
  it('are those they are in now, without archived ones', async () => {
    const { slack, channel } = bench;
    const secret = slack.addChannel({ name: 'secret', members: ['U1'], isPrivate: true });
    slack.addChannel({ name: 'others', members: ['U2'] });
    const old = slack.addChannel({ name: 'old', members: ['U1'] });
    await slack.archiveChannel(old);
    slack.openDm('U1');
    expect((await adapter.channelsOf(TEAM, 'U1')).sort()).toEqual([channel, secret].sort());
  });
});

describe('A Home', () => {
  it('replaces the one it was made after, and none that came in between', async () => {
    const first = await adapter.publishHome(TEAM, 'U1', home('first'), null);
    const second = await adapter.publishHome(TEAM, 'U1', home('second'), first);
    expect(second).not.toBe(first);
    await expect(adapter.publishHome(TEAM, 'U1', home('late'), first)).rejects.toThrow(HomeMovedOn);
    expect(JSON.stringify(bench.slack.home('U1'))).toContain('second P1');
    expect(bench.slack.violations).toEqual([]);
  });

  it('is tried again when Slack is down', async () => {
    bench.slack.failNext('views.publish', { kind: 'http500', applied: false });
    await expect(adapter.publishHome(TEAM, 'U1', home('x'), null)).rejects.toThrow(SlackUnavailable);
  });
});
