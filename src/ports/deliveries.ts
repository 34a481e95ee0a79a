/** One message of ours on its way to Slack. */
export interface Delivery {
  id: string;
  /** `sending` from before the first post until its ts is written. */
  state: 'sending' | 'sent';
  ts: string | null;
  /** True when this call created it: nothing can have been posted yet. */
  fresh: boolean;
}

/** Outgoing messages, each posted at most once. */
export interface DeliveryStore {
  /** Finds or creates the delivery under its key. @throws FencedError when `fence` is behind. */
  begin(teamId: string, key: string, fence: number): Promise<Delivery>;
  sent(teamId: string, id: string, ts: string): Promise<void>;
}
