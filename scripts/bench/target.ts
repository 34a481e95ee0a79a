import { App, HTTPReceiver } from '@slack/bolt';
import { MongoClient } from 'mongodb';
import { startMilepost } from '../../src/compose.ts';
import { createLog } from '../../src/log.ts';
import type { Model } from '../../src/ports/model.ts';
import { benchConfig, SIGNING_SECRET } from './config.ts';
import { BOT, TEAM } from './slack-stub.ts';

/** Run as a process of its own: `target.ts <kind> <mongo uri> <slack api url>`. Sends its port to the parent. */
const [kind = '', mongoUri = '', apiUrl = ''] = process.argv.slice(2);

export const CHANNEL = 'C0BENCH';
/** Threads that mentions are spread over. */
export const THREADS = 50;

export const threadTs = (n: number): string => `1700000000.${String(n).padStart(6, '0')}`;

async function bareBolt(write: (event: object) => Promise<void>): Promise<number> {
  const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, processBeforeResponse: true });
  const app = new App({
    receiver,
    convoStore: false,
    authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BOT', botUserId: BOT, teamId: TEAM }),
  });
  app.event('message', ({ event }) => write(event));
  const server = await app.start(0);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function boltWithInsert(): Promise<number> {
  const client = await new MongoClient(mongoUri, {
    writeConcern: { w: 'majority' },
  }).connect();
  const events = client.db('bench_bolt').collection('events');
  return bareBolt(async (event) => {
    await events.insertOne({ ...event });
  });
}

/** Answers at once with the question, so that the benchmark knows which answer belongs to which mention. */
const instantModel: Model = {
  answer: async ({ context }) => ({ text: context.question, calls: [], promptTokens: null }),
  complete: async () => 'summary',
  plan: async () => ({ plan: 'plan', checklist: [] }),
};

async function milepost(): Promise<number> {
  const app = await startMilepost(benchConfig(apiUrl), `${mongoUri}bench_milepost`, createLog('silent'), {
    model: instantModel,
  });
  await seed(app);
  return app.port;
}

/** Milepost on a database that somebody else has filled. */
async function filled(): Promise<number> {
  const app = await startMilepost(benchConfig(apiUrl), mongoUri, createLog('silent'), {
    model: instantModel,
  });
  return app.port;
}

async function seed({ stores, teamId }: Awaited<ReturnType<typeof startMilepost>>): Promise<void> {
  const project = await stores.projects.create({
    teamId,
    channelId: CHANNEL,
    channelName: 'bench',
    name: 'Bench',
    purpose: 'Measure',
    createdBy: 'U0ANNA',
  });
  await stores.projects.change({ teamId, id: project.id }, { cardTs: '1600000000.000000' });
  for (let n = 0; n < THREADS; n += 1) {
    const [milestone] = await stores.milestones.create([
      {
        teamId,
        projectId: project.id,
        channelId: CHANNEL,
        threadTs: threadTs(n),
        title: `Milestone ${n}`,
        description: '',
        createdBy: 'U0ANNA',
      },
    ]);
    if (milestone === undefined) continue;
    await stores.conversations.findOrCreate({
      teamId,
      channelId: CHANNEL,
      threadTs: threadTs(n),
      type: 'project',
      projectId: project.id,
      milestoneId: milestone.id,
      title: milestone.title,
    });
  }
}

const TARGETS: Record<string, () => Promise<number>> = {
  bolt: () => bareBolt(async () => undefined),
  'bolt-insert': boltWithInsert,
  milepost,
  filled,
};

if (process.send !== undefined) {
  // A benchmark that broke off leaves nothing running.
  process.on('disconnect', () => process.exit(1));
  const port = await TARGETS[kind]?.();
  process.send({ port });
}
