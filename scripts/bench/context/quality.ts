import { rank } from '../../../src/ai/ranker.ts';
import { buildContext, type Context } from '../../../src/domain/context.ts';
import { type Rank, shownPassages } from '../../../src/domain/context-sources.ts';
import { guard } from '../../../src/domain/context-text.ts';
import { type Line, table } from '../figures.ts';
import type { Corpus, CorpusQuestion } from './corpus.ts';
import { conversationOf, questionOf, recordsOf, scopeOf } from './records.ts';
import type { TextIndex } from './text-index.ts';

/** The budget of the aim, and smaller ones, where choosing well matters more. */
const BUDGETS = [8_000, 4_000, 2_000];
const AIM = { found: 0.95, narrowed: 0.25 };
const WHOLE = 10_000_000;

/** What contexts made for all questions come to. */
interface Tally {
  found: number;
  missed: CorpusQuestion[];
  /** Passages of other milestones. */
  foreign: number;
  tokens: number;
}

/** How often the passage that answers a question is in the context, and what that context leaves out. */
export async function reportQuality(corpus: Corpus, index: TextIndex): Promise<void> {
  const { questions, documents, sections } = corpus;
  const tokens = documents.flatMap((one) => one.passages).reduce((sum, one) => sum + one.tokens, 0);
  console.log(
    `\nQuality: ${documents.length} documents of ${Math.round(tokens / 1_000)}k tokens in ${sections.length} milestones, ` +
      `${questions.length} questions, each asked in its milestone`,
  );
  const whole = tally(corpus, questions, WHOLE, () => [], null);
  const lines: Line[] = [];
  for (const budget of BUDGETS) {
    const made = tally(corpus, questions, budget, rank);
    lines.push(lineOf(`${budget} tokens`, made, questions.length, whole.tokens, budget === BUDGETS[0]));
    if (budget === BUDGETS[0])
      for (const one of made.missed) console.log(`  missed: ${one.section}: ${one.question}`);
  }
  for (const budget of BUDGETS) {
    const made = await tallyByIndex(corpus, index, budget);
    lines.push(
      lineOf(`${budget} tokens, by MongoDB's text index`, made, questions.length, whole.tokens, false),
    );
  }
  const unnarrowed = tally(corpus, questions, BUDGETS[0] ?? 0, rank, null);
  lines.push(
    lineOf('8000 tokens, the whole project in scope', unnarrowed, questions.length, whole.tokens, false),
  );
  table('Context', ['answer in it', 'foreign passages', 'tokens', 'of the whole project', 'aim'], lines);
}

function lineOf(name: string, made: Tally, asked: number, whole: number, judged: boolean): Line {
  const share = made.found / asked;
  const narrowed = made.tokens / whole;
  const met = share >= AIM.found && made.foreign === 0 && narrowed <= AIM.narrowed;
  const aim = judged ? `${met ? 'met' : 'MISSED'}: at least 95.0 %, 0, at most 0.25` : '';
  const cells = [
    `${made.found} of ${asked} (${(100 * share).toFixed(1)} %)`,
    String(made.foreign),
    Math.round(made.tokens / asked).toLocaleString('en-US'),
    narrowed.toFixed(3),
    aim,
  ];
  return { name, cells };
}

/** @param within the scope: the milestone of each question when it is left out. */
function tally(corpus: Corpus, questions: CorpusQuestion[], budget: number, by: Rank, within?: null): Tally {
  const records = recordsOf(corpus);
  const sum: Tally = { found: 0, missed: [], foreign: 0, tokens: 0 };
  for (const one of questions) {
    const milestoneId = within === null ? null : one.section;
    const asked = { conversation: conversationOf(milestoneId), question: questionOf(one.question) };
    const context = buildContext(scopeOf(milestoneId), { ...records, ...asked }, budget, by);
    if (holds(context, one)) sum.found += 1;
    else sum.missed.push(one);
    sum.foreign += foreignIn(context, corpus, one.section);
    sum.tokens += context.receipt.tokens;
  }
  return sum;
}

async function tallyByIndex(corpus: Corpus, index: TextIndex, budget: number): Promise<Tally> {
  const sum: Tally = { found: 0, missed: [], foreign: 0, tokens: 0 };
  for (const one of corpus.questions) {
    const by = await index.rankFor(one.question);
    const made = tally(corpus, [one], budget, by);
    sum.found += made.found;
    sum.missed.push(...made.missed);
    sum.foreign += made.foreign;
    sum.tokens += made.tokens;
  }
  return sum;
}

/** Words and figures alone: the reader sets the cells of tables apart by other signs than the file does. */
const squeezed = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ');

function holds({ sources }: Context, { document, answer, section }: CorpusQuestion): boolean {
  const source = sources.find((one) => one.title === document && one.section === section);
  if (source === undefined) return false;
  const shown = shownPassages(source).map((passage) => passage.text);
  return squeezed(shown.join(' ')).includes(squeezed(answer));
}

/** Passages of other milestones, looked for word for word in what a model would be sent. */
function foreignIn({ prompt }: Context, { documents }: Corpus, section: string): number {
  const sent = prompt.map((part) => part.content).join('\n');
  return documents
    .filter((document) => document.section !== null && document.section !== section)
    .flatMap((document) => document.passages)
    .filter(({ text }) => sent.includes(guard(text))).length;
}
