import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything, expectOneAnswerEach, untilQuiet, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let thread: string;
const stored = () => withDatabase(world.mongoUri, everything);

beforeAll(async () => {
  world = await startProcessWorld({ ackTimeoutMs: 3_000 });
  ({ slack } = world);
  ({ Outline: thread = '' } = await world.setUp(['Outline']));
  await world.mention(thread, 'Does it work at all?');
  await expectOneAnswerEach(world);
  await untilQuiet(world);
});
afterAll(() => world.close());

/** The body of a mention's event, as Slack sends it. */
const envelope = (event: unknown) =>
  JSON.stringify({
    type: 'event_callback',
    team_id: slack.teamId,
    api_app_id: slack.appId,
    event,
    event_id: 'Ev0BAD',
    event_time: 1_700_000_000,
    authorizations: [{ team_id: slack.teamId, user_id: slack.botUserId, is_bot: true }],
  });
const mention = () => ({
  type: 'app_mention',
  user: world.anna,
  channel: world.channel,
  channel_type: 'channel',
  text: `<@${slack.botUserId}> This must not be read`,
  ts: '1700000000.000100',
  thread_ts: thread,
  event_ts: '1700000000.000100',
});

async function stillAnswers(): Promise<void> {
  const said = await world.mention(thread, 'Are you still there?');
  expect(said.delivered.map((one) => one.status)).toEqual([200, 200]);
  await expectOneAnswerEach(world);
}

describe('A request that does not come from Slack as it should', () => {
  let before: Awaited<ReturnType<typeof stored>>;
  beforeEach(async () => {
    before = await stored();
  });
  afterEach(async () => {
    expect(await stored()).toEqual(before);
    await stillAnswers();
    expect(world.app.logged('unhandled_rejection')).toBe(false);
  });

  it('with a signature that is not its own is refused', async () => {
    const signature = `v0=${createHmac('sha256', 'another secret').update(envelope(mention())).digest('hex')}`;
    expect((await slack.deliverRaw(envelope(mention()), { signature })).status).toBe(401);
  });

  it('without a signature is refused', async () => {
    expect((await slack.deliverRaw(envelope(mention()), { signature: '' })).status).toBe(401);
  });

  it('signed six minutes ago is refused', async () => {
    const timestamp = Math.floor(Date.now() / 1000) - 360;
    expect((await slack.deliverRaw(envelope(mention()), { timestamp })).status).toBe(401);
  });

  it('with the end of its body missing is refused', async () => {
    expect((await slack.deliverRaw(envelope(mention()), { cutAt: 200 })).status).toBe(401);
  });

  it('whose connection breaks in the middle of the body is forgotten', async () => {
    const body = envelope(mention());
    const socket = connect(world.app.port ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body.slice(0, 100));
    socket.destroy();
    await once(socket, 'close');
  });

  it('of ten megabytes is refused', async () => {
    const text = 'x'.repeat(10_000_000);
    const { status } = await slack.deliverRaw(envelope({ ...mention(), text }));
    // 0: the connection was cut before all of it was sent.
    expect([413, 0]).toContain(status);
  });

  it('to another address is refused', async () => {
    const { port } = world.app;
    const reply = await fetch(`http://127.0.0.1:${port}/slack/nothing`, { method: 'POST', body: '{}' });
    expect(reply.status).toBe(404);
  });
});

describe('What is signed and makes no sense', () => {
  const form = (fields: Record<string, string>): [body: string, contentType: string] => [
    new URLSearchParams(fields).toString(),
    'application/x-www-form-urlencoded',
  ];
  const payload = (json: string) => form({ payload: json });
  const event = (content: unknown): [body: string] => [envelope(content)];
  const nonsense = (): [body: string, contentType?: string][] => [
    ...['null', '[]', '"text"', '42', '{}', '{"type":"event_callback"}', '{"type":', ''].map(
      (body): [string] => [body],
    ),
    event(null),
    event([]),
    event('app_mention'),
    event({ channel: 'C1', text: 'no type' }),
    event({ type: 7 }),
    event({ ...mention(), ts: 1_700_000_000 }),
    event({ ...mention(), channel: {} }),
    event({ ...mention(), channel: undefined }),
    event({ ...mention(), text: { toString: 1 }, user: [], blocks: 'x', files: 5 }),
    event({ ...mention(), thread_ts: ['1.2'] }),
    event({ type: 'message', subtype: 'message_changed', channel: world.channel, ts: '1.2' }),
    event({ type: 'message', subtype: 'message_deleted', channel: world.channel, ts: '1.2' }),
    event({ type: 'channel_rename' }),
    event({ type: 'channel_archive', channel: { id: 5 } }),
    event({ type: 'member_joined_channel', user: [] }),
    event({ type: 'app_home_opened', user: null }),
    payload('{not json'),
    payload('null'),
    payload('[]'),
    payload('{"type":"block_actions","actions":[]}'),
    payload('{"type":"block_actions","actions":[{"action_id":"answer_try_again","type":"button"}]}'),
    payload('{"type":"view_submission","view":{"callback_id":"project_form"}}'),
    payload('{"type":"message_action","callback_id":"make_milestone"}'),
    form({ command: '/project' }),
    form({ something: 'else' }),
  ];

  it('is refused or ignored: nothing is written, and the next mention is answered', async () => {
    const before = await stored();
    const calls = slack.calls.length;
    await Promise.all(
      nonsense().map(([body, contentType = 'application/json']) => slack.deliverRaw(body, { contentType })),
    );

    expect(await stored()).toEqual(before);
    expect(slack.calls.slice(calls).map((call) => call.method)).toEqual([]);
    await stillAnswers();
  });
});
