import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { methodNames, textOf } from './fake-slack/index.ts';
import {
  actions,
  type Bench,
  button,
  modal,
  quiet,
  refusal,
  section,
  startBench,
} from './fake-slack/testing.ts';

let bench: Bench;
let slack: Bench['slack'];
let client: Bench['client'];
let channel: string;
beforeEach(async () => {
  bench = await startBench();
  ({ slack, client, channel } = bench);
});
afterEach(() => bench.stop());

describe('the Web API', () => {
  const cases: Record<string, () => Promise<unknown>> = {
    'auth.test': async () =>
      expect(await client.auth.test()).toMatchObject({ team_id: 'T0MILE', user_id: 'U0BOT' }),
    'apps.connections.open': async () => {
      expect((await bench.clientFor(slack.appToken).apps.connections.open({})).url).toMatch(/^ws:/);
      expect(await refusal(client.apps.connections.open({}))).toBe('not_allowed_token_type');
      slack.violations.length = 0;
    },
    'team.info': async () => expect((await client.team.info()).team?.domain).toBe('milepost'),
    'bots.info': async () => expect((await client.bots.info({ bot: 'B0BOT' })).bot?.user_id).toBe('U0BOT'),
    'users.info': async () => {
      const guest = slack.addUser({ name: 'guest', isGuest: true });
      const stranger = slack.addUser({ name: 'other', teamId: 'T9' });
      expect((await client.users.info({ user: guest })).user).toMatchObject({ is_restricted: true });
      expect((await client.users.info({ user: stranger })).user).toMatchObject({
        is_stranger: true,
        team_id: 'T9',
      });
    },
    'users.conversations': async () => {
      const hidden = slack.addChannel({ name: 'hidden', members: ['U1'], isPrivate: true, withBot: false });
      const shared = slack.addChannel({ name: 'shared', members: ['U1'], isPrivate: true });
      const ids: string[] = [];
      const types = 'public_channel,private_channel';
      let cursor: string | undefined = '';
      do {
        const page = await client.users.conversations({ user: 'U1', types, limit: 1, cursor });
        for (const found of page.channels ?? []) ids.push(String(found.id));
        cursor = page.response_metadata?.next_cursor;
      } while (cursor);
      expect(ids).toEqual([channel, shared]);
      expect(ids).not.toContain(hidden);
    },
    'conversations.info': async () =>
      expect((await client.conversations.info({ channel })).channel).toMatchObject({
        name: 'outline',
        is_member: true,
      }),
    'conversations.members': async () =>
      expect((await client.conversations.members({ channel })).members).toEqual(['U1', 'U2', 'U0BOT']),
    'conversations.open': async () =>
      expect((await client.conversations.open({ users: 'U1' })).channel?.id).toBe(slack.dmOf('U1')),
    'conversations.join': async () => {
      const other = slack.addChannel({ name: 'other', members: ['U1'], withBot: false });
      expect((await client.conversations.join({ channel: other })).channel?.is_member).toBe(true);
    },
    'conversations.history': async () => {
      const first = await bench.post('first');
      await bench.post('a reply', { thread_ts: first });
      const second = await bench.post('second');
      const page = await client.conversations.history({ channel, limit: 1 });
      expect(page.messages?.map((m) => m.ts)).toEqual([second]);
      const older = await client.conversations.history({
        channel,
        latest: second,
        oldest: first,
        inclusive: true,
      });
      expect(older.messages?.map((m) => [m.ts, m.reply_count])).toEqual([
        [second, undefined],
        [first, 1],
      ]);
    },
    'conversations.replies': async () => {
      const metadata = { event_type: 'delivery', event_payload: { id: 'd1' } };
      const root = await bench.post('root', { metadata });
      const replies = [
        await bench.post('one', { thread_ts: root }),
        await bench.post('two', { thread_ts: root }),
      ];
      const all = await client.conversations.replies({ channel, ts: root, include_all_metadata: true });
      expect(all.messages?.map((m) => m.ts)).toEqual([root, ...replies]);
      expect(all.messages?.[0]?.metadata).toEqual(metadata);
      const bare = await client.conversations.replies({ channel, ts: root, limit: 2 });
      expect(bare.messages?.[0]).not.toHaveProperty('metadata');
      const cursor = bare.response_metadata?.next_cursor ?? '';
      const rest = await client.conversations.replies({ channel, ts: root, limit: 2, cursor });
      expect(rest.messages?.map((m) => m.text)).toEqual(['two']);
    },
    'chat.postMessage': async () => {
      const ts = await bench.post('hello', { blocks: [section('*hello*')] });
      const stored = { text: 'hello', user: 'U0BOT', bot_id: 'B0BOT', app_id: 'A0MILE', ts };
      expect(slack.messages(channel)).toMatchObject([stored]);
      expect(slack.messages(channel)[0]?.blocks?.[0]?.block_id).toBeTruthy();
      expect(textOf(slack.messages(channel)[0])).toBe('*hello*');
    },
    'chat.update': async () => {
      const ts = await bench.post('before', { blocks: [section('before')] });
      await client.chat.update({ channel, ts, text: 'after' });
      expect(textOf(slack.messages(channel)[0])).toBe('after');
      expect(slack.messages(channel)[0]?.edited?.user).toBe('U0BOT');
    },
    'chat.delete': async () => {
      await client.chat.delete({ channel, ts: await bench.post() });
      expect(slack.messages(channel)).toEqual([]);
    },
    'chat.postEphemeral': async () => {
      await client.chat.postEphemeral({ channel, user: 'U1', text: 'only you' });
      expect(slack.ephemerals(channel, 'U1').map(textOf)).toEqual(['only you']);
      expect(slack.ephemerals(channel, 'U2')).toEqual([]);
    },
    'chat.getPermalink': async () => {
      const { permalink } = await client.chat.getPermalink({ channel, message_ts: await bench.post() });
      expect(permalink).toMatch(new RegExp(`^https://milepost.slack.com/archives/${channel}/p\\d+$`));
    },
    'reactions.add': async () => {
      const place = { channel, timestamp: await bench.post(), name: 'paperclip' };
      await client.reactions.add(place);
      expect(slack.reactions(channel, place.timestamp)).toEqual(['paperclip']);
      expect(await refusal(client.reactions.add(place))).toBe('already_reacted');
    },
    'reactions.remove': async () => {
      const place = { channel, timestamp: await bench.post(), name: 'paperclip' };
      expect(await refusal(client.reactions.remove(place))).toBe('no_reaction');
      await client.reactions.add(place);
      await client.reactions.remove(place);
      expect(slack.reactions(channel, place.timestamp)).toEqual([]);
    },
    'views.open': async () => {
      const trigger_id = await bench.trigger();
      await client.apiCall('views.open', { trigger_id, view: modal('First', [section('one')]) });
      expect(textOf(slack.modal('U1'))).toBe('First\none\nSave');
      const again = client.apiCall('views.open', { trigger_id, view: modal('Again', []) });
      expect(await refusal(again)).toBe('exchanged_trigger_id');
      slack.violations.length = 0;
    },
    'views.push': async () => {
      const next = actions(button('give', 'g'));
      await client.apiCall('views.open', { trigger_id: await bench.trigger(), view: modal('1', next) });
      for (const title of ['2', '3']) {
        await client.apiCall('views.push', {
          trigger_id: await bench.trigger('modal'),
          view: modal(title, next),
        });
      }
      expect(slack.modals('U1')).toHaveLength(3);
      const tooMany = client.apiCall('views.push', {
        trigger_id: await bench.trigger('modal'),
        view: modal('4', []),
      });
      expect(await refusal(tooMany)).toBe('push_limit_reached');
      slack.violations.length = 0;
    },
    'views.update': async () => {
      await client.apiCall('views.open', { trigger_id: await bench.trigger(), view: modal('Old', []) });
      const { id: view_id, hash } = slack.modal('U1') ?? {};
      await client.apiCall('views.update', { view_id, hash, view: modal('New', []) });
      expect(textOf(slack.modal('U1'))).toContain('New');
      const stale = client.apiCall('views.update', { view_id, hash, view: modal('Newer', []) });
      expect(await refusal(stale)).toBe('hash_conflict');
    },
    'views.publish': async () => {
      await client.apiCall('views.publish', {
        user_id: 'U1',
        view: { type: 'home', blocks: [section('ready')] },
      });
      expect(textOf(slack.home('U1'))).toBe('ready');
    },
    'files.info': async () => {
      const files = [{ name: 'notes.md', content: '# Notes', checkFileInfo: true }];
      const { message } = await slack.say({ user: 'U1', channel, text: 'see', files });
      const { file } = await client.files.info({ file: String(message.files?.[0]?.id) });
      const download = (authorization: string) =>
        fetch(String(file?.url_private_download), { headers: { authorization } }).then((res) => res.text());
      expect(await download(`Bearer ${slack.botToken}`)).toBe('# Notes');
      expect(await download('Bearer xoxb-other')).toContain('Sign in');
    },
    'assistant.threads.setStatus': async () => {
      const place = { channel_id: channel, thread_ts: await bench.post() };
      expect(await refusal(client.assistant.threads.setStatus({ ...place, status: 'is reading' }))).toBe(
        'unknown_method',
      );
      slack.features.status = true;
      await client.assistant.threads.setStatus({ ...place, status: 'is reading' });
      expect(slack.status(channel, place.thread_ts)).toBe('is reading');
    },
  };

  it('declares exactly the methods that have a case here', () => {
    expect(Object.keys(cases).sort()).toEqual([...methodNames].sort());
  });

  it.each(Object.entries(cases))('%s', async (method, exercise) => {
    await exercise();
    expect(slack.callsOf(method).some((call) => call.ok)).toBe(true);
    expect(slack.violations).toEqual([]);
  });

  it('refuses what Slack refuses', async () => {
    const lost = await bench.post('lost');
    await slack.remove({ channel, ts: lost });
    const { ts: human } = await slack.say({ user: 'U1', channel, text: 'mine' });
    const outside = slack.addChannel({ name: 'outside', members: ['U1'], withBot: false });
    const hidden = slack.addChannel({ name: 'hidden', members: ['U1'], isPrivate: true, withBot: false });
    const archived = slack.addChannel({ name: 'old', members: ['U1'] });
    await slack.archiveChannel(archived);
    const say = (more: object) =>
      refusal(client.apiCall('chat.postMessage', { channel, text: 'x', ...quiet, ...more }));
    expect(await say({ channel: 'C404' })).toBe('channel_not_found');
    expect(await say({ channel: hidden })).toBe('channel_not_found');
    expect(await say({ channel: outside })).toBe('not_in_channel');
    expect(await say({ channel: archived })).toBe('is_archived');
    expect(await say({ thread_ts: lost })).toBe('thread_not_found');
    expect(await say({ text: 'x'.repeat(40_001) })).toBe('msg_too_long');
    const update = (ts: string) => refusal(client.chat.update({ channel, ts, text: 'x' }));
    expect(await update(human)).toBe('cant_update_message');
    expect(await update('1.000001')).toBe('message_not_found');
    expect(await refusal(client.users.info({ user: 'U404' }))).toBe('user_not_found');
    expect(await refusal(bench.clientFor('xoxb-wrong').auth.test())).toBe('invalid_auth');
    expect(slack.violations).toEqual([]);
    expect(await refusal(client.apiCall('chat.startStream', { channel }))).toBe('unknown_method');
    expect(await refusal(client.apiCall('chat.postMessage', { channel, text: 'x' }))).toBe('accepted');
    expect(slack.violations).toEqual([
      'chat.startStream is not a method that is known here',
      'chat.postMessage: neither unfurl_links nor unfurl_media is false',
    ]);
  });

  it('takes JSON as well as forms, by POST only', async () => {
    const headers = {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json; charset=utf-8',
    };
    const body = JSON.stringify({ channel, blocks: [section('from JSON')], ...quiet });
    const ask = async (init: RequestInit) => (await fetch(`${slack.apiUrl}chat.postMessage`, init)).json();
    expect(await ask({ method: 'POST', headers, body })).toMatchObject({ ok: true });
    expect(slack.messages(channel).map(textOf)).toEqual(['from JSON']);
    expect(slack.violations).toEqual([]);
    expect(await ask({ headers })).toMatchObject({ ok: false });
    expect(await refusal(client.apiCall('chat.getPermalink', { channel, ts: '1.1' }))).toBe(
      'invalid_arguments',
    );
    expect(slack.violations).toEqual([
      'chat.postMessage was called with GET',
      'chat.getPermalink: unknown argument ts',
      'chat.getPermalink: [ERROR] missing required field: message_ts',
    ]);
  });

  it('lets a trigger_id die after three seconds', async () => {
    const trigger_id = await bench.trigger();
    vi.setSystemTime(Date.now() + 3100);
    try {
      const late = client.apiCall('views.open', { trigger_id, view: modal('Late', []) });
      expect(await refusal(late)).toBe('expired_trigger_id');
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses a revoked token, and tells the app that it was removed', async () => {
    const events: string[] = [];
    const app = await bench.boltOverHttp();
    app.event('app_uninstalled', async ({ event }) => void events.push(event.type));
    app.event('tokens_revoked', async ({ event }) => void events.push(event.type));
    await slack.uninstall({ revokedFirst: true });
    expect(events).toEqual(['tokens_revoked', 'app_uninstalled']);
    expect(await refusal(client.auth.test())).toBe('account_inactive');
    slack.refuseToken(undefined);
    expect(await refusal(client.auth.test())).toBe('accepted');
  });

  it('keeps workspaces apart', async () => {
    const other = slack.addTeam({ id: 'T2' });
    const theirs = other.addChannel({ name: 'theirs' });
    await bench
      .clientFor(other.botToken)
      .apiCall('chat.postMessage', { channel: theirs, text: 'ours', ...quiet });
    expect(await refusal(client.conversations.info({ channel: theirs }))).toBe('channel_not_found');
    expect(other.messages(theirs).map(textOf)).toEqual(['ours']);
    expect(other.calls.map((call) => call.method)).toEqual(['chat.postMessage']);
    expect(slack.callsOf('chat.postMessage')).toHaveLength(0);
  });
});
