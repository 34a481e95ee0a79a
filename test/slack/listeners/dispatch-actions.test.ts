import { describe, expect, it } from 'vitest';
import { ACTION } from '../../../src/slack/ids.ts';
import { dispatchActions } from '../../../src/slack/listeners/dispatch-actions.ts';
import { askedValue } from '../../../src/slack/views/dispatch-buttons.ts';
import { dispatch } from '../views/sheet.ts';
import { AT_HOME, IN_THREAD, PRESSED, press, pressed, refusable, TEAM } from './pressing.ts';

const ref = { teamId: TEAM, id: dispatch().id };

function begin() {
  const deed = refusable();
  const home = refusable();
  const doing =
    (what: string) =>
    async (...args: unknown[]) => {
      await deed.call(what, ...args);
      return dispatch();
    };
  const handlers = dispatchActions({
    useCases: {
      dispatches: { decide: doing('decide'), stop: doing('stop'), tryAgain: doing('tryAgain') },
      home: { redraw: home.call },
    },
    workspace: { installation: { teamId: TEAM } },
  });
  return { deed, home, handlers };
}

describe('A button of a proposed specialist', () => {
  it.each([
    [ACTION.approve, ['decide', ref, 'U1', 'approve']],
    [ACTION.decline, ['decide', ref, 'U1', 'decline']],
    [ACTION.stop, ['stop', ref, 'U1']],
    [ACTION.dispatchAgain, ['tryAgain', ref, 'U1']],
  ])('does what it says, in the name of whoever pressed: %s', async (action, call) => {
    const { deed, home, handlers } = begin();
    expect(await press(handlers[action], pressed(ref.id, IN_THREAD))).toEqual({
      replaced: [],
      refused: null,
    });
    expect(deed.calls).toEqual([call]);
    expect(home.calls).toEqual([]);
    await press(handlers[action], pressed(ref.id, AT_HOME));
    expect(home.calls).toEqual([[TEAM, 'U1', PRESSED]]);
  });

  it('that was too late says so, and in the Home shows what is there now', async () => {
    const { deed, home, handlers } = begin();
    deed.refuse('dispatch_decided', 'It was declined already.');
    const late = await press(handlers[ACTION.approve], pressed(ref.id, AT_HOME));
    expect(late).toEqual({ replaced: [], refused: 'It was declined already.' });
    expect(home.calls).toHaveLength(1);
  });

  it('that only leads to an address does nothing', async () => {
    const { deed, handlers } = begin();
    await press(handlers[ACTION.openDispatch], pressed('', IN_THREAD));
    expect(deed.calls).toEqual([]);
  });
});

describe('The question that is asked once more', () => {
  const again = pressed(askedValue(dispatch()), IN_THREAD);

  it('goes when it is answered', async () => {
    const { deed, handlers } = begin();
    const { replaced } = await press(handlers[ACTION.approve], again);
    expect(replaced).toEqual([{ text: ':white_check_mark: Approved by <@U1>.' }]);
    expect(deed.calls).toEqual([['decide', ref, 'U1', 'approve']]);
  });

  it('goes when it was decided otherwise, and stays for those who may not decide', async () => {
    const { deed, handlers } = begin();
    deed.refuse('dispatch_decided', 'It was declined <already>.');
    expect(await press(handlers[ACTION.approve], again)).toEqual({
      replaced: [{ text: 'It was declined &lt;already&gt;.' }],
      refused: null,
    });
    deed.refuse('guest_not_allowed', 'Guests cannot decide.');
    expect(await press(handlers[ACTION.approve], again)).toEqual({
      replaced: [],
      refused: 'Guests cannot decide.',
    });
  });
});
