import { describe, expect, it } from 'vitest';
import { ACTION } from '../../../src/slack/ids.ts';
import { proposalActions } from '../../../src/slack/listeners/proposal-actions.ts';
import { proposal } from '../views/sheet.ts';
import { IN_THREAD, press, pressed, refusable, TEAM } from './pressing.ts';

function begin() {
  const deed = refusable();
  const decideProposal = async (...args: unknown[]) => {
    await deed.call(...args);
    return proposal();
  };
  const workspace = { installation: { teamId: TEAM } };
  return { deed, handlers: proposalActions({ useCases: { decideProposal }, workspace }) };
}

describe('A button of a proposed task', () => {
  it.each([
    [ACTION.planProposed, 'plan'],
    [ACTION.declineProposed, 'decline'],
  ])('decides in the name of whoever pressed, in this workspace: %s', async (action, decision) => {
    const { deed, handlers } = begin();
    const done = await press(handlers[action], pressed(proposal().id, IN_THREAD));
    expect(done).toEqual({ replaced: [], refused: null });
    expect(deed.calls).toEqual([[{ teamId: TEAM, id: proposal().id }, 'U1', decision]]);
  });

  it('that was too late says so', async () => {
    const { deed, handlers } = begin();
    deed.refuse('proposal_decided', 'It is being planned already.');
    const late = await press(handlers[ACTION.planProposed], pressed(proposal().id, IN_THREAD));
    expect(late).toEqual({ replaced: [], refused: 'It is being planned already.' });
  });
});
