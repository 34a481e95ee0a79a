import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { z } from 'zod';
import { cut } from './domain/project.ts';
import { SPECIALIST_TOOLS, type Specialist, type SpecialistTool } from './domain/specialist.ts';

/** Every problem of every specialist file, each in a line with its file and, where there is one, its line. */
export class SpecialistFilesError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.name = 'SpecialistFilesError';
    this.problems = problems;
  }
}

const TOOLS = SPECIALIST_TOOLS.join(' and ');
const isTool = (value: unknown): value is SpecialistTool => SPECIALIST_TOOLS.some((tool) => tool === value);
const quoted = (value: unknown): string => JSON.stringify(cut(String(value), 60));

function text(limit: number) {
  const fix = `give a text of 1 to ${limit.toLocaleString('en-US')} characters.`;
  return z
    .string(fix)
    .trim()
    .refine((value) => value !== '' && Array.from(value).length <= limit, fix);
}

const line = (limit: number) => text(limit).transform((value) => value.replace(/\s+/gu, ' '));

const KEY = z
  .string('give a text in quotes, such as "writer".')
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/u,
    'use lower-case letters, digits and dashes, a letter first, 40 characters at most.',
  );

const tools = z
  .array(z.unknown(), 'give a list of tools, or [] for none.')
  .transform((given, { addIssue }) => {
    for (const [at, tool] of given.entries()) {
      if (!isTool(tool))
        addIssue({
          code: 'custom',
          path: [at],
          message: `there is no tool ${quoted(tool)}; the tools are ${TOOLS}.`,
        });
      else if (given.indexOf(tool) < at)
        addIssue({ code: 'custom', path: [at], message: `${quoted(tool)} stands there twice.` });
    }
    return given.filter(isTool);
  });

const File = z
  .object({ key: KEY, name: line(60), when_to_use: line(400), instructions: text(8_000), tools })
  .transform(({ when_to_use: whenToUse, ...rest }): Specialist => ({ ...rest, whenToUse }));
const FIELDS = ['key', 'name', 'when_to_use', 'instructions', 'tools'];

/** What one file holds: a specialist when nothing is wrong with it, and its key as far as that is right. */
interface Read {
  file: string;
  problems: { line: number; text: string }[];
  specialist: Specialist | null;
  key: { text: string; line: number } | null;
}

/** The line a range of characters begins in. */
type LineOf = (range: readonly number[] | null | undefined) => number;

/**
 * The specialists that a directory declares, one in each .yml or .yaml file, in order of the files' names.
 * @throws SpecialistFilesError that names every problem of every file with its line.
 */
export async function readSpecialists(dir: string): Promise<Specialist[]> {
  const files = await filesIn(dir);
  const read = await Promise.all(files.map(readOne));
  const problems = read.flatMap((one) =>
    [...one.problems, ...sameKey(one, read)]
      .sort((a, b) => a.line - b.line)
      .map((problem) => `${one.file}, line ${problem.line}: ${problem.text}`),
  );
  if (problems.length > 0) throw new SpecialistFilesError(problems);
  return read.flatMap(({ specialist }) => specialist ?? []);
}

async function filesIn(dir: string): Promise<string[]> {
  const found = await readdir(dir).catch((error: unknown) => {
    throw new SpecialistFilesError([`The directory of the specialists, ${dir}, ${reasonOf(error)}.`]);
  });
  // Editors leave hidden copies beside the file.
  const names = found.filter((name) => /^[^.].*\.ya?ml$/u.test(name)).sort();
  if (names.length > 0) return names.map((name) => shown(join(dir, name)));
  throw new SpecialistFilesError([
    `The directory of the specialists, ${dir}, holds none. Put at least one .yml file there.`,
  ]);
}

