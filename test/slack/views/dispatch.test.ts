import { describe, expect, it } from 'vitest';
import type { Dispatch, DispatchEnding, DispatchState } from '../../../src/domain/dispatch.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Outgoing } from '../../../src/ports/slack.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { render } from '../../../src/slack/render.ts';
import { readDispatchValue } from '../../../src/slack/views/dispatch-buttons.ts';
import { item } from '../../domain/builders.ts';
import { fieldsOf, stringOf } from '../../support/fake-slack/json.ts';
import { dispatch, elements, live, markup, messageProblems, NASTY, offers, unguarded } from './sheet.ts';

const URL = 'https://acme.slack.com/archives/C1/p1700000000000100';
const RESULT = 'https://acme.slack.com/archives/C1/p1700000000000900';
const card = (over: Partial<Dispatch> = {}, url: string | null = null): Outgoing => ({
  kind: 'dispatch-card',
  dispatch: dispatch(over),
  specialist: 'Researcher',
  url,
});
const shown = (message: Outgoing): string => markup(render(message).blocks);
const texts = (message: Outgoing): string[] => offers(render(message).blocks).map(({ text }) => text);
const dialogOf = (message: Outgoing, action: string = ACTION.approve) =>
  fieldsOf(elements(render(message).blocks).find(({ action_id: id }) => id === action)?.confirm);

