import { type Fields, fieldsOf, listOf, stringOf, stringsOf } from './json.ts';
import { elementsOf } from './limits.ts';
import type { Block, FormValues } from './state.ts';

export type Answer = string | string[] | null;

export interface Field {
  block: Block;
  element: Fields;
}

/** The name of what a person chooses in an element, and where its initial value stands. */
const answerKeys: Record<string, { state: string; initial: string }> = {
  plain_text_input: { state: 'value', initial: 'initial_value' },
  static_select: { state: 'selected_option', initial: 'initial_option' },
  external_select: { state: 'selected_option', initial: 'initial_option' },
  radio_buttons: { state: 'selected_option', initial: 'initial_option' },
  checkboxes: { state: 'selected_options', initial: 'initial_options' },
  datepicker: { state: 'selected_date', initial: 'initial_date' },
  users_select: { state: 'selected_user', initial: 'initial_user' },
  conversations_select: { state: 'selected_conversation', initial: 'initial_conversation' },
};

export function fieldsIn(blocks: Block[] | undefined): Field[] {
  return (blocks ?? []).flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
}

function optionsOf(element: Fields): Fields[] {
  return [...listOf(element.options), ...listOf(element.option_groups).flatMap((g) => listOf(g.options))];
}

/** state.values as Slack sends them: every field that can hold an answer, filled in or not. */
export function stateValues(blocks: Block[] | undefined, filled: FormValues): FormValues {
  const values: FormValues = {};
  for (const { block, element } of fieldsIn(blocks)) {
    const keys = answerKeys[stringOf(element.type)];
    if (!keys) continue;
    const actionId = stringOf(element.action_id);
    const untouched = element[keys.initial] ?? (keys.state === 'selected_options' ? [] : null);
    const answer = filled[block.block_id]?.[actionId] ?? { type: element.type, [keys.state]: untouched };
    values[block.block_id] = { ...values[block.block_id], [actionId]: answer };
  }
  return values;
}

function isEmptyAnswer(answer: Fields | undefined): boolean {
  const { type: _type, ...rest } = answer ?? {};
  return Object.values(rest).every((value) => value === null || value === '' || stringsEmpty(value));
}

function stringsEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What the element holds once a person gave this answer; throws for what Slack would not let them give. */
export function answered(element: Fields, answer: Answer, offered?: Fields[]): Fields {
  const type = stringOf(element.type);
  const keys = answerKeys[type];
  if (!keys) throw new Error(`nothing can be filled in in a ${type}`);
  if (keys.state === 'selected_options') {
    const wanted = answer === null ? [] : [answer].flat();
    return { type, selected_options: wanted.map((value) => findOption(element, value, offered)) };
  }
  if (Array.isArray(answer)) throw new Error(`a ${type} takes one value`);
  if (answer === null) return { type, [keys.state]: null };
  if (keys.state === 'selected_option')
    return { type, selected_option: findOption(element, answer, offered) };
  const max = element.max_length ?? 3000;
  if (type === 'plain_text_input' && typeof max === 'number' && answer.length > max) {
    throw new Error(`only ${max} characters can be typed into ${stringOf(element.action_id)}`);
  }
  return { type, [keys.state]: answer === '' ? null : answer };
}

export function findOption(element: Fields, value: string, offered?: Fields[]): Fields {
  const options = offered ?? optionsOf(element);
  const option =
    options.find((o) => o.value === value) ?? options.find((o) => fieldsOf(o.text).text === value);
  if (option) return option;
  const known = options.map((o) => stringOf(o.value)).join(', ');
  throw new Error(`${stringOf(element.action_id)} has no option ${value}; it has: ${known}`);
}

/** What the client itself says before it submits a form. */
export function clientErrors(blocks: Block[], values: FormValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element } of fieldsIn(blocks)) {
    if (block.type !== 'input') continue;
    const answer = values[block.block_id]?.[stringOf(element.action_id)];
    const typed = stringOf(answer?.value);
    if (isEmptyAnswer(answer)) {
      if (block.optional !== true) errors[block.block_id] = 'Please complete this required field.';
    } else if (typeof element.min_length === 'number' && typed && typed.length < element.min_length) {
      errors[block.block_id] = `Please enter at least ${element.min_length} characters.`;
    }
  }
  return errors;
}

export function inputBlockIds(blocks: Block[]): string[] {
  return stringsOf(blocks.filter((block) => block.type === 'input').map((block) => block.block_id));
}
