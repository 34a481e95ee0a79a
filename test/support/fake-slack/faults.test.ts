import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, quiet, refusal, startBench } from './testing.ts';

let bench: Bench;
let slack: Bench['slack'];
let channel: string;
beforeEach(async () => {
  bench = await startBench();
  ({ slack, channel } = bench);
});
afterEach(() => bench.stop());

const texts = () => slack.messages(channel).map((message) => message.text);
const tryPost = (text: string, timeout = 0) =>
  refusal(bench.clientFor(slack.botToken, timeout).chat.postMessage({ channel, text, ...quiet }));

describe('faults', () => {
  it('500, applied or not', async () => {
    slack.failNext('chat.postMessage', { kind: 'http500', applied: true });
    slack.failNext('chat.postMessage', { kind: 'http500', applied: false });
    expect(await tryPost('one')).toContain('500');
    expect(await tryPost('two')).toContain('500');
    expect(await tryPost('three')).toBe('accepted');
    expect(texts()).toEqual(['one', 'three']);
    expect(slack.callsOf('chat.postMessage').map((c) => [c.ok, c.fault])).toEqual([
      [true, 'http500'],
      [false, 'http500'],
      [true, undefined],
    ]);
  });

  it('a lost reply is applied, a refused connection is not', async () => {
    slack.failNext('chat.postMessage', { kind: 'lostReply' });
    slack.failNext('chat.postMessage', { kind: 'refused' });
    expect(await tryPost('one')).toContain('fetch failed');
    expect(await tryPost('two')).toContain('fetch failed');
    expect(texts()).toEqual(['one']);
  });

  it('hangs until it is released', async () => {
    slack.failNext('chat.postMessage', { kind: 'hang', applied: true });
    slack.failNext('chat.postMessage', { kind: 'hang', applied: false });
    const first = tryPost('one');
    const second = tryPost('two');
    await slack.until(() => slack.callsOf('chat.postMessage').length === 2, 'both calls have come');
    expect(await tryPost('a third')).toBe('accepted');
    slack.release();
    expect((await Promise.all([first, second])).filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(texts()).toHaveLength(2);
  });

  it('a call that hangs meets the time limit of its client', async () => {
    slack.failNext('chat.postMessage', { kind: 'hang', applied: false });
    expect(await tryPost('one', 50)).toMatch(/timeout|aborted/i);
  });

  it('errors and rate limits, for the calls they are meant for', async () => {
    const match = (args: Record<string, unknown>) => args.text === 'this one';
    slack.failNext('chat.postMessage', { kind: 'error', error: 'is_archived' }, { match });
    slack.failNext('chat.postMessage', { kind: 'rateLimited', retryAfter: 7 }, { match, times: 2 });
    expect(await tryPost('another')).toBe('accepted');
    expect(await tryPost('this one')).toBe('is_archived');
    const limited = bench.client.chat.postMessage({ channel, text: 'this one', ...quiet });
    await expect(limited).rejects.toMatchObject({ retryAfter: 7 });
    await expect(tryPost('this one')).resolves.not.toBe('accepted');
    expect(await tryPost('this one')).toBe('accepted');
  });

  it('slow', async () => {
    slack.failNext('chat.postMessage', { kind: 'slow', ms: 60 });
    const started = Date.now();
    await bench.post();
    expect(Date.now() - started).toBeGreaterThanOrEqual(55);
  });

  it('hooks run before the effect, and after it but before the reply, once', async () => {
    const seen: string[] = [];
    let replied = false;
    slack.before('chat.postMessage', () => void seen.push(`before: ${texts().length}`));
    slack.after('chat.postMessage', async (args) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(`after: ${texts().length}, replied ${replied}, ${String(args.text)}`);
    });
    await bench.post('one').then(() => {
      replied = true;
    });
    await bench.post('two');
    expect(seen).toEqual(['before: 0', 'after: 1, replied false, one']);
  });

  it('a hook can kill the app between the effect and its reply', async () => {
    const body = JSON.stringify({ channel, text: 'posted', ...quiet });
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
    const call = JSON.stringify([`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body }]);
    const script = `fetch(...${call}).then(() => process.exit(0))`;
    const app = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    slack.after('chat.postMessage', () => void app.kill('SIGKILL'));
    const [code, signal] = await once(app, 'exit');
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    expect(texts()).toEqual(['posted']);
    expect(slack.violations).toEqual([]);
  });

  it('until says what it waited for, and what was called last', async () => {
    await bench.post('the last thing');
    const waiting = slack.until(() => false, 'something that never comes', 40);
    await expect(waiting).rejects.toThrow(
      /something that never comes[\s\S]*chat.postMessage ok .*the last thing/,
    );
    expect(await slack.until(async () => 'a value', 'at once')).toBe('a value');
  });
});
