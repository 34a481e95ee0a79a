import { z } from 'zod';
import type { ToolCall, ToolSpec } from '../../ports/model.ts';

/** One tool: what the model is told of it, and what it answers to arguments of any kind. */
export interface Tool {
  spec: ToolSpec;
  /** @param given whatever JSON the model wrote. */
  run(given: unknown): string;
}

/** Carries out a call with the tool of its name. Never throws: what is wrong with a call is said to the model. */
export function runWith(tools: Tool[], call: ToolCall): string {
  const tool = tools.find((one) => one.spec.name === call.name);
  if (tool === undefined) return `There is no tool of that name. ${namesOf(tools)}`;
  const given = parseArguments(call.arguments);
  if (given === undefined)
    return `The arguments of ${call.name} were not valid JSON. Call it again with a JSON object.`;
  return tool.run(given);
}

function namesOf(tools: Tool[]): string {
  const names = tools.map((one) => one.spec.name);
  if (names.length === 0) return 'No tool can be called here.';
  if (names.length === 1) return `The only tool is ${names[0]}.`;
  return `The tools are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.`;
}

function parseArguments(json: string): unknown {
  if (json.trim() === '') return {};
  try {
    return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? wellFormed(value) : value));
  } catch {
    return undefined;
  }
}

/** Half of an emoji, kept and sent again, would make providers refuse every later request. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

const lengthOf = (limit: number): string => `a text of 1 to ${limit.toLocaleString('en-US')} characters.`;

/** An argument that is a text of at most so many characters (code points), trimmed, and not empty. */
export function text(limit: number) {
  return z
    .string(`give ${lengthOf(limit)}`)
    .trim()
    .refine((value) => value !== '' && Array.from(value).length <= limit, {
      error: ({ input }) =>
        String(input) === '' ? `give ${lengthOf(limit)}` : `it is too long: give ${lengthOf(limit)}`,
    });
}

/** As `text`, on one line. */
export const line = (limit: number) => text(limit).transform((value) => value.replace(/\s+/gu, ' '));

/** What is wrong with the arguments of a call, field by field, and that nothing came of it. */
export function refusal(name: string, error: z.ZodError): string {
  const wrong = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return `Nothing was done. ${[...new Set(wrong)].slice(0, 8).join(' ')} Call ${name} again.`;
}
