import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import { buildContext, type Context } from '../../src/domain/context.ts';
import type { Rank } from '../../src/domain/context-sources.ts';
import { INSTRUCTIONS, PLAN_INSTRUCTIONS } from '../../src/domain/context-text.ts';
import { countTokens } from '../../src/domain/tokens.ts';
import { canariesIn, type RandomThread, randomThread } from './random-workspaces.ts';

const LARGE = 10_000_000;
const budget = fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 400 }), fc.constant(LARGE));

/** The real ranker, one that finds nothing, and one that answers with what was never asked. */
const rankers = fc.constantFrom<Rank[]>(
  rank,
  () => [],
  (_, candidates) => [
    { id: 'nobody', score: 2 },
    ...candidates.toReversed().map(({ id }) => ({ id, score: 1 })),
    ...candidates.map(({ id }) => ({ id, score: 0 })),
  ],
);

const contextOf = ({ scope, records }: RandomThread, tokens = LARGE, by: Rank = rank): Context =>
  buildContext(scope, records, tokens, by);

const textOf = (context: Context): string => context.prompt.map((part) => part.content).join('\n');

const FRAME = /<attachment n="(\d+)" title="[^"\n]*">\n([\s\S]*?)\n<\/attachment>/gu;

/** What stands between the delimiters of each attachment, by its number. */
function framesOf(context: Context): Map<number, string> {
  return new Map([...textOf(context).matchAll(FRAME)].map(([, n, body]) => [Number(n), body ?? '']));
}

/** Canaries of the messages that the prompt holds between its head and the question. */
function talkOf(context: Context, { summarised }: RandomThread): string[] {
  return canariesIn(...context.prompt.slice(summarised ? 2 : 1, -1).map((part) => part.content));
}

const allOf = ({ always, readable, said }: RandomThread): Set<string> =>
  new Set([...always, ...[...readable.values()].flat(), ...said]);

/** Of a passage or of the heading that is told with it. */
const isOfContent = (canary: string): boolean => /(?:passage|heading)_$/u.test(canary);

function check(run: (thread: RandomThread, tokens: number, by: Rank) => void): void {
  fc.assert(fc.property(randomThread, budget, rankers, run), { numRuns: 250 });
}

