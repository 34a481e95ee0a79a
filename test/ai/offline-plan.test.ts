import { describe, expect, it } from 'vitest';
import { createOfflineModel } from '../../src/ai/offline-model.ts';
import { rank } from '../../src/ai/ranker.ts';
import type { PlanDraft } from '../../src/ports/model.ts';
import { contextOf, type Situation } from './context-builder.ts';

const model = createOfflineModel(rank);
const { signal } = new AbortController();

interface Planning extends Partial<Situation> {
  title?: string;
  description?: string;
}

function draft({ title = 'Design the cover', description = '', ...situation }: Planning): Promise<PlanDraft> {
  const context = contextOf({ question: `Plan this: ${title}`, ...situation });
  return model.plan({ context, task: { title, description }, signal });
}

const brief = {
  title: 'Brief.md',
  passages: [
    '# Cover design\nThe cover is dark blue.\n- Ask Mia for a sketch\n- [ ] Choose the **font**\n- [x] Set a date',
  ],
};

/** The part of a plan under a heading. */
const section = (plan: string, heading: string): string =>
  plan.split('\n## ').find((part) => part.startsWith(heading)) ?? '';

describe('a plan by the offline model', () => {
  it('says in its first line that it is such a draft, whatever the task', async () => {
    for (const title of ['Design the cover', '封面', '*', 'x'.repeat(300)]) {
      const { plan, checklist } = await draft({ title });
      expect(plan.split('\n')[0]).toMatch(/^_This is a draft of the offline model: .*_$/u);
      expect(checklist.length).toBeGreaterThan(0);
    }
  });

  it('tells the goal as the task tells it, the title as it is and not as Markdown', async () => {
    const { plan } = await draft({
      title: 'Design *the* cover',
      description: 'For adults.\n# Not a heading',
    });
    expect(plan).toContain('\n\n# Design \\*the\\* cover\n\n');
    expect(section(plan, 'Goal')).toContain('> For adults.\n> # Not a heading');
  });

  it('quotes what is known, with number, title and heading, and makes steps of headings and lists', async () => {
    const outline = { title: 'Outline.md', passages: ['Chapter three: 4,200 words'] };
    const { plan, checklist } = await draft({ papers: [outline, brief] });
    const known = section(plan, 'What is known');
    expect(known).toContain('[2] Brief.md, “Cover design”:\n> The cover is dark blue.\n> - Ask Mia');
    expect(known).not.toContain('4,200');
    expect(checklist).toEqual([
      'Work through “Cover design” [2]',
      'Ask Mia for a sketch [2]',
      'Choose the font [2]',
    ]);
    expect(section(plan, 'Steps')).toBe(
      'Steps\n\n1. Work through “Cover design” [2]\n2. Ask Mia for a sketch [2]\n3. Choose the font [2]',
    );
    expect(plan).not.toContain('## Not known');
  });

  it('cites the place of what is known, and a heading once', async () => {
    const passages = ['The cover is dark blue.', '# Cover design\nNo red.'];
    const places = [{ page: 4, heading: 'Cover' }, { heading: 'Cover design' }];
    const { plan } = await draft({ papers: [{ title: 'Brief', passages, places }] });
    const known = section(plan, 'What is known');
    expect(known).toContain('[1, page 4] Brief:\n> The cover is dark blue.');
    expect(known).toContain('[1, “Cover design”] Brief:\n> No red.');
  });

  it('takes the list items of the description before those of the passages', async () => {
    const description = 'Please:\n1. Look at old covers\n2) Ask the printer';
    const { checklist } = await draft({ description, papers: [brief] });
    expect(checklist.slice(0, 3)).toEqual([
      'Look at old covers',
      'Ask the printer',
      'Work through “Cover design” [1]',
    ]);
  });

  it('makes steps of the sentences of the description where nothing has a list', async () => {
    const { checklist } = await draft({ description: 'Look at old covers. Then ask the printer!' });
    expect(checklist).toEqual(['Look at old covers.', 'Then ask the printer!']);
  });

  it('has three steps that name the task where nothing else is said', async () => {
    const { plan, checklist } = await draft({});
    expect(checklist).toHaveLength(3);
    for (const step of checklist) {
      expect(step).toContain('“Design the cover”');
      expect(plan).toContain(step);
    }
  });

  it('has at most twenty steps, none of them twice and each on one short line', async () => {
    const items = Array.from(
      { length: 30 },
      (_, at) => `- Sketch number ${at} of the cover ${'again '.repeat(60)}`,
    );
    const { checklist } = await draft({ description: ['- Begin', '-  Begin', ...items].join('\n') });
    expect(checklist).toHaveLength(20);
    expect(checklist.filter((step) => step === 'Begin')).toHaveLength(1);
    for (const step of checklist) expect(step.length).toBeLessThanOrEqual(200);
  });

  it.each([
    [{}, 'Nothing is attached to this milestone yet'],
    [{ projectLevel: true }, 'Nothing is attached to this project yet'],
    [
      {
        papers: [
          { title: 'Cast', passages: ['The keeper is Mia.'] },
          { title: 'Scan.png', unread: 'type_not_supported' as const },
        ],
      },
      'Nothing that is attached to this milestone speaks of this task (1 attachment can be read here, 1 file cannot be read).',
    ],
  ])('says when nothing is known: %j', async (situation, sentence) => {
    const { plan } = await draft(situation);
    expect(section(plan, 'Not known')).toContain(sentence);
    expect(plan).not.toContain('## What is known');
  });

  it('is not misled by one word that a long description shares with a text', async () => {
    const description =
      'We choose a printer, compare what three of them ask for, and order posters in March.';
    const papers = [{ title: 'Notes', passages: ['We choose short sentences'] }];
    expect((await draft({ title: 'Order the posters', description, papers })).plan).toContain('## Not known');
  });

  it('finds what is written in other words and other scripts', async () => {
    const papers = [{ title: 'x', passages: ['Illustrations: Mia'] }];
    expect((await draft({ title: 'Book the illustrators', papers })).plan).toContain('> Illustrations: Mia');
    const chinese = [{ title: 'x', passages: ['# 封面设计\n深蓝色'] }];
    expect((await draft({ title: '设计封面', papers: chinese })).checklist).toEqual([
      'Work through “封面设计” [1]',
    ]);
  });

  it('uses passages that did not fit the prompt too, and quotes of a long one what matters', async () => {
    const filler = 'It was a calm day at sea and nothing happened. '.repeat(40);
    const papers = [
      { title: 'Log', passages: [filler, `${filler}The cover design is due in May. ${filler}`] },
    ];
    const { plan } = await draft({ papers, budget: 200 });
    expect(plan).toContain('The cover design is due in May.');
    expect(plan.length).toBeLessThan(1_500);
  });

  it('is the same for the same request', async () => {
    expect(await draft({ papers: [brief] })).toEqual(await draft({ papers: [brief] }));
  });

  it('gives up with the reason of the signal when it was aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped by a person'));
    const context = contextOf({ question: 'x' });
    const task = { title: 'x', description: '' };
    await expect(model.plan({ context, task, signal: aborted })).rejects.toThrow('stopped by a person');
  });
});

