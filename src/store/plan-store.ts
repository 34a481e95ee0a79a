import type { Connection } from 'mongoose';
import type { PlanStamp, PlanVersion } from '../domain/task.ts';
import type { PlanStore } from '../ports/tasks.ts';
import { type PlanRow, planModel } from './plan-schema.ts';

export function createPlanStore(connection: Connection): PlanStore {
  const plans = planModel(connection);

  return {
    async offer({ teamId, taskId, key, text, hash, checklist, by }) {
      const fresh = {
        text,
        hash,
        by,
        checklist: checklist ?? [],
        firstLine: '',
        madeFor: null,
        at: new Date(),
      };
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
    async offeredText({ teamId, id }, key) {
      return (await plans.findOne({ teamId, taskId: id, key }, { text: 1 }).lean())?.text ?? null;
    },
    async apply({ teamId, id }, key, plan, checklist) {
      const text = plan === null || plan.text === null ? {} : { text: plan.text };
      const stamp = plan === null ? {} : { ...plan.stamp, ...text };
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

function toStamp({ version, hash, at, by, firstLine, madeFor }: PlanRow): PlanStamp {
  return { version: version ?? 0, hash, at, by, firstLine, madeFor };
}

function toVersion(row: PlanRow): PlanVersion {
  const { teamId, taskId, text, checklist } = row;
  return { ...toStamp(row), teamId, taskId, text: text ?? '', checklist };
}