describe('What a model is sent, although all records of all workspaces are handed over', () => {
  it('is everything in scope when there is room, word for word, and nothing else', () => {
    check((thread) => {
      const context = contextOf(thread);
      expect(new Set(canariesIn(textOf(context)))).toEqual(allOf(thread));
    });
  });

  it('is never anything from outside the scope, whatever the budget and whatever the ranker says', () => {
    check((thread, tokens, by) => {
      const context = contextOf(thread, tokens, by);
      const allowed = allOf(thread);
      expect(canariesIn(JSON.stringify(context)).filter((canary) => !allowed.has(canary))).toEqual([]);
    });
  });

  it('is for a planner what it is for an answer, but for the instructions', () => {
    check((thread, tokens, by) => {
      const { scope, records } = thread;
      const context = buildContext(scope, records, tokens, by, PLAN_INSTRUCTIONS);
      const allowed = allOf(thread);
      expect(canariesIn(JSON.stringify(context)).filter((canary) => !allowed.has(canary))).toEqual([]);
      const whole = buildContext(scope, records, LARGE, by, PLAN_INSTRUCTIONS);
      expect(textOf(whole)).toBe(textOf(contextOf(thread)).replace(INSTRUCTIONS, () => PLAN_INSTRUCTIONS));
    });
  });

  it('always names every attachment in scope, the project, the section and the question', () => {
    check((thread, tokens, by) => {
      const found = new Set(canariesIn(textOf(contextOf(thread, tokens, by))));
      expect(thread.always.filter((canary) => !found.has(canary))).toEqual([]);
    });
  });

  it('keeps to the budget, unless names and question alone are larger', () => {
    check((thread, tokens, by) => {
      const { prompt, receipt } = contextOf(thread, tokens, by);
      const sent = prompt.reduce((total, part) => total + countTokens(part.content), 0);
      expect(receipt.tokens).toBe(sent);
      const bare = contextOf(thread, 0, by);
      expect([framesOf(bare).size, talkOf(bare, thread).length]).toEqual([0, 0]);
      expect(sent).toBeLessThanOrEqual(Math.max(tokens, bare.receipt.tokens));
    });
  });

  it('has the newest messages without a gap, in their order, each in its own role', () => {
    check((thread, tokens, by) => {
      const context = contextOf(thread, tokens, by);
      const talk = talkOf(context, thread);
      expect(talk).toEqual(thread.said.slice(thread.said.length - talk.length));
      expect(context.receipt.messages).toBe(talk.length + 1);
      expect(context.receipt.messagesLeftOut).toBe(thread.said.length - talk.length);
      expect(context.prompt[0]?.role).toBe('system');
      expect(context.prompt.at(-1)?.role).toBe('user');
    });
  });

  it('is what the receipt says: each attachment whole, in parts or by name, under its number', () => {
    check((thread, tokens, by) => {
      const context = contextOf(thread, tokens, by);
      const { items, elsewhere, section } = context.receipt;
      const frames = framesOf(context);
      expect(items.map((item) => item.n)).toEqual(items.map((_, at) => at + 1));
      expect(new Set(items.map((item) => item.attachmentId))).toEqual(new Set(thread.readable.keys()));
      for (const item of items) {
        const all = thread.readable.get(item.attachmentId) ?? [];
        const shown = canariesIn(frames.get(item.n) ?? '');
        expect(shown).toEqual(all.filter((canary) => shown.includes(canary)));
        const included = shown.length === 0 ? 'named' : shown.length === all.length ? 'whole' : 'passages';
        expect(item.included).toBe(included);
      }
      const { milestoneId } = thread.scope;
      expect(elsewhere).toBe(milestoneId === null ? 0 : thread.records.elsewhere);
      expect(section === null).toBe(milestoneId === null);
    });
  });

  it('says everything of an attachment inside its delimiters, and no text can leave them or forge others', () => {
    check((thread, tokens, by) => {
      const context = contextOf(thread, tokens, by);
      const frames = framesOf(context);
      const text = textOf(context).replace(INSTRUCTIONS, '');
      expect(text.match(/<attachment\b/giu) ?? []).toHaveLength(frames.size);
      expect(text.match(/<\/attachment\b/giu) ?? []).toHaveLength(frames.size);
      const outside = canariesIn(text.replace(FRAME, ''));
      expect(outside.filter(isOfContent)).toEqual([]);
      const inside = canariesIn(...frames.values());
      expect(inside.filter((canary) => !isOfContent(canary))).toEqual([]);
    });
  });

  it('gives an attachment the same number for every question, budget and order of the records', () => {
    check((thread, tokens, by) => {
      const numbers = (context: Context) => context.sources.map(({ n, attachmentId }) => [n, attachmentId]);
      const { scope, records } = thread;
      const other = {
        ...records,
        attachments: records.attachments.toReversed(),
        passages: records.passages.toReversed(),
        messages: [],
        question: { ...records.question, content: 'Something else?' },
      };
      expect(numbers(buildContext(scope, other, tokens, by))).toEqual(numbers(contextOf(thread)));
    });
  });

  it('begins with the same bytes for two different questions when everything fits', () => {
    check((thread) => {
      const { scope, records } = thread;
      const later = { ...records.question, ts: '1900000000.000000', content: 'And the shortest one?' };
      const first = contextOf(thread).prompt[0]?.content;
      const second = buildContext(scope, { ...records, question: later }, LARGE, rank).prompt[0]?.content;
      expect(second).toBe(first);
      for (const canary of [...thread.readable.values()].flat()) expect(first).toContain(canary);
    });
  });
});
