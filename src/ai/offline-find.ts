import type { Passage } from '../domain/attachment.ts';
import type { Context } from '../domain/context.ts';
import { type Candidate, type ContextSource, candidateOf, type Rank } from '../domain/context-sources.ts';
import { summaryPart } from '../domain/context-talk.ts';
import { cut } from '../domain/project.ts';
import type { PromptMessage } from '../domain/prompt.ts';
import type { PlanRequest } from '../ports/model.ts';
import { type Coverage, contentWords, coverageOf } from './coverage.ts';
import { citedPlace } from './offline-text.ts';

/** A piece of an attachment that holds at least half of what was asked for. */
export interface Quote {
  source: ContextSource;
  /** Where it stands, as it is cited; empty when that is not known. */
  place: string;
  text: string;
  share: number;
}

/** A passage that is about a task. */
export interface Finding {
  source: ContextSource;
  /** Where it stands, as it is cited; empty when that is not known. */
  place: string;
  /** The whole passage. */
  text: string;
  /** Its heading, when it begins with one. */
  heading: string | null;
  /** What to quote of it: the part without the heading that is most about the task. */
  excerpt: string;
}

/** Something a person or the bot said earlier in the thread. */
export interface Remark {
  text: string;
  share: number;
}

export const OFFLINE = '_Offline model: no model key is set';
const QUOTES = 3;
const FINDINGS = 5;
const QUOTE_LENGTH = 600;
/** Passages that hold clearly less of the question than the best one only distract from it. */
const NEAR_BEST = 0.75;
/** Characters of a question that tell it from others. */
const REPEATED = 150;
/** A long description shares one word with many texts, two with those that are about it. */
const SHARED_WORDS = 2;
/** What the summary of older messages begins with; lists of what is remembered do not. */
const SUMMARY = summaryPart('').content;

/** Up to three passages that answer best, those in the prompt first among equals. */
export function bestQuotes({ question, sources }: Context, rank: Rank): Quote[] {
  const coverage = coverageOf(question);
  const found = candidates(sources)
    .map((one) => ({ ...one, ...coverage(searched(one)) }))
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
    .map(({ source, passage, share }) => ({
      source,
      share,
      place: citedPlace(passage.place),
      text: excerpt(passage.text, coverage),
    }));
}

interface Found extends Candidate {
  source: ContextSource;
  passage: Passage;
}

/** All passages with what they are found by. */
function candidates(sources: ContextSource[]): Found[] {
  return sources
    .flatMap((source) => source.passages.map((passage) => ({ source, passage })))
    .map(({ source, passage }, at) => ({ ...candidateOf(String(at), source, passage), source, passage }));
}

const searched = ({ label, text }: Candidate): string => `${label}\n${text}`;

/** Up to five passages that are about a task, best first. */
export function findingsOn(
  { title, description }: PlanRequest['task'],
  { sources }: Context,
  rank: Rank,
): Finding[] {
  const asked = `${title}\n${description}`;
  const ofTitle = coverageOf(title);
  const ofTask = coverageOf(asked);
  const isAbout = (text: string): boolean => {
    const { telling, matched } = ofTask(text);
    return (telling && matched >= SHARED_WORDS) || ofTitle(text).enough;
  };
  const found = candidates(sources).filter((one) => isAbout(searched(one)));
  const order = new Map(rank(asked, found).map(({ id }, at) => [id, at]));
  const place = (id: string): number => order.get(id) ?? found.length;
  return found
    .sort((a, b) => place(a.id) - place(b.id))
    .slice(0, FINDINGS)
    .map(({ source, passage: { text, place: at } }) => {
      const [first = '', ...rest] = text.trim().split('\n');
      const heading = headingIn(first);
      const body = heading === null ? '' : rest.join('\n').trim();
      return {
        source,
        place: citedPlace(at),
        text,
        heading,
        excerpt: excerpt(body === '' ? text : body, ofTask),
      };
    });
}

/** The words of a Markdown heading, or null for any other line. */
export function headingIn(line: string): string | null {
  const words = /^ {0,3}#{1,6}[ \t]+(\S.*)$/u.exec(line)?.[1] ?? '';
  return words === '' ? null : words.trimEnd();
}

/** Attachments whose title or address alone is what was asked for. */
export function namedSources({ question, sources }: Context): ContextSource[] {
  const coverage = coverageOf(question);
  return sources.filter((source) => coverage(`${source.title}\n${source.url ?? ''}`).enough);
}

/**
 * What was said earlier in the thread that answers best; questions and our own offline answers do not count.
 */
export function bestRemark(context: Context): Remark | null {
  const coverage = coverageOf(context.question);
  const { summary, said } = saidIn(context);
  const remarks = [...summary, ...said]
    .filter((part) => !part.content.startsWith(OFFLINE) && !repeats(part.content, context.question))
    .map((part) => statements(part.content))
    .map((text) => ({ text: excerpt(text, coverage), ...coverage(text) }))
    .filter((remark) => remark.enough);
  const best = Math.max(0, ...remarks.map((remark) => remark.share));
  return remarks.filter((remark) => remark.share === best).at(-1) ?? null;
}

/** What was said before the question as it is told, oldest first, and the summary of what is older. */
export function saidIn({ prompt, told }: Context): { summary: PromptMessage[]; said: PromptMessage[] } {
  const from = Math.max(1, prompt.length - told.length);
  return {
    summary: prompt.slice(1, from).filter((part) => part.content.startsWith(SUMMARY)),
    said: prompt.slice(from, -1),
  };
}

/** What is remembered, or known of a person, that answers best. */
export function bestNotes({ question, notes }: Context, limit: number): { lines: string[]; share: number } {
  const coverage = coverageOf(question);
  const found = notes.map((text) => ({ text, ...coverage(text) })).filter((one) => one.enough);
  const share = Math.max(0, ...found.map((one) => one.share));
  const near = found.filter((one) => one.share >= share * NEAR_BEST).slice(0, limit);
  return { lines: near.map((one) => one.text), share };
}

/** True when it only says again what is asked, as the proposal does that a specialist works on. */
function repeats(content: string, question: string): boolean {
  const asked = squeezed(question).slice(0, REPEATED);
  return contentWords(asked).length > 1 && squeezed(content).includes(asked);
}

const squeezed = (text: string): string => text.replace(/\s+/gu, ' ').trim().toLowerCase();

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
