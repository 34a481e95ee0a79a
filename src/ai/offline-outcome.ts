import { z } from 'zod';
import { valueText } from '../domain/context-entry.ts';
import { cut } from '../domain/project.ts';
import type { ToolRound } from '../ports/model.ts';
import { OFFLINE } from './offline-find.ts';
import { plain } from './offline-text.ts';

const proposed = z.object({ proposed: z.object({ specialist: z.string(), task: z.string() }) });
const stored = z.object({ stored: z.object({ key: z.string(), value: z.unknown() }) });
const TOLD = 300;

/** What came of the calls of a round, as the tools tell it: what went wrong is said as well. */
export function outcomeText({ results }: ToolRound): string {
  return [`${OFFLINE}._`, ...results.map(({ content }) => sentenceOf(content))].join('\n\n');
}

function sentenceOf(content: string): string {
  const result = parsed(content);
  const proposal = proposed.safeParse(result).data?.proposed;
  if (proposal !== undefined) {
    return `I propose the **${proposal.specialist}** for this: “${told(proposal.task)}”. The proposal waits for a decision: nothing is done before a person has approved it.`;
  }
  const entry = stored.safeParse(result).data?.stored;
  if (entry !== undefined) return `Noted under “${plain(entry.key)}”: ${told(valueText(entry.value))}`;
  return `I could not do that. ${told(content)}`;
}

const told = (text: string): string => plain(cut(text, TOLD));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
