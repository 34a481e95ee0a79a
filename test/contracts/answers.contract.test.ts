import { expect, it } from 'vitest';
import type { AnswerEffects } from '../../src/domain/answer-effects.ts';
import type { Answer } from '../../src/domain/conversation.ts';
import type { AnswerStore, MadeAnswer } from '../../src/ports/conversations.ts';
import { FencedError } from '../../src/ports/jobs.ts';
import { item, receipt as receiptOf, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

const key = (teamId: string) => ({ teamId, channelId: 'C1', questionTs: '101.0' });
const start = { conversationId: UNKNOWN, threadTs: '100.0', askedBy: 'U1' };
const receipt = receiptOf([item(UNKNOWN)]);

const made = (over: Partial<MadeAnswer>): MadeAnswer => ({
  text: 'Blue.',
  receipt,
  urls: [],
  madeFor: null,
  ...{ questionEditedTs: null, effects: null, toolCalls: [], used: [] },
  ...over,
});

describeStores('answers', (opened) => {
  it('makes one answer to a question, also when twenty begin at once', async () => {
    const teamId = newTeam();
    const begun = await atOnce(opened(), 20, ({ answers }) => answers.begin(key(teamId), start, 1));
    expect(new Set(begun.map((one) => one.id)).size).toBe(1);
    expect(begun[0]).toEqual({
      ...key(teamId),
      ...start,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      questionEditedTs: null,
      state: 'working',
      text: '',
      receipt: null,
      madeFor: null,
      urls: [],
      ...{ reference: null, effects: null, remembered: [], used: [], toolCalls: [], parts: 0 },
    });
    const { answers } = opened().stores;
    expect(await answers.find(key(teamId))).toEqual(begun[0]);
    expect(await answers.findById({ teamId, id: begun[0]?.id ?? '' })).toEqual(begun[0]);
    expect(await answers.find({ ...key(teamId), questionTs: '102.0' })).toBeNull();
  });

  it('goes to the newest of twenty claims that begin at once', async () => {
    const teamId = newTeam();
    await atOnce(opened(), 20, ({ answers }, n) => answers.begin(key(teamId), start, n).catch(() => null));
    const { answers } = opened().stores;
    expect(await refusal(answers.begin(key(teamId), start, 18))).toBeInstanceOf(FencedError);
    expect(await answers.begin(key(teamId), start, 19)).toMatchObject({ state: 'working' });
  });

  it('saves, delivers and fails for the claim that holds it', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begun = await answers.begin(key(teamId), start, 7);
    const saved = {
      ...begun,
      state: 'saved',
      text: 'Blue.',
      receipt,
      urls: ['https://a/'],
      questionEditedTs: '102.0',
    };
    expect(
      await answers.save(begun, 7, made({ text: 'Blue.', urls: ['https://a/'], questionEditedTs: '102.0' })),
    ).toEqual(saved);
    await answers.settle(begun, 7, { state: 'delivered', parts: 2 });
    expect(await answers.findById(begun)).toEqual({ ...saved, urls: [], state: 'delivered', parts: 2 });
    expect(await answers.fail(begun, 7, 'ab12')).toMatchObject({ state: 'failed', reference: 'ab12' });
    expect(await answers.begin(key(teamId), start, 8)).toMatchObject({
      state: 'failed',
      text: 'Blue.',
      parts: 2,
    });
    expect(await answers.save(begun, 8, made({ text: 'Red.' }))).toMatchObject({
      state: 'saved',
      reference: null,
    });
  });

  it('writes nothing for a claim that was overtaken', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begun = await answers.begin(key(teamId), start, 7);
    await answers.begin(key(teamId), start, 8);
    const late = [
      answers.begin(key(teamId), start, 7),
      answers.save(begun, 7, made({ text: 'Late.' })),
      answers.settle(begun, 7, { state: 'delivered', parts: 1 }),
      answers.fail(begun, 7, 'ab12'),
    ];
    for (const error of await Promise.all(late.map(refusal))) expect(error).toBeInstanceOf(FencedError);
    expect(await answers.findById(begun)).toEqual(begun);
  });

  it('lets a newer claim give up before it began, and shuts the older one out by it', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begun = await answers.begin(key(teamId), start, 7);
    expect(await answers.fail(begun, 9, 'ab12')).toMatchObject({ state: 'failed' });
    expect(await refusal(answers.save(begun, 7, made({ text: 'Late.' })))).toBeInstanceOf(FencedError);
  });

  it('takes votes for answers that are there, and none for others', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begun = await answers.begin(key(teamId), start, 1);
    await atOnce(opened(), 20, (stores, n) => stores.answers.vote(begun, 'U1', n % 2 === 0 ? 'up' : 'down'));
    await answers.vote({ teamId, id: UNKNOWN }, 'U1', 'up');
    expect(await answers.findById(begun)).toEqual(begun);
  });

  it('keeps what is to follow from it until it is settled, whatever is to be remembered', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begun = await answers.begin(key(teamId), { ...start, threadTs: null }, 7);
    expect(begun.threadTs).toBeNull();
    const value = { $where: '1', 'a.b': [{ $set: null }], text: 'plain' };
    const sources = { messages: [{ channelId: 'C1', ts: '101.0' }], attachmentIds: [UNKNOWN] };
    const effects: AnswerEffects = {
      entries: [
        { about: 'conversation', key: '$tone', type: 'preference', value, sources },
        { about: 'person', key: 'none', type: 'domain', value: null, sources },
      ],
      refused: [{ key: 'long', why: 'A value has at most 16 KB.' }],
      dispatch: {
        ...{ specialist: 'reviewer', task: 'Review it.', summary: 'A review', actions: ['Read'] },
        destructive: true,
      },
      task: { title: 'Write it', details: '$set' },
    };
    const followed = { effects, toolCalls: ['remember', 'propose'], used: [UNKNOWN] };
    const saved = await answers.save(begun, 7, made(followed));
    expect(saved).toMatchObject(followed);
    expect(await answers.findById(begun)).toEqual(saved);
    const remembered = [{ about: 'person', id: UNKNOWN } as const];
    await answers.settle(begun, 7, { state: 'delivered', parts: 1, remembered });
    const settled = { ...saved, effects: null, urls: [], remembered, state: 'delivered', parts: 1 };
    expect(await answers.findById(begun)).toEqual(settled);
    await answers.settle(begun, 7, { state: 'stopped', parts: 0 });
    expect(await answers.findById(begun)).toMatchObject({ remembered, state: 'stopped' });
  });
});

