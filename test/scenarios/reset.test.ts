import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent } from './acting.ts';
import {
  answeredDirectly,
  askDirectly,
  coachingOf,
  forge,
  holding,
  isSummary,
  leaked,
  remembers,
  remembersFacts,
  rowsOf,
  toldDirectly,
  toldSoon,
} from './coaching-acts.ts';
import { atRest, homeShows, openHome } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const dm = (): string => world.slack.dmOf(world.anna) ?? '';
const done = (count = 1): Promise<Message[]> =>
  world.slack.until(() => {
    const told = toldDirectly(world, world.anna).filter((one) => textOf(one).includes(DONE));
    return told.length >= count && told;
  }, `${count} times "${DONE}"`);
const DONE = 'Done. I have forgotten this conversation.';

/** Writes "reset". @returns the message that asks whether it is meant. */
async function asksFirst(word = 'reset'): Promise<Message> {
  const { ts } = await world.slack.dm(world.anna, word);
  return world.slack.until(
    () =>
      toldDirectly(world, world.anna).find(
        (one) => one.ts > ts && textOf(one).includes('Reset our conversation?'),
      ),
    'the question',
  );
}

const press = (ts: string, actionId: 'coaching_reset' | 'coaching_keep') =>
  world.slack.click({ user: world.anna, channel: dm(), ts, actionId });
const pressHome = () => world.slack.click({ user: world.anna, view: 'home', actionId: 'coaching_reset' });

