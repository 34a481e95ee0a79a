import { expect } from 'vitest';
import type { ChatRequest } from '../support/model-provider.ts';
import { canariesIn, type EntryModel, type Said } from './model.ts';
import { mayStand, type PersonModel, type PrivateThread, privateReachOf } from './people.ts';
import { type Measure, ownOf } from './questions.ts';
import { type Script, scriptFor } from './scripts.ts';
import type { Stage } from './stage.ts';

export interface PrivatePlace {
  person: PersonModel;
  script: Script;
  /** The thread of a result, or null for the coaching conversation itself. */
  thread: PrivateThread | null;
}

const textOfEntry = ({ key, value }: EntryModel): string => `${key} ${value}`;

/**
 * What was asked in direct messages is answered from this one person's conversation: their facts, their tasks, the names
 * of their projects and what was said. Nothing of any attachment, and nothing of anybody else.
 */
export function checkPrivateRequests(
  stage: Stage,
  measure: Measure,
  requests: ChatRequest[],
  { person, script, thread }: PrivatePlace,
): void {
  expect(requests.length).toBeGreaterThan(0);
  const reach = privateReachOf(stage, person);
  const isRun = script.work !== null;
  const said: Said[] = thread?.said ?? reach.said;
  const entries = thread === null ? reach.entries : [];
  const facts = thread === null && !isRun ? reach.facts : [];
  const sources = privateSources(person, thread);
  const firm = said.filter(({ quotes }) => quotes === undefined);
  const told = said.filter(({ quotes }) => mayStand(quotes, sources));
  const kept = [...entries, ...facts].filter(({ quotes }) => mayStand(quotes, sources));
  const may = canariesIn(
    ...reach.names,
    ...reach.titles,
    ...told.map(({ text }) => text),
    ...kept.map(textOfEntry),
  );
  const must = canariesIn(
    ...reach.names,
    ...(measure === 'everything'
      ? [
          ...firm.map(({ text }) => text),
          ...[...entries, ...facts].filter(({ quotes }) => quotes === null).map(textOfEntry),
        ]
      : []),
  );
  const own = ownOf(script);
  for (const request of requests) {
    const sent = canariesIn(JSON.stringify(request));
    expect([...sent].filter((canary) => !may.has(canary) && !own.has(canary))).toEqual([]);
    if (JSON.stringify(request.messages[0]).includes('Summarise this conversation')) continue;
    expect(scriptFor(stage, request)).toBe(script);
    expect([...must].filter((canary) => !sent.has(canary))).toEqual([]);
  }
}

/** What can be repeated in a person's own conversation: what they said in it. */
export function privateSources(person: PersonModel, thread: PrivateThread | null): Set<string> {
  const said = thread === null ? person.said : thread.said;
  return canariesIn(
    ...said.filter((one) => one.madeFor === undefined).flatMap((one) => [one.text, ...(one.before ?? [])]),
  );
}
