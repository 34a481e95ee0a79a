import type { EntryModel, Said } from './model.ts';
import { live, type Stage } from './stage.ts';

/** One person with the bot: their direct messages, what is remembered of them and about the person. */
export interface PersonModel {
  user: string;
  /** The channel of their direct messages; empty before the first. */
  dm: string;
  said: Said[];
  entries: EntryModel[];
  facts: EntryModel[];
  /** Threads of results in their direct messages. */
  threads: PrivateThread[];
}

export interface PrivateThread {
  ts: string;
  said: Said[];
}

/** What may be read in a person's own conversation: product.md 7.3. */
export interface PrivateReach {
  names: string[];
  /** Titles of their own tasks. Those that are over need not be told. */
  titles: string[];
  said: Said[];
  entries: EntryModel[];
  facts: EntryModel[];
}

export function privateReachOf(stage: Stage, person: PersonModel): PrivateReach {
  const { user, said, entries, facts } = person;
  const projects = live(stage).filter(({ channel }) => user !== stage.cleo || stage.visits.has(channel));
  const own = projects.flatMap(({ tasks }) => tasks.filter((task) => task.owners.has(user)));
  return {
    names: projects.map(({ name }) => name),
    titles: own.map(({ title }) => title),
    said,
    entries,
    facts,
  };
}

/** What is remembered and repeats something is gone when that is: it need not be told any more. */
export const mayStand = (quotes: string[] | null | undefined, sources: Set<string>): boolean =>
  quotes == null || quotes.every((canary) => sources.has(canary));
