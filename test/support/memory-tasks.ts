import { type Actor, CLOCK, isSame, person } from '../../src/domain/actor.ts';
import type { ChecklistItem, PlanStamp, PlanVersion, Task, TaskEvent } from '../../src/domain/task.ts';
import type {
  NewTaskEvent,
  PlanStore,
  TaskChange,
  TaskCount,
  TaskQuery,
  TaskStore,
} from '../../src/ports/tasks.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type TaskRow = Task & { origin: string | null; unshown?: boolean };
type EventRow = TaskEvent & { id: string; teamId: string; taskId: string };
type PlanRow = Omit<PlanVersion, 'text' | 'version'> & {
  id: string;
  key: string;
  text: string | null;
  version: number | null;
  applied: boolean;
};

export function memoryTasks(): { tasks: TaskStore; plans: PlanStore } {
  const table = createTable<TaskRow>();
  return { tasks: { ...changing(table), ...leases(table), ...reading(table), ...history() }, plans: plans() };
}

type Table = ReturnType<typeof createTable<TaskRow>>;

const out = (row: TaskRow): Task => copyWithout(row, 'origin', 'unshown');

/** Writes a change with its event, as one revision. */
function write(row: TaskRow, change: TaskChange, { by, what, version }: NewTaskEvent): Task {
  const at = new Date();
  const from = row.status;
  const revision = row.revision + 1;
  Object.assign(row, copyOf(change));
  const lastChange = { revision, at, by: copyOf(by), what, from, to: row.status, version };
  const moved = row.status === from ? {} : { statusSince: at };
  return out(Object.assign(row, { ...moved, revision, lastChange, unsettled: true }));
}

function changing(
  table: Table,
): Pick<TaskStore, 'create' | 'change' | 'settled' | 'setShown' | 'releaseMilestone'> {
  return {
    async create(news) {
      const { teamId, origin, createdBy: by } = news;
      const held = origin === null ? null : table.one(teamId, (row) => row.origin === origin);
      if (held !== null) return { task: out(held), made: false };
      const at = new Date();
      const added = table.add({
        ...news,
        ...{
          status: 'planning',
          plan: null,
          checklist: [],
          feedback: 0,
          lastFeedback: null,
          lease: null,
          doneBy: null,
          doneWorker: '',
        },
        ...{ completion: null, revision: 1, unsettled: true, createdAt: at, statusSince: at },
        lastChange: { revision: 1, at, by, what: 'created', from: null, to: 'planning', version: null },
      });
      return { task: out(added), made: true };
    },
    async change(task, change, event) {
      const row = table.get(task);
      return row?.revision === task.revision ? write(row, change, event) : null;
    },
    async setShown(ref, shown) {
      const row = table.get(ref);
      if (row !== null) row.unshown = !shown;
    },
    async settled(task) {
      const row = table.get(task);
      if (row?.revision === task.revision) row.unsettled = false;
    },
    async releaseMilestone(teamId, milestoneId) {
      for (const row of table.all(teamId, (one) => one.milestoneId === milestoneId)) row.milestoneId = null;
    },
  };
}

function leases(table: Table): Pick<TaskStore, 'claim' | 'endLease'> {
  const isHeldBy = ({ status, lease }: Task, holder: Actor, worker: string): boolean =>
    status === 'in_progress' && lease !== null && isSame(lease.holder, holder) && lease.worker === worker;
  const hasEnded = ({ status, lease }: Task): boolean =>
    status === 'in_progress' && (lease?.until?.getTime() ?? Number.POSITIVE_INFINITY) < Date.now();

  return {
    async claim(task, holder, worker, leaseMs) {
      const row = table.get(task);
      if (row === null) return null;
      const until = leaseMs === null ? null : new Date(Date.now() + leaseMs);
      const lease = { holder, worker, until };
      if (isHeldBy(task, holder, worker)) {
        if (!isHeldBy(row, holder, worker) || row.lease === null) return null;
        row.lease.until = until;
        return out(row);
      }
      if (row.revision !== task.revision || !(row.status === 'ready' || hasEnded(row))) return null;
      return write(row, { status: 'in_progress', lease }, { by: holder, what: 'claimed', version: null });
    },
    async endLease(ref) {
      const row = table.get(ref);
      if (row === null || !hasEnded(row)) return null;
      return write(row, { status: 'ready', lease: null }, { by: CLOCK, what: 'lease_ended', version: null });
    },
  };
}

function reading(
  table: Table,
): Pick<
  TaskStore,
  'findById' | 'listUnsettled' | 'list' | 'listOwn' | 'listUnshown' | 'count' | 'countByStatus'
