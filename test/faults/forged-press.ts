import type { FakeSlack } from '../support/fake-slack/index.ts';
import type { Fields } from '../support/fake-slack/json.ts';

/** What a press says of itself; all of it may be untrue. */
export interface Claim {
  user: string;
  /** The workspace the user is said to be of; none is said when it is null. */
  userTeam?: string | null;
  team?: string;
  channel: string;
  ts: string;
  threadTs?: string;
  actionId: string;
  value: unknown;
}

/**
 * A press as a client sends it that somebody tampered with, or that still shows an old card: signed by Slack, and
 * whatever else it says.
 */
export function forgedPress(slack: FakeSlack, claim: Claim): Fields {
  const { user, team = slack.teamId, userTeam = team, channel, ts, threadTs, actionId, value } = claim;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return {
    type: 'block_actions',
    user: { id: user, name: 'somebody', ...(userTeam === null ? {} : { team_id: userTeam }) },
    api_app_id: slack.appId,
    team: { id: team, domain: 'somewhere' },
    container: { type: 'message', message_ts: ts, channel_id: channel, ...thread },
    channel: { id: channel, name: 'somewhere' },
    message: { type: 'message', ts, text: '', user: slack.botUserId, ...thread },
    trigger_id: '1.2.3',
    actions: [{ type: 'button', action_id: actionId, block_id: 'b', value, action_ts: ts }],
  };
}

/** @returns the status the app answered with. */
export async function sendForged(slack: FakeSlack, claim: Claim): Promise<number | 'no ack'> {
  const body = new URLSearchParams({ payload: JSON.stringify(forgedPress(slack, claim)) }).toString();
  const sent = await slack.deliverRaw(body, { contentType: 'application/x-www-form-urlencoded' });
  return sent.status;
}
