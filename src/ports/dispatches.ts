import type { Dispatch, DispatchState } from '../domain/dispatch.ts';
import type { Ref } from '../domain/scope.ts';

export type NewDispatch = Pick<
  Dispatch,
  | 'teamId'
  | 'conversationId'
  | 'channelId'
  | 'threadTs'
  | 'projectId'
  | 'userId'
  | 'questionTs'
  | 'askedBy'
  | 'specialist'
  | 'task'
  | 'summary'
  | 'actions'
  | 'destructive'
  | 'madeFor'
  | 'sources'
  | 'proposedAt'
  | 'expiresAt'
> & {
  /** What makes it one when it is proposed twice, such as the answer it came with. */
  origin: string;
};

/** What a compare-and-set may write. */
export type DispatchChange = Partial<
  Pick<
    Dispatch,
    | 'state'
    | 'confirming'
    | 'decidedBy'
    | 'steps'
    | 'fence'
    | 'stoppedBy'
    | 'ending'
    | 'reference'
    | 'taskThreadId'
    | 'result'
    | 'task'
    | 'summary'
    | 'actions'
  >
>;

/** Whose decision a proposal waits for: of everybody in these projects, and in one person's private conversation. */
export interface WaitingQuery {
  teamId: string;
  projectIds: string[];
  userId: string;
}

/** Dispatches. Every change is compare-and-set on the version that was read. */
export interface DispatchStore {
  /** @returns the dispatch, and whether this call made it (false when its origin was known). */
  create(dispatch: NewDispatch): Promise<{ dispatch: Dispatch; made: boolean }>;
  findById(ref: Ref): Promise<Dispatch | null>;
  /** Writes the change, unsettled, unless the dispatch has moved on; then null. */
  change(dispatch: Dispatch, change: DispatchChange): Promise<Dispatch | null>;
  /** Notes where its card stands. */
  shown(ref: Ref, cardTs: string): Promise<void>;
  /** Says that what follows from this version is written elsewhere. */
  settled(dispatch: Dispatch): Promise<void>;
  /** Dispatches with changes that nobody settled for `forMs` on the server's clock: their process died in between. */
  listUnsettled(teamId: string, forMs: number, limit: number): Promise<Dispatch[]>;
  /** Of a conversation, in these states, newest first. */
  listByConversation(conversation: Ref, states: DispatchState[], limit: number): Promise<Dispatch[]>;
  /** What a message led to. */
  listByQuestion(teamId: string, channelId: string, questionTs: string): Promise<Dispatch[]>;
  /** Those that were proposed from an attachment, or whose result's receipt names it. */
  listMadeFrom(teamId: string, attachmentId: string): Promise<Dispatch[]>;
  /** Oldest first. */
  listWaiting(query: WaitingQuery & { skip: number; limit: number }): Promise<Dispatch[]>;
  countWaiting(query: WaitingQuery): Promise<number>;
  /** Removes the dispatches of a conversation, but for those that say nothing any more (their task is empty). */
  removeByConversation(conversation: Ref): Promise<void>;
}
