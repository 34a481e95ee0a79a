import { pino } from 'pino';
import type { Log } from './ports/log.ts';

/** Structured log lines on standard output. Errors are logged as text by their callers, which know what is safe. */
export function createLog(level: string): Log {
  return pino({ level, base: null });
}
