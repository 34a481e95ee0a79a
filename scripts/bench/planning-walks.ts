import type { Connection } from 'mongoose';
import type { ReadTasks } from '../../src/use-cases/read-tasks.ts';
import { type Line, timed } from './figures.ts';
import { PAGE } from './planning-seed.ts';
import { TEAM } from './slack-stub.ts';

/** As many walks from the beginning to the end as make so many pages. */
const PAGES = 450;
const LISTS = { 'ready-for-work': 'readyForWork', 'planning-items': 'planningItems' } as const;

/** What this machine takes at this moment for the round trips of a page that asks for nothing. */
export async function walkNothing(connection: Connection): Promise<Line> {
  const times: number[] = [];
  const ping = () => connection.db?.command({ ping: 1 });
  for (let n = 0; n < PAGES; n += 1) {
    const started = performance.now();
    // As the lists do: the tasks, their projects, plans beside conversations, then the messages of each.
    for (const atOnce of [1, 1, 2, PAGE]) await Promise.all(Array.from({ length: atOnce }, ping));
    times.push(performance.now() - started);
  }
  return timed(`${PAGE + 4} empty questions to MongoDB, asked like those of a page`, times, null);
}

/** Pages of both lists as the use case reads them. */
export async function walkUseCases(readTasks: ReadTasks, place: string, projectId?: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, list] of Object.entries(LISTS)) {
    const query = {
      teamId: TEAM,
      limit: PAGE,
      ...(projectId === undefined ? {} : { projectIds: [projectId] }),
    };
    const { times, total } = await walk<{ id: string; statusSince: Date }>(async (after) => {
      const { items, last } = await readTasks[list]({ ...query, ...(after === null ? {} : { after }) });
      return { items: items.length, next: last };
    });
    lines.push(timed(`${name}, ${place} (${total})`, times, 50));
  }
  return lines;
}

/** Pages of both lists over HTTP. */
export async function walkApi(port: number, key: string, place: string, projectId?: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const name of Object.keys(LISTS)) {
    const ask = async (cursor: string | null): Promise<Response> => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(projectId === undefined ? {} : { projectId }),
        ...(cursor === null ? {} : { cursor }),
      });
      const headers = { authorization: `Bearer ${key}` };
      return fetch(`http://127.0.0.1:${port}/api/v1/tasks/${name}?${query}`, { headers });
    };
    const { times, total } = await walk<string>(async (cursor) => {
      const reply = await ask(cursor);
      if (reply.status !== 200) throw new Error(`${name} was answered with ${reply.status}.`);
      const { items, nextCursor } = (await reply.json()) as { items: unknown[]; nextCursor: string | null };
      return { items: items.length, next: nextCursor };
    });
    lines.push(timed(`${name}, ${place} (${total}), over HTTP`, times, 50));
  }
  return lines;
}

interface Walked {
  /** Of each page. */
  times: number[];
  /** Tasks found from the beginning to the end. */
  total: number;
}

/** From the beginning to the end, several times; the times of the first walk do not count. */
async function walk<P>(
  read: (after: P | null) => Promise<{ items: number; next: P | null }>,
): Promise<Walked> {
  const times: number[] = [];
  const totals = new Set<number>();
  for (let round = 0; times.length < PAGES; round += 1) {
    let total = 0;
    let after: P | null = null;
    do {
      const started = performance.now();
      const page: { items: number; next: P | null } = await read(after);
      if (round > 0) times.push(performance.now() - started);
      total += page.items;
      after = page.next;
    } while (after !== null);
    totals.add(total);
  }
  const [total = 0] = totals;
  if (totals.size !== 1 || total === 0) throw new Error(`The walks found ${[...totals].join(', ')} tasks.`);
  return { times, total };
}
