import type { RespondFn } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import type { Press } from '../inbound/interaction.ts';
import { escapeText, plain, section } from '../views/blocks.ts';
import type { ListenerDeps } from './listener.ts';

/** Redraws the message a button stands in; without blocks the text is all of it. */
export type Replace = (text: string, blocks?: KnownBlock[]) => Promise<void>;

/** What is done for one button. What it throws is shown to the person. `replace` redraws the message it stands in. */
export type ActionHandler = (press: Press, replace: Replace) => Promise<void>;

export async function openModal(
  { workspace }: { workspace: Pick<ListenerDeps['workspace'], 'client'> },
  press: Press,
  view: ModalView,
): Promise<void> {
  await workspace.client.views.open({ trigger_id: press.triggerId, view });
}

/** A line that only the person who pressed sees, under the message where the button stands. */
export async function whisper(
  { useCases, workspace }: ListenerDeps,
  press: Press,
  text: string,
): Promise<void> {
  if (press.at === null) return;
  const spot = { teamId: workspace.installation.teamId, ...press.at };
  await useCases.slack.whisper(spot, press.userId, { kind: 'text', text });
}

/** Tells what went wrong where the button stands, or in a window where there is no message. */
export async function complain(deps: ListenerDeps, press: Press, text: string): Promise<void> {
  try {
    if (press.at !== null) return await whisper(deps, press, text);
    const close = plain('Close');
    await openModal(deps, press, {
      type: 'modal',
      title: plain('Milepost'),
      close,
      blocks: [section(escapeText(text))],
    });
  } catch (error) {
    deps.log.warn({ err: error instanceof Error ? error.message : 'unknown' }, 'complaint_not_shown');
  }
}

/** For a payload that does not say who sent it from where: Slack knows, if it gave an address to answer to. */
export async function complainBack(
  { log }: ListenerDeps,
  respond: RespondFn | undefined,
  text: string,
): Promise<void> {
  try {
    await respond?.({ response_type: 'ephemeral', replace_original: false, text: escapeText(text) });
  } catch (error) {
    log.warn({ err: error instanceof Error ? error.message : 'unknown' }, 'complaint_not_shown');
  }
}
