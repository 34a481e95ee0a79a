import type { Button, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import { type ContextEntry, valueText } from '../../domain/context-entry.ts';
import type { Milestone } from '../../domain/project.ts';
import { plural } from '../../domain/receipt.ts';
import type { Outgoing, RememberedLine } from '../../ports/slack.ts';
import { ACTION, VIEW } from '../ids.ts';
import { button, context, escapeText, flat, oneLine, plain, section, shortened } from './blocks.ts';
import { titleLink } from './labels.ts';
import { taskTitle } from './task-labels.ts';

type Remembered = Omit<Extract<Outgoing, { kind: 'remembered' }>, 'kind'>;

/** UTF-16 units once escaped. */
const KEY = 120;
const VALUE = 300;
const WHY = 300;
/** Lines of one message, and entries of one window: Slack takes 100 blocks there. */
const LINES = 20;
const ENTRIES = 90;

/** "*key*: value". Both come from a model or people. */
export function memoryLine(key: string, value: unknown): string {
  const words = oneLine(valueText(value), VALUE);
  return `${keyName(key)}${words === '' ? '' : `: ${words}`}`;
}

const keyName = (key: string): string => titleLink(shortened(flat(key), KEY), null);

/** A line with a button that has it forgotten. */
export function forgettable(text: string, actionId: string, value: string): SectionBlock {
  return { ...section(text), accessory: button('Forget', actionId, value) };
}

/** What an answer remembered, each with Forget, and what it could not. */
export function rememberedBlocks({ answerId, lines, refused }: Remembered): KnownBlock[] {
  const named = lines.filter((line) => line.updatedAt !== null || line.key !== '');
  const forgotten = lines.length - named.length;
  const all: KnownBlock[] = [
    ...named.map((line) => rememberedLine(answerId, line)),
    ...refused.map(({ key, why }) =>
      section(`:warning: Not remembered: ${keyName(key)}. ${oneLine(why, WHY)}`),
    ),
  ];
  if (all.length === 0) return [section(NOTHING_LEFT)];
  // Not even its name is known any more.
  if (forgotten > 0) all.push(section(`${plural(forgotten, 'thing')} forgotten`));
  const more = all.length - LINES;
  return [
    ...all.slice(0, LINES),
    ...(more > 0 ? [section(`…and ${more.toLocaleString('en-US')} more`)] : []),
    ...whoSees(lines),
  ];
}

/** Stands in place of what was remembered when none of it is kept any more. */
export const NOTHING_LEFT = 'Nothing of this is remembered any more.';

function rememberedLine(answerId: string, { id, about, key, value, updatedAt }: RememberedLine): KnownBlock {
  if (updatedAt === null) return section(`Forgotten: ${keyName(key)}`);
  const whose = about === 'person' ? 'p' : 'c';
  return forgettable(
    `Remembered: ${memoryLine(key, value)}`,
    ACTION.forget,
    `${answerId}:${whose}:${momentValue({ id, updatedAt })}`,
  );
}

/** Where it is used: what concerns a person never leaves their own direct messages. */
function whoSees(lines: RememberedLine[]): KnownBlock[] {
  const kept = lines.filter(({ updatedAt }) => updatedAt !== null);
  const about = (whose: RememberedLine['about']) => kept.some((line) => line.about === whose);
  const words = [
    ...(about('conversation') ? ['I use what is remembered in this conversation and nowhere else.'] : []),
    ...(about('person') ? ['What I remember about you I use in your direct messages with me alone.'] : []),
  ];
  return words.length === 0 ? [] : [context(words.join(' '))];
}

/** What was remembered, for notifications. */
export function rememberedText({ lines, refused }: Remembered): string {
  const keys = lines.filter(({ updatedAt }) => updatedAt !== null).map(({ key }) => key);
  if (keys.length > 0) return `Remembered: ${oneLine(keys.join(', '), VALUE)}`;
  if (refused.length === 0 || lines.length > 0) return NOTHING_LEFT;
  return `Not remembered: ${oneLine(refused.map(({ key }) => key).join(', '), VALUE)}`;
}

/** `<id>:<ms>`: a value that was stored anew since is not meant. */
export const momentValue = ({ id, updatedAt }: { id: string; updatedAt: Date }): string =>
  `${id}:${updatedAt.getTime()}`;

/** Entries of a conversation, each with Forget. */
export function entrySections(entries: ContextEntry[]): SectionBlock[] {
  return entries.map((entry) =>
    forgettable(`Remembered: ${memoryLine(entry.key, entry.value)}`, ACTION.forgetEntry, momentValue(entry)),
  );
}

/** Opens all that a milestone's conversation remembers. */
export const memoryButton = (milestoneId: string, total: number): Button =>
  button(`Memory (${total.toLocaleString('en-US')})`, ACTION.memory, milestoneId);

export interface MemoryToShow {
  milestone: Milestone;
  entries: ContextEntry[];
  total: number;
}

/**
 * All that a milestone's conversation remembers, as far as a window holds it.
 * @param refusal a sentence that says why something was not forgotten.
 */
export function memoryModal({ milestone, entries, total }: MemoryToShow, refusal: string | null): ModalView {
  const shown = entries.slice(0, ENTRIES);
  const more = total - shown.length;
  return {
    type: 'modal',
    callback_id: VIEW.memory,
    title: plain('Memory'),
    close: plain('Close'),
    private_metadata: JSON.stringify({ milestoneId: milestone.id }),
    blocks: [
      ...(refusal === null ? [] : [section(`:warning: ${escapeText(refusal)}`)]),
      section(`${taskTitle(milestone.title)} · ${plural(total, 'thing')} remembered`),
      ...entrySections(shown),
      ...(more > 0
        ? [context(`…and ${more.toLocaleString('en-US')} older, for which there is no room here.`)]
        : []),
    ],
  };
}
