import { beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ChatRequest, lastUserText, offeredTools } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent, sent } from './acting.ts';
import {
  askDirectly,
  buttonValues,
  chooseMode,
  coachingOf,
  forge,
  proposes,
  remembersFacts,
  rowsOf,
  toldDirectly,
  toldSoon,
} from './coaching-acts.ts';
import { atRest, openHome } from './planning-acts.ts';

const TASK = 'Write the letter about the LETTER-HERON.';

let world: World;

describe('A proposal in direct messages', () => {
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  beforeEach(async () => {
    const { anna, provider } = world;
    remembersFacts(world, 'what I like', [{ key: 'likes', value: 'FACT-OTTER' }]);
    await askDirectly(world, 'Remember what I like.');
    await openHome(world, anna);
    await chooseMode(world, anna, 'Auto');
    proposes(world, 'a letter', { task: TASK, summary: 'Writes a letter.' });
    provider.answer(isWork, 'RESULT-LETTER: Dear heron.');
  });

  const isWork = (request: ChatRequest): boolean => lastUserText(request).includes(TASK);

  /** @returns the card. */
  async function proposed(threadTs?: string) {
    await askDirectly(world, 'I need a letter.', threadTs === undefined ? {} : { threadTs });
    return toldSoon(world, world.anna, 'waits for approval');
  }

  const dm = () => world.slack.dmOf(world.anna) ?? '';
  const approve = (ts: string) =>
    world.slack.click({ user: world.anna, channel: dm(), ts, actionId: 'dispatch_approve' });
  const stateNow = async () => (await rowsOf(world, 'dispatches')).map(({ state }) => state);

  it('stands at top level, and only this person decides', async () => {
    const { slack, anna, ben } = world;
    const card = await proposed();
    expect(card.thread_ts).toBeUndefined();
    expect(textOf(card)).toContain('Only you can decide');
    const [id = ''] = buttonValues(card, 'dispatch_approve');
    const home = await openHome(world, ben);
    expect(home).not.toContain('Waiting for your decision');
    expect(JSON.stringify(slack.home(ben))).not.toContain(id);
    for (const actionId of ['dispatch_approve', 'dispatch_decline', 'dispatch_stop', 'dispatch_again']) {
      await forge(world, ben, actionId, id);
      expect(textOf(slack.modal(ben))).toContain('Only members of the channel decide this.');
    }
    expect(await stateNow()).toEqual(['proposed']);
    await slack.dm(ben, 'approve');
    await toldSoon(world, ben, 'Answer to: ben: approve');
    expect(await stateNow()).toEqual(['proposed']);
    expect(await openHome(world, anna)).toContain('Writes a letter.');
    await slack.click({ user: anna, view: 'home', actionId: 'dispatch_decline' });
    await slack.until(async () => (await stateNow())[0] === 'declined', 'it is declined');
    expect(await openHome(world, anna)).not.toContain('Writes a letter.');
    expect(world.provider.requests().filter(isWork)).toEqual([]);
  });

  for (const how of ['the button', 'a word'] as const) {
    it(`approved by ${how} opens its thread there, which goes on without the person’s facts`, async () => {
      const { slack, anna, provider } = world;
      const card = await proposed();
      if (how === 'the button') await approve(card.ts);
      else await slack.dm(anna, 'Go ahead!');
      const summary = await toldSoon(world, anna, 'is done.');
      expect(summary.thread_ts).toBeUndefined();
      expect(textOf(summary)).toContain('RESULT-LETTER');
      const opening = await toldSoon(world, anna, 'works on this:');
      expect(opening.thread_ts).toBeUndefined();
      const [root, result] = slack.thread(dm(), opening.ts);
      expect(textOf(root)).toContain('LETTER-HERON');
      expect(textOf(result)).toContain('RESULT-LETTER: Dear heron.');
      expect(textOf(summary)).toContain(opening.ts.replace('.', ''));

      const work = provider.requests().filter(isWork);
      expect(work.map(sent).join('\n')).not.toContain('FACT-OTTER');
      const coaching = await coachingOf(world, anna);
      const { stores, teamId } = world.milepost;
      const thread = await stores.conversations.findByThread(teamId, dm(), opening.ts);
      expect(thread).toMatchObject({
        type: 'task',
        mode: 'task',
        userId: anna,
        projectId: null,
        parentId: coaching.id,
        title: `writer: ${TASK}`,
      });
      const messages = await stores.messages.latest({ teamId, id: thread?.id ?? '' }, 10);
      expect(messages.map(({ type, content }) => [type, content])).toEqual([
        ['text', TASK],
        ['agent_result', 'RESULT-LETTER: Dear heron.'],
      ]);

      const { answer } = await askDirectly(world, 'Make it shorter, please.', { threadTs: opening.ts });
      expect(answer.thread_ts).toBe(opening.ts);
      expect(lastSent(world)).toContain('RESULT-LETTER: Dear heron.');
      expect(lastSent(world)).not.toContain('FACT-OTTER');
      const offered = provider.requests().at(-1);
      expect(offered === undefined ? [] : offeredTools(offered)).toEqual(['propose_specialist']);
      await askDirectly(world, 'Are we done?');
      expect(lastSent(world)).toContain('likes: FACT-OTTER');
      expect(lastSent(world)).not.toContain('Make it shorter');
      expect(lastSent(world)).toContain('The writer has finished');
    });
  }

  it('made in a thread of the direct messages stands in that thread, with its summary', async () => {
    const { anna } = world;
    const first = await askDirectly(world, 'Let me think.');
    const card = await proposed(first.ts);
    expect(card.thread_ts).toBe(first.ts);
    await approve(card.ts);
    expect((await toldSoon(world, anna, 'is done.')).thread_ts).toBe(first.ts);
    expect((await toldSoon(world, anna, 'works on this:')).thread_ts).toBeUndefined();
  });

  it('leads to one run, however often it is approved at once', async () => {
    const { slack, anna, provider } = world;
    const card = await proposed();
    await Promise.all([approve(card.ts), approve(card.ts), slack.dm(anna, 'approve')]);
    await toldSoon(world, anna, 'is done.');
    await atRest(world, 'decide-by-word', 'answer-mention', 'run-dispatch');
    expect(provider.requests().filter(isWork)).toHaveLength(1);
    const opened = toldDirectly(world, anna).filter((one) => textOf(one).includes('works on this:'));
    expect(opened).toHaveLength(1);
    await slack.until(async () => (await stateNow())[0] === 'succeeded', 'it has ended');
    expect(await stateNow()).toHaveLength(1);
  });

  it('expires when its question is deleted, and shows nothing of it any more', async () => {
    const { slack, anna } = world;
    const { ts } = await askDirectly(world, 'I need a letter.');
    const card = await toldSoon(world, anna, 'waits for approval');
    await slack.remove({ channel: dm(), ts });
    const shown = await slack.until(() => {
      const text = textOf(slack.message(dm(), card.ts));
      return text.includes('no longer open') && text;
    }, 'the card is closed');
    expect(shown).not.toContain('Writes a letter.');
    expect(buttonValues(slack.message(dm(), card.ts), 'dispatch_approve')).toEqual([]);
  });
});
