import { describe, expect, it } from 'vitest';
import { ACTION } from '../../../src/slack/ids.ts';
import { coachingActions } from '../../../src/slack/listeners/coaching-actions.ts';
import { AT_HOME, IN_THREAD, PRESSED, press, pressed, refusable, TEAM } from './pressing.ts';

function begin() {
  const reset = refusable();
  const setMode = refusable();
  const home = refusable();
  const handlers = coachingActions({
    useCases: { coaching: { reset: reset.call, setMode: setMode.call }, home: { redraw: home.call } },
    workspace: { installation: { teamId: TEAM } },
  });
  return { reset, setMode, home, handlers };
}

describe('Reset', () => {
  it('in the direct messages takes the place of the question', async () => {
    const { reset, home, handlers } = begin();
    expect(await press(handlers[ACTION.resetCoaching], pressed('4', IN_THREAD))).toEqual({
      replaced: [{ text: 'You asked me to reset.' }],
      refused: null,
    });
    expect(reset.calls).toEqual([[TEAM, 'U1', 4, PRESSED]]);
    expect(home.calls).toEqual([]);
  });

  it.each(['already_reset', 'conversation_not_found'] as const)(
    'that comes too late says so in place of the question: %s',
    async (code) => {
      const { reset, handlers } = begin();
      reset.refuse(code, 'There is nothing to reset.');
      expect(await press(handlers[ACTION.resetCoaching], pressed('4', IN_THREAD))).toEqual({
        replaced: [{ text: 'There is nothing to reset.' }],
        refused: null,
      });
    },
  );

  it('in the Home draws it anew, also when it was refused', async () => {
    const { reset, home, handlers } = begin();
    await press(handlers[ACTION.resetCoaching], pressed('0', AT_HOME));
    expect(reset.calls).toEqual([[TEAM, 'U1', 0, PRESSED]]);
    reset.refuse('already_reset', 'It was reset already.');
    const late = await press(handlers[ACTION.resetCoaching], pressed('0', AT_HOME));
    expect(late).toEqual({ replaced: [], refused: 'It was reset already.' });
    expect(home.calls).toHaveLength(2);
  });

  it('without a time of Slack’s goes on without one', async () => {
    const { reset, handlers } = begin();
    await press(handlers[ACTION.resetCoaching], pressed('4', IN_THREAD, '1234.5678.abc'));
    await press(handlers[ACTION.resetCoaching], pressed('4', IN_THREAD, '9.000001'));
    const without = [TEAM, 'U1', 4, null];
    expect(reset.calls).toEqual([without, without]);
  });

  it.each(['', 'x', '-1', '1.5', '1e3', '99999999999'])(
    'is refused with a count that is none: %j',
    async (value) => {
      const { reset, handlers } = begin();
      const { replaced, refused } = await press(handlers[ACTION.resetCoaching], pressed(value, IN_THREAD));
      expect({ replaced, refused, calls: reset.calls }).toEqual({
        replaced: [],
        refused: 'ZodError',
        calls: [],
      });
    },
  );

  it('that is not wanted changes nothing', async () => {
    const { reset, handlers } = begin();
    expect(await press(handlers[ACTION.keepCoaching], pressed('4', IN_THREAD))).toEqual({
      replaced: [{ text: 'Nothing was changed.' }],
      refused: null,
    });
    expect(reset.calls).toEqual([]);
  });
});

describe('How the bot behaves', () => {
  it('is chosen in the Home', async () => {
    const { setMode, home, handlers } = begin();
    await press(handlers[ACTION.coachingMode], pressed('task', AT_HOME));
    expect(setMode.calls).toEqual([[TEAM, 'U1', 'task']]);
    expect(home.calls).toEqual([[TEAM, 'U1', PRESSED]]);
  });

  it('stays as it was for a choice that there is not', async () => {
    const { setMode, home, handlers } = begin();
    expect((await press(handlers[ACTION.coachingMode], pressed('root', AT_HOME))).refused).toBe('ZodError');
    expect(setMode.calls).toEqual([]);
    expect(home.calls).toHaveLength(1);
  });
});
