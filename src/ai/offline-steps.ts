import { cut } from '../domain/project.ts';
import type { PlanRequest } from '../ports/model.ts';
import { type Finding, headingIn, sentences } from './offline-find.ts';

/** One step of a draft. */
export interface Step {
  text: string;
  /** The number of the attachment it comes from, or null. */
  n: number | null;
}

const STEPS = 20;
const STEP_LENGTH = 200;
const LIST_ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(\S.*)$/u;
/** The box of a task list, with what stands behind it. */
const BOX = /^\[([ xX])\]\s+/u;

/**
 * Up to twenty steps: first what people asked for, then the list items of the description and the headings and list
 * items of the passages; without any of these the sentences of the description, else three steps that fit every task.
 */
export function stepsFor(task: PlanRequest['task'], feedback: string[], findings: Finding[]): Step[] {
  const asked = feedback.map((text) => ({ text: `Take up: ${text}`, n: null }));
  const listed = [...itemsOf(task.description), ...findings.flatMap(stepsIn)];
  const told = sentences(task.description).map((text) => ({
    text: headingIn(text.trimEnd()) ?? text,
    n: null,
  }));
  const own = [listed, told, generic(task.title)].map(tidy).find((steps) => steps.length > 0) ?? [];
  return tidy([...asked, ...own]).slice(0, STEPS);
}

function itemsOf(description: string): Step[] {
  return description.split('\n').flatMap((line) => {
    const text = itemIn(line);
    return text === null ? [] : [{ text, n: null }];
  });
}

function stepsIn({ source, text }: Finding): Step[] {
  return text.split('\n').flatMap((line) => {
    const heading = headingIn(line);
    const step = heading === null ? itemIn(line) : `Work through “${heading}”`;
    return step === null ? [] : [{ text: step, n: source.n }];
  });
}

/** The words of a list item that is not ticked, or null. */
function itemIn(line: string): string | null {
  const item = LIST_ITEM.exec(line)?.[1] ?? '';
  const box = BOX.exec(item);
  if (item === '' || (box !== null && box[1] !== ' ')) return null;
  return item.slice(box?.[0].length ?? 0);
}

const generic = (title: string): Step[] =>
  [
    `Agree on what “${title}” has to achieve`,
    `Collect what is needed for “${title}” and attach it here`,
    `Do “${title}” and have somebody look at the result`,
  ].map((text) => ({ text, n: null }));

/** On one line, short, without signs of emphasis, none twice and none without words. */
function tidy(steps: Step[]): Step[] {
  const seen = new Set<string>();
  return steps
    .map(({ text, n }) => ({ n, text: oneLine(text) }))
    .filter(({ text }) => {
      const news = /[\p{L}\p{N}]/u.test(text) && !seen.has(text);
      seen.add(text);
      return news;
    });
}

const oneLine = (text: string): string =>
  cut(
    text
      .replace(/\*\*|`/gu, '')
      .replace(/\s+/gu, ' ')
      .trim(),
    STEP_LENGTH,
  );
