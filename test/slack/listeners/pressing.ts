import type { KnownBlock } from '@slack/types';
import { DomainError, type ErrorCode } from '../../../src/domain/errors.ts';
import { type Press, toPress } from '../../../src/slack/inbound/interaction.ts';
import type { ActionHandler } from '../../../src/slack/listeners/press.ts';

export const TEAM = 'T1';
export const PRESSED = '1700000000.000100';
export const AT_HOME = { view: { id: 'V1', hash: 'h1', type: 'home' } };
export const IN_THREAD = { channel: { id: 'C1' }, message: { ts: '1.000001', thread_ts: '1.000001' } };
export const inWindow = (metadata: object) => ({
  view: { id: 'V2', hash: 'h2', type: 'modal', private_metadata: JSON.stringify(metadata) },
});

/** What Slack sends when this person presses a button that stands there. */
export function pressed(value: string, where: object, actionTs: string = PRESSED): Press {
  const actions = [{ action_id: 'a', value, action_ts: actionTs }];
  return toPress({ user: { id: 'U1' }, trigger_id: '1.2.x', actions, ...where });
}

/** Runs a handler. @returns what it put in place of the message, and the refusal the person reads. */
export async function press(
  handler: ActionHandler | undefined,
  what: Press,
): Promise<{ replaced: { text: string; blocks?: KnownBlock[] }[]; refused: string | null }> {
  if (handler === undefined) throw new Error('Nobody listens to this button.');
  const replaced: { text: string; blocks?: KnownBlock[] }[] = [];
  try {
    await handler(what, async (text, blocks) => {
      replaced.push(blocks === undefined ? { text } : { text, blocks });
    });
    return { replaced, refused: null };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { replaced, refused: error instanceof DomainError ? error.message : error.name };
  }
}

/** Remembers how it was called; refuses from the moment it is told to. */
export function refusable() {
  const calls: unknown[][] = [];
  let refusal: DomainError | null = null;
  return {
    calls,
    refuse(code: ErrorCode, sentence: string) {
      refusal = new DomainError(code, sentence);
    },
    async call(...args: unknown[]): Promise<void> {
      calls.push(args);
      if (refusal !== null) throw refusal;
    },
  };
}