describe('The card of a proposed specialist', () => {
  it('says what it is to do, who can decide until when, and that words do as well', () => {
    const text = shown(card());
    expect(text).toContain(':raised_hands: *Researcher* · waits for approval\n> Look for sources about owls');
    expect(text).toContain('*Task*\n> Find three sources about owls.\n> Prefer books.');
    expect(text).toContain('*What it is going to do*\n• Search the attachments\n• Write a list');
    expect(text).toContain(
      'Asked for by <@U9> · Any member of this channel can decide · open until 2026-03-15 09:00 UTC',
    );
    expect(text).toContain('Answering *approve*, *go ahead* or *no* in this thread works as well');
    expect(text).not.toContain('cannot be undone');
    expect(offers(render(card()).blocks)).toEqual([
      { action: ACTION.approve, value: dispatch().id, text: 'Approve' },
      { action: ACTION.decline, value: dispatch().id, text: 'Decline' },
    ]);
    expect(dialogOf(card())).toEqual({});
  });

  it('in direct messages is for that person alone to decide', () => {
    const text = shown(card({ userId: 'U9', threadTs: null, projectId: null }));
    expect(text).toContain('Only you can decide');
    expect(text).toContain('*no* here works as well');
  });

  it('of what cannot be undone warns, and asks in a dialog before it approves', () => {
    const destructive = card({ destructive: true });
    expect(shown(destructive)).toContain(':warning: *This cannot be undone.*');
    const { title, text, style } = dialogOf(destructive);
    expect(stringOf(fieldsOf(title).text)).toBe('This cannot be undone');
    expect(stringOf(fieldsOf(text).text)).toContain('Search the attachments; Write a list');
    expect(style).toBe('danger');
    expect(shown(card({ destructive: true, state: 'succeeded' }))).not.toContain('cannot be undone');
  });

  it('that failed asks in that dialog again before it is tried again, and else does not', () => {
    const failed = { state: 'failed', ending: 'broken' } as const;
    const { text } = dialogOf(card({ ...failed, destructive: true }), ACTION.dispatchAgain);
    expect(stringOf(fieldsOf(text).text)).toContain('Search the attachments; Write a list');
    expect(dialogOf(card(failed), ACTION.dispatchAgain)).toEqual({});
  });

  it('shows step by step what is done while it is at work', () => {
    const steps = [
      { text: 'Read the attachments', done: true },
      { text: 'Writing', done: false },
    ];
    const running = card({ state: 'running', decidedBy: 'U8', steps });
    expect(shown(running)).toContain(':white_check_mark: Read the attachments\n:white_large_square: Writing');
    expect(shown(running)).toContain('Approved by <@U8>');
    expect(shown(running)).toContain('Answering *stop* in this thread works as well');
    const many = Array.from({ length: 33 }, (_, n) => ({ text: `Step ${n}`, done: true }));
    expect(shown(card({ state: 'running', steps: many }))).toMatch(
      /…and 13 earlier\n.*Step 13[\s\S]*Step 32/u,
    );
    expect(shown(card({ state: 'succeeded', steps }))).not.toContain('Writing');
  });

  it.each<[DispatchState, DispatchEnding | null, string[]]>([
    ['proposed', null, ['Approve', 'Decline']],
    ['approved', null, ['Stop']],
    ['running', null, ['Stop']],
    ['succeeded', null, ['Open result']],
    ['failed', 'broken', ['Try again']],
    ['failed', 'stopped', ['Try again']],
    ['failed', 'withdrawn', []],
    ['declined', null, []],
    ['expired', 'time', []],
  ])('that is %s (%s) offers what can still be done', (state, ending, buttons) => {
    const message = card({ state, ending }, RESULT);
    expect(texts(message)).toEqual(buttons);
    expect(messageProblems(render(message).blocks)).toEqual([]);
  });

  it('leads to the result, and nowhere while there is no address', () => {
    const [open] = elements(render(card({ state: 'succeeded' }, RESULT)).blocks);
    expect(open).toMatchObject({ action_id: ACTION.openDispatch, url: RESULT });
    expect(texts(card({ state: 'succeeded' }))).toEqual([]);
  });

  it.each<[Partial<Dispatch>, string]>([
    [{ state: 'declined', decidedBy: 'U8' }, 'Declined by <@U8>. Nothing was done.'],
    [{ state: 'expired', ending: 'time' }, 'Nobody decided within 7 days.'],
    [{ state: 'expired', ending: 'withdrawn' }, 'What it was proposed from was changed or deleted.'],
    [
      { state: 'failed', ending: 'stopped', decidedBy: 'U8', stoppedBy: 'U7' },
      'Approved by <@U8> · Stopped by <@U7>.',
    ],
    [
      { state: 'failed', ending: 'unavailable', decidedBy: 'U8', reference: 'ab12' },
      'Try again in a minute. · Reference: ab12',
    ],
    [{ state: 'failed', ending: 'no_specialist' }, 'This specialist is no longer set up.'],
  ])('says how it ended: %o', (over, sentence) => {
    expect(shown(card(over))).toContain(sentence);
  });

  it('of which everything was taken back still says what became of it', () => {
    const emptied = card({ state: 'succeeded', decidedBy: 'U8', task: '', summary: '', actions: [] }, RESULT);
    expect(shown(emptied)).toBe(':white_check_mark: *Researcher* · done\nApproved by <@U8>');
    expect(messageProblems(render(emptied).blocks)).toEqual([]);
    expect(texts(card({ state: 'failed', ending: 'stopped', task: '', summary: '', actions: [] }))).toEqual(
      [],
    );
  });

  it('says nothing in the name of the app: lines of a model stay within its own', () => {
    const forged = 'Look\n\n:white_check_mark: Approved by everybody \u202eyllaer```';
    const text = shown(card({ summary: forged, actions: [forged, '```'], task: forged }));
    expect(text).toContain('\n> Look :white_check_mark: Approved by everybody yllaerˋˋˋ');
    expect(text).toContain('\n• Look :white_check_mark:');
    expect(text).toContain('> Look\n> :white_check_mark: Approved');
    expect(text).not.toMatch(/^:white_check_mark:|```|\u202e/mu);
  });
});

const receipt: Receipt = {
  section: 'Outline <!channel>',
  items: [item({ section: 'Outline' })],
  messages: 3,
  summarised: 0,
  messagesLeftOut: 0,
  elsewhere: 0,
  tokens: 1_200,
};

describe('A result', () => {
  it('is introduced by what was asked, whole', () => {
    const opening: Outgoing = {
      kind: 'dispatch-task',
      specialist: 'Researcher',
      task: 'One.\nTwo.',
      by: 'U8',
    };
    expect(shown(opening)).toBe(
      ':thread: *Researcher* works on this:\n> One.\n> Two.\nApproved by <@U8>. The result is posted in this thread.',
    );
    const long = Array.from({ length: 300 }, (_, n) => `Point ${n}.`).join('\n');
    expect(shown({ ...opening, task: long })).toContain('> Point 299.');
  });

  it('ends with what was read for it, and is not voted on', () => {
    const last: Outgoing = { kind: 'dispatch-result', dispatchId: 'd1', text: 'Three *owls*.', receipt };
    expect(shown(last)).toContain('Three *owls*.\n:mag: 1 of 1 attachment in *Outline &lt;!channel&gt;*');
    expect(texts(last)).toEqual(['What was read']);
    expect(shown({ kind: 'dispatch-result', dispatchId: 'd1', text: 'Part one.', receipt: null })).toBe(
      'Part one.',
    );
  });

  it('is told of where it was asked for, with the way to all of it', () => {
    const summary = (text: string, whole: boolean): Outgoing => ({
      kind: 'dispatch-summary',
      ...{ specialist: 'Researcher', text, url: RESULT, whole },
    });
    expect(shown(summary('Three owls.', true))).toBe(
      `:white_check_mark: *Researcher* is done.\nThree owls.\n*<${RESULT}|Open the result>*`,
    );
    expect(shown(summary('Three owls', false))).toContain(`… *<${RESULT}|Open the whole result>*`);
    expect(shown(summary('Owl. '.repeat(2_000), true))).toContain('Open the whole result');
  });
});

describe('An approval by a word of what cannot be undone', () => {
  const asked: Outgoing = {
    kind: 'confirm-dispatch',
    dispatch: dispatch({ destructive: true, summary: 'Delete the old chapters' }),
    specialist: 'Researcher',
    userId: 'U8',
  };

  it('is asked for once more', () => {
    expect(shown(asked)).toContain('<@U8>, this cannot be undone:\n> Delete the old chapters');
    expect(shown(asked)).toContain('answer *approve* once more or press the button');
    expect(dialogOf(asked)).not.toEqual({});
    const [approve] = offers(render(asked).blocks);
    expect(readDispatchValue(approve?.value ?? '')).toEqual({ id: dispatch().id, asked: true });
    expect(readDispatchValue(dispatch().id)).toEqual({ id: dispatch().id, asked: false });
  });
});

describe('Messages about specialists', () => {
  const long = (text: string) => text.repeat(Math.ceil(4_000 / text.length)).slice(0, 4_000);
  const worst = (text: string): Partial<Dispatch> => ({
    task: long(text),
    summary: long(text).slice(0, 1_000),
    actions: Array.from({ length: 10 }, () => long(text).slice(0, 400)),
    steps: Array.from({ length: 60 }, () => ({ text: long(text).slice(0, 400), done: true })),
    destructive: true,
    specialist: text,
    reference: text,
    decidedBy: 'U8',
  });
  const states: DispatchState[] = [
    'proposed',
    'approved',
    'running',
    'succeeded',
    'failed',
    'declined',
    'expired',
  ];

  it.each([
    ['markup', `${NASTY} <!channel> <@U1> <http://x|y> *bold*\n`],
    ['signs that are escaped', '&'],
    ['emoji', '🦜'],
    ['line ends', 'a\n'],
    ['code', '```'],
  ])('keep Slack’s limits and call nobody, in %s', (_what, text) => {
    const specialist = long(text).slice(0, 200);
    const messages: Outgoing[] = [
      ...states.map(
        (state): Outgoing => ({
          kind: 'dispatch-card',
          dispatch: dispatch({ ...worst(text), state, ending: state === 'failed' ? 'broken' : null }),
          specialist,
          url: URL,
        }),
      ),
      { kind: 'dispatch-task', specialist, task: long(text), by: 'U8' },
      { kind: 'dispatch-result', dispatchId: 'd1', text: 'Done. '.repeat(1_300), receipt },
      { kind: 'dispatch-summary', specialist, text: 'Done.', url: URL, whole: true },
      { kind: 'confirm-dispatch', dispatch: dispatch(worst(text)), specialist: 'Researcher', userId: 'U8' },
    ];
    for (const message of messages) {
      const { blocks, text: notice } = render(message);
      expect(messageProblems(blocks)).toEqual([]);
      expect(unguarded(blocks)).toEqual([]);
      const ours = (one: string) => one === '<@U8>' || one === '<@U9>' || one.startsWith(`<${URL}|`);
      expect(live(blocks).filter((one) => !ours(one))).toEqual([]);
      expect(notice).not.toMatch(/<[@!#h]/u);
    }
  });
});
