/**
 * An external planner and worker in one file, to copy and to change. It needs nothing of Milepost but its address and
 * a key.
 *
 *   1. Start Milepost with PLANNER=external, so that planning is left to bots.
 *   2. Make a key:   npm run api-key -- create "Example bot"
 *   3. Run the bot:  MILEPOST_URL=http://localhost:3000 MILEPOST_API_KEY=mp_… npm run example-bot
 *
 * With --once it looks once, says what it did and ends. Its plans are made of the task's own words; put a model in
 * the place of `draftPlan` and `doTheWork`, and it is a planner and a worker of yours.
 */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Under one key several of these may run: each is a holder of its own. */
const WORKER = `example-${randomUUID()}`;
/** What a message holds at most. */
const RESULT_LIMIT = 40_000;

const PlanningItem = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  planningConversation: z.array(z.object({ role: z.string(), content: z.string() })),
  basedOn: z.string(),
});
const WorkItem = z.object({
  id: z.string(),
  title: z.string(),
  planDocument: z.object({ text: z.string() }).nullable(),
});
const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const PlanningPage = z.object({ items: z.array(PlanningItem), nextCursor: z.string().nullable() });
const WorkPage = z.object({ items: z.array(WorkItem), nextCursor: z.string().nullable() });

/** Milepost as this bot uses it: a reply that is no success is a `Refused`. */
export type Api = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

export function connect(url: string, key: string): Api {
  return async (method, path, body) => {
    const response = await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const reply: unknown = await response.json();
    if (response.ok) return reply;
    const { code, message } = Refusal.parse(reply).error;
    throw new Refused(code, message);
  };
}

/** Plans all that waits for a plan, then does all that is ready. */
export async function runOnce(api: Api): Promise<{ planned: number; done: number }> {
  let planned = 0;
  let done = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.infer<typeof PlanningPage> = PlanningPage.parse(
      await api('GET', pageOf('planning-items', cursor)),
    );
    for (const item of page.items) planned += await unlessRefused(() => plan(api, item));
    cursor = page.nextCursor;
  }
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.infer<typeof WorkPage> = WorkPage.parse(await api('GET', pageOf('ready-for-work', cursor)));
    for (const item of page.items) done += await unlessRefused(() => work(api, item));
    cursor = page.nextCursor;
  }
  return { planned, done };
}

const pageOf = (list: string, cursor: string): string =>
  `/tasks/${list}?limit=20${cursor === '' ? '' : `&cursor=${cursor}`}`;

/** Another bot, or a person, may have been faster; and one task that is refused does not keep the others waiting. */
async function unlessRefused(act: () => Promise<void>): Promise<number> {
  try {
    await act();
    return 1;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (!USUAL.has(error.code)) process.stderr.write(`${error.code}: ${error.message}\n`);
    return 0;
  }
}

const USUAL = new Set([
  'claimed_by_another',
  'invalid_transition',
  'not_claimed',
  'task_not_found',
  'project_archived',
]);

async function plan(api: Api, item: z.infer<typeof PlanningItem>): Promise<void> {
  // With basedOn, feedback that comes while we think keeps the task in planning, and we see it again.
  await api('POST', `/tasks/${item.id}/planning-complete`, { ...draftPlan(item), basedOn: item.basedOn });
}

function draftPlan({ title, description, planningConversation }: z.infer<typeof PlanningItem>) {
  const feedback = planningConversation.filter((one) => one.role === 'user').map((one) => one.content);
  const sentences = description.split(/(?<=[.!?])\s+|\n+/u).filter((one) => one.trim() !== '');
  const steps = [...sentences, ...feedback.map((one) => `Take into account: ${one}`)];
  const planChecklist = (steps.length === 0 ? [title] : steps).slice(0, 20).map((one) => one.slice(0, 200));
  const lines = planChecklist.map((step, at) => `${at + 1}. ${step}`);
  return { plan: [`# ${title}`, '', ...lines].join('\n'), planChecklist };
}

async function work(api: Api, item: z.infer<typeof WorkItem>): Promise<void> {
  await api('POST', `/tasks/${item.id}/claim`, { leaseSeconds: 300, worker: WORKER });
  await api('POST', `/tasks/${item.id}/complete`, {
    worker: WORKER,
    result: Array.from(doTheWork(item)).slice(0, RESULT_LIMIT).join(''),
  });
}

function doTheWork({ title, planDocument }: z.infer<typeof WorkItem>): string {
  const steps = planDocument?.text.split('\n').filter((line) => /^\d+\./u.test(line)) ?? [];
  return [`I went through the plan of “${title}”.`, '', ...steps].join('\n');
}

async function main(): Promise<void> {
  const { MILEPOST_URL: url = 'http://localhost:3000', MILEPOST_API_KEY: key } = process.env;
  if (key === undefined)
    throw new Error('Set MILEPOST_API_KEY. Make one with: npm run api-key -- create "Example bot"');
  const api = connect(url, key);
  const once = process.argv.includes('--once');
  do {
    const { planned, done } = await runOnce(api);
    if (once || planned + done > 0) process.stdout.write(`Planned ${planned}, did ${done}.\n`);
    if (!once) await new Promise((resolve) => setTimeout(resolve, 5_000));
  } while (!once);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
