import type { Log } from '../../src/ports/log.ts';

/** Log lines of the code under test, for tests that look at what is logged. */
export interface CapturedLog extends Log {
  lines: { level: string; event: string; fields: Record<string, unknown> }[];
}

export function captureLog(): CapturedLog {
  const lines: CapturedLog['lines'] = [];
  const at = (level: string) => (fields: Record<string, unknown>, event: string) => {
    lines.push({ level, event, fields });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
