import type { ViewResponseAction, ViewSubmitAction } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linksOf, textOf } from './index.ts';
import {
  actions,
  type Bench,
  button,
  input,
  modal,
  option,
  plain,
  quiet,
  section,
  startBench,
  textInput,
} from './testing.ts';

let bench: Bench;
let slack: Bench['slack'];
let channel: string;
beforeEach(async () => {
  bench = await startBench();
  ({ slack, channel } = bench);
});
afterEach(async () => {
  expect(slack.violations).toEqual([]);
  await bench.stop();
});

type Seen = Record<string, unknown>;

/** Collects every event the app is sent. */
async function listening() {
  const app = await bench.boltOverHttp();
  const events: Seen[] = [];
  app.use(async ({ payload, next }) => {
    events.push({ ...payload });
    await next();
  });
  const seen = (type: string) => events.filter((event) => [event.type, event.subtype].includes(type));
  return { app, events, seen };
}

describe('signatures', () => {
  it('are accepted by Bolt when they are right, and only then', async () => {
    const { seen } = await listening();
    const event = { type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home', event_ts: '1.1' };
    const stale = Math.floor(Date.now() / 1000) - 600;
    expect((await slack.deliver(event)).status).toBe(200);
    expect((await slack.deliver(event, { signature: 'v0=bad' })).status).toBe(401);
    expect((await slack.deliver(event, { timestamp: stale })).status).toBe(401);
    expect((await slack.deliver(event, { cutAt: 100 })).status).toBe(401);
    expect((await slack.deliverRaw('{"type":"url_verification","challenge":"c"}')).body).toEqual({
      challenge: 'c',
    });
    expect(seen('app_home_opened')).toHaveLength(1);
  });
});

describe('messages', () => {
  it('a mention comes as message and as app_mention, with rich text and escaped text', async () => {
    const { seen } = await listening();
    const text = '<@U0BOT> a < b & <https://a.example/x?y=1&z=2|the doc>, https://b.example/.';
    const { ts, delivered } = await slack.say({ user: 'U1', channel, text });
    expect(delivered.map((d) => [d.type, d.status])).toEqual([
      ['message', 200],
      ['app_mention', 200],
    ]);
    const [message] = seen('message');
    expect(message).toMatchObject({ ts, channel, channel_type: 'channel', team: 'T0MILE', user: 'U1' });
    expect(message?.text).toBe(
      '<@U0BOT> a &lt; b &amp; <https://a.example/x?y=1&amp;z=2|the doc>, <https://b.example/>.',
    );
    expect(linksOf(message)).toEqual(['https://a.example/x?y=1&z=2', 'https://b.example/']);
    expect(textOf(message)).toBe('<@U0BOT> a < b & the doc, https://b.example/.');
    expect(seen('app_mention')).toMatchObject([{ ts, client_msg_id: message?.client_msg_id }]);
    expect(seen('app_mention')[0]).not.toHaveProperty('channel_type');
  });

  it('are redelivered with the same id until the app takes them', async () => {
    const { app } = await listening();
    let failures = 2;
    app.message(async () => {
      if (failures-- > 0) throw new Error('not yet');
    });
    const { delivered } = await slack.say({ user: 'U1', channel, text: 'hello' });
    expect(delivered).toMatchObject([{ status: 200, attempts: [503, 503, 200] }]);
    failures = 1;
    const once = await slack.say({ user: 'U1', channel, text: 'hello', retries: false });
    expect(once.delivered).toMatchObject([{ status: 503, attempts: [503] }]);
  });

  it('can come more than once, in another order, halved, or not at all', async () => {
    const { events } = await listening();
    const types = () => events.splice(0).map((event) => event.type);
    const mention = { user: 'U1', channel, text: '<@U0BOT> hi' };
    await slack.say({ ...mention, copies: 3, events: 'mention' });
    expect(types()).toEqual(['app_mention', 'app_mention', 'app_mention']);
    await slack.say({ ...mention, order: 'mention-first' });
    expect(types()).toEqual(['app_mention', 'message']);
    const late = await slack.say({ ...mention, deliver: false });
    expect(types()).toEqual([]);
    await slack.deliver(late.events.mention ?? {});
    expect(types()).toEqual(['app_mention']);
  });

  it('edits, deletions, reactions, files and direct messages', async () => {
    const { seen, events } = await listening();
    const root = await bench.post('a card');
    const { ts } = await slack.say({ user: 'U1', channel, text: 'one', threadTs: root });
    await slack.edit({ channel, ts, text: 'two' });
    await slack.react({ user: 'U2', channel, ts, name: 'eyes' });
    await slack.remove({ channel, ts });
    expect(seen('message_changed')).toMatchObject([
      { hidden: true, message: { text: 'two', edited: { user: 'U1' } }, previous_message: { text: 'one' } },
    ]);
    expect(seen('reaction_added')).toMatchObject([{ reaction: 'eyes', item: { ts }, item_user: 'U1' }]);
    expect(seen('message_deleted')).toMatchObject([
      { deleted_ts: ts, previous_message: { thread_ts: root } },
    ]);
    await slack.say({
      user: 'U1',
      channel,
      text: 'see',
      threadTs: root,
      files: [{ name: 'a.csv', content: '1' }],
    });
    expect(seen('file_share')).toMatchObject([
      { thread_ts: root, files: [{ mimetype: 'text/csv', size: 1 }] },
    ]);
    await slack.remove({ channel, ts: root, tombstone: true });
    expect(seen('message_changed').at(-1)).toMatchObject({
      message: { subtype: 'tombstone', reply_count: 1 },
    });
    expect(slack.thread(channel, root).map((m) => m.text)).toEqual(['see']);
    await slack.dm('U1', 'hello');
    expect(events.at(-1)).toMatchObject({ channel_type: 'im', user: 'U1', text: 'hello' });
  });

  it('channels and their members', async () => {
    const { events } = await listening();
    const hidden = slack.addChannel({ name: 'hidden', members: ['U1'], isPrivate: true });
    await slack.invite(hidden, 'U2', { by: 'U1' });
    await slack.renameChannel(channel, 'renamed');
    await slack.archiveChannel(channel);
    await slack.unarchiveChannel(channel);
    await slack.kick(hidden, 'U0BOT');
    await slack.renameChannel(hidden, 'unheard');
    await slack.deleteChannel(channel);
    expect(events.map((event) => event.type)).toEqual([
      ...['member_joined_channel', 'channel_rename', 'channel_archive', 'channel_unarchive'],
      ...['member_left_channel', 'group_left', 'channel_deleted'],
    ]);
    await expect(slack.say({ user: 'U2', channel, text: 'x' })).rejects.toThrow('was deleted');
  });

  it('the app hears of its own posts, unless that is switched off', async () => {
    const { seen } = await listening();
    await bench.post('mine');
    await slack.idle();
    expect(seen('message')).toMatchObject([{ bot_id: 'B0BOT', app_id: 'A0MILE', text: 'mine' }]);
    slack.features.echo = false;
    await bench.post('quiet');
    await slack.idle();
    expect(seen('message')).toHaveLength(1);
  });
});

describe('subscriptions', () => {
  it('only what the manifest asks for is delivered', async () => {
    await bench.stop();
    bench = await startBench({ botEvents: ['app_mention', 'message.im'] });
    ({ slack, channel } = bench);
    await listening();
    const types = async (said: ReturnType<typeof slack.say>) => (await said).delivered.map((d) => d.type);
    expect(await types(slack.say({ user: 'U1', channel, text: '<@U0BOT> hi' }))).toEqual(['app_mention']);
    expect(await types(slack.dm('U1', 'hi'))).toEqual(['message']);
  });
});

describe('interactions', () => {
  const form = modal('Form', [
    input('name', textInput('name', { initial_value: 'Outline', max_length: 20 })),
    input('kind', { type: 'static_select', action_id: 'kind', options: [option('a'), option('b')] }),
    input('due', { type: 'datepicker', action_id: 'due' }, { optional: true }),
    input(
      'tags',
      { type: 'checkboxes', action_id: 'tags', options: [option('x'), option('y')] },
      { optional: true },
    ),
  ]);

  it('a click opens a modal, which is filled in, refused, updated and closed', async () => {
    const { app } = await listening();
    const states: Seen[] = [];
    const answers: ViewResponseAction[] = [
      { response_action: 'errors', errors: { name: 'That name is taken' } },
      { response_action: 'update', view: modal('Saved', [section('done')]) },
    ];
    app.action('open', async ({ ack, body, client }) => {
      await ack();
      const trigger_id = 'trigger_id' in body ? String(body.trigger_id) : '';
      await client.apiCall('views.open', { trigger_id, view: form });
    });
    app.view<ViewSubmitAction>('form', async ({ ack, view }) => {
      states.push(view.state.values);
      const answer = answers.shift();
      await (answer ? ack(answer) : ack());
    });
    const ts = await bench.post('', { blocks: actions(button('open', '1'), button('other', '2')) });
    expect(await slack.click({ user: 'U1', channel, ts, actionId: 'open' })).toMatchObject({ status: 200 });
    expect((await slack.submit('U1')).errors).toEqual({ kind: 'Please complete this required field.' });
    slack.fill('U1', { kind: 'b', due: '2026-05-01', tags: ['x', 'y'] });
    expect((await slack.submit('U1')).errors).toEqual({ name: 'That name is taken' });
    expect(states[0]).toMatchObject({
      name: { name: { value: 'Outline' } },
      kind: { kind: { selected_option: option('b') } },
      due: { due: { selected_date: '2026-05-01' } },
      tags: { tags: { selected_options: [option('x'), option('y')] } },
    });
    expect(textOf((await slack.submit('U1', { name: 'Another' })).view)).toContain('done');
    expect((await slack.submit('U1')).view).toBeUndefined();
    expect(slack.modal('U1')).toBeUndefined();
  });

  it('nobody clicks on what they cannot see', async () => {
    const { app } = await listening();
    app.action('secret', async ({ ack }) => ack());
    await bench.post('', { blocks: actions(button('go', '1')) });
    const blocks = actions(button('secret', '1'));
    await bench.client.apiCall('chat.postEphemeral', { channel, user: 'U1', text: 'x', blocks });
    slack.addUser({ id: 'U3', name: 'eve' });
    await expect(slack.click({ user: 'U3', channel, actionId: 'go' })).rejects.toThrow('U3 is not in');
    await expect(slack.click({ user: 'U2', channel, actionId: 'secret' })).rejects.toThrow('there is: go');
    await expect(slack.click({ user: 'U2', channel, actionId: 'go', value: '2' })).rejects.toThrow(
      'the value 2',
    );
    await expect(slack.click({ user: 'U2', view: 'modal', actionId: 'go' })).rejects.toThrow('nothing');
    expect((await slack.click({ user: 'U1', channel, actionId: 'secret' })).status).toBe(200);
  });

  it('choices, confirmations and response_url', async () => {
    const { app } = await listening();
    const chosen: unknown[] = [];
    const menu = { type: 'overflow', action_id: 'menu', options: [option('move'), option('remove')] };
    const confirm = {
      title: plain('Sure?'),
      text: plain('It is gone then'),
      confirm: plain('Yes'),
      deny: plain('No'),
    };
    app.action('menu', async ({ ack, action, respond }) => {
      await ack();
      chosen.push('selected_option' in action ? action.selected_option : undefined);
      await respond({ replace_original: true, text: 'replaced', blocks: [] });
      await respond({ text: 'only for you' });
    });
    const ts = await bench.post('', { blocks: actions(menu, { ...button('drop', '1'), confirm }) });
    expect(await slack.click({ user: 'U1', channel, actionId: 'drop', deny: true })).toMatchObject({
      status: 0,
      confirm,
    });
    await slack.click({ user: 'U1', channel, ts, actionId: 'menu', optionValue: 'remove' });
    expect(chosen).toEqual([option('remove')]);
    expect(textOf(slack.message(channel, ts))).toBe('replaced');
    expect(slack.ephemerals(channel, 'U1').map(textOf)).toEqual(['only for you']);
  });

  it('commands, shortcuts, suggestions and the Home', async () => {
    const { app, seen } = await listening();
    const used: Seen[] = [];
    app.command('/plan', async ({ ack, command }) =>
      ack(`planned ${command.text} in ${command.channel_name}`),
    );
    app.shortcut('adopt', async ({ ack, shortcut }) => {
      used.push({ ...shortcut });
      await ack();
    });
    app.options('pick', async ({ ack }) =>
      ack({ options: [{ text: { type: 'plain_text', text: 'One' }, value: '1' }] }),
    );
    app.action('pick', async ({ ack, action }) => {
      used.push({ ...action });
      await ack();
    });
    const reply = await slack.command({ user: 'U1', channel, command: '/plan', text: 'a trip' });
    expect(reply).toMatchObject({ status: 200, body: 'planned a trip in outline' });
    expect(slack.ephemerals(channel, 'U1').map(textOf)).toEqual(['planned a trip in outline']);
    const root = await bench.post('root');
    const { ts } = await slack.say({ user: 'U1', channel, text: 'this', threadTs: root });
    await slack.shortcut({ user: 'U2', callbackId: 'adopt', channel, ts });
    expect(used[0]).toMatchObject({
      message_ts: ts,
      message: { thread_ts: root, user: 'U1' },
      channel: { id: channel },
    });

    const blocks = actions({ type: 'external_select', action_id: 'pick' });
    await bench.client.apiCall('views.publish', { user_id: 'U1', view: { type: 'home', blocks } });
    await slack.openHome('U1');
    expect(seen('app_home_opened')).toMatchObject([{ tab: 'home', view: { type: 'home' } }]);
    await slack.suggest({ user: 'U1', view: 'home', actionId: 'pick', value: 'o' });
    await slack.click({ user: 'U1', view: 'home', actionId: 'pick', optionValue: '1' });
    expect(used[1]).toMatchObject({ type: 'external_select', selected_option: { value: '1' } });
  });
});

describe('Socket Mode', () => {
  it('carries events, commands and forms, and comes back after a disconnect', async () => {
    const app = await bench.boltOverSocket();
    app.event('app_mention', async ({ event, client }) => {
      await client.chat.postMessage({ channel, thread_ts: event.ts, text: 'here I am', ...quiet });
    });
    app.command('/project', async ({ ack, body, client }) => {
      await ack({ response_type: 'ephemeral', text: 'opening' });
      const view = modal('Project', [input('name', textInput('name'))]);
      await client.apiCall('views.open', { trigger_id: body.trigger_id, view });
    });
    app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { name: 'no' } }));

    const mention = { user: 'U1', channel, text: '<@U0BOT> hello' };
    const { ts, delivered } = await slack.say(mention);
    expect(delivered.map((d) => d.status)).toEqual([200, 200]);
    await slack.until(() => slack.thread(channel, ts).length === 2, 'the mention is answered');
    await slack.command({ user: 'U1', channel, command: '/project' });
    expect(slack.ephemerals(channel, 'U1').map(textOf)).toEqual(['opening']);
    await slack.until(() => slack.modal('U1'), 'the modal opens');
    expect((await slack.submit('U1', { name: 'x' })).errors).toEqual({ name: 'no' });

    slack.sockets.refresh();
    await slack.until(() => slack.sockets.count() === 0, 'the app leaves');
    expect((await slack.say(mention)).delivered.map((d) => d.status)).toEqual([0, 0]);
    await slack.until(() => slack.sockets.count() === 1, 'the app comes back');
    slack.sockets.drop();
    await slack.connect({ socketMode: true });
    const again = await slack.say(mention);
    await slack.until(() => slack.thread(channel, again.ts).length === 2, 'the second mention is answered');
  });
});
