import type { RequestListener } from 'node:http';
import type { Connection, ConnectOptions } from 'mongoose';
import { createOfflineModel } from './ai/offline-model.ts';
import { createOpenAiModel } from './ai/openai-model.ts';
import { rank } from './ai/ranker.ts';
import { createAnswerTools } from './ai/tools/answer-tools.ts';
import { createContextTools } from './ai/tools/context-tools.ts';
import { type Composed, composeUseCases } from './compose-use-cases.ts';
import type { Config } from './config.ts';
import { createApi } from './http/api.ts';
import { listen, notServed } from './http/listen.ts';
import { createJobIndexes, type JobRecord } from './jobs/job-record.ts';
import { createQueue } from './jobs/queue.ts';
import { createWorker, WORKER_DEFAULTS, type WorkerOptions } from './jobs/worker.ts';
import type { Log } from './ports/log.ts';
import type { Model } from './ports/model.ts';
import type { Reader } from './ports/reader.ts';
import { readSpecialists } from './read-specialists.ts';
import { createReader } from './reader/reader.ts';
import type { Lookup } from './reader/web/checked-lookup.ts';
import { createHttpReceiver, createSlackApp, slackListener } from './slack/app.ts';
import { openWorkspace } from './slack/installation.ts';
import { createSlackAdapter } from './slack/slack-adapter.ts';
import { createSocketReceiver } from './slack/socket-receiver.ts';
import { connectStores, type Stores } from './store/connect.ts';

/** A running Milepost. */
export interface Milepost extends Composed {
  teamId: string;
  stores: Stores;
  connection: Connection;
  /** Where the API is, and Slack's requests over HTTP; the port that was free when the configured one is 0. */
  port: number;
  /** How Slack's events arrive. */
  mode: 'http' | 'socket';
  /** Takes no more events, lets running work finish, closes everything. */
  stop(): Promise<void>;
}

export interface Overrides {
  model?: Model;
  reader?: Reader;
  /** How the names of servers become addresses. */
  lookup?: Lookup;
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
  const specialists = await readSpecialists(config.specialistsDir);
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
    const queue = createQueue(records, () => (overrides.work === false ? undefined : worker.wake()), teamId);
    const { privateHosts, pageBytes } = config.links;
    const { lookup } = overrides;
    const reader = createReader({
      privateHosts,
      pageLimit: pageBytes,
      ...(lookup === undefined ? {} : { lookup }),
    });
    const composed = composeUseCases({
      stores,
      slack,
      jobs: queue,
      model: overrides.model ?? modelFor(config),
      rank,
      answerTools: (context, offer) => createAnswerTools(context, offer, rank),
      specialistTools: (context, allowed) => createContextTools(context, rank, allowed),
      specialists,
      reader: overrides.reader ?? reader,
      limits,
      planner: config.planner,
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
    const api = createApi({ ...composed.api, teamId, ratePerMinute: config.apiRatePerMinute, log });
    const appOn = (receiver: Parameters<typeof createSlackApp>[0]) =>
      createSlackApp(receiver, workspace, composed.useCases, slackConfig, inbound, log);
    let slackRequests: RequestListener = notServed;
    let disconnect = async (): Promise<void> => {};
    if (delivery.mode === 'socket') {
      const app = appOn(
        createSocketReceiver({ appToken: delivery.appToken, apiUrl: slackConfig.apiUrl }, log),
      );
      await app.start();
      disconnect = async () => void (await app.stop());
    } else {
      const receiver = createHttpReceiver(delivery, log);
      appOn(receiver);
      slackRequests = slackListener(receiver);
    }
    // One port for both: Slack's requests pass nothing on their way to Bolt.
    const server = await listen(config.port, (request, response) =>
      (api.handles(request.url) ? api.listener : slackRequests)(request, response),
    ).catch(async (error: unknown) => {
      await disconnect();
      throw error;
    });
    if (overrides.work !== false) worker.start();
    const { leaseMs } = config.jobs;
    const settle = (): void => {
      composed
        .settleLeftOver(teamId, leaseMs)
        .catch((error: unknown) => log.warn({ err: String(error) }, 'left_over_not_settled'));
    };
    settle();
    const settling = setInterval(settle, leaseMs / 3);
    const { port } = server;
    log.info({ team: teamId, mode: delivery.mode, model: config.model?.name ?? 'offline', port }, 'started');
    return {
      ...composed,
      teamId,
      stores,
      connection,
      port,
      mode: delivery.mode,
      async stop() {
        clearInterval(settling);
        await Promise.all([disconnect(), server.stop(REQUEST_GRACE_MS), worker.stop()]);
        await Promise.all([close(), reader.close()]);
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
