/** How far the clocks of this process, the database and Slack may differ, in seconds. */
const CLOCK_SLACK_SECONDS = 600;

/** A Slack ts that is certainly before anything Slack got after `date`, also when clocks differ by minutes. */
export function slackTsOf(date: Date): string {
  return `${Math.floor(date.getTime() / 1_000) - CLOCK_SLACK_SECONDS}.000000`;
}

/** Stands after every message. */
export const AFTER_ALL = '9999999999.999999';
