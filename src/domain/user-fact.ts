/** Something remembered about one person, for their own coaching conversation only (product.md 6.2). */
export interface UserFact {
  id: string;
  teamId: string;
  userId: string;
  key: string;
  /** Any JSON. */
  value: unknown;
  updatedAt: Date;
  /** The messages it was learned from. */
  from: { channelId: string; ts: string }[];
}

/** How many facts are kept about one person. */
export const FACT_LIMIT = 100;