> {
  return {
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = Date.now() - forMs;
      const waiting = table.all(teamId, (row) => row.unsettled && row.lastChange.at.getTime() < before);
      return waiting.slice(0, limit).map(out);
    },
    listUnshown: async (teamId, projectId, limit) =>
      table
        .all(teamId, (row) => row.projectId === projectId && row.unshown === true)
        .slice(0, limit)
        .map(out),
    list: async (query) =>
      table
        .all(query.teamId, (row) => fits(row, query))
        .sort((a, b) => (query.status === undefined ? (a.id < b.id ? 1 : -1) : inOrder(a, b)))
        .filter((row) => query.after === undefined || comesAfter(row, query.after, query.status))
        .slice(query.skip ?? 0)
        .slice(0, query.limit)
        .map(out),
    listOwn: async (teamId, userId, projectIds, limit) =>
      table
        .all(teamId, (row) => projectIds.includes(row.projectId) && isOwn(row, userId))
        .filter((row) => row.status !== 'done' && row.status !== 'cancelled')
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map(out),
    async countByStatus(teamId, projectIds) {
      const own = table.all(teamId, (row) => projectIds.includes(row.projectId)).map((row) => row.status);
      return [...new Set(own)].map((status) => ({
        status,
        count: own.filter((one) => one === status).length,
      }));
    },
    async count(teamId, projectIds) {
      const counts = new Map<string, TaskCount>();
      for (const { projectId, milestoneId, status } of table.all(teamId, (row) =>
        projectIds.includes(row.projectId),
      )) {
        const place = { projectId, milestoneId, status };
        const key = JSON.stringify(place);
        counts.set(key, { ...place, count: (counts.get(key)?.count ?? 0) + 1 });
      }
      return [...counts.values()];
    },
  };
}

const isOwn = ({ createdBy, lease }: Task, userId: string): boolean =>
  [createdBy, lease?.holder].some((one) => one !== undefined && isSame(one, person(userId)));

type Spot = Pick<Task, 'id' | 'statusSince'>;

const inOrder = (a: Spot, b: Spot): number =>
  a.statusSince.getTime() - b.statusSince.getTime() || (a.id < b.id ? -1 : 1);

const comesAfter = (row: Task, after: Spot, status: TaskQuery['status']): boolean =>
  row.id !== after.id && (status === undefined ? row.id < after.id : inOrder(row, after) > 0);

function fits(row: Task, { projectIds, milestoneId, status }: TaskQuery): boolean {
  return (
    (projectIds === undefined || projectIds.includes(row.projectId)) &&
    (milestoneId === undefined || row.milestoneId === milestoneId) &&
    (status === undefined || row.status === status)
  );
}

function history(): Pick<TaskStore, 'addEvent' | 'listEvents'> {
  const events = createTable<EventRow>();

  return {
    async addEvent({ teamId, id }, event) {
      const same = (row: EventRow) => row.taskId === id && row.revision === event.revision;
      if (events.one(teamId, same) === null) events.add({ teamId, taskId: id, ...event });
    },
    listEvents: async ({ teamId, id }, after, limit) =>
      events
        .all(teamId, (row) => row.taskId === id && row.revision > after)
        .sort((a, b) => a.revision - b.revision)
        .slice(0, limit)
        .map((row) => copyWithout(row, 'id', 'teamId', 'taskId')),
  };
}

function plans(): PlanStore {
  const table = createTable<PlanRow>();
  const under = (teamId: string, taskId: string, key: string) =>
    table.one(teamId, (row) => row.taskId === taskId && row.key === key);
  const at = (teamId: string, taskId: string, version: number) =>
    table.one(teamId, (row) => row.taskId === taskId && row.version === version);
  const stampOf = ({ version, hash, at, by, firstLine, madeFor }: PlanRow): PlanStamp =>
    copyOf({ version: version ?? 0, hash, at, by, firstLine, madeFor });
  const toVersion = (row: PlanRow): PlanVersion => {
    const { teamId, taskId, text, checklist } = row;
    return { ...stampOf(row), teamId, taskId, text: text ?? '', checklist: copyOf(checklist) };
  };

  return {
    async offer({ checklist, ...plan }) {
      const held = under(plan.teamId, plan.taskId, plan.key);
      const items: ChecklistItem[] = checklist ?? [];
      const fresh = {
        checklist: items,
        firstLine: '',
        madeFor: null,
        at: new Date(),
        version: null,
        applied: false,
      };
      return { applied: (held ?? table.add({ ...plan, ...fresh })).applied };
    },
    offeredText: async ({ teamId, id }, key) => under(teamId, id, key)?.text ?? null,
    async apply({ teamId, id }, key, plan, checklist) {
      const row = under(teamId, id, key);
      if (row === null || row.applied) return;
      const text = plan === null || plan.text === null ? {} : { text: plan.text };
      const stamp = plan === null ? {} : { ...plan.stamp, ...text };
      Object.assign(row, copyOf({ ...stamp, checklist, applied: true }));
    },
    async find({ teamId, id }, version) {
      const row = at(teamId, id, version);
      return row === null ? null : toVersion(row);
    },
    findMany: async (teamId, wanted) =>
      wanted.flatMap(({ taskId, version }) => at(teamId, taskId, version) ?? []).map(toVersion),
    list: async ({ teamId, id }, limit) =>
      table
        .all(teamId, (row) => row.taskId === id && row.version !== null)
        .sort((a, b) => (b.version ?? 0) - (a.version ?? 0))
        .slice(0, limit)
        .map(stampOf),
  };
}
