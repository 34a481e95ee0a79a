import type { Context } from '../domain/context.ts';
import type { ContextSource, Rank } from '../domain/context-sources.ts';
import { cut } from '../domain/project.ts';
import { isPrivate } from '../domain/scope.ts';
import type { Model } from '../ports/model.ts';
import { contentWords } from './coverage.ts';
import { callFor } from './offline-asks.ts';
import { bestNotes, bestQuotes, bestRemark, namedSources, OFFLINE, sentences } from './offline-find.ts';
import { outcomeText } from './offline-outcome.ts';
import { draftPlan } from './offline-plan.ts';
import { privateText } from './offline-private.ts';
import { address, counted, line, note, noteLines, plain, quote, stillReading } from './offline-text.ts';

const SUMMARY_LENGTH = 1_500;
const LISTED = 60;
const REMEMBERED = 5;
/** A message made of nothing but these asks what is here. */
const ABOUT_CONTENTS = new Set(
  contentWords(
    `the may hi hello hey hallo hola bonjour ciao good morning afternoon evening ok okay please help list show know see read
    open remember use able available capability attach attachment file document doc link source material content page
    milepost`,
  ),
);

/**
 * The model for installations without a key: no network. It quotes what holds at least half of the question's words, or
 * says that the answer is not there; its first line always says that it is the offline model. It proposes a specialist
 * or remembers something only when it is asked to in so many words.
 */
export function createOfflineModel(rank: Rank): Model {
  return {
    async answer({ context, tools, rounds, signal }) {
      signal.throwIfAborted();
      const last = rounds.at(-1);
      if (last !== undefined) return { text: outcomeText(last), calls: [], promptTokens: null };
      const call = callFor(context.question, tools);
      if (call !== null) return { text: '', calls: [call], promptTokens: null };
      const text = isPrivate(context.scope)
        ? privateText(context, (word) => ABOUT_CONTENTS.has(word))
        : answerText(context, rank);
      return { text, calls: [], promptTokens: null };
    },
    async complete(prompt, signal) {
      signal.throwIfAborted();
      return firstSentences(prompt.at(-1)?.content ?? '');
    },
    async plan({ context, task, signal }) {
      signal.throwIfAborted();
      return draftPlan(task, context, rank);
    },
  };
}

function answerText(context: Context, rank: Rank): string {
  if (contentWords(context.question).every((word) => ABOUT_CONTENTS.has(word))) return contentsText(context);
  const quotes = bestQuotes(context, rank);
  const quoted = new Set(quotes.map((quote) => quote.source.n));
  const named = namedSources(context).filter((source) => !quoted.has(source.n));
  const notes = bestNotes(context, REMEMBERED);
  const remark = bestRemark(context);
  const parts: string[] = [];
  if (notes.lines.length > 0) parts.push(`Remembered here:\n${noteLines(notes.lines)}`);
  if (remark !== null && remark.share > Math.max(quotes[0]?.share ?? 0, notes.share))
    parts.push(`Said in this thread:\n${quote(remark.text)}`);
  for (const { source, place, text } of quotes) parts.push(`${line(source, place)}:\n${quote(text)}`);
  if (named.length > 0) {
    const lines = named
      .slice(0, LISTED)
      .map((source) => `- ${line(source)}${address(source)}${note(source)}`);
    parts.push(`By title or address:\n${lines.join('\n')}`);
  }
  if (parts.length === 0) return notFoundText(context);
  parts.push(...stillReading(context.sources));
  return [`${OFFLINE}, so this is what matches best._`, ...parts].join('\n\n');
}

function notFoundText({ section, sources }: Context): string {
  const where = section === null ? "not in this project's attachments" : 'not in this milestone';
  const found = `The answer is **${where}**. ${attached(sources)}`;
  return [`${OFFLINE}._`, found, ...stillReading(sources)].join('\n\n');
}

function attached(sources: ContextSource[]): string {
  if (sources.length === 0) return 'Nothing is attached here yet.';
  return `${counted(sources)}; ask me to list them.`;
}

function contentsText({ sources, section, notes }: Context): string {
  const place = section === null ? 'this project' : 'this milestone';
  const lines = sources
    .slice(0, LISTED)
    .map(
      (source) => `- ${line(source)}${section === null ? of(source) : ''}${address(source)}${note(source)}`,
    );
  if (sources.length > LISTED) lines.push(`- and ${sources.length - LISTED} more`);
  const intro =
    sources.length === 0
      ? `Nothing is attached to ${place} yet.`
      : `I quote from what is attached to ${place} (${counted(sources)}):`;
  const known = notes.length === 0 ? [] : [`Remembered here:\n${noteLines(notes.slice(0, LISTED))}`];
  return [`${OFFLINE}, so I can only quote._`, [intro, ...lines].join('\n'), ...known].join('\n\n');
}

const of = (source: ContextSource): string => (source.section === null ? '' : ` in ${plain(source.section)}`);

/**
 * The first sentence of each line, shortened alike when there are many, the newest kept when even that is too
 * much.
 */
function firstSentences(text: string): string {
  const lines = text.split('\n').map((one) => one.trim());
  const firsts = lines.filter((one) => one !== '').map((one) => (sentences(one)[0] ?? '').trim());
  const share = Math.max(40, Math.floor(SUMMARY_LENGTH / Math.max(1, firsts.length)) - 1);
  const size = (one: string): number => Array.from(one).length + 1;
  const tooLong = size(firsts.join('\n')) > SUMMARY_LENGTH;
  const kept: string[] = [];
  let left = SUMMARY_LENGTH;
  for (const first of (tooLong ? firsts.map((one) => cut(one, share)) : firsts).reverse()) {
    if (size(first) > left) break;
    left -= size(first);
    kept.unshift(first);
  }
  return kept.join('\n');
}
