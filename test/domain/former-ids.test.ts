import { describe, expect, it } from 'vitest';
import { buildContext } from '../../src/domain/context.ts';
import type { ContextEntry } from '../../src/domain/context-entry.ts';
import { attachment, message, records } from './builders.ts';

const at = new Date('2026-03-01T09:00:00Z');
const scope = (milestoneId: string | null) => ({ teamId: 'T1', projectId: 'P1', milestoneId });

/** What was made from the attachment A1, in M1. */
const answer = message({
  ...{ id: 'X2', ts: '3.000000', role: 'assistant', content: 'MADE-FROM-IT [1].', madeFor: 'M1' },
  metadata: { toolCalls: [], sources: ['A1'], used: ['A1'], tokens: 9 },
});
const entry: ContextEntry = {
  ...{ id: 'E1', teamId: 'T1', conversationId: 'V1', key: 'days', type: 'domain', value: 'LEARNED-FROM-IT' },
  ...{ sources: { messages: [], attachmentIds: ['A1'] }, madeFor: 'M1', updatedAt: at },
};

function told(milestoneId: string | null, over: Parameters<typeof attachment>[0]): string {
  const held = records({ attachments: [attachment(over)], messages: [answer], entries: [entry] });
  return JSON.stringify(buildContext(scope(milestoneId), held, 100_000, () => []).prompt);
}

describe('What was made from an attachment that became one with another', () => {
  for (const place of ['M1', null]) {
    it(`is told on in its milestone while that other hangs ${place === null ? 'at the project' : 'there'}`, () => {
      const prompt = told('M1', { id: 'A2', formerIds: ['A1'], milestoneId: place });
      expect(prompt).toContain('MADE-FROM-IT');
      expect(prompt).toContain('LEARNED-FROM-IT');
    });
  }

  it('is not told once that other hangs elsewhere, nor in another milestone, nor without it', () => {
    for (const prompt of [
      told('M1', { id: 'A2', formerIds: ['A1'], milestoneId: 'M2' }),
      told('M2', { id: 'A2', formerIds: ['A1'], milestoneId: null }),
      told('M1', { id: 'A2', formerIds: [], milestoneId: null }),
    ]) {
      expect(prompt).not.toContain('MADE-FROM-IT');
      expect(prompt).not.toContain('LEARNED-FROM-IT');
    }
  });
});
