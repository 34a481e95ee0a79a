import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import { buildContext, type ContextRecords } from '../../src/domain/context.ts';
import { attachment, conversation, message, milestone, passage, records } from './builders.ts';

const OUTLINE = { teamId: 'T1', projectId: 'P1', milestoneId: 'M1' };
const WHOLE = { ...OUTLINE, milestoneId: null };
const LARGE = 100_000;

const textOf = (scope: typeof OUTLINE | typeof WHOLE, given: ContextRecords, budget = LARGE): string =>
  buildContext(scope, given, budget, rank)
    .prompt.map((part) => part.content)
    .join('\n');

const neighbours = records({
  milestones: [milestone(), milestone({ id: 'M2', title: 'Cover', description: 'Heron or kingfisher' })],
  attachments: [
    attachment({ id: 'A3', title: 'Budget', milestoneId: null, key: 'D3', documentId: 'D3' }),
    attachment({ id: 'A2', title: 'Chapters' }),
    attachment({ id: 'A1', title: 'Brief', milestoneId: 'M2', key: 'D2', documentId: 'D2' }),
  ],
  passages: [
    passage(),
    passage({ id: 'D2-0', documentId: 'D2', text: 'The cover shows a heron.' }),
    passage({ id: 'D3-0', documentId: 'D3', text: 'Twelve thousand for everything.' }),
  ],
  elsewhere: 1,
});

