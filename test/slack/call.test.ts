import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutageError, PermanentError, WaitError } from '../../src/ports/jobs.ts';
import { SlackGone, SlackUnavailable } from '../../src/ports/slack.ts';
import { call, clientOptions, createWebClient, slackCode } from '../../src/slack/call.ts';
import { captureLog } from '../support/log.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.close());

/** What a call comes to when Slack answers like this. */
async function outcome(reply: Parameters<WebServer['answer']>[0]): Promise<unknown> {
  server.answer(reply);
  return failureOf(createWebClient('xoxb-test', server.url, captureLog()));
}

function failureOf(client: WebClient): Promise<unknown> {
  return call(client.users.info({ user: 'U1' })).then(
    () => 'it worked',
    (error: unknown) => error,
  );
}

const withCode = (error: string) => outcome((res) => res.end(JSON.stringify({ ok: false, error })));

describe('A call that Slack asks to wait with', () => {
  it.each([
    ['5', 5],
    ['60', 60],
    ['86400', 60],
    ['0', 1],
    ['-3', 1],
    ['soon', 1],
    [undefined, 1],
  ])('for %s seconds waits %d', async (header, seconds) => {
    const error = await outcome((res) => {
      res.writeHead(429, header === undefined ? {} : { 'retry-after': header }).end();
    });
    expect(error).toBeInstanceOf(WaitError);
    expect(error).toMatchObject({ seconds });
  });

  it('by a code alone waits a second', async () => {
    expect(await withCode('ratelimited')).toMatchObject({ name: 'WaitError', seconds: 1 });
  });
});

describe('A call to a Slack that is not there', () => {
  it.each([500, 502, 503])('and answers %d is an outage', async (status) => {
    const error = await outcome((res) => res.writeHead(status).end('<html>'));
    expect(error).toBeInstanceOf(SlackUnavailable);
    expect(error).toBeInstanceOf(OutageError);
    expect(error).toMatchObject({ name: 'SlackUnavailable', cause: { statusCode: status } });
  });

  it.each([
    ['breaks off before its answer', (res) => res.destroy()],
    [
      'breaks off in the middle of its answer',
      (res) => {
        res.writeHead(200, { 'content-length': '100' });
        res.write('{"ok":', () => res.destroy());
      },
    ],
  ] satisfies [string, Parameters<WebServer['answer']>[0]][])('and %s is an outage', async (_, reply) => {
    expect(await outcome(reply)).toBeInstanceOf(SlackUnavailable);
  });

  it.each([
    ['never answers', () => undefined],
    ['never ends its answer', (res) => res.writeHead(200).write('{')],
  ] satisfies [string, Parameters<WebServer['answer']>[0]][])('and %s is an outage', async (_, reply) => {
    server.answer(reply);
    const options = { ...clientOptions(server.url, captureLog()), timeout: 50 };
    expect(await failureOf(new WebClient('xoxb-test', options))).toBeInstanceOf(SlackUnavailable);
  });

  it('because nobody listens is an outage', async () => {
    const client = createWebClient('xoxb-test', 'http://127.0.0.1:9/api/', captureLog());
    expect(await failureOf(client)).toBeInstanceOf(SlackUnavailable);
  });
});

describe('A call that Slack refuses', () => {
  it('for good is told from one that may be tried again', async () => {
    const gone = await withCode('channel_not_found');
    expect(gone).toBeInstanceOf(SlackGone);
    expect(gone).toBeInstanceOf(PermanentError);
    expect(slackCode(await withCode('internal_error'))).toBe('internal_error');
    expect(slackCode(await withCode('unknown_method'))).toBe('unknown_method');
  });

  it('with another status is no outage', async () => {
    const error = await outcome((res) => res.writeHead(404).end());
    expect(error).not.toBeInstanceOf(OutageError);
    expect(error).toMatchObject({ statusCode: 404 });
  });
});
