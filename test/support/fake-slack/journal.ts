import type { Fields } from './json.ts';

export interface Call {
  method: string;
  args: Fields;
  at: number;
  /** false with no error: still under way, or lost to a fault before it was applied */
  ok: boolean;
  error?: string;
  fault?: string;
  team: string;
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

export interface Journal {
  calls: Call[];
  violations: string[];
  violate(text: string): void;
  changed(): void;
  until<T>(predicate: () => T | Promise<T>, what: string, timeoutMs?: number): Promise<Truthy<T>>;
}

const RECHECK_MS = 25;

export function createJournal(): Journal {
  const calls: Call[] = [];
  const violations: string[] = [];
  const waiting = new Set<() => void>();

  function changed() {
    for (const wake of [...waiting]) wake();
  }

  function nextChange(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      waiting.add(wake);
    });
  }

  async function until<T>(predicate: () => T | Promise<T>, what: string, timeoutMs = 15_000) {
    let timeIsUp = false;
    let thrown: unknown;
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        timeIsUp = true;
        resolve(undefined);
      }, timeoutMs);
    });
    try {
      for (;;) {
        try {
          const value = await Promise.race([predicate(), expired]);
          if (value) return value as Truthy<T>;
          thrown = timeIsUp ? thrown : undefined;
        } catch (error) {
          thrown = error;
        }
        if (timeIsUp) throw new Error(givingUp(what, timeoutMs, thrown));
        await nextChange(RECHECK_MS);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  function givingUp(what: string, timeoutMs: number, thrown: unknown): string {
    const recent = calls.slice(-12).map((call) => {
      const outcome = call.ok ? 'ok' : (call.error ?? call.fault ?? 'under way');
      return `  ${call.method} ${outcome} ${JSON.stringify(call.args).slice(0, 160)}`;
    });
    const why = thrown instanceof Error ? `\nLast error: ${thrown.message}` : '';
    const refused = violations.length > 0 ? `\nViolations:\n  ${violations.join('\n  ')}` : '';
    return `Waited ${timeoutMs} ms: ${what}${why}${refused}\nLast calls:\n${recent.join('\n') || '  none'}`;
  }

  return {
    calls,
    violations,
    violate(text) {
      violations.push(text);
      changed();
    },
    changed,
    until,
  };
}
