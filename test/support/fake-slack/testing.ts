import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { AnyBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { type FakeSlack, startFakeSlack } from './index.ts';

export const quiet = { unfurl_links: false, unfurl_media: false };

export const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const actions = (...elements: object[]) => [{ type: 'actions', elements }];
export const option = (value: string) => ({ text: plain(`Option ${value}`), value });
export const button = (actionId: string, value: string) => ({
  type: 'button',
  action_id: actionId,
  text: plain(`Press ${value}`),
  value,
});
export const input = (blockId: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id: blockId,
  label: plain(`Label of ${blockId}`),
  element,
  ...more,
});
export const textInput = (actionId: string, more: object = {}) => ({
  type: 'plain_text_input',
  action_id: actionId,
  ...more,
});
export const modal = (title: string, blocks: object[]) => ({
  type: 'modal' as const,
  callback_id: 'form',
  title: plain(title),
  submit: plain('Save'),
  blocks: blocks as AnyBlock[],
});

/** The error Slack answered with, or 'accepted'. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: { data?: { error?: string } }) => error.data?.error ?? String(error),
  );
}

/** A fake Slack with two people, a channel, a real WebClient, and real Bolt apps on demand. */
export async function startBench(options: Parameters<typeof startFakeSlack>[0] = {}) {
  const slack: FakeSlack = await startFakeSlack(options);
  slack.addUser({ id: 'U1', name: 'ada', realName: 'Ada Lovelace' });
  slack.addUser({ id: 'U2', name: 'bob' });
  const channel = slack.addChannel({ name: 'outline', members: ['U1', 'U2'] });
  const cleanups: (() => Promise<unknown>)[] = [];

  const clientFor = (token: string, timeout = 0) =>
    new WebClient(token, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: silent,
      timeout,
    });
  const client = clientFor(slack.botToken);

  async function post(text = 'a card', more: Record<string, unknown> = {}): Promise<string> {
    const { ts } = await client.chat.postMessage({ channel, text, ...quiet, ...more });
    return String(ts);
  }

  /** Bolt as the app is to use it: a listener that throws gives Slack an error status. */
  async function boltOverHttp(): Promise<App> {
    const receiver = new HTTPReceiver({
      signingSecret: slack.signingSecret,
      processBeforeResponse: true,
      logLevel: LogLevel.ERROR,
      logger: silent,
      processEventErrorHandler: async ({ response }) => {
        response.writeHead(503).end();
        return false;
      },
    });
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const app = new App({
      token: slack.botToken,
      receiver,
      clientOptions,
      logger: silent,
      ignoreSelf: false,
    });
    app.error(async (error) => {
      throw error;
    });
    const server = await receiver.start(0);
    cleanups.push(() => receiver.stop());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await slack.connect({ requestUrl: `http://127.0.0.1:${port}/slack/events` });
    const verified = () => slack.callsOf('auth.test').some((call) => call.ok);
    await slack.until(verified, 'Bolt verifies its token');
    return app;
  }

  async function boltOverSocket(): Promise<App> {
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const { appToken } = slack;
    const receiver = new SocketModeReceiver({
      appToken,
      clientPingTimeout: 200,
      logger: silent,
      installerOptions: { clientOptions },
    });
    const app = new App({ token: slack.botToken, receiver, clientOptions, logger: silent });
    await app.start();
    cleanups.push(() => app.stop());
    await slack.connect({ socketMode: true });
    return app;
  }

  /** A trigger_id as a person's click gives it. */
  async function trigger(view?: 'modal'): Promise<string> {
    let triggerId = '';
    const app = await boltOverHttp();
    app.action('give', async ({ ack, body }) => {
      triggerId = 'trigger_id' in body ? String(body.trigger_id) : '';
      await ack();
    });
    if (!view) await post('', { blocks: actions(button('give', 'g')) });
    const place = view ? { view } : { channel };
    await slack.click({ user: 'U1', actionId: 'give', ...place });
    return triggerId;
  }

  async function stop() {
    await slack.idle();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await slack.close();
  }

  return { slack, client, clientFor, channel, cleanups, post, boltOverHttp, boltOverSocket, trigger, stop };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
