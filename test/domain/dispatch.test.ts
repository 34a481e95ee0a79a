import { describe, expect, it } from 'vitest';
import { type DispatchState, mayBecome, taskThreadTitle, wordIn } from '../../src/domain/dispatch.ts';
import { checkMetadata, type MessageMetadata } from '../../src/domain/message-metadata.ts';

const STATES: DispatchState[] = [
  'proposed',
  'approved',
  'running',
  'succeeded',
  'failed',
  'declined',
  'expired',
];

describe('A word about a proposal', () => {
  it.each(['approve', 'Approved.', '@Milepost, go ahead!', 'YES, GO AHEAD', 'please   approve…'])(
    'approves: %s',
    (text) => {
      expect(wordIn(text)).toBe('approve');
    },
  );

  it.each(['no', 'No!', 'no, thanks', '@Milepost decline'])('declines: %s', (text) => {
    expect(wordIn(text)).toBe('decline');
  });

  it.each([
    ...['Approve?', 'Go ahead?', 'No?', 'stop?', '"approve"', '(approve)', '“no”', '`approve`', '> approve'],
    ...['approve it tomorrow', 'I approve of owls', 'not approved', 'no way', 'yes', 'ok', '', '.', '👍'],
    ...['approve https://example.com', 'approve\nthe other one'],
  ])('decides nothing: %s', (text) => {
    expect(wordIn(text)).toBeNull();
  });
});

describe('The life of a dispatch', () => {
  it('begins with a decision and ends for good', () => {
    const moves = STATES.flatMap((from) =>
      STATES.filter((to) => mayBecome(from, to)).map((to) => `${from} ${to}`),
    );
    expect(moves).toEqual([
      ...['proposed approved', 'proposed declined', 'proposed expired'],
      ...['approved running', 'approved failed'],
      ...['running succeeded', 'running failed'],
    ]);
  });

  it('gives its task thread the first 80 characters of the task, whole ones', () => {
    const title = taskThreadTitle({ specialist: 'writer', task: '🦉'.repeat(100) });
    expect(title).toBe(`writer: ${'🦉'.repeat(80)}`);
    expect(taskThreadTitle({ specialist: 'writer', task: 'Short.' })).toBe('writer: Short.');
  });
});

describe('What goes with a message', () => {
  const made = { toolCalls: ['read_attachment'], sources: ['A1'], used: [], tokens: 12 };
  const request = {
    ...{ dispatchId: 'D1', specialist: 'writer', task: 'Write.', summary: 'A text' },
    ...{ actions: ['Write it'], destructive: false, used: [] },
  };
  const refused = (type: Parameters<typeof checkMetadata>[0], metadata: MessageMetadata | null) => () =>
    checkMetadata(type, metadata);

  it('fits its type', () => {
    const result = { ...made, dispatchId: null, specialist: null, summary: '' };
    const progress = { dispatchId: 'D1', steps: [{ text: 'Reads', done: false }] };
    for (const check of [
      refused('text', null),
      refused('text', made),
      refused('agent_request', request),
      refused('agent_progress', progress),
      refused('agent_result', result),
    ])
      expect(check).not.toThrow();
  });

  it('and nothing else does', () => {
    for (const check of [
      refused('agent_request', null),
      refused('agent_request', made),
      refused('agent_result', made),
      refused('text', request),
      refused('text', { ...made, tokens: -1 }),
      refused('text', { ...made, tokens: 1.5 }),
    ])
      expect(check).toThrow(expect.objectContaining({ code: 'metadata_invalid' }));
  });
});
