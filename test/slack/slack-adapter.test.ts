import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HomeContent } from '../../src/domain/home.ts';
import { HomeMovedOn, type Slack, SlackUnavailable } from '../../src/ports/slack.ts';
import { createSlackAdapter } from '../../src/slack/slack-adapter.ts';
import { attachment } from '../domain/builders.ts';
import { type Bench, startBench } from '../support/fake-slack/testing.ts';
import { markup } from './views/sheet.ts';

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

describe('A file', () => {
  const share = async () => {
    const files = [{ name: 'notes.md', content: 'The heron waits.' }];
    const { ts, message } = await bench.slack.say({ user: 'U1', channel: bench.channel, text: 'see', files });
    return { ts, id: String(message.files?.[0]?.id) };
  };

  it('is told with where its bytes are, and where people open it', async () => {
    const { id } = await share();
    const file = await adapter.file(TEAM, id);
    expect(file).toMatchObject({ id, name: 'notes.md', size: 16 });
    expect(file?.permalink).toBe(`https://${bench.slack.domain}.slack.com/files/U1/${id}/notes.md`);
    const bytes = await adapter.download(TEAM, file?.url ?? '', 100, new AbortController().signal);
    expect(new TextDecoder().decode(bytes)).toBe('The heron waits.');
  });

  it('that is a page is handed out like every other file', async () => {
    const content = '<html><head><title>Plan</title></head><body>Sign in first.</body></html>';
    const files = [{ name: 'plan.html', content }];
    const { message } = await bench.slack.say({ user: 'U1', channel: bench.channel, text: '', files });
    const file = await adapter.file(TEAM, String(message.files?.[0]?.id));
    const bytes = await adapter.download(TEAM, file?.url ?? '', 100, new AbortController().signal);
    expect(new TextDecoder().decode(bytes)).toBe(content);
  });

  it('is not handed out any more when nobody waits for it', async () => {
    const { id } = await share();
    const file = await adapter.file(TEAM, id);
    const stopped = AbortSignal.abort(new Error('the app stops'));
    await expect(adapter.download(TEAM, file?.url ?? '', 100, stopped)).rejects.toThrow('the app stops');
  });

  it('that was deleted is none', async () => {
    const { ts, id } = await share();
    await bench.slack.removeFile({ channel: bench.channel, ts, name: 'notes.md' });
    expect(await adapter.file(TEAM, id)).toBeNull();
  });
});

describe('How a reading ended', () => {
  it('is seen by one person alone', async () => {
    const one = attachment({ title: 'Closed', state: 'failed', unread: 'needs_sign_in' });
    const spot = { teamId: TEAM, channelId: bench.channel, threadTs: null };
    await adapter.whisper(spot, 'U1', { kind: 'reading-ended', attachments: [one], section: 'Outline' });
    const [line] = bench.slack.ephemerals();
    expect(line).toMatchObject({ user: 'U1', text: '1 attachment of Outline could not be read' });
    expect(markup(line?.blocks)).toContain(
      'I could not read *Closed*: it can only be read after signing in.',
    );
    expect(bench.slack.violations).toEqual([]);
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
