import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/domain/context.ts';
import { learnedFrom } from '../../src/domain/memory-sources.ts';
import { coachingContextOf } from '../ai/coaching-builder.ts';
import { message, passage, source } from './builders.ts';

const question = { channelId: 'C1', ts: '9.000000' };
const context: Context = {
  ...coachingContextOf({ question: 'Remember it.' }),
  sources: [
    source({
      n: 1,
      attachmentId: 'A1',
      title: 'Notes',
      url: null,
      passages: [passage({ text: 'The printer is called\nGutenberg and Sons.' })],
      shown: [0],
    }),
    source({ n: 2, attachmentId: 'A2', title: 'Fees', url: null, passages: [], shown: [] }),
  ],
  told: [
    message({ channelId: 'C1', ts: '1.000000', content: 'Ben says: Gutenberg and Sons it is.' }),
    message({ channelId: 'C1', ts: '2.000000', content: 'Something else.' }),
    message({ channelId: 'C1', ts: '9.000000', content: 'Remember it.' }),
  ],
};

describe('What is to be remembered was learned', () => {
  it('always from the message that is answered, once', () => {
    expect(learnedFrom(context, question, [], 'May')).toEqual({ attachmentIds: [], messages: [question] });
    const said = learnedFrom(context, question, [], 'Remember it.');
    expect(said.messages).toEqual([question]);
  });

  it('from the attachments the model names', () => {
    expect(learnedFrom(context, question, [2], 'May').attachmentIds).toEqual(['A2']);
  });

  it('from all it was shown, when the model does not say', () => {
    expect(learnedFrom(context, question, undefined, 'May').attachmentIds).toEqual(['A1']);
  });

  it('from whatever says it word for word, however deep in the value it stands', () => {
    for (const value of [
      'GUTENBERG  and sons',
      { printer: { name: 'Gutenberg and Sons' } },
      ['x', ['Gutenberg and Sons']],
    ]) {
      expect(learnedFrom(context, question, [], value)).toEqual({
        attachmentIds: ['A1'],
        messages: [question, { channelId: 'C1', ts: '1.000000' }],
      });
    }
  });

  it('not from where a few letters stand by chance', () => {
    expect(learnedFrom(context, question, [], 'is')).toEqual({ attachmentIds: [], messages: [question] });
    expect(learnedFrom(context, question, [], [null, 7, true])).toEqual({
      attachmentIds: [],
      messages: [question],
    });
  });
});
