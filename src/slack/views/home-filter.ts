import type { KnownBlock, PlainTextElement } from '@slack/types';
import type { HomeContent } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { actions, clip, context, plain } from './blocks.ts';

interface Option {
  text: PlainTextElement;
  value: string;
}

/** What the choice may take of the Home's 250 KB. */
const BYTES = 80_000;
/** Slack takes 100 options in a group, and 100 groups. */
const GROUP = 100;
const GROUPS = 100;
/** Characters of a name, the more projects the fewer. */
const NAMES = [75, 40, 20];

/** The value that stands for all projects. */
export const ALL_PROJECTS = 'all';

/** The choice of one project; nothing where there is nothing to choose. */
export function filterBlocks({ choices, filter }: HomeContent): KnownBlock[] {
  if (choices.length < 2 && filter === null) return [];
  const { options, left } = fitting(choices, filter);
  const initial = options.find(({ value }) => value === filter) ?? options[0];
  const named = (options.length - 1).toLocaleString('en-US');
  const all = choices.length.toLocaleString('en-US');
  return [
    actions([
      {
        type: 'static_select',
        action_id: ACTION.homeFilter,
        placeholder: plain('Project'),
        ...(options.length <= GROUP ? { options } : { option_groups: groups(options) }),
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    ]),
    ...(left === 0
      ? []
      : [context(`The choice above names ${named} of ${all} projects; the others are below.`)]),
  ];
}

/** The choices with names as long as there is room for, the chosen one always among them. */
function fitting(
  choices: HomeContent['choices'],
  filter: string | null,
): { options: Option[]; left: number } {
  const all: Option = { text: plain('All projects'), value: ALL_PROJECTS };
  for (const name of NAMES) {
    const options = [all, ...choices.map((choice) => optionOf(choice, name))];
    if (bytesOf(options) <= BYTES && options.length <= GROUP * GROUPS) return { options, left: 0 };
  }
  const shortest = NAMES.at(-1) ?? 0;
  const chosen = choices.filter(({ id }) => id === filter).map((choice) => optionOf(choice, shortest));
  const options = [all, ...chosen];
  let room = BYTES - bytesOf(options);
  for (const choice of choices) {
    if (choice.id === filter) continue;
    const option = optionOf(choice, shortest);
    room -= bytesOf(option);
    if (room < 0) break;
    options.push(option);
  }
  return { options, left: choices.length + 1 - options.length };
}

const optionOf = ({ id, name }: HomeContent['choices'][number], length: number): Option => ({
  text: plain(clip(name, length)),
  value: id,
});

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

function groups(options: Option[]): { label: PlainTextElement; options: Option[] }[] {
  const found: { label: PlainTextElement; options: Option[] }[] = [];
  for (let from = 0; from < options.length; from += GROUP) {
    const part = options.slice(from, from + GROUP);
    const first = part[0]?.text.text ?? '';
    const last = part.at(-1)?.text.text ?? '';
    found.push({ label: plain(`${clip(first, 35)} – ${clip(last, 35)}`), options: part });
  }
  return found;
}