/** A press of the button in the Home that took its time to arrive. */
async function pressLate(action_ts: string): Promise<void> {
  const { slack, anna } = world;
  const value = String((await coachingOf(world, anna)).resets);
  const payload = {
    type: 'block_actions',
    team: { id: slack.teamId },
    user: { id: anna },
    view: { id: 'V1', hash: 'h', type: 'home' },
    actions: [{ type: 'button', action_id: 'coaching_reset', value, action_ts }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const { status } = await slack.deliverRaw(body, { contentType: 'application/x-www-form-urlencoded' });
  expect(status).toBe(200);
}

describe('A reset', () => {
  inFreshWorld({}, enter);

  for (const word of ['reset', 'Reset!', '@Milepost reset']) {
    it(`asked for by "${word}" is asked about first, and Keep changes nothing`, async () => {
      const { slack, anna, provider } = world;
      await askDirectly(world, 'I think of the HERON.');
      const question = await asksFirst(word.replace('@Milepost', `<@${slack.botUserId}>`));
      expect(textOf(question)).toContain('Its messages and what it remembers are gone for good');
      await press(question.ts, 'coaching_keep');
      await slack.until(
        () => textOf(slack.message(dm(), question.ts)) === 'Nothing was changed.',
        'it is kept',
      );
      await askDirectly(world, 'What do I think of?');
      expect(lastSent(world)).toContain('HERON');
      expect(await coachingOf(world, anna)).toMatchObject({ resets: 0, since: '' });
      expect(provider.requests()).toHaveLength(2);
    });
  }

  for (const from of ['the direct messages', 'the Home'] as const) {
    it(`from ${from} takes messages, title and entries, and says how many facts stay`, async () => {
      const { slack, anna, milepost } = world;
      remembersFacts(world, 'my two facts', [
        { key: 'first', value: 'FACT-ONE' },
        { key: 'second', value: 'FACT-TWO' },
      ]);
      remembers(world, 'our decision', [{ key: 'decision', value: 'ENTRY-GONE' }], 'ANSWER-GONE.');
      await askDirectly(world, 'Keep my two facts.');
      await askDirectly(world, 'Keep our decision, WORD-GONE.');
      const { id } = await coachingOf(world, anna);
      const ref = { teamId: milepost.teamId, id };
      await milepost.stores.conversations.change(ref, { title: 'TITLE-GONE' });
      if (from === 'the Home') {
        await openHome(world, anna);
        const { confirm } = await pressHome();
        expect(JSON.stringify(confirm)).toContain('What I remember about you stays: 2 facts.');
      } else {
        const question = await asksFirst();
        expect(textOf(question)).toContain('What I remember about you stays: 2 facts.');
        await press(question.ts, 'coaching_reset');
      }
      const [told] = await done();
      expect(textOf(told)).toContain('2 facts about you stay: you find them in my *Home*');

      expect(await coachingOf(world, anna)).toMatchObject({ id, title: '', summary: null, resets: 1 });
      expect(await milepost.stores.contextEntries.count(ref)).toBe(0);
      expect(await rowsOf(world, 'messages')).toEqual([]);
      for (const gone of ['TITLE-GONE', 'ENTRY-GONE', 'ANSWER-GONE', 'WORD-GONE'])
        expect(await holding(world, gone)).toEqual([]);
      const before = world.provider.requests().length;
      await askDirectly(world, 'What do you know?');
      expect(leaked(world, ['TITLE-GONE', 'ENTRY-GONE', 'ANSWER-GONE', 'WORD-GONE'], before)).toEqual([]);
      expect(lastSent(world)).toContain('- second: FACT-TWO');
      expect(lastSent(world)).toContain('- first: FACT-ONE');
      expect(slack.ephemerals(dm(), anna)).toEqual([]);
    });
  }

  it('declined in the dialog of the Home changes nothing', async () => {
    const { slack, anna } = world;
    await askDirectly(world, 'I think of the HERON.');
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'coaching_reset', deny: true });
    expect((await coachingOf(world, anna)).resets).toBe(0);
  });

  it('says that nothing is kept about a person who told no facts, and that one fact stays', async () => {
    await askDirectly(world, 'I think of the HERON.');
    await press((await asksFirst()).ts, 'coaching_reset');
    expect(textOf((await done())[0])).toContain('I keep no facts about you.');
    remembersFacts(world, 'my fact', [{ key: 'first', value: 'ONE' }]);
    await askDirectly(world, 'Keep my fact.');
    await press((await asksFirst()).ts, 'coaching_reset');
    expect(textOf((await done(2))[1])).toContain('1 fact about you stays: you find it in my *Home*');
  });

  it('counts once: an old question and an old Home say so, and two clicks at once are one', async () => {
    const { slack, anna, milepost } = world;
    await askDirectly(world, 'I think of the HERON.');
    const [one, two] = [await asksFirst(), await asksFirst()];
    await openHome(world, anna);
    const old = structuredClone(slack.home(anna)?.blocks ?? []);
    await Promise.all([press(one.ts, 'coaching_reset'), press(two.ts, 'coaching_reset')]);
    await done();
    const sentence = 'Nothing was changed: this conversation was reset already.';
    const shown = () => [one, two].map(({ ts }) => textOf(slack.message(dm(), ts))).sort();
    await slack.until(() => shown().includes(sentence), 'the second one says so');
    expect(shown()).toEqual([sentence, 'You asked me to reset.']);

    await askDirectly(world, 'I think of the OTTER.');
    const home = slack.home(anna);
    if (home !== undefined) home.blocks = old;
    await pressHome();
    expect(textOf(slack.modal(anna))).toContain(sentence);
    await atRest(world, 'finish-reset', 'publish-home');
    expect(toldDirectly(world, anna).filter((told) => textOf(told).includes(DONE))).toHaveLength(1);
    expect(await coachingOf(world, anna)).toMatchObject({ resets: 1 });
    await askDirectly(world, 'What do I think of?');
    expect(lastSent(world)).toContain('OTTER');
    expect(lastSent(world)).not.toContain('HERON');
    const { teamId, stores } = milepost;
    const { id } = await coachingOf(world, anna);
    expect(await stores.messages.latest({ teamId, id }, 10)).toHaveLength(4);
  });

  it('while an answer is under way ends it: nothing of it appears or is stored, and the next question is answered', async () => {
    const { slack, anna, provider } = world;
    await askDirectly(world, 'I think of the HERON.');
    provider.answer('LATE-QUESTION', 'LATE-ANSWER');
    provider.hold();
    const late = await slack.dm(anna, 'LATE-QUESTION?');
    await provider.until(2);
    // "reset" in words would wait in line behind the answer.
    await openHome(world, anna);
    await pressHome();
    await done();
    provider.release();
    await askDirectly(world, 'Are you there?');
    expect(toldDirectly(world, anna).map(textOf).join()).not.toContain('LATE-ANSWER');
    for (const gone of ['LATE-ANSWER', 'LATE-QUESTION', 'HERON']) {
      expect(await holding(world, gone)).toEqual([]);
      expect(lastSent(world)).not.toContain(gone);
    }
    expect(slack.reactions(dm(), late.ts)).toEqual([]);
    expect(await rowsOf(world, 'answers')).toHaveLength(1);
  });

  it('drops what was said before it and arrives after it, and answers what is asked right after it', async () => {
    const { slack, anna, provider } = world;
    await askDirectly(world, 'I think of the HERON.');
    const late = await slack.dm(anna, 'And of the LATE-NEWT.', { deliver: false });
    await openHome(world, anna);
    await pressHome();
    const next = await slack.dm(anna, 'Who is there?');
    await slack.deliver(late.events.message ?? {});
    await answeredDirectly(world, anna, next.ts);
    await done();
    await atRest(world, 'finish-reset', 'answer-mention');
    expect(textOf(await toldSoon(world, anna, 'Who is there?'))).toContain('Answer to');
    expect(leaked(world, ['HERON', 'NEWT'], 1)).toEqual([]);
    expect(await holding(world, 'LATE-NEWT')).toEqual([]);
    expect(provider.requests()).toHaveLength(2);
    await slack.edit({ channel: dm(), ts: late.ts, text: 'And of the EDITED-NEWT.' });
    await askDirectly(world, 'Anything else?');
    expect(leaked(world, ['HERON', 'NEWT'], 1)).toEqual([]);
    expect(await holding(world, 'NEWT')).toEqual([]);
  });

  it('is survived by what was asked between the press and its arrival', async () => {
    const { slack, anna } = world;
    await askDirectly(world, 'I think of the HERON.');
    await openHome(world, anna);
    await world.restart({ work: false });
    const { ts: pressedTs } = await slack.dm(anna, 'LATE-NEWT', { deliver: false });
    await slack.dm(anna, 'Who is there?');
    await pressLate(pressedTs);
    await world.restart({});
    await toldSoon(world, anna, 'Who is there?');
    await done();
    expect(leaked(world, ['HERON'], 1)).toEqual([]);
    expect(await holding(world, 'HERON')).toEqual([]);
  });

  it('before the first message has nothing to do, and says how to begin', async () => {
    const { slack, anna } = world;
    await openHome(world, anna);
    await forge(world, anna, 'coaching_reset', '0');
    expect(textOf(slack.modal(anna))).toContain('We have not talked yet.');
    expect(await rowsOf(world, 'conversations')).toEqual([]);
    const question = await asksFirst();
    await press(question.ts, 'coaching_reset');
    await done();
  });

  it('is of whoever pressed, whatever a client sends', async () => {
    const { anna, ben } = world;
    await askDirectly(world, 'I think of the HERON.');
    await askDirectly(world, 'I think of the OTTER.', { user: ben });
    await openHome(world, ben);
    await forge(world, ben, 'coaching_reset', '0');
    await toldSoon(world, ben, DONE);
    expect((await coachingOf(world, ben)).resets).toBe(1);
    expect((await coachingOf(world, anna)).resets).toBe(0);
    await askDirectly(world, 'What do I think of?');
    expect(lastSent(world)).toContain('HERON');
  });

  it('lasts over a restart, also one in the middle of it', async () => {
    const { slack, anna } = world;
    await askDirectly(world, 'I think of the HERON.');
    const question = await asksFirst();
    await world.restart({ work: false });
    await press(question.ts, 'coaching_reset');
    await slack.dm(anna, 'Who is there?');
    expect(await rowsOf(world, 'messages')).toHaveLength(4);
    await world.restart({});
    await done();
    await toldSoon(world, anna, 'Who is there?');
    expect(leaked(world, ['HERON'], 1)).toEqual([]);
    expect(await holding(world, 'HERON')).toEqual([]);
  });
});

