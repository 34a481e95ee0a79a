import type { Context } from '../domain/context.ts';
import type { ContextSource, Rank } from '../domain/context-sources.ts';
import { cut } from '../domain/project.ts';
import { type Coverage, coverageOf } from './coverage.ts';

/** A piece of an attachment that holds at least half of what was asked for. */
export interface Quote {
  source: ContextSource;
  text: string;
  share: number;
}

/** Something a person or the bot said earlier in the thread. */
export interface Remark {
  text: string;
  share: number;
}

export const OFFLINE = '_Offline model: no model key is set';
const QUOTES = 3;
const QUOTE_LENGTH = 600;
/** Passages that hold clearly less of the question than the best one only distract from it. */
const NEAR_BEST = 0.75;

/** Up to three passages that answer best, those in the prompt first among equals. */
export function bestQuotes({ question, sources }: Context, rank: Rank): Quote[] {
  const coverage = coverageOf(question);
  const found = sources
    .flatMap((source) => source.passages.map((passage) => ({ source, passage })))
    .map((one) => ({ ...one, text: `${one.source.title}\n${one.passage.text}` }))
    .map((one, at) => ({ ...one, id: String(at), ...coverage(one.text) }))
    .filter((one) => one.enough);
  const order = new Map(rank(question, found).map(({ id }, at) => [id, at]));
  const place = (id: string): number => order.get(id) ?? found.length;
  const hidden = ({ source, passage }: (typeof found)[number]): number =>
    source.shown.includes(passage.n) ? 0 : 1;
  const best = Math.max(0, ...found.map((one) => one.share));
  return found
    .filter((one) => one.share >= best * NEAR_BEST)
    .sort((a, b) => b.share - a.share || hidden(a) - hidden(b) || place(a.id) - place(b.id))
    .slice(0, QUOTES)
    .map(({ source, passage, share }) => ({ source, share, text: excerpt(passage.text, coverage) }));
}

/** Attachments whose title or address alone is what was asked for. */
export function namedSources({ question, sources }: Context): ContextSource[] {
  const coverage = coverageOf(question);
  return sources.filter((source) => coverage(`${source.title}\n${source.url ?? ''}`).enough);
}

/**
 * What was said earlier in the thread that answers best; questions and our own offline answers do not count.
 */
export function bestRemark({ question, prompt }: Context): Remark | null {
  const coverage = coverageOf(question);
  const remarks = prompt
    .slice(1, -1)
    .filter((part) => !part.content.startsWith(OFFLINE))
    .map((part) => statements(part.content))
    .map((text) => ({ text: excerpt(text, coverage), ...coverage(text) }))
    .filter((remark) => remark.enough);
  const best = Math.max(0, ...remarks.map((remark) => remark.share));
  return remarks.filter((remark) => remark.share === best).at(-1) ?? null;
}

function statements(content: string): string {
  const speaker = /^[^:\n]{1,80}: /u.exec(content)?.[0] ?? '';
  const kept = sentences(content.slice(speaker.length)).filter((sentence) => !/[??؟]\s*$/u.test(sentence));
  return kept.length === 0 ? '' : `${speaker}${kept.join('').trim()}`;
}

/** The sentences and lines of a text, with the space behind them. */
export function sentences(text: string): string[] {
  return text.split(/(?<=[.!??][)"'”’]*\s)|(?<=[。!?؟]|\n)/u).filter((sentence) => sentence !== '');
}

/** The stretch of whole sentences around the best one that fits a quote. */
function excerpt(text: string, coverage: (text: string) => Coverage): string {
  if (text.length <= QUOTE_LENGTH) return text.trim();
  const parts = sentences(text);
  const shares = parts.map((part) => coverage(part).share);
  const best = shares.indexOf(Math.max(...shares));
  let from = best;
  let to = best + 1;
  let length = parts[best]?.length ?? 0;
  for (let grown = true; grown; ) {
    grown = false;
    const after = parts[to]?.length;
    if (after !== undefined && length + after <= QUOTE_LENGTH) {
      [to, length, grown] = [to + 1, length + after, true];
    }
    const before = parts[from - 1]?.length;
    if (before !== undefined && length + before <= QUOTE_LENGTH) {
      [from, length, grown] = [from - 1, length + before, true];
    }
  }
  const body = cut(parts.slice(from, to).join('').trim(), QUOTE_LENGTH);
  return `${from > 0 ? '… ' : ''}${body}${to < parts.length ? ' …' : ''}`;
}
