import { type Connection, type ConnectOptions, createConnection, mongo } from 'mongoose';
import type { ApiKeyStore, RequestStore } from '../ports/api-keys.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { DeliveryStore } from '../ports/deliveries.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import type { HomeStore } from '../ports/homes.ts';
import type { Log } from '../ports/log.ts';
import type { PeopleStore } from '../ports/people.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskProposalStore } from '../ports/task-proposals.ts';
import type { PlanStore, TaskStore } from '../ports/tasks.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { createAnswerStore } from './answer-store.ts';
import { createApiKeyStore } from './api-key-store.ts';
import { createAttachmentStore } from './attachment-store.ts';
import { createContextEntryStore } from './context-entry-store.ts';
import { createConversationStore } from './conversation-store.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createDispatchStore } from './dispatch-store.ts';
import { createDocumentStore } from './document-store.ts';
import { createHomeStore } from './home-store.ts';
import { createMessageStore } from './message-store.ts';
import { createMilestoneStore } from './milestone-store.ts';
import { createPeopleStore } from './people-store.ts';
import { createPlanStore } from './plan-store.ts';
import { createProjectStore } from './project-store.ts';
import { createRequestStore } from './request-store.ts';
import { createTaskProposalStore } from './task-proposal-store.ts';
import { createTaskStore } from './task-store.ts';
import { createUserFactStore } from './user-fact-store.ts';

export interface Stores {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  documents: DocumentStore;
  conversations: ConversationStore;
  messages: MessageStore;
  answers: AnswerStore;
  deliveries: DeliveryStore;
  people: PeopleStore;
  tasks: TaskStore;
  plans: PlanStore;
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
  dispatches: DispatchStore;
  taskProposals: TaskProposalStore;
  apiKeys: ApiKeyStore;
  requests: RequestStore;
  homes: HomeStore;
}

export interface ConnectedStores {
  connection: Connection;
  stores: Stores;
  close(): Promise<void>;
}

const OPTIONS: ConnectOptions = {
  appName: 'milepost',
  maxPoolSize: 30,
  serverSelectionTimeoutMS: 5_000,
  // What was acknowledged survives the loss of any one server; on a standalone server majority means journaled.
  writeConcern: { w: 'majority' },
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
};

/**
 * Connects to MongoDB and creates the indexes that the stores rely on for correctness. When it resolves they exist.
 * @param options for tests and tools, over our own.
 */
export async function connectStores(
  uri: string,
  log: Log,
  options: ConnectOptions = {},
): Promise<ConnectedStores> {
  const connection = createConnection();
  connection.on('error', (error: Error) => log.error({ err: error.message }, 'mongo_error'));
  connection.on('disconnected', () => log.warn({}, 'mongo_disconnected'));
  connection.on('connected', () => log.info({}, 'mongo_connected'));
  try {
    await connection.openUri(uri, { ...OPTIONS, ...options });
    const stores = createStores(connection);
    await dropChangedIndexes(connection);
    await Promise.all(Object.values(connection.models).map((model) => model.createIndexes()));
    return { connection, stores, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Version 0.1 had every conversation in a thread; MongoDB does not change an index, it has to go first. */
async function dropChangedIndexes(connection: Connection): Promise<void> {
  const name = 'teamId_1_channelId_1_threadTs_1';
  const conversations = connection.collection('conversations');
  const existing = await conversations.indexes().catch((error: unknown) => {
    if (error instanceof mongo.MongoServerError && error.codeName === 'NamespaceNotFound') return [];
    throw error;
  });
  const old = existing.find((index) => index.name === name && index.partialFilterExpression === undefined);
  if (old !== undefined) await conversations.dropIndex(name);
}

function createStores(connection: Connection): Stores {
  return {
    projects: createProjectStore(connection),
    milestones: createMilestoneStore(connection),
    attachments: createAttachmentStore(connection),
    documents: createDocumentStore(connection),
    conversations: createConversationStore(connection),
    messages: createMessageStore(connection),
    answers: createAnswerStore(connection),
    deliveries: createDeliveryStore(connection),
    people: createPeopleStore(connection),
    tasks: createTaskStore(connection),
    plans: createPlanStore(connection),
    contextEntries: createContextEntryStore(connection),
    userFacts: createUserFactStore(connection),
    dispatches: createDispatchStore(connection),
    taskProposals: createTaskProposalStore(connection),
    apiKeys: createApiKeyStore(connection),
    requests: createRequestStore(connection),
    homes: createHomeStore(connection),
  };
}