describe('A reset of a long conversation', () => {
  inFreshWorld({ env: { CONTEXT_BUDGET_TOKENS: '1500' } }, enter);

  it('takes its summary along, also one that is being made', async () => {
    const { slack, anna, provider } = world;
    const filler = 'the river rises and falls with the seasons '.repeat(8);
    provider.fallback('Yes.');
    provider.answer(isSummary, 'SUMMARY-HERON.');
    const talk = async (count: number): Promise<void> => {
      for (let n = 1; n <= count; n += 1) await askDirectly(world, `OLD-remark-${n}. ${filler}`);
    };
    await talk(12);
    expect((await coachingOf(world, anna)).summary?.text).toBe('SUMMARY-HERON.');
    expect(lastSent(world)).toContain('SUMMARY-HERON.');
    await openHome(world, anna);
    await pressHome();
    await done();
    expect(await holding(world, 'SUMMARY-HERON')).toEqual([]);
    let from = provider.requests().length;
    await askDirectly(world, 'What was it about?');
    expect(leaked(world, ['SUMMARY-HERON', 'OLD-remark'], from)).toEqual([]);

    await talk(8);
    provider.hold();
    const held = provider.requests().length;
    await slack.dm(anna, `OLD-remark-9. ${filler}`);
    await provider.until(held + 1);
    await homeShows(world, anna, 'Reset');
    await openHome(world, anna);
    await pressHome();
    await done(2);
    provider.release();
    from = provider.requests().length;
    await askDirectly(world, 'And now?');
    expect(leaked(world, ['SUMMARY-HERON', 'OLD-remark'], from)).toEqual([]);
    expect(await holding(world, 'SUMMARY-HERON')).toEqual([]);
  });
});