describe('feedback on a plan of the offline model', () => {
  const earlier = [
    { text: 'Please show a lighthouse.' },
    { role: 'assistant' as const, text: 'Here is the secret old plan.' },
    { text: 'No red,\nthank you: it is loud' },
  ];

  it('is quoted with the newest last and taken up in the steps, so that the draft is another one', async () => {
    const before = await draft({ papers: [brief] });
    const { plan, checklist } = await draft({ papers: [brief], earlier });
    expect(section(plan, 'Feedback so far')).toContain(
      '> Anna: Please show a lighthouse.\n\n> Anna: No red,\n> thank you: it is loud',
    );
    expect(checklist.slice(0, 2)).toEqual([
      'Take up: Please show a lighthouse.',
      'Take up: No red, thank you: it is loud',
    ]);
    expect(checklist.slice(2)).toEqual(before.checklist);
    expect(before.plan).not.toContain('Feedback');
    expect(plan).not.toContain('secret');
  });

  it('that is long is shortened, and of many messages the newest ten count', async () => {
    const many = Array.from({ length: 12 }, (_, at) => ({
      text: `Message ${at}: ${'more blue '.repeat(100)}`,
    }));
    const { plan, checklist } = await draft({ papers: [brief], earlier: many });
    const quotes = section(plan, 'Feedback so far').match(/^> .*$/gmu) ?? [];
    expect(quotes).toHaveLength(10);
    expect(quotes.at(-1)).toMatch(/^> Anna: Message 11: more blue .*…$/u);
    expect(checklist.filter((step) => step.startsWith('Take up: '))).toHaveLength(10);
    expect(checklist).toContain('Ask Mia for a sketch [1]');
  });

  it('that was summarised is quoted and is no step', async () => {
    const context = contextOf({ question: 'Plan this.', earlier: [{ text: 'Make it darker.' }] });
    const summary = 'Summary of the older part of this conversation:\nAnna: No red.';
    const prompt = context.prompt.toSpliced(1, 0, { role: 'user', content: summary });
    const task = { title: 'Design the cover', description: '' };
    const { plan, checklist } = await model.plan({ context: { ...context, prompt }, task, signal });
    expect(section(plan, 'Feedback so far')).toContain('> Anna: No red.\n\n> Anna: Make it darker.');
    expect(checklist.filter((step) => step.startsWith('Take up: '))).toEqual(['Take up: Make it darker.']);
  });
});
