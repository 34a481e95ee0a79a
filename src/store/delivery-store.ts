import type { Connection } from 'mongoose';
import type { DeliveryStore } from '../ports/deliveries.ts';
import { FencedError } from '../ports/jobs.ts';
import { deliveryModel } from './delivery-schema.ts';
import { byRef } from './ids.ts';

export function createDeliveryStore(connection: Connection): DeliveryStore {
  const deliveries = deliveryModel(connection);

  return {
    async begin(teamId, key, fence) {
      const update = { $max: { fence }, $setOnInsert: { state: 'sending', ts: null } } as const;
      const { value, lastErrorObject } = await deliveries.findOneAndUpdate({ teamId, key }, update, {
        upsert: true,
        returnDocument: 'after',
        includeResultMetadata: true,
        lean: true,
      });
      if (value === null) throw new Error('An upsert gave no delivery.');
      if (value.fence > fence) throw new FencedError();
      const fresh = lastErrorObject?.updatedExisting === false;
      return { id: value._id.toHexString(), state: value.state, ts: value.ts, fresh };
    },
    async sent(teamId, id, ts) {
      // The first ts stays: a worker that was overtaken must not turn later updates to its own late post.
      await deliveries.updateOne(
        { ...byRef({ teamId, id }), state: 'sending' },
        { $set: { state: 'sent', ts } },
      );
    },
  };
}
