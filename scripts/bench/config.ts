import { type Config, readConfig } from '../../src/config.ts';

export const SIGNING_SECRET = 'bench-signing-secret';

/** Milepost as the benchmark runs it: over HTTP on a free port, and no limit to what one key may ask. */
export function benchConfig(apiUrl: string): Config {
  return readConfig({
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_API_URL: apiUrl,
    API_RATE_PER_MINUTE: '1000000',
    PORT: '0',
  });
}
