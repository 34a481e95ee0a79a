import type { Connection } from 'mongoose';
import type { PlanStamp, PlanVersion } from '../domain/task.ts';
import type { PlanStore } from '../ports/tasks.ts';
import { type PlanRow, planModel } from './plan-schema.ts';

export function createPlanStore(connection: Connection): PlanStore {
  const plans = planModel(connection);

  return {
    async offer({ teamId, taskId, key, text, hash, checklist, by }) {
      const fresh = { text, hash, by, checklist: checklist ?? [], firstLine: '', at: new Date() };
      const $setOnInsert = { ...fresh, version: null, applied: false };
      const row = await plans
        .findOneAndUpdate(
          { teamId, taskId, key },
          { $setOnInsert },
          { upsert: true, returnDocument: 'after', projection: { applied: 1 } },
        )
        .lean();
      return { applied: row?.applied === true };
    },
    async apply({ teamId, id }, key, plan, checklist) {
      const stamp = plan === null ? {} : { version: plan.version, at: plan.at, firstLine: plan.firstLine };
      await plans.updateOne(
        { teamId, taskId: id, key, applied: false },
        { $set: { ...stamp, checklist, applied: true } },
      );
    },
    async find({ teamId, id }, version) {
      const row = await plans.findOne({ teamId, taskId: id, version }).lean();
      return row === null ? null : toVersion(row);
    },
    async findMany(teamId, wanted) {
      if (wanted.length === 0) return [];
      const each = wanted.map(({ taskId, version }) => ({ taskId, version }));
      return (await plans.find({ teamId, $or: each }).batchSize(wanted.length).lean()).map(toVersion);
    },
    async list({ teamId, id }, limit) {
      const rows = await plans
        .find({ teamId, taskId: id, version: { $gt: 0 } }, { text: 0, checklist: 0 })
        .sort({ version: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean<PlanRow[]>();
      return rows.map(toStamp);
    },
  };
}

function toStamp({ version, hash, at, by, firstLine }: PlanRow): PlanStamp {
  return { version: version ?? 0, hash, at, by, firstLine };
}

function toVersion(row: PlanRow): PlanVersion {
  const { teamId, taskId, text, checklist } = row;
  return { ...toStamp(row), teamId, taskId, text: text ?? '', checklist };
}