describe('A context', () => {
  it('of a milestone holds its attachments and the shared ones, and of its neighbour nothing at all', () => {
    const text = textOf(OUTLINE, neighbours);
    expect(text).toContain('Section: Outline');
    expect(text).toContain('Chapter three has 4,200 words.');
    expect(text).toContain('Twelve thousand for everything.');
    for (const word of ['Cover', 'Heron', 'heron', 'Brief']) expect(text).not.toContain(word);
  });

  it('of the project holds all attachments under their sections, and no description of a milestone', () => {
    const text = textOf(WHOLE, neighbours);
    expect(text).toContain(
      'Shared by the whole project:\n[1] Budget\nSection Outline:\n[2] Chapters\nSection Cover:\n[3] Brief',
    );
    expect(text).toContain('The cover shows a heron.');
    expect(text).not.toContain('kingfisher');
  });

  it('counts what lies elsewhere only where something can', () => {
    expect(buildContext(OUTLINE, neighbours, LARGE, rank).receipt.elsewhere).toBe(1);
    expect(buildContext(WHOLE, neighbours, LARGE, rank).receipt.elsewhere).toBe(0);
  });

  it('ends with the question and keeps the roles of what was said before', () => {
    const { prompt } = buildContext(
      OUTLINE,
      records({
        messages: [
          message({ ts: '2.000003', content: 'and then?', userId: 'U2' }),
          message({ ts: '2.000002', content: 'Three chapters.', role: 'assistant', madeFor: 'M1' }),
          message({ ts: '2.000001', content: 'How many?' }),
        ],
      }),
      LARGE,
      rank,
    );
    expect(prompt.slice(1)).toEqual([
      { role: 'user', content: 'Anna: How many?' },
      { role: 'assistant', content: 'Three chapters.' },
      { role: 'user', content: 'U2: and then?' },
      { role: 'user', content: 'Anna: How long is chapter three?' },
    ]);
  });

  it('has the answers to earlier questions, also where they came after this one, and none to later ones', () => {
    const answer = (ts: string, answerTo: string, content: string) =>
      message({ ts, answerTo, content, role: 'assistant', madeFor: 'M1' });
    const { prompt } = buildContext(
      OUTLINE,
      records({
        messages: [
          message({ ts: '2.000001', content: 'How many?' }),
          answer('9.000001', '2.000001', 'Three chapters.'),
          answer('9.000002', '9.000000', 'an earlier try at this one'),
          answer('9.000004', '9.000003', 'to a later one'),
        ],
      }),
      LARGE,
      rank,
    );
    expect(prompt.slice(1).map((part) => part.content)).toEqual([
      'Anna: How many?',
      'Three chapters.',
      'Anna: How long is chapter three?',
    ]);
  });

  it('has neither deleted messages nor those after the question nor those of another conversation', () => {
    const text = textOf(
      OUTLINE,
      records({
        messages: [
          message({ ts: '2.000001', content: 'taken back', deleted: true }),
          message({ ts: '9.000000', content: 'the same moment' }),
          message({ ts: '9.000001', content: 'later' }),
          message({ ts: '2.000002', content: 'next door', conversationId: 'V2' }),
          message({ ts: '2.000003', content: 'another workspace', teamId: 'T2' }),
        ],
      }),
    );
    for (const word of ['taken back', 'the same moment', 'later', 'next door', 'another workspace'])
      expect(text).not.toContain(word);
  });

  it('puts the summary in the place of the messages it stands for', () => {
    const summary = { text: 'They agreed on three chapters.', throughTs: '2.000002', messages: 2 };
    const given = records({
      conversation: conversation({ summary }),
      messages: [1, 2, 3].map((n) => message({ ts: `2.00000${n}`, content: `said-${n}` })),
    });
    const text = textOf(OUTLINE, given);
    expect(text).toContain('Summary of the older part of this conversation:\nThey agreed on three chapters.');
    expect(text).not.toContain('said-1');
    expect(text).not.toContain('said-2');
    expect(text).toContain('said-3');
    const { receipt } = buildContext(OUTLINE, given, LARGE, rank);
    expect(receipt).toMatchObject({ messages: 2, summarised: 2, messagesLeftOut: 0 });
  });

  it('chooses the passages that fit the question when not all fit, and says that they are chosen', () => {
    const filler = 'The weather was mild and the river ran quietly past the old mill. '.repeat(15);
    const given = records({
      attachments: [attachment()],
      passages: [
        ...Array.from({ length: 10 }, (_, n) => passage({ n, text: `${filler}${n}` })),
        passage({ n: 10, text: 'Chapter three has 4,200 words.' }),
      ],
    });
    const { prompt, receipt } = buildContext(OUTLINE, given, 900, rank);
    expect(prompt[0]?.content).not.toContain('<attachment n=');
    expect(prompt.at(-1)?.content).toMatch(/^Passages chosen for the question/u);
    expect(prompt.at(-1)?.content).toContain('Chapter three has 4,200 words.');
    expect(prompt.at(-1)?.content.endsWith('Anna: How long is chapter three?')).toBe(true);
    expect(receipt.items[0]?.included).toBe('passages');
    expect(receipt.tokens).toBeLessThanOrEqual(900);
  });

  it('counts what stands between and around the passages as well', () => {
    const ids = Array.from({ length: 12 }, (_, at) => `D${at}`);
    const given = records({
      attachments: ids.map((id) => attachment({ id, documentId: id, title: 'fourfour' })),
      passages: ids.flatMap((id) =>
        ['abcd', '</attachment>'.repeat(20), 'efgh'].map((text, n) =>
          passage({ id: `${id}-${n}`, documentId: id, n, text }),
        ),
      ),
      messages: Array.from({ length: 9 }, (_, at) => message({ ts: `2.00000${at}`, content: 'ab' })),
    });
    const names = buildContext(OUTLINE, given, 0, rank).receipt.tokens;
    for (let budget = names; budget < names + 1_500; budget += 1)
      expect(buildContext(OUTLINE, given, budget, rank).receipt.tokens).toBeLessThanOrEqual(budget);
    expect(buildContext(OUTLINE, given, names + 1_500, rank).receipt.messagesLeftOut).toBe(0);
  });

  it('takes no title, section or passage from another workspace or project under the same ids', () => {
    const foreign = { teamId: 'T2' };
    const text = textOf(WHOLE, {
      ...neighbours,
      milestones: [
        milestone({ ...foreign, title: 'Secret section' }),
        ...neighbours.milestones,
        milestone({ ...foreign, title: 'Secret section' }),
        milestone({ id: 'M2', projectId: 'P2', title: 'Secret cover' }),
      ],
      attachments: [...neighbours.attachments, attachment({ ...foreign, title: 'Secret plan' })],
      passages: [...neighbours.passages, passage({ ...foreign, text: 'Secret words' })],
    });
    expect(text).not.toContain('Secret');
  });

  it('lists as addresses for an answer those that stand in it, and no others', () => {
    const link = { kind: 'link', documentId: null, unread: 'page_not_opened' } as const;
    const { urls } = buildContext(
      OUTLINE,
      records({
        milestones: [milestone(), milestone({ id: 'M2' })],
        attachments: [
          attachment({ ...link, id: 'A1', url: 'https://a.io/own' }),
          attachment({ ...link, id: 'A2', url: 'https://a.io/neighbour', milestoneId: 'M2' }),
        ],
        messages: [message({ content: 'and https://a.io/said' })],
      }),
      LARGE,
      rank,
    );
    expect(urls).toEqual(['https://a.io/own', 'https://a.io/said']);
  });
});
