import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../ports/log.ts';

/** Bolt's log lines can hold contents of requests: they are counted, not written. */
export function boltLogger(log: Log): Logger {
  const note = (level: string) => () => log.debug({ level }, 'bolt');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: note('warn'),
    error: note('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.ERROR,
    setName: () => undefined,
  };
}
