import type { DeliveryStore } from '../ports/deliveries.ts';
import type { Outgoing, Slack, Spot } from '../ports/slack.ts';

export interface DeliverOnceDeps {
  deliveries: DeliveryStore;
  slack: Slack;
}

export interface Parcel {
  /** What makes it one message: the same key is posted once. */
  key: string;
  spot: Spot;
  message: Outgoing;
  /** Slack ts before which it cannot have been posted. */
  since: string;
  fence: number;
}

/**
 * Posts a message exactly once (architecture.md 4.5): the delivery is written as sending with its own id before the
 * post, and its ts right after. When an earlier try may have posted, the id is looked for in the thread first.
 * @returns the Slack ts, and whether an earlier call had already delivered it: its content may then be out of date.
 */
export async function deliverOnce(
  { deliveries, slack }: DeliverOnceDeps,
  { key, spot, message, since, fence }: Parcel,
): Promise<{ ts: string; before: boolean; deliveryId: string }> {
  const delivery = await deliveries.begin(spot.teamId, key, fence);
  const deliveryId = delivery.id;
  if (delivery.ts !== null) return { ts: delivery.ts, before: true, deliveryId };
  const found = delivery.fresh ? null : await slack.findPosted(spot, deliveryId, since);
  const ts = found ?? (await slack.post(spot, message, deliveryId));
  await deliveries.sent(spot.teamId, deliveryId, ts);
  return { ts, before: found !== null, deliveryId };
}

/** As `deliverOnce`, and brings a message that was delivered before up to date. */
export async function deliverNewest(deps: DeliverOnceDeps, parcel: Parcel): Promise<string> {
  const { ts, before, deliveryId } = await deliverOnce(deps, parcel);
  if (before) await deps.slack.update(parcel.spot, ts, parcel.message, deliveryId);
  return ts;
}
