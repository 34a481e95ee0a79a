import { type Connection, Types } from 'mongoose';
import { DomainError } from '../domain/errors.ts';
import type { Milestone } from '../domain/project.ts';
import type { MilestoneStore, NewMilestone } from '../ports/projects.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, objectId } from './ids.ts';
import { type MilestoneRow, milestoneModel } from './milestone-schema.ts';
import { ONE_TRIP } from './schema.ts';

export function createMilestoneStore(connection: Connection): MilestoneStore {
  const milestones = milestoneModel(connection);

  const byThread = async (teamId: string, channelId: string, threadTs: string): Promise<Milestone | null> =>
    orNull(await milestones.findOne({ teamId, channelId, threadTs }).lean());

  async function lastOrder(teamId: string, projectId: string): Promise<number> {
    const last = await milestones.findOne({ teamId, projectId }).sort({ order: -1, _id: -1 }).lean();
    return last?.order ?? 0;
  }

  async function toRows(news: NewMilestone[]): Promise<MilestoneRow[]> {
    const next = new Map<string, number>();
    const rows: MilestoneRow[] = [];
    for (const one of news) {
      const order = (next.get(one.projectId) ?? (await lastOrder(one.teamId, one.projectId))) + 1;
      next.set(one.projectId, order);
      rows.push(toRow(one, order));
    }
    return rows;
  }

  async function threadTaken(news: { teamId: string; channelId: string; threadTs: string | null }[]) {
    for (const { teamId, channelId, threadTs } of news) {
      const holder = threadTs === null ? null : await byThread(teamId, channelId, threadTs);
      if (holder !== null) return threadIsMilestone(`the milestone “${holder.title}”`);
    }
    return threadIsMilestone('a milestone');
  }

  /** Only what is made alone has an origin. */
  async function ofOrigin([first]: NewMilestone[]): Promise<Milestone | null> {
    if (first?.origin === undefined) return null;
    const { teamId, origin } = first;
    return orNull(await milestones.findOne({ teamId, origin }).lean());
  }

  return {
    findByThread: byThread,
    async findById(ref) {
      return orNull(await milestones.findOne(byRef(ref)).lean());
    },
    async findMany(teamId, ids) {
      const rows = await milestones
        .find({ teamId, _id: { $in: ids.map(objectId) } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toMilestone);
    },
    async listByProject(teamId, projectId) {
      const rows = await milestones
        .find({ teamId, projectId })
        .sort({ order: 1, _id: 1 })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toMilestone);
    },
    async create(news) {
      const rows = await toRows(news);
      try {
        await milestones.insertMany(rows);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // All or none: those before the refused one are taken back.
        const ids = rows.map((row) => row._id);
        for (const teamId of new Set(news.map((one) => one.teamId))) {
          await milestones.deleteMany({ _id: { $in: ids }, teamId });
        }
        const known = await ofOrigin(news);
        if (known !== null) return [known];
        throw await threadTaken(news);
      }
      return rows.map(toMilestone);
    },
    async change(ref, change) {
      try {
        const changed = milestones.findOneAndUpdate(
          byRef(ref),
          { $set: change },
          { returnDocument: 'after' },
        );
        return orNull(await changed.lean());
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const channelId = (await milestones.findOne(byRef(ref)).lean())?.channelId ?? '';
        throw await threadTaken([{ teamId: ref.teamId, channelId, threadTs: change.threadTs ?? null }]);
      }
    },
    async remove(ref) {
      await milestones.deleteOne(byRef(ref));
    },
  };
}

function toRow(milestone: NewMilestone, order: number): MilestoneRow {
  const { teamId, projectId, channelId, threadTs, title, description, createdBy, origin, dueOn } = milestone;
  return {
    _id: new Types.ObjectId(),
    teamId,
    projectId,
    channelId,
    threadTs,
    cardTs: null,
    title,
    description,
    order,
    dueOn: dueOn ?? null,
    state: 'open',
    createdBy,
    createdAt: new Date(),
    ...(origin === undefined ? {} : { origin }),
  };
}

function toMilestone({ _id, origin, ...milestone }: MilestoneRow): Milestone {
  return { id: _id.toHexString(), ...milestone };
}

function orNull(row: MilestoneRow | null): Milestone | null {
  return row === null ? null : toMilestone(row);
}

function threadIsMilestone(what: string): DomainError {
  return new DomainError(
    'thread_is_milestone',
    `This thread is already ${what}. Use the buttons on its card to change it.`,
  );
}
