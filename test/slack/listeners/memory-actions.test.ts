import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RememberedLine } from '../../../src/ports/slack.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { memoryActions } from '../../../src/slack/listeners/memory-actions.ts';
import { milestone } from '../../domain/builders.ts';
import { type Bench, startBench } from '../../support/fake-slack/testing.ts';
import { entry, markup, NOW } from '../views/sheet.ts';
import { AT_HOME, IN_THREAD, inWindow, PRESSED, press, pressed, refusable, TEAM } from './pressing.ts';

const ANSWER = 'c'.repeat(24);
const ID = 'e'.repeat(24);
const MS = NOW.getTime();
const forgotten: RememberedLine = {
  id: ID,
  about: 'conversation',
  key: 'tone',
  value: 'dry',
  updatedAt: null,
};
let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

function begin() {
  const forgetEntry = refusable();
  const forgetFact = refusable();
  const rememberedBy = refusable();
  const ofMilestone = refusable();
  const home = refusable();
  const handlers = memoryActions({
    useCases: {
      memory: {
        forgetEntry: forgetEntry.call,
        forgetFact: forgetFact.call,
        async rememberedBy(...args) {
          await rememberedBy.call(...args);
          return { lines: [forgotten], refused: [] };
        },
        async ofMilestone(...args) {
          await ofMilestone.call(...args);
          return { milestone: milestone(), entries: [entry({ key: 'left over' })], total: 1 };
        },
      },
      home: { redraw: home.call },
    },
    workspace: { client: bench.client, installation: { teamId: TEAM } },
  });
  return { forgetEntry, forgetFact, rememberedBy, ofMilestone, home, handlers };
}

describe('Forget under what was remembered', () => {
  const ofConversation = pressed(`${ANSWER}:c:${ID}:${MS}`, IN_THREAD);

  it('forgets that value and draws the message anew', async () => {
    const { forgetEntry, forgetFact, rememberedBy, handlers } = begin();
    const { replaced, refused } = await press(handlers[ACTION.forget], ofConversation);
    expect(refused).toBeNull();
    expect(forgetEntry.calls).toEqual([[{ teamId: TEAM, id: ID }, 'U1', NOW]]);
    expect(forgetFact.calls).toEqual([]);
    expect(rememberedBy.calls).toEqual([[{ teamId: TEAM, id: ANSWER }, 'U1']]);
    expect(replaced.map(({ blocks }) => markup(blocks))).toEqual(['Forgotten: *tone*']);
  });

  it('forgets what concerns a person as such', async () => {
    const { forgetEntry, forgetFact, handlers } = begin();
    await press(handlers[ACTION.forget], pressed(`${ANSWER}:p:${ID}:${MS}`, IN_THREAD));
    expect(forgetFact.calls).toEqual([[{ teamId: TEAM, id: ID }, 'U1', NOW]]);
    expect(forgetEntry.calls).toEqual([]);
  });

  it('pressed once more draws the message anew all the same, and says why', async () => {
    const { forgetEntry, handlers } = begin();
    forgetEntry.refuse('memory_not_found', 'It is no longer remembered.');
    const { replaced, refused } = await press(handlers[ACTION.forget], ofConversation);
    expect(replaced).toHaveLength(1);
    expect(refused).toBe('It is no longer remembered.');
  });

  it('by somebody who may not changes nothing, and shows them nothing', async () => {
    const { forgetEntry, rememberedBy, handlers } = begin();
    forgetEntry.refuse('not_a_member', 'Only members can do this.');
    const { replaced, refused } = await press(handlers[ACTION.forget], ofConversation);
    expect(replaced).toEqual([]);
    expect(refused).toBe('Only members can do this.');
    expect(rememberedBy.calls).toEqual([]);
  });

  it('under an answer that is gone leaves a line that says so', async () => {
    const { rememberedBy, handlers } = begin();
    rememberedBy.refuse('answer_not_found', 'There is no such answer.');
    expect(await press(handlers[ACTION.forget], ofConversation)).toEqual({
      replaced: [{ text: 'Nothing of this is remembered any more.' }],
      refused: null,
    });
  });

  it.each(['', ID, `${ANSWER}:x:${ID}:${MS}`, `${ANSWER}:c:${ID}:soon`, `${ANSWER}:c::${MS}`, `a:c:b:-1`])(
    'is refused with a value that is none: %j',
    async (value) => {
      const { forgetEntry, forgetFact, handlers } = begin();
      const { refused } = await press(handlers[ACTION.forget], pressed(value, IN_THREAD));
      expect(refused).toBe('ZodError');
      expect([...forgetEntry.calls, ...forgetFact.calls]).toEqual([]);
    },
  );
});

describe('The memory of a milestone', () => {
  it('is forgotten from its card', async () => {
    const { forgetEntry, ofMilestone, handlers } = begin();
    const { refused } = await press(handlers[ACTION.forgetEntry], pressed(`${ID}:${MS}`, IN_THREAD));
    expect(refused).toBeNull();
    expect(forgetEntry.calls).toEqual([[{ teamId: TEAM, id: ID }, 'U1', NOW]]);
    expect(ofMilestone.calls).toEqual([]);
    forgetEntry.refuse('memory_not_found', 'It is no longer remembered.');
    const late = await press(handlers[ACTION.forgetEntry], pressed(`${ID}:${MS}`, IN_THREAD));
    expect(late.refused).toBe('It is no longer remembered.');
  });

  it('opens in a window, which shows what is left when something is forgotten there', async () => {
    const { forgetEntry, ofMilestone, handlers } = begin();
    const triggerId = await bench.trigger();
    await press(handlers[ACTION.memory], { ...pressed('M1', IN_THREAD), triggerId });
    expect(ofMilestone.calls).toEqual([[{ teamId: TEAM, id: 'M1' }, 'U1']]);
    const opened = bench.slack.modal('U1');
    expect(markup(opened)).toContain('left over');

    forgetEntry.refuse('memory_not_found', 'It is no longer remembered.');
    const where = { view: { ...inWindow({ milestoneId: 'M1' }).view, id: String(opened?.id) } };
    const { refused } = await press(handlers[ACTION.forgetEntry], pressed(`${ID}:${MS}`, where));
    expect(refused).toBeNull();
    expect(markup(bench.slack.modal('U1'))).toContain(':warning: It is no longer remembered.');
    expect(bench.slack.violations).toEqual([]);
  });
});

describe('What is remembered about a person', () => {
  it('is forgotten from the Home, which is drawn anew also where it was gone already', async () => {
    const { forgetFact, home, handlers } = begin();
    await press(handlers[ACTION.forgetFact], pressed(`${ID}:${MS}`, AT_HOME));
    expect(forgetFact.calls).toEqual([[{ teamId: TEAM, id: ID }, 'U1', NOW]]);
    expect(home.calls).toEqual([[TEAM, 'U1', PRESSED]]);
    forgetFact.refuse('memory_not_found', 'It is no longer remembered.');
    const { refused } = await press(handlers[ACTION.forgetFact], pressed(`${ID}:${MS}`, AT_HOME));
    expect(refused).toBe('It is no longer remembered.');
    expect(home.calls).toHaveLength(2);
  });
});
