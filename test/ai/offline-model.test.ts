import { describe, expect, it } from 'vitest';
import { createOfflineModel } from '../../src/ai/offline-model.ts';
import { rank } from '../../src/ai/ranker.ts';
import { findCitations } from '../../src/domain/citations.ts';
import { contextOf, type Situation } from './context-builder.ts';

const model = createOfflineModel(rank);
const { signal } = new AbortController();

async function ask(situation: Situation): Promise<string> {
  const reply = await model.answer({ context: contextOf(situation), tools: [], rounds: [], signal });
  expect(reply.calls).toEqual([]);
  return reply.text;
}

const outline = { title: 'Outline.md', passages: ['Chapter one: 3,000 words', 'Chapter three: 4,200 words'] };

describe('the offline model', () => {
  it('says in its first line that it is the offline model, whatever it is asked', async () => {
    for (const question of ['How many words does chapter three have?', 'hello', 'Who won the cup?', '']) {
      const [first] = (await ask({ question, papers: [outline] })).split('\n');
      expect(first).toMatch(/^_Offline model: .*_$/u);
    }
  });

  it('quotes the passage that answers, with the number and title of its attachment', async () => {
    const text = await ask({
      question: '<@UBOT> How many words does chapter three have?',
      papers: [outline],
    });
    expect(text).toContain('[1] Outline.md:\n> Chapter three: 4,200 words');
    expect(text).not.toContain('3,000');
  });

  it.each([
    [{ page: 3 }, '[1, page 3]'],
    [{ page: 3, heading: 'Words' }, '[1, page 3]'],
    [{ slide: 2 }, '[1, slide 2]'],
    [{ sheet: 'Chapters', rows: { from: 2, to: 40 } }, '[1, sheet Chapters, rows 2–40]'],
    [{ sheet: '2026', rows: { from: 2, to: 2 } }, '[1, sheet 2026, row 2]'],
    [{ heading: 'How *long* it is, [in] words' }, '[1, “How long it is in words”]'],
    [{ heading: 'x'.repeat(100) }, `[1, “${'x'.repeat(59)}…”]`],
    [{}, '[1]'],
  ])('cites the place of what it quotes in a way that is read as a citation: %j', async (place, cited) => {
    const paper = { title: 'Outline', passages: ['Chapter three: 4,200 words'], places: [place] };
    const text = await ask({ question: 'How many words does chapter three have?', papers: [paper] });
    expect(text).toContain(`${cited} Outline:\n> Chapter three`);
    expect(findCitations(text).map(({ cited: all }) => all.map(({ n }) => n))).toEqual([[1]]);
  });

  it('finds a passage by the heading above it', async () => {
    const papers = [{ title: 'Handbook', passages: ['At nine.'], places: [{ heading: 'School groups' }] }];
    expect(await ask({ question: 'When do school groups come?', papers })).toContain('> At nine.');
  });

  it('says what is still being read, in an answer, in a list and where it found nothing', async () => {
    const papers = [outline, { title: 'Report.pdf', pending: true }];
    const sentence = 'Still being read: [2] Report.pdf. Ask again in a moment.';
    expect(await ask({ question: 'How many words does chapter three have?', papers })).toContain(sentence);
    const nothing = await ask({ question: 'What does the illustrator cost?', papers });
    expect(nothing).toContain('1 attachment can be read here, 1 attachment is still being read;');
    expect(nothing).toContain(sentence);
    expect(await ask({ question: 'list the attachments', papers })).toContain(
      '- [2] Report.pdf (it is being read at this moment)',
    );
    expect(await ask({ question: 'How many words?', papers: [outline] })).not.toContain('Still being read');
  });

  it('quotes a page that cannot be read any more as it was', async () => {
    const papers = [
      {
        title: 'Board',
        url: 'https://boards.example/7',
        passages: ['The cover is blue.'],
        unread: 'not_found' as const,
      },
    ];
    expect(await ask({ question: 'Which colour is the cover?', papers })).toContain('> The cover is blue.');
    const list = await ask({ question: 'list the attachments', papers });
    expect(list).toContain('(1 attachment can be read here):');
    expect(list).toContain(
      '(as it was when it could last be read: there is nothing at its address any more now)',
    );
  });

  it('quotes three passages at most', async () => {
    const passages = ['one', 'two', 'three', 'four', 'five'].map(
      (who) => `The lighthouse keeper number ${who}`,
    );
    const text = await ask({
      question: 'Who is the lighthouse keeper?',
      papers: [{ title: 'Cast', passages }],
    });
    expect(text.match(/^> /gmu)).toHaveLength(3);
  });

  it('says that the answer is not in this milestone, and how much is attached', async () => {
    const text = await ask({
      question: 'What does the illustrator cost?',
      papers: [outline, { title: 'Cast' }],
    });
    expect(text).toContain('not in this milestone');
    expect(text).toContain('2 attachments');
    expect(text).not.toContain('>');
  });

  it('counts apart what is known by address only and what cannot be read', async () => {
    const link = (n: number) => ({
      title: `Board ${n}`,
      url: `https://boards.example/${n}`,
      unread: 'page_not_opened' as const,
    });
    const papers = [outline, { title: 'Scan.png', unread: 'type_not_supported' as const }, link(1), link(2)];
    const counts = '1 attachment can be read here, 2 links are known by address only, 1 file cannot be read';
    expect(await ask({ question: 'What does the illustrator cost?', papers })).toContain(`${counts};`);
    expect(await ask({ question: 'list the attachments', papers })).toContain(
      `attached to this milestone (${counts}):`,
    );
    const links = await ask({ question: 'What does the illustrator cost?', papers: [link(1)] });
    expect(links).toContain('**not in this milestone**. 1 link is known by address only;');
  });

  it.each([['https://boards.example/7'], ['boards.example/7']])(
    'shows the address of a link called %s once',
    async (title) => {
      const url = 'https://boards.example/7';
      const text = await ask({ question: 'list the links', papers: [{ title, url }] });
      expect(text).toContain('- [1] <https://boards.example/7>');
      expect(text.split('boards.example')).toHaveLength(2);
    },
  );

  it('says the same of the project where no milestone is meant', async () => {
    const text = await ask({
      question: 'What does the illustrator cost?',
      papers: [outline],
      projectLevel: true,
    });
    expect(text).toContain("not in this project's attachments");
  });

  it('says when nothing is attached at all', async () => {
    expect(await ask({ question: 'What does the illustrator cost?' })).toContain(
      'Nothing is attached here yet.',
    );
  });

  it.each([
    ['What is the marketing budget?', 'The budget of chapter three is 4,200 words'],
    ['When is the deadline of the illustrator?', 'The deadline for the outline is 3 March'],
    ['Which printer did we choose for the posters?', 'We choose short chapters'],
    ['Does the plan name a date for the concert?', 'Dates, names and plans'],
  ])('is not misled by one everyday word: %s', async (question, passage) => {
    const text = await ask({ question, papers: [{ title: 'Notes.md', passages: [passage] }] });
    expect(text).toContain('not in this milestone');
  });

  it.each([
    ['Who are the illustrators?', 'Illustrations: Mia'],
    ['Who is planning the meetings?', 'Mia planned the meeting'],
    ['What colour is the cover?', 'Cover: dark blue'],
    ['How long is chapter 3?', 'Chapter three: 4,200 words'],
    ['第三章有多少字?', '第三章:4200字'],
    ['第3章は何文字ですか?', '第3章:4200文字'],
    ['3장은 몇 단어입니까?', '3장: 4200단어'],
    ['Сколько слов в третьей главе?', 'Третья глава: 4200 слов'],
    ['Wie viele Wörter hat Kapitel drei?', 'Kapitel drei: 4.200 Wörter'],
    ['Combien de mots dans le chapitre trois ?', 'Chapitre trois : 4 200 mots'],
  ])('finds the answer whatever the form of the words and the language: %s', async (question, passage) => {
    expect(await ask({ question, papers: [{ title: 'x', passages: [passage] }] })).toContain(`> ${passage}`);
  });

  it('quotes of a long passage the sentences around the answer', async () => {
    const filler = 'It was a calm day at sea and nothing happened. '.repeat(40);
    const passages = [`${filler}The lighthouse keeper is called Mia. ${filler}`];
    const text = await ask({
      question: 'What is the lighthouse keeper called?',
      papers: [{ title: 'x', passages }],
    });
    expect(text).toContain('The lighthouse keeper is called Mia.');
    expect(text.length).toBeLessThan(900);
  });

  it('names links that match by title or address and says what is not known of them', async () => {
    const text = await ask({
      question: 'Where is the storyboard?',
      papers: [
        outline,
        { title: 'Storyboard draft', url: 'https://boards.example/7', unread: 'page_not_opened' },
        { title: 'Other', url: 'https://example.com/storyboard' },
      ],
    });
    expect(text).toContain(
      '[2] Storyboard draft <https://boards.example/7> (not read: the page was not opened yet)',
    );
    expect(text).toContain('[3] Other <https://example.com/storyboard>');
  });

  it.each([
    'hello!',
    'What do you know?',
    'list the attachments',
    'What can you do?',
    '<@UBOT>',
    'Which files do you have?',
  ])('answers "%s" with the list of attachments', async (question) => {
    const papers = [outline, { title: 'Scan.png', unread: 'type_not_supported' as const }];
    const text = await ask({ question, papers });
    expect(text).toContain('- [1] Outline.md');
    expect(text).toContain('- [2] Scan.png (not read: this type of file cannot be read)');
  });

  it('groups nothing and invents nothing when the list is empty', async () => {
    expect(await ask({ question: 'hello' })).toContain('Nothing is attached to this milestone yet.');
  });

  it('quotes what was said earlier in the thread when that answers better', async () => {
    const text = await ask({
      question: 'What did we decide about the cover colour?',
      papers: [outline],
      earlier: [
        { text: 'Which colour for the cover did we decide?' },
        { text: 'We decide: the cover colour is dark blue.' },
      ],
    });
    expect(text).toContain('Said in this thread:\n> Anna: We decide: the cover colour is dark blue.');
    expect(text).not.toContain('Which colour');
  });

  it('does not quote a message that only says again what is asked, such as a proposal of this very task', async () => {
    const question = 'gather what the outline says about chapter three';
    const text = await ask({
      question,
      papers: [outline],
      earlier: [
        { text: `@Milepost ask the researcher to ${question}` },
        { text: `Work for the researcher: ${question}` },
      ],
    });
    expect(text).not.toContain('Said in this thread');
  });

  it('does not quote its own earlier answers', async () => {
    const question = 'How many words does chapter three have?';
    const before = await ask({ question, papers: [outline] });
    const text = await ask({ question, earlier: [{ role: 'assistant', text: before }] });
    expect(text).toContain('not in this milestone');
  });

  it('uses passages that did not fit the prompt too', async () => {
    const passages = [
      ...Array.from({ length: 30 }, (_, at) => `Filler ${at}. `.repeat(40)),
      'The keeper is Mia.',
    ];
    const text = await ask({
      question: 'Who is the keeper?',
      papers: [{ title: 'x', passages }],
      budget: 1_000,
    });
    expect(text).toContain('The keeper is Mia.');
  });

  it('shows titles as they are, not as Markdown', async () => {
    const text = await ask({ question: 'list the files', papers: [{ title: '*Plan* [draft] <b>' }] });
    expect(text).toContain('\\*Plan\\* \\[draft\\] \\<b\\>');
  });

  it('gives up with the reason of the signal when it was aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped by a person'));
    const request = { context: contextOf({ question: 'x' }), tools: [], rounds: [], signal: aborted };
    await expect(model.answer(request)).rejects.toThrow('stopped by a person');
    await expect(model.complete([], aborted)).rejects.toThrow('stopped by a person');
  });
});

describe('a summary by the offline model', () => {
  const summarise = (text: string) =>
    model.complete(
      [
        { role: 'system', content: 'Summarise.' },
        { role: 'user', content: text },
      ],
      signal,
    );

  it('holds the first sentence of each line', async () => {
    const text = 'Anna: We chose blue. It was late.\n\nBen: Chapter two is done! And more.';
    expect(await summarise(text)).toBe('Anna: We chose blue.\nBen: Chapter two is done!');
  });

  it('stays within 1,500 characters, shortens all lines alike and keeps the newest', async () => {
    const lines = Array.from(
      { length: 200 },
      (_, at) => `Person ${at}: ${'we talked about many things and '.repeat(9)}`,
    );
    const summary = await summarise(lines.join('\n'));
    expect(summary.length).toBeLessThanOrEqual(1_500);
    expect(summary).toContain('Person 199');
    expect((await summarise('x'.repeat(5_000))).length).toBe(1_499);
  });

  it('is empty for an empty text', async () => {
    expect(await summarise('')).toBe('');
  });
});
