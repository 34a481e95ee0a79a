import { startTarget } from './child.ts';
import { drip, flood, type LoadResult, percentile } from './load.ts';
import { BOT, type SlackStub, TEAM } from './slack-stub.ts';
import { CHANNEL, THREADS, threadTs } from './target.ts';

const SECONDS = 6;
const CONNECTIONS = 32;
const RATE = 100;

let count = 0;

/** A message event in one of the milestone threads; a mention when `mention` is set. */
function event(mention: boolean, words = ''): string {
  count += 1;
  const ts = `${Math.floor(Date.now() / 1_000)}.${String(count % 1_000_000).padStart(6, '0')}`;
  return JSON.stringify({
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A0BENCH',
    event_id: `Ev${count}`,
    authorizations: [{ team_id: TEAM, enterprise_id: null, user_id: BOT, is_bot: true }],
    event: {
      type: 'message',
      channel: CHANNEL,
      channel_type: 'channel',
      user: 'U0ANNA',
      text: `${mention ? `<@${BOT}> ` : ''}How long is chapter ${count}? ${words}`,
      ts,
      event_ts: ts,
      thread_ts: threadTs(count % THREADS),
      client_msg_id: `bench-${process.pid}-${count}`,
    },
  });
}

const perSecond = ({ acknowledged, seconds }: LoadResult): number => acknowledged / seconds;
const ms = (numbers: number[], share: number): string => `${percentile(numbers, share).toFixed(1)} ms`;

function report(name: string, full: LoadResult, steady: LoadResult, baseline: number | null): void {
  const ratio =
    baseline === null ? '' : `, ${(perSecond(full) / baseline).toFixed(2)} of Bolt with one insert`;
  console.log(
    `${name}: ${perSecond(full).toFixed(0)} events/s acknowledged${ratio}; ` +
      `ack at ${RATE}/s p50 ${ms(steady.latencies, 0.5)}, p99 ${ms(steady.latencies, 0.99)}` +
      `${full.failed + steady.failed > 0 ? `; ${full.failed + steady.failed} not acknowledged` : ''}`,
  );
}

async function acknowledge(
  kind: string,
  mention: boolean,
  mongoUri: string,
  slack: SlackStub,
): Promise<[LoadResult, LoadResult]> {
  const target = await startTarget(kind, mongoUri, slack.apiUrl);
  await flood(target.port, 2, CONNECTIONS, () => event(false));
  const steady = await drip(target.port, SECONDS, RATE, () => event(mention));
  const full = await flood(target.port, SECONDS, CONNECTIONS, () => event(mention));
  await target.stop();
  return [full, steady];
}

/** Posts by the number in the question, which the model repeats. */
function watchAnswers(slack: SlackStub): { arrived: Map<string, number>; until(n: number): Promise<void> } {
  const arrived = new Map<string, number>();
  let wake = (): void => undefined;
  slack.onPost = (text) => {
    const id = /id(\d+)/u.exec(text)?.[1];
    if (id !== undefined) arrived.set(id, performance.now());
    wake();
  };
  return {
    arrived,
    until: (n) =>
      new Promise((resolve) => {
        wake = () => arrived.size >= n && resolve();
        wake();
      }),
  };
}

async function answer(mongoUri: string, slack: SlackStub): Promise<void> {
  const target = await startTarget('milepost', mongoUri, slack.apiUrl);
  const asked = new Map<string, number>();
  const ask = (): string => {
    const id = String(asked.size + 1);
    asked.set(id, performance.now());
    return event(true, `id${id}`);
  };
  const { arrived, until } = watchAnswers(slack);
  await drip(target.port, 3, 20, ask);
  await until(asked.size);
  const warm = asked.size;

  await drip(target.port, SECONDS, 20, ask);
  await until(asked.size);
  const latencies = [...asked].slice(warm).map(([id, at]) => (arrived.get(id) ?? 0) - at);
  console.log(`mention → answer at 20/s: p50 ${ms(latencies, 0.5)}, p99 ${ms(latencies, 0.99)}`);

  const before = asked.size;
  const started = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => drip(target.port, 1, 30, ask)));
  await until(asked.size);
  const seconds = (performance.now() - started) / 1_000;
  const answered = asked.size - before;
  console.log(
    `mentions answered: ${answered} in ${seconds.toFixed(1)} s, ${(answered / seconds).toFixed(0)} a second in one process`,
  );
  await target.stop();
}

/**
 * Acknowledged events a second of bare Bolt, of Bolt with one majority insert and of Milepost with a model that answers
 * at once; then mentions answered. Ratios are what can be compared.
 */
export async function measureEvents(mongoUri: string, slack: SlackStub): Promise<void> {
  console.log(`\nEvents: ${CONNECTIONS} connections, ${SECONDS} s each`);
  const [bolt, boltSteady] = await acknowledge('bolt', false, mongoUri, slack);
  report('bare Bolt', bolt, boltSteady, null);
  const [insert, insertSteady] = await acknowledge('bolt-insert', false, mongoUri, slack);
  report('Bolt with one majority insert', insert, insertSteady, null);
  const baseline = perSecond(insert);
  const [talk, talkSteady] = await acknowledge('milepost', false, `${mongoUri}a_`, slack);
  report('Milepost, messages in milestone threads', talk, talkSteady, baseline);
  const [mentions, mentionsSteady] = await acknowledge('milepost', true, `${mongoUri}b_`, slack);
  report('Milepost, mentions, answering all the while', mentions, mentionsSteady, baseline);
  await answer(`${mongoUri}c_`, slack);
}