/** Relative to the working directory when the file is inside of it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ENOENT' ? 'does not exist' : `cannot be read${code === '' ? '' : ` (${code})`}`;
}

async function readOne(file: string): Promise<Read> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => ({ why: reasonOf(error) }));
  if (typeof source === 'string') return check(file, source);
  return { file, problems: [{ line: 1, text: `the file ${source.why}.` }], specialist: null, key: null };
}

function check(file: string, source: string): Read {
  const refused = (problems: Read['problems']): Read => ({ file, problems, specialist: null, key: null });
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const lineOf: LineOf = (range) => counter.linePos(range?.[0] ?? 0).line || 1;
  const { contents, errors, warnings } = document;
  if (errors.length + warnings.length > 0) return refused(notYaml([...errors, ...warnings], lineOf));
  if (!isMap(contents))
    return refused([{ line: 1, text: `the file holds no fields: give ${listed(FIELDS)}.` }]);
  const { pairs, problems } = fieldsIn(contents.items, lineOf);
  const values = new Map([...pairs].map(([name, pair]) => [name, givenBy(pair, document)]));
  const lineAt = (path: readonly PropertyKey[]): number => lineOf(rangeOf(pairs, path));
  const checked = File.safeParse(Object.fromEntries(values));
  for (const { path, message } of checked.error?.issues ?? []) {
    const name = String(path[0]);
    const missing = values.has(name) ? '' : 'it is missing; ';
    problems.push({ line: lineAt(path), text: `${name}: ${missing}${message}` });
  }
  const key = KEY.safeParse(values.get('key'));
  return {
    file,
    problems,
    specialist: checked.data ?? null,
    key: key.success ? { text: key.data, line: lineAt(['key']) } : null,
  };
}

/** One mistake makes the parser stumble several times: one problem a line. */
function notYaml(errors: YAMLError[], lineOf: LineOf): Read['problems'] {
  const byLine = new Map<number, string>();
  for (const { pos, message } of errors) {
    const line = lineOf(pos);
    if (!byLine.has(line))
      byLine.set(line, `this is not proper YAML: ${message.replace(/\s+/gu, ' ').replace(/\.$/u, '')}.`);
  }
  return [...byLine].map(([line, text]) => ({ line, text }));
}

/** An alias of nothing has no value. */
function givenBy({ value }: Pair, document: Document): unknown {
  try {
    return isNode(value) ? value.toJS(document) : null;
  } catch {
    return null;
  }
}

/** The known fields by name; unknown and repeated ones are problems. */
function fieldsIn(items: Pair[], lineOf: LineOf) {
  const pairs = new Map<string, Pair>();
  const problems: Read['problems'] = [];
  for (const pair of items) {
    const { key } = pair;
    const name = isScalar(key) ? String(key.value) : '?';
    const line = lineOf(isNode(key) ? key.range : null);
    if (!FIELDS.includes(name))
      problems.push({
        line,
        text: `${cut(name, 60)}: there is no such field; the fields are ${listed(FIELDS)}.`,
      });
    else if (pairs.has(name)) problems.push({ line, text: `${name}: the field stands there twice.` });
    else pairs.set(name, pair);
  }
  return { pairs, problems };
}

/** Where the wrong thing stands: the item of a list, else the value, else (where there is none) the field's name. */
function rangeOf(pairs: Map<string, Pair>, [name, at]: readonly PropertyKey[]) {
  const pair = pairs.get(String(name));
  if (pair === undefined) return null;
  const { key, value } = pair;
  const item = isSeq(value) && typeof at === 'number' ? value.items[at] : value;
  const range = isNode(item) ? item.range : null;
  const isEmpty = range === null || range === undefined || range[0] === range[1];
  return isEmpty && isNode(key) ? key.range : range;
}

/** A key that an earlier file has as well. */
function sameKey({ file, key }: Read, all: Read[]): Read['problems'] {
  const other = all.find((one) => one.key !== null && one.key.text === key?.text);
  if (key === null || other === undefined || other.file === file) return [];
  const message = `key: "${key.text}" is the key of ${other.file} as well; give each specialist its own.`;
  return [{ line: key.line, text: message }];
}

const listed = (names: string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
