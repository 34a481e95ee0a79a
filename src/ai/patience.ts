import { ModelUnavailable } from '../ports/model.ts';

/** After the finish reason only the token count is still to come. */
const AFTER_FINISH_MS = 2_000;

/** How long one answer is waited for. */
export interface Patience {
  /** Aborts when the caller gives up or patience runs out. */
  signal: AbortSignal;
  /** The model got further; from the first time on, silence is limited. */
  progress(finished: boolean): void;
  /** The error to throw when patience ran out, else null. */
  ranOut(): ModelUnavailable | null;
  end(): void;
}

/**
 * Limits an answer to `totalMs`, and silence in the middle of it to `idleMs`. Silence before the first token
 * is left to the total limit: models that think, or that are loaded first, are silent for long and then
 * answer.
 */
export function createPatience(caller: AbortSignal, totalMs: number, idleMs: number): Patience {
  const own = new AbortController();
  const give = (message: string): void => own.abort(new ModelUnavailable(message));
  const total = setTimeout(give, totalMs, `The model gave no whole answer within ${seconds(totalMs)}.`);
  let idle: NodeJS.Timeout | undefined;
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
    },
  };
}

const seconds = (ms: number): string => `${(ms / 1_000).toLocaleString('en-US')} s`;
