import { isFields } from '../json.ts';
import type { Features } from '../state.ts';

export type Surface = 'message' | 'modal' | 'home';

/** What one check has found so far. */
export interface Sheet {
  surface: Surface;
  features: Features;
  problems: string[];
}

export type Check = (value: unknown, path: string, sheet: Sheet) => void;

function note(sheet: Sheet, path: string, problem: string) {
  sheet.problems.push(`${path} ${problem}`);
}

export const anything: Check = () => {};

export const flag: Check = (value, path, sheet) => {
  if (typeof value !== 'boolean') note(sheet, path, 'must be true or false');
};

export function string(max: number, min = 1): Check {
  return (value, path, sheet) => {
    if (typeof value !== 'string') return note(sheet, path, 'must be a string');
    if (value.length < min) note(sheet, path, 'must not be empty');
    if (value.length > max) note(sheet, path, `has ${value.length} characters, more than ${max}`);
  };
}

export function matching(pattern: RegExp, description: string, max: number): Check {
  return (value, path, sheet) => {
    string(max)(value, path, sheet);
    if (typeof value === 'string' && !pattern.test(value))
      note(sheet, path, `is not ${description}: ${value}`);
  };
}

export const url = matching(/^[a-z][a-z0-9+.-]*:\S+$/i, 'a URL', 3000);

export function whole(min: number, max: number): Check {
  return (value, path, sheet) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return note(sheet, path, 'must be a whole number');
    if (value < min || value > max) note(sheet, path, `is ${value}, not between ${min} and ${max}`);
  };
}

export function oneOf(...allowed: string[]): Check {
  return (value, path, sheet) => {
    if (typeof value !== 'string' || !allowed.includes(value)) {
      note(sheet, path, `is ${JSON.stringify(value)}, not one of ${allowed.join(', ')}`);
    }
  };
}

export function array(item: Check, min: number, max: number): Check {
  return (value, path, sheet) => {
    if (!Array.isArray(value)) return note(sheet, path, 'must be an array');
    if (value.length < min) note(sheet, path, `has ${value.length} items, fewer than ${min}`);
    if (value.length > max) note(sheet, path, `has ${value.length} items, more than ${max}`);
    for (const [index, entry] of value.entries()) item(entry, `${path}/${index}`, sheet);
  };
}

/** An object with exactly these fields; `type` and `block_id` are looked at by whoever chose the check. */
export function object(fields: Record<string, Check>, required: string[] = []): Check {
  return (value, path, sheet) => {
    if (!isFields(value)) return note(sheet, path, 'must be an object');
    for (const name of required) {
      if (value[name] === undefined) note(sheet, path, `lacks ${name}`);
    }
    for (const [name, field] of Object.entries(value)) {
      if (name === 'type' || field === undefined) continue;
      const check = fields[name];
      if (check) check(field, `${path}/${name}`, sheet);
      else note(sheet, path, `has the unknown field ${name}`);
    }
  };
}

export function byType(kinds: Record<string, Check>, what: string): Check {
  return (value, path, sheet) => {
    const type = isFields(value) ? value.type : undefined;
    const check = typeof type === 'string' ? kinds[type] : undefined;
    if (check) check(value, path, sheet);
    else note(sheet, path, `is not ${what} that is known here: ${JSON.stringify(type)}`);
  };
}

export function all(...checks: Check[]): Check {
  return (value, path, sheet) => {
    for (const check of checks) check(value, path, sheet);
  };
}

/** A further rule on an object: says what is wrong, or undefined. */
export function rule(judge: (fields: Record<string, unknown>, sheet: Sheet) => string | undefined): Check {
  return (value, path, sheet) => {
    const problem = isFields(value) ? judge(value, sheet) : undefined;
    if (problem) note(sheet, path, problem);
  };
}

function textObject(max: number, types: string[], min = 1): Check {
  return byType(
    Object.fromEntries(
      types.map((type) => {
        const option = type === 'plain_text' ? { emoji: flag } : { verbatim: flag };
        return [type, object({ text: string(max, min), ...option }, ['text'])];
      }),
    ),
    `a text object (${types.join(' or ')})`,
  );
}

export const plain = (max: number) => textObject(max, ['plain_text']);
export const anyText = (max: number) => textObject(max, ['plain_text', 'mrkdwn']);
