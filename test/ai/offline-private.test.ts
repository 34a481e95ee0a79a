import { describe, expect, it } from 'vitest';
import { createOfflineModel } from '../../src/ai/offline-model.ts';
import { rank } from '../../src/ai/ranker.ts';
import type { Context } from '../../src/domain/context.ts';
import { coachingContextOf, type Talk } from './coaching-builder.ts';
import { contextOf } from './context-builder.ts';

const model = createOfflineModel(rank);
const { signal } = new AbortController();
const read = async (context: Context): Promise<string> =>
  (await model.answer({ context, tools: [], rounds: [], signal })).text;
const ask = (talk: Talk): Promise<string> => read(coachingContextOf(talk));

const facts = { mornings: 'writes in the mornings', manager: 'Ben Carter' };

describe("the offline model in a person's own conversation", () => {
  it('answers from what it knows of the person, and says that it reads no attachments there', async () => {
    const text = await ask({ question: 'Who is my manager?', facts, projects: ['Book'] });
    const [first] = text.split('\n');
    expect(first).toMatch(/^_Offline model: .* I cannot read attachments here: .*_$/u);
    expect(text).toContain('What I know of this:\n- manager: Ben Carter');
    expect(text).not.toContain('mornings');
    expect(text).not.toContain('Book');
  });

  it('names the projects and tasks when it is asked for them', async () => {
    const text = await ask({ question: 'Which projects am I in?', facts, projects: ['Book', 'Film'] });
    expect(text).toContain('- project Book\n- project Film');
    expect(text).not.toContain('Carter');
  });

  it.each(['What do you know about me?', 'hello', 'What do you remember?', 'list everything'])(
    'asked "%s" lists all that it knows',
    async (question) => {
      const text = await ask({ question, facts, projects: ['Book'] });
      for (const line of ['- mornings: writes in the mornings', '- manager: Ben Carter', '- project Book'])
        expect(text).toContain(line);
    },
  );

  it('says when it knows nothing, and when nothing of it answers', async () => {
    expect(await ask({ question: 'What do you know about me?' })).toContain('I know nothing of you yet.');
    expect(await ask({ question: 'What does the illustrator cost?', facts })).toContain(
      'Nothing that I know of you speaks of this.',
    );
  });

  it('quotes what was said there earlier, but neither its lists nor its own answers', async () => {
    const earlier = [
      { text: 'My sister is called Olga.' },
      { role: 'assistant' as const, text: await ask({ question: 'hello', facts }) },
    ];
    const text = await ask({ question: 'What is my sister called?', facts, earlier });
    expect(text).toContain('Said here earlier:\n> Anna: My sister is called Olga.');
    expect(text).not.toContain('What you remember');
    expect(await ask({ question: 'Who is my manager?', facts, earlier })).not.toContain('Said here earlier');
  });

  it('lists sixty things at most and counts the rest', async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`fact ${at}`, 'x']));
    const text = await ask({ question: 'hello', facts: many });
    expect(text.match(/^- /gmu)).toHaveLength(60);
    expect(text).toContain('…and 40 more.');
  });
});

describe('the offline model in a thread in which something is remembered', () => {
  const remembering = (question: string): Context => {
    const context = contextOf({ question, papers: [{ title: 'Outline.md', passages: ['Chapter three'] }] });
    const content = 'What you remember of this conversation:\n- printer: Miller & Sons';
    const prompt = context.prompt.toSpliced(1, 0, { role: 'user', content });
    return { ...context, prompt, notes: ['- printer: Miller & Sons'] };
  };

  it('answers from it', async () => {
    const text = await read(remembering('Which printer did we choose?'));
    expect(text).toContain('Remembered here:\n- printer: Miller & Sons');
    expect(text).not.toContain('Said in this thread');
  });

  it('lists it with the attachments, and says nothing of it when something else is asked', async () => {
    expect(await read(remembering('What do you know?'))).toContain('Remembered here:\n- printer: Miller');
    expect(await read(remembering('What does the illustrator cost?'))).not.toContain('Miller');
  });

  it('does not take it for feedback on a plan', async () => {
    const task = { title: 'Print it', description: '' };
    const { plan } = await model.plan({ context: remembering('Plan this: Print it'), task, signal });
    expect(plan).not.toContain('Feedback so far');
  });
});
