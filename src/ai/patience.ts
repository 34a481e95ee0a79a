import { ModelUnavailable } from '../ports/model.ts';

/** After the finish reason only the token count is still to come. */
const AFTER_FINISH_MS = 2_000;

/** How long one answer is waited for. */
export interface Patience {
  /** Aborts when the caller gives up or patience runs out. */
  signal: AbortSignal;
  /** The model got further. */
  progress(finished: boolean): void;
  /** The error to throw when patience ran out, else null. */
  ranOut(): ModelUnavailable | null;
  /** Also hangs up on whatever is still on the line. */
  end(): void;
}

export interface PatienceLimits {
  totalMs: number;
  firstTokenMs: number;
  idleMs: number;
}

/**
 * Limits an answer to `totalMs`, silence before its first token to `firstTokenMs` (models that think, or that
 * are loaded first, are silent for long and then answer), and silence in the middle of it to `idleMs`.
 */
export function createPatience(caller: AbortSignal, limits: PatienceLimits): Patience {
  const { totalMs, firstTokenMs, idleMs } = limits;
  const own = new AbortController();
  const give = (message: string): void => own.abort(new ModelUnavailable(message));
  const total = setTimeout(give, totalMs, `The model gave no whole answer within ${seconds(totalMs)}.`);
  let idle =
    firstTokenMs < totalMs
      ? setTimeout(give, firstTokenMs, `The model did not begin to answer within ${seconds(firstTokenMs)}.`)
      : undefined;
  return {
    signal: AbortSignal.any([caller, own.signal]),
    progress(finished) {
      clearTimeout(idle);
      const limit = finished ? Math.min(idleMs, AFTER_FINISH_MS) : idleMs;
      idle = setTimeout(give, limit, `The model stalled for ${seconds(limit)} in the middle of its answer.`);
    },
    ranOut: () => (own.signal.reason instanceof ModelUnavailable ? own.signal.reason : null),
    end() {
      clearTimeout(total);
      clearTimeout(idle);
      own.abort();
    },
  };
}

const seconds = (ms: number): string => `${(ms / 1_000).toLocaleString('en-US')} s`;
