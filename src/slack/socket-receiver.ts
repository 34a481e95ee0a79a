import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import type { Log } from '../ports/log.ts';
import { clientOptions } from './call.ts';

/** What the Socket Mode client hands over for one envelope. */
interface SlackEvent {
  ack: (response?: Record<string, unknown>) => Promise<void>;
  body: ReceiverEvent['body'];
  retry_num?: number;
  retry_reason?: string;
  type: string;
}

export interface SocketReceiverOptions {
  appToken: string;
  apiUrl: string | undefined;
}

const UNTIL_CONNECTED = { forever: true, factor: 1.5, maxTimeout: 15_000, randomize: true };

/**
 * Socket Mode that acknowledges an event only after its listeners are through. Bolt's own receiver acknowledges
 * before they run, so that a crash in between would lose the event. An event that fails is not acknowledged: Slack
 * sends it again.
 */
export function createSocketReceiver({ appToken, apiUrl }: SocketReceiverOptions, log: Log): Receiver {
  // This client posts nothing, so it may repeat its calls; and it has to, since one failure would end reconnecting.
  const options = { ...clientOptions(apiUrl, log), retryConfig: UNTIL_CONNECTED };
  const client = new SocketModeClient({ appToken, clientOptions: options });
  let app: App | null = null;

  client.on(
    'slack_event',
    async ({ ack, body, retry_num: retryNum, retry_reason: retryReason, type }: SlackEvent) => {
      const isEvent = type === 'events_api';
      const event: ReceiverEvent = {
        body,
        // Interactions answer with their own acknowledgement; events get theirs below.
        ack: async (response) => {
          if (!isEvent) await ack(asResponse(response));
        },
        ...(retryNum === undefined ? {} : { retryNum }),
        ...(retryReason === undefined ? {} : { retryReason }),
      };
      try {
        await app?.processEvent(event);
        if (isEvent) await ack();
      } catch (error) {
        log.warn({ type, err: error instanceof Error ? error.message : 'unknown' }, 'event_not_acknowledged');
      }
    },
  );

  return {
    init(bolt) {
      app = bolt;
    },
    start: () => client.start(),
    stop: () => client.disconnect(),
  };
}

function asResponse(response: unknown): Record<string, unknown> | undefined {
  if (typeof response === 'string') return { text: response };
  return typeof response === 'object' && response !== null ? { ...response } : undefined;
}
