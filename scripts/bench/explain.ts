import type { Connection } from 'mongoose';
import { createLog } from '../../src/log.ts';
import { connectStores, type Stores } from '../../src/store/connect.ts';

type Command = Record<string, unknown>;

/** What MongoDB examined to answer some questions. */
export interface Cost {
  keys: number;
  documents: number;
}

/** Stores whose questions can be explained. */
export interface Explained {
  stores: Stores;
  /** Runs `ask`, then has every question it sent on these collections explained. */
  costOf<T>(collections: string[], ask: () => Promise<T>): Promise<{ found: T; cost: Cost }>;
  close(): Promise<void>;
}

/** Stores on a connection of their own: telling of every command costs time that measurements must not have. */
export async function explainedStores(uri: string): Promise<Explained> {
  const { connection, stores, close } = await connectStores(uri, createLog('silent'), {
    monitorCommands: true,
  });
  const sent: Command[] = [];
  connection.getClient().on('commandStarted', ({ command }) => sent.push(command));
  return {
    stores,
    close,
    async costOf(collections, ask) {
      sent.length = 0;
      const found = await ask();
      const asked = sent.filter((one) =>
        collections.some((name) => one.find === name || one.aggregate === name),
      );
      const cost: Cost = { keys: 0, documents: 0 };
      for (const command of asked) addStats(await explain(connection, command), cost);
      return { found, cost };
    },
  };
}

async function explain(connection: Connection, command: Command): Promise<unknown> {
  const { lsid, txnNumber, $clusterTime, $db, $readPreference, ...question } = command;
  return connection.db?.command({ explain: question, verbosity: 'executionStats' });
}

/**
 * The form of an answer depends on the question: its sums lie somewhere inside. Below them the newer of MongoDB's two
 * engines repeats them for each stage.
 */
function addStats(answer: unknown, cost: Cost): void {
  if (typeof answer !== 'object' || answer === null) return;
  for (const [field, value] of Object.entries(answer)) {
    if (field === 'totalKeysExamined') cost.keys += Number(value);
    else if (field === 'totalDocsExamined') cost.documents += Number(value);
    else if (field !== 'queryPlanner' && field !== 'executionStages') addStats(value, cost);
  }
}
