import { expect, it } from 'vitest';
import type { Receipt } from '../../src/domain/receipt.ts';
import type { MadeAnswer } from '../../src/ports/conversations.ts';
import { FencedError } from '../../src/ports/jobs.ts';
import { UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

const key = (teamId: string) => ({ teamId, channelId: 'C1', questionTs: '101.0' });
const start = { conversationId: UNKNOWN, threadTs: '100.0', askedBy: 'U1' };
const receipt: Receipt = {
  section: 'Outline',
  items: [
    { n: 1, attachmentId: UNKNOWN, title: 'a', url: null, section: null, included: 'whole', unread: null },
  ],
  messages: 3,
  summarised: 0,
  messagesLeftOut: 0,
  elsewhere: 2,
  tokens: 812,
};

const made = (over: Partial<MadeAnswer>): MadeAnswer => ({
  text: 'Blue.',
  receipt,
  urls: [],
  madeFor: null,
  questionEditedTs: null,
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
      reference: null,
      parts: 0,
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
    await answers.settle(begun, 7, 'delivered', 2);
    expect(await answers.findById(begun)).toEqual({ ...saved, state: 'delivered', parts: 2 });
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
      answers.settle(begun, 7, 'delivered', 1),
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
});
