import { setTimeout as delay } from 'node:timers/promises';

/** A message as the local Slack keeps it; only what the demo looks at. */
export interface SlackMessage {
  ts: string;
  user?: string;
  text?: string;
  thread_ts?: string;
  subtype?: string;
  ephemeral_to?: string;
  reactions?: { name: string }[];
  blocks?: unknown[];
}

/** What people do in the local Slack, done for them. */
export interface Control {
  /** Writes a message as a person. @returns its ts. */
  say(message: { channel: string; user: string; text: string; threadTs?: string }): Promise<string>;
  messages(channel: string): Promise<SlackMessage[]>;
}

export function controlOf(url: string): Control {
  async function ask<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/_control/${path}`, {
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The local Slack answered ${response.status} to ${path}.`);
    return response.json() as Promise<T>;
  }

  return {
    async say({ channel, user, text, threadTs }) {
      const body = { channel, user, text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
      return (await ask<{ message: SlackMessage }>('message', body)).message.ts;
    },
    async messages(channel) {
      return (await ask<{ messages: SlackMessage[] }>(`messages/${channel}`)).messages;
    },
  };
}

/** Looks again and again until there is something to see. @throws Error naming `what` when the time is up. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  limitMs = 15_000,
): Promise<T> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > giveUpAt) throw new Error(`${what} did not happen within ${limitMs / 1000} seconds.`);
    await delay(50);
  }
}
