import { Schema, type Types } from 'mongoose';
import type { Dispatch, DispatchStep } from '../domain/dispatch.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface DispatchRow extends Omit<Dispatch, 'id'> {
  _id: Types.ObjectId;
  origin: string;
  /** On the server's clock. */
  changedAt: Date;
}

const schema = storeSchema<DispatchRow>({
  teamId: String,
  origin: String,
  conversationId: String,
  channelId: String,
  threadTs: String,
  projectId: String,
  userId: String,
  questionTs: String,
  askedBy: String,
  specialist: String,
  task: String,
  summary: String,
  actions: [String],
  destructive: Boolean,
  madeFor: String,
  sources: [String],
  state: String,
  version: Number,
  proposedAt: Date,
  expiresAt: Date,
  cardTs: String,
  confirming: String,
  decidedBy: String,
  steps: [new Schema<DispatchStep>({ text: String, done: Boolean }, { _id: false })],
  fence: Number,
  stoppedBy: String,
  ending: String,
  reference: String,
  taskThreadId: String,
  result: Schema.Types.Mixed,
  unsettled: Boolean,
  changedAt: Date,
});
schema.index({ teamId: 1, origin: 1 }, { unique: true });
schema.index({ teamId: 1, unsettled: 1, _id: 1 }, { partialFilterExpression: { unsettled: true } });
schema.index({ teamId: 1, conversationId: 1, state: 1, proposedAt: 1, _id: 1 });
schema.index({ teamId: 1, channelId: 1, questionTs: 1, proposedAt: 1, _id: 1 });
schema.index({ teamId: 1, state: 1, projectId: 1, proposedAt: 1, _id: 1 });
schema.index({ teamId: 1, state: 1, userId: 1, proposedAt: 1, _id: 1 });
schema.index({ teamId: 1, sources: 1 });
schema.index(
  { teamId: 1, 'result.receipt.items.attachmentId': 1 },
  { partialFilterExpression: { 'result.receipt.items.attachmentId': anyString } },
);

export const dispatchModel = modelOf('Dispatch', 'dispatches', schema);

export function toDispatch({ _id, origin, changedAt, ...dispatch }: DispatchRow): Dispatch {
  return { id: _id.toHexString(), ...dispatch };
}

export function orNull(row: DispatchRow | null): Dispatch | null {
  return row === null ? null : toDispatch(row);
}
