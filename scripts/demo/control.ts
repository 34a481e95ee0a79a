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
  /** Writes a message as a person, with a file where one is given. @returns its ts. */
  say(message: {
    channel: string;
    user: string;
    text: string;
    threadTs?: string;
    file?: File;
  }): Promise<string>;
  messages(channel: string): Promise<SlackMessage[]>;
}

export function controlOf(url: string): Control {
  async function ask<T>(path: string, body?: FormData | object): Promise<T> {
    const response = await fetch(`${url}/_control/${path}`, {
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { method: 'POST', ...encoded(body) }),
    });
    if (!response.ok) throw new Error(`The local Slack answered ${response.status} to ${path}.`);
    return response.json() as Promise<T>;
  }

  return {
    async say({ channel, user, text, threadTs, file }) {
      const body = { channel, user, text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
      const { message } = await (file === undefined
        ? ask<{ message: SlackMessage }>('message', body)
        : ask<{ message: SlackMessage }>('upload', formOf({ ...body, file })));
      return message.ts;
    },
    async messages(channel) {
      return (await ask<{ messages: SlackMessage[] }>(`messages/${channel}`)).messages;
    },
  };
}

function encoded(body: FormData | object): RequestInit {
  if (body instanceof FormData) return { body };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function formOf(fields: Record<string, string | File>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
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
