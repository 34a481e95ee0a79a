import { isDeepStrictEqual } from 'node:util';
import { listOf } from '../json.ts';
import {
  all,
  anyText,
  array,
  byType,
  type Check,
  flag,
  matching,
  object,
  oneOf,
  plain,
  rule,
  string,
  url,
  whole,
} from './checks.ts';

const id = string(255);

const confirm = object(
  {
    title: plain(100),
    text: anyText(300),
    confirm: plain(30),
    deny: plain(30),
    style: oneOf('primary', 'danger'),
  },
  ['text'],
);

const action = { action_id: id, confirm, focus_on_load: flag };
const placeholder = plain(150);

const menuOption = object({ text: plain(75), value: string(150), description: plain(75) }, ['text', 'value']);
const overflowOption = object({ text: plain(75), value: string(150), description: plain(75), url }, [
  'text',
  'value',
]);
const listOption = object({ text: anyText(75), value: string(150), description: anyText(75) }, [
  'text',
  'value',
]);
const optionGroup = object({ label: plain(75), options: array(menuOption, 1, 100) }, ['label', 'options']);

const initialsAreOptions = rule((element) => {
  const grouped = listOf(element.option_groups).flatMap((group) => listOf(group.options));
  const options = [...listOf(element.options), ...grouped];
  const initials = element.initial_option === undefined ? [] : [element.initial_option];
  for (const initial of [...initials, ...listOf(element.initial_options)]) {
    if (!options.some((option) => isDeepStrictEqual(option, initial))) {
      return `has an initial option that is not among its options: ${JSON.stringify(initial)}`;
    }
  }
  return undefined;
});

const valuesDiffer = rule((element) => {
  const values = listOf(element.options).map((option) => option.value);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined ? undefined : `has two options with the value ${JSON.stringify(twice)}`;
});

const button = object(
  {
    action_id: id,
    confirm,
    text: plain(75),
    value: string(2000),
    url,
    style: oneOf('primary', 'danger'),
    accessibility_label: string(75),
  },
  ['text'],
);

const overflow = all(
  object({ action_id: id, confirm, options: array(overflowOption, 1, 5) }, ['options']),
  valuesDiffer,
);

const staticSelect = all(
  object({
    ...action,
    placeholder,
    options: array(menuOption, 1, 100),
    option_groups: array(optionGroup, 1, 100),
    initial_option: menuOption,
  }),
  rule((element) =>
    (element.options === undefined) === (element.option_groups === undefined)
      ? 'needs either options or option_groups'
      : undefined,
  ),
  initialsAreOptions,
  valuesDiffer,
);

const externalSelect = object({
  ...action,
  placeholder,
  initial_option: menuOption,
  min_query_length: whole(0, 100),
});

const radioButtons = all(
  object({ ...action, options: array(listOption, 1, 10), initial_option: listOption }, ['options']),
  initialsAreOptions,
  valuesDiffer,
);

const checkboxes = all(
  object({ ...action, options: array(listOption, 1, 10), initial_options: array(listOption, 1, 10) }, [
    'options',
  ]),
  initialsAreOptions,
  valuesDiffer,
);

const datepicker = object({
  ...action,
  placeholder,
  initial_date: matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a date YYYY-MM-DD', 10),
});

const usersSelect = object({ ...action, placeholder, initial_user: id });

const conversationsSelect = object({
  ...action,
  placeholder,
  initial_conversation: id,
  default_to_current_conversation: flag,
  response_url_enabled: flag,
  filter: object({
    include: array(oneOf('im', 'mpim', 'private', 'public'), 1, 4),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  }),
});

const plainTextInput = all(
  object({
    action_id: id,
    focus_on_load: flag,
    placeholder,
    initial_value: string(3000, 0),
    multiline: flag,
    min_length: whole(0, 3000),
    max_length: whole(1, 3000),
    dispatch_action_config: object({
      trigger_actions_on: array(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2),
    }),
  }),
  rule(({ initial_value: value, max_length: max, min_length: min }) => {
    if (typeof max === 'number' && typeof min === 'number' && min > max)
      return 'has min_length over max_length';
    if (typeof value === 'string' && typeof max === 'number' && value.length > max) {
      return `has an initial_value of ${value.length} characters, over its max_length ${max}`;
    }
    return undefined;
  }),
);

const feedbackButton = object({ text: plain(75), value: string(2000), accessibility_label: string(75) }, [
  'text',
  'value',
]);
const feedbackButtons = object(
  { action_id: id, positive_button: feedbackButton, negative_button: feedbackButton },
  ['positive_button', 'negative_button'],
);

const choices: Record<string, Check> = {
  static_select: staticSelect,
  external_select: externalSelect,
  users_select: usersSelect,
  conversations_select: conversationsSelect,
  radio_buttons: radioButtons,
  checkboxes,
  datepicker,
};

export const accessory = byType({ button, overflow, ...choices }, 'a section accessory');
export const actionElement = byType({ button, overflow, ...choices }, 'an element of an actions block');
export const inputElement = byType({ plain_text_input: plainTextInput, ...choices }, 'an input element');
export const feedbackElement = byType({ feedback_buttons: feedbackButtons }, 'a context_actions element');
