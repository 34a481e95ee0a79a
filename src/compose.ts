import { Server } from 'node:http';
import type { Connection, ConnectOptions } from 'mongoose';
import { createOfflineModel } from './ai/offline-model.ts';
import { createOpenAiModel } from './ai/openai-model.ts';
import { rank } from './ai/ranker.ts';
import { createContextTools } from './ai/tools/context-tools.ts';
import { type Composed, composeUseCases } from './compose-use-cases.ts';
import type { Config } from './config.ts';
import { createJobIndexes, type JobRecord } from './jobs/job-record.ts';
import { createQueue } from './jobs/queue.ts';
import { createWorker, WORKER_DEFAULTS, type WorkerOptions } from './jobs/worker.ts';
import type { Log } from './ports/log.ts';
import type { Model } from './ports/model.ts';
import { createHttpReceiver, createSlackApp } from './slack/app.ts';
import { openWorkspace } from './slack/installation.ts';
import { createSlackAdapter } from './slack/slack-adapter.ts';
import { createSocketReceiver } from './slack/socket-receiver.ts';
import { connectStores, type Stores } from './store/connect.ts';

/** A running Milepost. */
export interface Milepost extends Composed {
  teamId: string;
  stores: Stores;
  connection: Connection;
  /** Where Slack's requests arrive; the port that was free when the configured one is 0. Null in Socket Mode. */
  port: number | null;
  /** Takes no more events, lets running work finish, closes everything. */
  stop(): Promise<void>;
}

export interface Overrides {
  model?: Model;
  worker?: Partial<WorkerOptions>;
  /** False leaves the queue alone: events are taken in, nothing is worked on. */
  work?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Over our own settings of the connection to MongoDB. */
  mongo?: ConnectOptions;
}

/** Slack itself waits three seconds for an answer. */
const REQUEST_GRACE_MS = 3_000;

/** Puts the app together and starts it. The only place that knows every adapter. */
export async function startMilepost(
  config: Config,
  mongoUri: string,
  log: Log,
  overrides: Overrides = {},
): Promise<Milepost> {
  const { connection, stores, close } = await connectStores(mongoUri, log, overrides.mongo);
  try {
    const { slack: slackConfig, limits } = config;
    const workspace = await openWorkspace(slackConfig, log);
    const { teamId } = workspace.installation;
    const slack = createSlackAdapter(async (team) => {
      if (team !== teamId) throw new Error('This process does not hold the token of that workspace.');
      return workspace;
    });
    const records = connection.getClient().db(connection.name).collection<JobRecord>('jobs');
    await createJobIndexes(records);
    const queue = createQueue(records, () => worker.wake(), teamId);
    const composed = composeUseCases({
      stores,
      slack,
      jobs: queue,
      model: overrides.model ?? modelFor(config),
      rank,
      contextTools: (context) => createContextTools(context, rank),
      limits,
      log,
      now: overrides.now ?? Date.now,
    });
    const inbound = { underWay: 0 };
    const worker = createWorker(queue, composed.handlers, log, () => inbound.underWay, {
      ...WORKER_DEFAULTS,
      ...config.jobs,
      ...overrides.worker,
    });
    const { delivery } = slackConfig;
    const receiver =
      delivery.mode === 'socket'
        ? createSocketReceiver({ appToken: delivery.appToken, apiUrl: slackConfig.apiUrl }, log)
        : createHttpReceiver(delivery, log);
    const app = createSlackApp(receiver, workspace, composed.useCases, slackConfig, inbound, log);
    if (overrides.work !== false) worker.start();
    const started: unknown = await app.start(config.port);
    // Ours for Socket Mode resolves to the connection's description.
    const server = started instanceof Server ? started : null;
    const port = portOf(server);
    log.info({ team: teamId, mode: delivery.mode, model: config.model?.name ?? 'offline', port }, 'started');
    return {
      ...composed,
      teamId,
      stores,
      connection,
      port,
      async stop() {
        // Whoever has not finished a request by then does not hold the stop up.
        const grace = setTimeout(() => server?.closeAllConnections(), REQUEST_GRACE_MS);
        await Promise.all([app.stop(), worker.stop()]);
        clearTimeout(grace);
        await close();
        log.info({}, 'stopped');
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function modelFor({ model }: Config): Model {
  if (model === null) return createOfflineModel(rank);
  const { apiKey, baseUrl, name, deadlineMs, firstTokenMs, idleMs } = model;
  return createOpenAiModel({
    apiKey,
    model: name,
    totalDeadlineMs: deadlineMs,
    firstTokenMs,
    idleMs,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
}

function portOf(server: Server | null): number | null {
  const address = server?.address() ?? null;
  return typeof address === 'object' && address !== null ? address.port : null;
}
