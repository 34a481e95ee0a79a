import { type Db, type Document, MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { type FakeSlack, type Message, textOf } from '../support/fake-slack/index.ts';

/** Where to look: a channel of the fake Slack, or one thread of it, and the database behind it. */
export interface Place {
  slack: FakeSlack;
  mongoUri: string;
  channel: string;
  thread?: string;
}

export async function withDatabase<T>(mongoUri: string, use: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(mongoUri);
  try {
    return await use(client.db());
  } finally {
    await client.close();
  }
}

/** Every document of a collection. The hint is for a mongod that refuses queries without an index. */
export function allOf(db: Db, collection: string): Promise<Document[]> {
  return db
    .collection(collection)
    .find({}, { hint: { _id: 1 } })
    .toArray();
}

/** Every document of the database, by collection, but the jobs that draw cards and Homes. */
export async function everything(db: Db): Promise<Record<string, Document[]>> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name).sort();
  const all = await Promise.all(names.map(async (name) => [name, await allOf(db, name)] as const));
  return Object.fromEntries(
    all.map(([name, rows]) => [name, name === 'jobs' ? rows.filter(isNoWait) : rows]),
  );
}

/** Cards and Homes are drawn when their wait is over, whatever happens in between. */
const isNoWait = ({ kind }: Document): boolean => !LATER.has(kind) && kind !== 'publish-home';

const FINAL = new Set(['done', 'dead']);
/** Kinds that begin with a wait: what they are to do is not due yet. */
const LATER = new Set([
  'refresh-card',
  'refresh-homes',
  'end-lease',
  'show-dispatch',
  'expire-dispatch',
  'forget-removed',
  'tell-reading',
]);
/** Kinds that wait for longer than any test. */
const FAR = new Set(['expire-dispatch', 'forget-removed']);
const isOver = (job: Document): boolean =>
  FINAL.has(job.state) ||
  (FAR.has(job.kind) && job.state === 'waiting') ||
  (LATER.has(job.kind) && job.state === 'ready' && job.dueAt > new Date());

/** Resolves when no job is left at all: those that begin with a wait are over as well. */
export function untilQuiet({ slack, mongoUri }: Pick<Place, 'slack' | 'mongoUri'>): Promise<unknown> {
  return withDatabase(mongoUri, (db) =>
    slack.until(
      async () => (await allOf(db, 'jobs')).every((job) => FINAL.has(job.state) || FAR.has(job.kind)),
      'every job is over',
    ),
  );
}

/** Resolves when no job is left to do. */
export function untilIdle({ slack, mongoUri }: Pick<Place, 'slack' | 'mongoUri'>): Promise<unknown> {
  return withDatabase(mongoUri, (db) =>
    slack.until(async () => (await allOf(db, 'jobs')).every(isOver), 'no job is left to do'),
  );
}

/**
 * What has to hold after any fault: every mention that stands in the channel has exactly one answer in its thread,
 * in the order of the mentions and visible as finished; nothing is left half-done; Slack had nothing to object to.
 * @param without mentions that Slack never told of, or told of under another ts.
 */
export async function expectOneAnswerEach(place: Place, without: string[] = []): Promise<void> {
  const { slack, mongoUri, channel } = place;
  await untilIdle(place);
  const stored = await withDatabase(mongoUri, async (db) => ({
    answers: await allOf(db, 'answers'),
    deliveries: await allOf(db, 'deliveries'),
  }));
  const postedFor = (question: Message): string => {
    const answer = stored.answers.find((one) => one.channelId === channel && one.questionTs === question.ts);
    const delivery = stored.deliveries.find((one) => one.key === `answer:${String(answer?._id)}:0`);
    return delivery?.ts ?? `no answer to "${question.text}"`;
  };

  for (const root of place.thread === undefined ? rootsOf(slack, channel) : [place.thread]) {
    const thread = slack.thread(channel, root);
    const mentions = thread.filter((one) => isMention(slack, one) && !without.includes(one.ts));
    const replies = thread.filter((one) => one.user === slack.botUserId && one.ts !== root);
    expect(replies.map((one) => one.ts)).toEqual(mentions.map(postedFor));
    for (const reply of replies) expect(textOf(reply).trim()).not.toBe('');
    for (const { ts } of mentions) expect(slack.reactions(channel, ts)).not.toContain('eyes');
  }
  expect(stored.answers.filter((one) => !['delivered', 'failed', 'stopped'].includes(one.state))).toEqual([]);
  expect(stored.deliveries.filter((one) => one.state !== 'sent')).toEqual([]);
  expect(slack.violations).toEqual([]);
}

function rootsOf(slack: FakeSlack, channel: string): string[] {
  return [...new Set(slack.messages(channel).map((one) => one.thread_ts ?? one.ts))];
}

const isMention = (slack: FakeSlack, message: Message): boolean =>
  message.user !== slack.botUserId && message.text.includes(`<@${slack.botUserId}>`);

/** What the bot says in a thread, oldest first, without the card that opens it. */
export function repliesIn({ slack, channel }: Omit<Place, 'mongoUri'>, thread: string): string[] {
  return slack
    .thread(channel, thread)
    .filter((one) => one.user === slack.botUserId && one.ts !== thread)
    .map(textOf);
}

/** The posts the app tried in a thread, those that failed included. */
export function postsIn({ slack, channel }: Omit<Place, 'mongoUri'>, thread: string) {
  return slack
    .callsOf('chat.postMessage')
    .filter(({ args }) => args.channel === channel && args.thread_ts === thread);
}