describeStores('answers that read an attachment which is removed', (opened) => {
  const A = 'a'.repeat(24);
  const B = 'b'.repeat(24);
  const wanted = (attachmentIds: string[]) => ({
    ...({ about: 'conversation', key: 'length', type: 'domain', value: 'short' } as const),
    sources: { messages: [], attachmentIds },
  });
  const effects = (...entries: AnswerEffects['entries']): AnswerEffects => ({
    ...{ entries, refused: [], dispatch: null, task: null },
  });

  const saverOf =
    (answers: AnswerStore, teamId: string) =>
    async (questionTs: string, over: Partial<MadeAnswer>): Promise<Answer> => {
      const items = [item(A, { n: 1 }), item(B, { n: 2, title: 'Slides' })];
      const begun = await answers.begin({ ...key(teamId), questionTs }, start, 1);
      return answers.save(begun, 1, made({ receipt: receiptOf(items), urls: ['https://a/'], ...over }));
    };

  it('lose its name, and their text as well when they used it', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const save = saverOf(answers, teamId);
    const used = await save('101.0', { used: [A], effects: effects(wanted([B])) });
    const seen = await save('102.0', { used: [B], effects: effects(wanted([B]), wanted([B, A])) });
    const other = await save('103.0', { receipt: receiptOf([item(B)]), used: [B] });
    const none = await save('104.0', { receipt: null });
    await answers.eraseMadeFrom(teamId, A);
    await answers.eraseMadeFrom(teamId, A);
    const left = receiptOf([item(A, { n: 1, title: '', url: null }), item(B, { n: 2, title: 'Slides' })]);
    expect(await answers.findById(used)).toEqual({
      ...used,
      receipt: left,
      text: '',
      urls: [],
      effects: null,
    });
    expect(await answers.findById(seen)).toEqual({ ...seen, receipt: left, effects: effects(wanted([B])) });
    expect(await answers.findById(other)).toEqual(other);
    expect(await answers.findById(none)).toEqual(none);
  });

  it('go where no model was asked and they name it all the same', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const save = saverOf(answers, teamId);
    const listing = await save('102.0', { receipt: null, used: [A], effects: null });
    await answers.eraseMadeFrom(teamId, A);
    expect(await answers.findById(listing)).toEqual({ ...listing, text: '', urls: [] });
  });

  it('go with their question', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const save = saverOf(answers, teamId);
    const gone = await save('102.0', { effects: effects(wanted([B])) });
    const other = await save('103.0', {});
    await answers.erase({ teamId, channelId: gone.channelId, questionTs: '102.0' });
    expect(await answers.findById(gone)).toEqual({ ...gone, text: '', urls: [], effects: null });
    expect(await answers.findById(other)).toEqual(other);
  });
});

describeStores('answers of a conversation that is emptied', (opened) => {
  it('go with their questions, and nobody goes on with them', async () => {
    const { answers } = opened().stores;
    const teamId = newTeam();
    const begin = (questionTs: string, conversationId: string) =>
      answers.begin({ ...key(teamId), questionTs }, { ...start, conversationId }, 1);
    const [old, last, later] = [
      await begin('101.0', 'V1'),
      await begin('102.0', 'V1'),
      await begin('103.0', 'V1'),
    ];
    const elsewhere = await begin('100.0', 'V2');
    await answers.removeThrough({ teamId, id: 'V1' }, '102.0');
    await answers.removeThrough({ teamId, id: 'V1' }, '102.0');
    for (const gone of [old, last]) {
      expect(await answers.findById(gone)).toBeNull();
      expect(await refusal(answers.save(gone, 1, made({})))).toBeInstanceOf(FencedError);
    }
    expect(await answers.findById(later)).toEqual(later);
    expect(await answers.findById(elsewhere)).toEqual(elsewhere);
  });
});
