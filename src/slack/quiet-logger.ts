import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../ports/log.ts';

/** The log lines of Slack's libraries can hold contents: they are counted under `event`, not written. */
export function quietLogger(log: Log, event: 'bolt' | 'slack_sdk'): Logger {
  const note = (level: string) => () => log.debug({ level }, event);
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
