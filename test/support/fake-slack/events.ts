import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { type Fields, parseJson, stringOf } from './json.ts';
import type { Team } from './state.ts';
import { hasStrangers } from './web-api/conversations.ts';
import type { World } from './world.ts';

/** 0: nobody answered the request; 'no ack': a socket took it and did not acknowledge it. */
type Status = number | 'no ack';

export interface Reply {
  status: Status;
  body: unknown;
  ms: number;
}

export interface Delivered {
  type: string;
  eventId: string;
  status: Status;
  attempts: Status[];
  ms: number;
}

export interface RawOptions {
  contentType?: string;
  /** seconds; Slack signs with now */
  timestamp?: number;
  signature?: string;
  /** sends only so many characters of what was signed */
  cutAt?: number;
  headers?: Record<string, string>;
}

export interface DeliverOptions extends RawOptions {
  retryNum?: number;
  retryReason?: string;
  eventId?: string;
}

export type Target = { requestUrl: string } | { socketMode: true };

export interface Outbox {
  connect(target: Target): Promise<void>;
  deliver(team: Team, event: Fields, options?: DeliverOptions): Promise<Delivered>;
  deliverWithRetries(team: Team, event: Fields, options?: DeliverOptions): Promise<Delivered>;
  /** Only what the app is subscribed to; otherwise nothing is sent and there is no Delivered. */
  publish(team: Team, event: Fields, options?: { retries?: boolean; eventId?: string }): Promise<Delivered[]>;
  interact(type: 'interactive' | 'slash_commands', body: Fields): Promise<Reply>;
  raw(body: string, options?: RawOptions): Promise<Reply>;
  echo(team: Team, event: Fields): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

const MAX_RETRIES = 3;

export function isAcknowledged(status: Status): boolean {
  return typeof status === 'number' && status >= 200 && status < 300;
}

export function createOutbox(world: World): Outbox {
  let target: Target | undefined;
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();

  function envelope(team: Team, event: Fields, eventId: string): Fields {
    const channel = team.channels.get(stringOf(event.channel));
    return {
      token: 'verification-token',
      team_id: team.id,
      context_team_id: team.id,
      context_enterprise_id: null,
      api_app_id: world.app.appId,
      event,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: team.id,
          user_id: team.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel ? hasStrangers(team, channel) : false,
      event_context: `4-${Buffer.from(JSON.stringify({ et: event.type, tid: team.id })).toString('base64url')}`,
    };
  }

  async function raw(body: string, options: RawOptions = {}): Promise<Reply> {
    const started = Date.now();
    if (!target || !('requestUrl' in target)) return { status: 0, body: 'not connected over HTTP', ms: 0 };
    const reply = await signedPost(target.requestUrl, body, world, closing.signal, options);
    return { ...reply, ms: Date.now() - started };
  }

  function usesSocket(): boolean {
    return target ? 'socketMode' in target : world.sockets.count() > 0;
  }

  async function deliver(team: Team, event: Fields, options: DeliverOptions = {}): Promise<Delivered> {
    const eventId = options.eventId ?? world.ids.next('Ev');
    const { retryNum, retryReason } = options;
    const body = envelope(team, event, eventId);
    const retrying: Record<string, string> =
      retryNum === undefined
        ? {}
        : { 'x-slack-retry-num': String(retryNum), 'x-slack-retry-reason': retryReason ?? 'http_error' };
    const reply = usesSocket()
      ? await world.sockets.send('events_api', body, {
          retry_attempt: retryNum ?? 0,
          retry_reason: retryReason ?? '',
        })
      : await raw(JSON.stringify(body), { ...options, headers: { ...options.headers, ...retrying } });
    world.journal.changed();
    return {
      type: stringOf(event.type),
      eventId,
      status: reply.status,
      attempts: [reply.status],
      ms: reply.ms,
    };
  }

  async function deliverWithRetries(team: Team, event: Fields, options: DeliverOptions = {}) {
    const eventId = options.eventId ?? world.ids.next('Ev');
    let last = await deliver(team, event, { ...options, eventId });
    const attempts = [last.status];
    for (let retryNum = 1; retryNum <= MAX_RETRIES && !isAcknowledged(last.status); retryNum += 1) {
      if (closing.signal.aborted) break;
      const retryReason = last.status === 0 ? 'http_timeout' : 'http_error';
      last = await deliver(team, event, { ...options, eventId, retryNum, retryReason });
      attempts.push(last.status);
    }
    return { ...last, attempts };
  }

  function isSubscribed(event: Fields): boolean {
    if (!world.botEvents) return true;
    const places: Record<string, string> = { channel: 'channels', group: 'groups', im: 'im' };
    const type = stringOf(event.type);
    const name = type === 'message' ? `message.${places[stringOf(event.channel_type)]}` : type;
    return world.botEvents.includes(name);
  }

  async function publish(team: Team, event: Fields, options: { retries?: boolean; eventId?: string } = {}) {
    if (!isSubscribed(event)) return [];
    const { retries, ...rest } = options;
    return [await (retries === false ? deliver : deliverWithRetries)(team, event, rest)];
  }

  return {
    async connect(to) {
      target = to;
      if ('socketMode' in to)
        await world.journal.until(() => world.sockets.count() > 0, 'the app opens a socket');
    },
    deliver,
    deliverWithRetries,
    publish,
    async interact(type, body) {
      if (usesSocket()) return world.sockets.send(type, body, { accepts_response_payload: true });
      const form = new URLSearchParams();
      if (type === 'interactive') form.set('payload', JSON.stringify(body));
      else for (const [name, value] of Object.entries(body)) form.set(name, String(value));
      return raw(form.toString(), { contentType: 'application/x-www-form-urlencoded' });
    },
    raw,
    echo(team, event) {
      world.journal.changed();
      if (!world.features.echo || (!target && world.sockets.count() === 0)) return;
      const sending: Promise<unknown> = publish(team, event).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
    async close() {
      closing.abort();
      await this.idle();
    },
  };
}

/** The v0 signature Slack puts on everything it sends. */
export function signature(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

function signedPost(url: string, body: string, world: World, signal: AbortSignal, options: RawOptions) {
  const secret = world.app.signingSecret;
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const sent = Buffer.from(body.slice(0, options.cutAt));
  return new Promise<Omit<Reply, 'ms'>>((resolve) => {
    const req = request(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: world.ackTimeoutMs,
        signal,
        headers: {
          'content-type': options.contentType ?? 'application/json',
          'content-length': sent.length,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': options.signature ?? signature(secret, timestamp, body),
          ...options.headers,
        },
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', () => resolve({ status: 0, body: 'the reply broke off' }));
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: res.statusCode ?? 0, body: parseJson(text) ?? text });
        });
      },
    );
    req.on('timeout', () => req.destroy(new Error('timed out')));
    req.on('error', (error) => resolve({ status: 0, body: error.message }));
    req.end(sent);
  });
}
