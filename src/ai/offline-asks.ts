import { z } from 'zod';
import { TASK_LIMIT } from '../domain/dispatch.ts';
import { cut } from '../domain/project.ts';
import type { ToolCall, ToolSpec } from '../ports/model.ts';
import { sentences } from './offline-find.ts';
import { PROPOSE_SPECIALIST } from './tools/propose-specialist.ts';
import { REMEMBER, REMEMBER_ABOUT_PERSON } from './tools/remember.ts';

const POLITE =
  '(?:<@[^<>]*>[\\s,!:]*|(?:please|kindly|can you|could you|would you|will you|now|then|ok|okay|hi|hello|hey)[\\s,!]+)*';
const ASK = '(?:ask|tell|get|have|let|use|(?:i|we) (?:want|need))';
const REMEMBERING = new RegExp(
  `^(?<polite>${POLITE})remember(?:(?<all>\\s*:)|,?\\s+that\\s|(?=\\s+(?:my|our|the|i|we)\\s.*\\b(?:is|are|was|were|has|have|prefer|like|need|use)\\s))(?<text>.*)$`,
  'isu',
);
const OWN = /\b(?:i|my|me|mine)\b/iu;
const TASTE = /\b(?:prefer|likes?|loves?|hates?|always|never|rather)\b/iu;
const KEY_WORDS = 5;
const KEY_LENGTH = 60;

/** The call that a question asks for in so many words, of a tool that is offered; null for any other question. */
export function callFor(question: string, tools: ToolSpec[]): ToolCall | null {
  const parts = sentences(question.replace(/@Milepost\b[\s,:]*/giu, ' ')).map((part) => part.trimStart());
  const propose = tools.find((tool) => tool.name === PROPOSE_SPECIALIST);
  const proposal = propose === undefined ? null : proposalIn(parts, propose);
  if (proposal !== null) return toCall(PROPOSE_SPECIALIST, proposal);
  return rememberCall(parts, new Set(tools.map((tool) => tool.name)));
}

const toCall = (name: string, given: object): ToolCall => ({
  id: 'offline_1',
  name,
  arguments: JSON.stringify(given),
});

const specialistsIn = z.object({
  properties: z.object({ specialist: z.object({ enum: z.array(z.string()) }) }),
});

function proposalIn(parts: string[], { parameters }: ToolSpec): object | null {
  const known = specialistsIn.safeParse(parameters).data?.properties.specialist.enum ?? [];
  if (known.length === 0) return null;
  const named = [...known]
    .sort((a, b) => b.length - a.length)
    .map((key) => key.replaceAll('-', '[-\\s]'))
    .join('|');
  const asked = new RegExp(
    `^${POLITE}(?:${ASK}\\s+(?:(?:the|our|a|an)\\s+)?(?<one>${named})(?:\\s+specialist)?(?=[\\s,:])[\\s,:]*(?:to\\s)?|(?:the\\s+)?(?<other>${named})\\s*:)(?<task>.*)$`,
    'isu',
  );
  for (const [at, part] of parts.entries()) {
    const found = asked.exec(part)?.groups;
    if (found === undefined) continue;
    const said = [found.task, ...parts.slice(at + 1)].join('').trim();
    const key = (found.one ?? found.other ?? '').toLowerCase().replace(/\s/gu, '-');
    return said === '' ? null : proposalOf(key, said);
  }
  return null;
}

const proposalOf = (specialist: string, task: string): object => ({
  specialist,
  task: cut(task, TASK_LIMIT),
  summary: `Work for the ${specialist}: ${cut(task.replace(/\s+/gu, ' '), 200)}`,
  actions: [
    'Read what may be read here: the attachments and the conversation',
    'Write the result',
    'Post it in a thread of its own, with a short summary here',
  ],
  destructive: false,
});

function rememberCall(parts: string[], offered: ReadonlySet<string>): ToolCall | null {
  if (!offered.has(REMEMBER) && !offered.has(REMEMBER_ABOUT_PERSON)) return null;
  for (const [at, part] of parts.entries()) {
    const found = REMEMBERING.exec(part)?.groups;
    if (found === undefined) continue;
    const { polite = '', all, text = '' } = found;
    const rest = all === undefined ? text : [text, ...parts.slice(at + 1)].join('');
    // "Remember that meeting?" asks; "Can you remember that …?" tells.
    if (rest.trim().endsWith('?') && !/you\s/iu.test(polite)) continue;
    const value = rest
      .trim()
      .replace(/[.!?]$/u, '')
      .trim();
    if (value === '') continue;
    const key = keyFor(value);
    return offered.has(REMEMBER_ABOUT_PERSON) && (OWN.test(value) || !offered.has(REMEMBER))
      ? toCall(REMEMBER_ABOUT_PERSON, { key, value })
      : toCall(REMEMBER, { key, type: TASTE.test(value) ? 'preference' : 'project', value, sources: [] });
  }
  return null;
}

/** Words that say little in a key. */
const FILLING = new Set([
  'i',
  "i'm",
  'am',
  'a',
  'an',
  'the',
  'in',
  'on',
  'at',
  'of',
  'to',
  'for',
  'with',
  'my',
  'our',
]);

/** What stands before "is", such as "deadline" in "my deadline is Friday", else the first words. */
function keyFor(value: string): string {
  const start = cut(value.replace(/\s+/gu, ' '), 300);
  const subject = start.split(/\s*[:=]\s|\s(?:is|are|was|were)\s/iu, 1)[0] ?? '';
  const short = subject
    .trim()
    .replace(/^(?:the|an?|my|our)\s+/iu, '')
    .split(/\s+/u)
    .filter((word) => !FILLING.has(word.toLowerCase()))
    .slice(0, KEY_WORDS)
    .join(' ');
  return cut(short === '' ? value : short, KEY_LENGTH);
}
