/** What a person has chosen in their Home. */
export interface HomeState {
  /** Only this project, or null for all of theirs. */
  projectId: string | null;
  /** Pages from 0 of each list that has several. */
  pages: { ready: number; planning: number; projects: number; waiting: number; facts: number };
}

export const FIRST_PAGES: HomeState['pages'] = {
  ready: 0,
  planning: 0,
  projects: 0,
  waiting: 0,
  facts: 0,
};

/** The Home of one person as it was published last. */
export interface Home {
  teamId: string;
  userId: string;
  state: HomeState;
  /** Slack's hash of the view published last, or null. */
  hash: string | null;
  /** Fence of the job that gathered it (milliseconds of the server's clock): what changed before is in it. */
  gathered: number;
}

/** Homes that people have opened. */
export interface HomeStore {
  find(teamId: string, userId: string): Promise<Home | null>;
  /** Keeps what the person chose; opening counts as a choice of what was there. */
  choose(teamId: string, userId: string, state: HomeState): Promise<void>;
  published(teamId: string, userId: string, hash: string, gathered: number): Promise<void>;
  /** True when anybody has opened their Home since. */
  isAnyOpenedSince(teamId: string, since: Date): Promise<boolean>;
  /** Who of these people has opened their Home since. */
  openedSince(teamId: string, userIds: string[], since: Date): Promise<string[]>;
}
