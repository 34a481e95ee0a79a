import { expect } from 'vitest';
import { remembered } from './keep-made.ts';
import { canariesIn, scopeOf, type ThreadModel } from './model.ts';
import type { Act } from './picks.ts';
import { nameOf, quiet, type Stage, threadsOf } from './stage.ts';

async function callApi(
  { world, secret }: Stage,
  method: string,
  path: string,
  body: object | null,
  key?: string,
): Promise<number> {
  const reply = await fetch(`http://127.0.0.1:${world.milepost.port}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  return reply.status;
}

/** Null while nobody has said anything there. */
async function idOf({ world }: Stage, { project, ts }: ThreadModel): Promise<string | null> {
  const { stores, teamId } = world.milepost;
  return (await stores.conversations.findByThread(teamId, project.channel, ts))?.id ?? null;
}

/** A bot stores something for a conversation. */
export const store: Act = async (stage) => {
  const all = threadsOf(stage, ({ opened }) => opened);
  if (all.length === 0) return false;
  const { random, canary } = stage;
  const thread = random.pick(all);
  const id = await idOf(stage, thread);
  if (id === null) return false;
  const key =
    thread.entries.length > 0 && random.chance(30) ? random.pick(thread.entries).key : `key ${canary()}`;
  const value = { stored: canary() };
  stage.log(`A bot stores "${key}" for ${nameOf(thread)}`);
  const entry = { key, type: 'domain', value };
  const repeatable = random.chance(50) ? `once ${stage.steps.length}` : undefined;
  const status = await callApi(stage, 'POST', `/conversations/${id}/context`, entry, repeatable);
  if (status === 404) return false;
  expect(status).toBeLessThan(300);
  remembered(stage, thread.entries, {
    key,
    value: JSON.stringify(value),
    madeFor: scopeOf(thread),
    quotes: null,
    from: null,
  });
  return true;
};

/** A bot deletes what is stored of a thread, and with it the threads of the results it led to. */
export const deleteConversation: Act = async (stage) => {
  const { random, model } = stage;
  const all = threadsOf(stage, (one) => one.task === undefined && one.said.length > 0 && one.opened);
  if (all.length === 0) return false;
  const thread = random.pick(all);
  const id = await idOf(stage, thread);
  if (id === null) return false;
  stage.log(`A bot deletes the conversation of ${nameOf(thread)}`);
  const status = await callApi(stage, 'DELETE', `/conversations/${id}`, null);
  if (status === 404) return false;
  expect(status).toBe(200);
  await quiet(stage);
  const children = model.threads.filter((one) => isUnder(one, thread));
  for (const one of [thread, ...children]) empty(stage, one);
  return true;
};

const isUnder = (one: ThreadModel, thread: ThreadModel): boolean =>
  one.parent !== undefined && (one.parent === thread || isUnder(one.parent, thread));

/** Slack still has what people said: it counts as a source of attachments, and for nothing else. */
function empty({ gone, dispatches }: Stage, thread: ThreadModel): void {
  const texts = [...thread.said.map(({ text }) => text), ...thread.entries.map(({ value }) => value)];
  for (const canary of canariesIn(...texts)) gone.add(canary);
  thread.said = thread.said.filter((one) => !one.fixed);
  for (const one of thread.said) one.emptied = true;
  thread.entries = [];
  for (const one of dispatches) if (one.where === thread) Object.assign(one, { open: false, emptied: true });
}
