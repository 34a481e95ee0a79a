import type { SlackFile } from '../domain/attachment.ts';

/** Every kind of work in the queue with what it is given. Bodies hold ids, never contents. */
export interface JobPayloads {
  /** `inThread`: the thread a direct message was written in; null outside threads. Of a channel it is not given. */
  'answer-mention': { channelId: string; ts: string; inThread?: string | null };
  /** A paperclip on the message that shared something. */
  'announce-attachments': {
    channelId: string;
    threadTs: string;
    ts: string;
    userId: string;
    attachmentIds: string[];
    refused: Refused;
  };
  /** The line with Undo that only its author sees. */
  'tell-attached': JobPayloads['announce-attachments'];
  /** How a reading ended, for the person who waits for it. */
  'tell-reading': { channelId: string; threadTs: string | null; userId: string; attachmentIds: string[] };
  /** A link is opened, or a file is taken from Slack, and turned into text. */
  'read-attachment': { attachmentId: string };
  /** A page says something else than before: those who work by a plan are told. */
  'tell-page-changed': { attachmentId: string; documentId: string | null };
  /** The same, for one task. */
  'tell-task-of-page': { attachmentId: string; taskId: string };
  'keep-files': {
    channelId: string;
    threadTs: string;
    ts: string;
    userId: string;
    files: SlackFile[];
    /** The message asks something: it is to be answered with its files read. */
    mention: boolean;
  };
  'post-cards': { projectId: string };
  'read-thread': { channelId: string; threadTs: string };
  'refresh-card': { projectId: string; milestoneId: string | null };
  'invite-setup': { channelId: string; eventTs: string };
  'explain-setup': { channelId: string; threadTs: string; ts: string };
  /** A message that may be a decision: "approve", "no", "stop". A mention that decides nothing is answered. */
  'decide-by-word': {
    channelId: string;
    ts: string;
    mention: boolean;
    /** Where an answer is to be queued when nothing is decided. */
    lane: string;
    inThread?: string | null;
  };
  /** What was made from removed attachments is forgotten, should that have been cut short. */
  'forget-removed': { attachmentIds: string[] };
  /** The card of a dispatch shows what holds now. */
  'show-dispatch': { dispatchId: string };
  /** The message of a proposed task shows what holds now. */
  'show-proposal': { proposalId: string };
  /** A specialist does what was approved. */
  'run-dispatch': { dispatchId: string };
  /** Nobody decided in time. */
  'expire-dispatch': { dispatchId: string };
  /** A person wrote "reset" to the bot: they are asked whether they mean it. */
  'ask-reset': { channelId: string; ts: string; inThread: string | null };
  /** A coaching conversation was emptied: what is left of it is removed, and the person is told. */
  'finish-reset': { userId: string; channelId: string; resets: number; since: string };
  /** A mention that asks for a plan. */
  'start-planning': { channelId: string; ts: string };
  /** Slack follows one change of a task. */
  'follow-task': { taskId: string; revision: number };
  /** The built-in planner takes a task up. */
  'plan-task': { taskId: string };
  'end-lease': { taskId: string };
  /** A message that came through the API is posted. */
  'post-message': { messageId: string };
  /** `since`: fence of the job that heard of a change; a Home gathered later holds it. 0: publish in any case. */
  'publish-home': { userId: string; since: number };
  /** Everybody who may see a project and has opened their Home gets it anew. */
  'refresh-homes': { projectId: string };
}

/** What was shared and not attached. */
export interface Refused {
  overLimit: number;
  tooLong: number;
}

export type JobKind = keyof JobPayloads;

export interface NewJob<K extends JobKind = JobKind> {
  teamId: string;
  kind: K;
  /** What makes it one piece of work: the same kind and key again changes nothing. */
  key: string;
  /** Jobs of one lane run one at a time, in the order of `order`. */
  lane: string;
  /** Sorts within the lane; Slack ts where there is one. */
  order: string;
  /** Earliest start from now, in milliseconds; at once when not given. */
  delayMs?: number;
  payload: JobPayloads[K];
}

/** The queue as use cases see it. */
export interface JobQueue {
  /** Written with majority when this resolves. */
  enqueue<K extends JobKind>(job: NewJob<K>): Promise<void>;
}

/** What a running job may ask. */
export interface JobContext {
  teamId: string;
  jobId: string;
  /** Grows with every claim, of this job and from job to job of a lane (milliseconds of the server's clock). */
  fence: number;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the lease is lost or the process drains. */
  signal: AbortSignal;
}

/** A later claim took the work over: stop without a trace. */
export class FencedError extends Error {
  constructor() {
    super('Another worker has taken this over.');
    this.name = 'FencedError';
  }
}

/** A failure that trying again cannot mend: the job goes to the dead letters at once. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentError';
  }
}

/** The other side asked to wait: the try does not count. */
export class WaitError extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`Asked to wait ${seconds} s.`);
    this.name = 'WaitError';
    this.seconds = seconds;
  }
}

/** The other side is not there at all. Waiting for it does not use up tries: nothing is lost to an outage of hours. */
export class OutageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutageError';
  }
}

/** What to do for one kind of job. */
export interface JobHandler<K extends JobKind> {
  run(payload: JobPayloads[K], context: JobContext): Promise<void>;
  /** Called once when the job is given up: after the last try or a PermanentError. */
  abandoned?(payload: JobPayloads[K], context: JobContext, error: unknown): Promise<void>;
}

export type JobHandlers = { [K in JobKind]: JobHandler<K> };
