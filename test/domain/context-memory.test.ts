import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCoachingContext } from '../../src/domain/coaching-context.ts';
import { buildContext } from '../../src/domain/context.ts';
import type { ContextEntry } from '../../src/domain/context-entry.ts';
import type { Message } from '../../src/domain/conversation.ts';
import { learnedFrom } from '../../src/domain/memory-sources.ts';
import type { UserFact } from '../../src/domain/user-fact.ts';
import { attachment, conversation, message, passage, project, records } from './builders.ts';

const LARGE = 1_000_000;
const at = new Date('2026-03-01T09:00:00Z');
const scope = { teamId: 'T1', projectId: 'P1', milestoneId: 'M1' };
const teams = fc.constantFrom('T1', 'T2');
const text = JSON.stringify;
const canary = (nth: number): string => `canary_${nth}_`;

describe('What is remembered of a thread', () => {
  const entries = fc.array(
    fc.record({
      teamId: teams,
      conversationId: fc.constantFrom('V1', 'V2'),
      madeFor: fc.constantFrom('M1', 'M2', null),
      attachmentIds: fc.subarray(['A1', 'A9']),
    }),
    { maxLength: 8 },
  );

  it('is told in that very thread, in the scope it was learned in, while its sources are in reach', () => {
    fc.assert(
      fc.property(entries, fc.boolean(), (specs, atProject) => {
        const milestoneId = atProject ? null : 'M1';
        const all = specs.map(
          (one, nth): ContextEntry => ({
            ...one,
            id: `E${nth}`,
            key: `key ${nth}`,
            type: 'domain',
            value: canary(nth),
            updatedAt: at,
            sources: { messages: [], attachmentIds: one.attachmentIds },
          }),
        );
        const context = buildContext(
          { ...scope, milestoneId },
          records({
            entries: all,
            attachments: [attachment({ id: 'A1' })],
            conversation: conversation({ milestoneId }),
          }),
          LARGE,
          () => [],
        );
        for (const [nth, one] of all.entries()) {
          const own = one.teamId === 'T1' && one.conversationId === 'V1';
          const inScope = milestoneId === null || one.madeFor === milestoneId;
          const inReach = !one.sources.attachmentIds.includes('A9');
          expect(text(context).includes(canary(nth))).toBe(own && inScope && inReach);
        }
      }),
    );
  });
});

describe('What is known in a private conversation', () => {
  const person = { teamId: 'T1', userId: 'U1' };
  const facts = fc.array(fc.record({ teamId: teams, userId: fc.constantFrom('U1', 'U2') }), { maxLength: 8 });
  const said = fc.array(
    fc.record({
      teamId: teams,
      conversationId: fc.constantFrom('V1', 'V2'),
      before: fc.boolean(),
      deleted: fc.boolean(),
    }),
    { maxLength: 8 },
  );

  it('is this person’s alone, nothing from before it was emptied, and no fact in a thread of a result', () => {
    fc.assert(
      fc.property(facts, said, fc.constantFrom('coaching', 'task'), (factSpecs, saidSpecs, type) => {
        const all = factSpecs.map(
          (one, nth): UserFact => ({
            ...one,
            id: `F${nth}`,
            key: `key ${nth}`,
            value: canary(nth),
            updatedAt: at,
            from: [],
          }),
        );
        const messages = saidSpecs.map(
          ({ before, ...one }, nth): Message =>
            message({ ...one, ts: `${before ? 3 : 7}.00000${nth}`, content: canary(100 + nth) }),
        );
        const private_ = conversation({
          type,
          userId: 'U1',
          projectId: null,
          milestoneId: null,
          since: '5.000000',
        });
        const context = buildCoachingContext(
          person,
          {
            conversation: private_,
            messages,
            question: message({ id: 'Q', ts: '9.000000', content: 'What next?' }),
            facts: all,
            entries: [],
            projects: [project({ purpose: 'canary_purpose_' })],
            tasks: [],
            names: new Map(),
          },
          LARGE,
        );
        for (const [nth, one] of all.entries()) {
          const own = one.teamId === 'T1' && one.userId === 'U1' && type === 'coaching';
          expect(text(context).includes(canary(nth))).toBe(own);
        }
        for (const [nth, one] of saidSpecs.entries()) {
          const told = one.teamId === 'T1' && one.conversationId === 'V1' && !one.before && !one.deleted;
          expect(text(context).includes(canary(100 + nth))).toBe(told);
        }
        expect(text(context)).not.toContain('canary_purpose_');
      }),
    );
  });

  it('is nothing at all in a conversation that is somebody else’s', () => {
    const context = buildCoachingContext(
      person,
      {
        conversation: conversation({ type: 'coaching', userId: 'U2', projectId: null, milestoneId: null }),
        messages: [message({ content: 'canary_said_' })],
        question: message({ id: 'Q', ts: '9.000000', content: 'What next?' }),
        facts: [{ ...person, id: 'F1', key: 'k', value: 'canary_fact_', updatedAt: at, from: [] }],
        entries: [],
        projects: [],
        tasks: [],
        names: new Map(),
      },
      LARGE,
    );
    expect(text(context)).not.toContain('canary');
  });
});

describe('What something was learned from', () => {
  const question = { channelId: 'C1', ts: '9.000000' };
  const brief = attachment({ id: 'A1', key: 'D1', documentId: 'D1', title: 'Brief' });
  const link = attachment({
    id: 'A2',
    kind: 'link',
    key: 'L',
    documentId: null,
    title: 'Wiki',
    url: 'https://example.com/heron-4711',
  });
  const context = buildContext(
    scope,
    records({
      attachments: [brief, link],
      passages: [passage({ documentId: 'D1', text: 'The budget is 48213 euros for all of the birds.' })],
      messages: [message({ ts: '2.000001', content: 'The gate code is 99417.' })],
    }),
    LARGE,
    () => [],
  );
  const idsOf = (value: unknown) => learnedFrom(context, question, [], value).attachmentIds;

  it.each([
    ['a number of it in a sentence of its own', 'They have 48213 to spend', ['A1']],
    ['a row of its words', { note: 'so the budget is 48213 euros for all' }, ['A1']],
    ['an address in a sentence', 'More stands under https://example.com/heron-4711 as Ben said', ['A2']],
    ['nothing of either', 'They like short answers', []],
  ])('is an attachment although the model does not name it: %s', (_, value, ids) => {
    expect(idsOf(value)).toEqual(ids);
  });

  it('is a message that is quoted, besides the question', () => {
    const { messages } = learnedFrom(context, question, [], ['The code for the gate: 99417']);
    expect(messages.map(({ ts }) => ts)).toEqual(['9.000000', '2.000001']);
  });
});
