import type { Types } from 'mongoose';
import type { Delivery } from '../ports/deliveries.ts';
import { modelOf, storeSchema } from './schema.ts';

interface DeliveryRow extends Pick<Delivery, 'state' | 'ts'> {
  _id: Types.ObjectId;
  teamId: string;
  key: string;
  fence: number;
}

const schema = storeSchema<DeliveryRow>({
  teamId: String,
  key: String,
  state: String,
  ts: String,
  fence: Number,
});
schema.index({ teamId: 1, key: 1 }, { unique: true });

export const deliveryModel = modelOf('Delivery', 'deliveries', schema);
