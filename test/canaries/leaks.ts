import { expect } from 'vitest';
import { allOf, withDatabase } from '../faults/invariant.ts';
import { canariesIn } from './model.ts';
import { privateSources } from './private-requests.ts';
import type { Proposal } from './scripts.ts';
import type { Stage } from './stage.ts';
import { mayBeKnown, sourceTexts } from './things.ts';

/** Canaries of everything that can be taken away and still stands. */
function standing({ model, people, dispatches }: Stage): Set<string> {
  const { projects, threads } = model;
  return canariesIn(
    ...projects.flatMap(({ attachments }) => attachments.flatMap(mayBeKnown)),
    ...threads.flatMap(({ said, entries }) => [
      ...said.filter((one) => one.emptied !== true).flatMap(({ text, quotes }) => without(text, quotes)),
      ...entries.filter(({ quotes }) => quotes === null).map(({ value }) => value),
    ]),
    // A task and its plans are documents of their own, whatever they were asked for in.
    ...projects.flatMap(({ tasks }) =>
      tasks.flatMap((one) => [one.title, one.description, ...one.plans.map(({ text }) => text)]),
    ),
    ...dispatches.filter(({ emptied }) => !emptied).flatMap(({ proposal }) => ownWords(proposal)),
    ...people.flatMap((person) => [
      ...privateSources(person, null),
      ...person.threads.flatMap(({ said }) => said.map(({ text }) => text)),
      ...person.facts.map(({ value }) => value),
    ]),
  );
}

const without = (text: string, quotes: string[] = []): string[] =>
  [...canariesIn(text)].filter((canary) => !quotes.includes(canary));

/** Of what was proposed, without what it repeats. */
const ownWords = ({ task, summary, actions, quotes }: Proposal): string[] =>
  [task, summary, ...actions].flatMap((text) => without(text, quotes));

/** Names of projects and milestones: they are no source of anything. */
const namesOf = ({ model }: Stage): Set<string> =>
  canariesIn(
    ...model.projects.flatMap(({ name, purpose, milestones }) => [
      name,
      purpose,
      ...milestones.flatMap(({ title, description }) => [title, description]),
    ]),
  );

/** Canaries that some message held before it was edited: Slack's edits take nothing along. */
const before = ({ model }: Stage): Set<string> =>
  canariesIn(...model.threads.flatMap(({ said }) => said.flatMap((one) => one.before ?? [])));

const sourcesOf = ({ model }: Stage): Set<string> =>
  canariesIn(
    ...model.projects.flatMap(({ attachments }) => attachments.flatMap(sourceTexts)),
    ...model.threads.flatMap(({ said }) =>
      said.filter((one) => one.madeFor === undefined).flatMap((one) => [one.text, ...(one.before ?? [])]),
    ),
  );

/** Follows what is taken away from step to step. */
export function createWatch(stage: Stage) {
  let known = new Set<string>();
  const names = new Set<string>();
  return {
    step(): void {
      const now = sourcesOf(stage);
      for (const canary of known) if (!now.has(canary)) stage.gone.add(canary);
      known = now;
      for (const canary of namesOf(stage)) names.add(canary);
    },
    /** No collection holds what was removed, nor what was read before a page changed but for what was said of it. */
    async end(): Promise<void> {
      const stands = new Set([...standing(stage), ...before(stage), ...names]);
      const left = [...stage.gone, ...stage.placed].filter((canary) => !stands.has(canary));
      const told = formerIn(stage);
      expect(await heldOf(stage, new Set(left.filter((canary) => !told.has(canary))))).toEqual([]);
      expect(await heldOf(stage, new Set(left), HELD_TEXTS)).toEqual([]);
    },
  };
}

/** Where texts of attachments are. */
const HELD_TEXTS = ['attachments', 'documents', 'passages'];

/** What pages said before: answers made from that stay with the attachment. */
const formerIn = ({ model }: Stage): Set<string> =>
  canariesIn(...model.projects.flatMap(({ attachments }) => attachments.flatMap((one) => one.former)));

/** Where any of these canaries stands, as "collection.field: canary". */
async function heldOf({ world }: Stage, gone: Set<string>, only?: string[]): Promise<string[]> {
  return withDatabase(world.mongoUri, async (db) => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const found: string[] = [];
    for (const name of names.filter((one) => only?.includes(one) ?? true).sort()) {
      for (const row of await allOf(db, name)) {
        for (const [field, value] of Object.entries(row)) {
          const held = [...canariesIn(JSON.stringify(value) ?? '')].filter((canary) => gone.has(canary));
          if (held.length > 0)
            found.push(`${name}.${field} of ${String(row.kind ?? row.type ?? row._id)}: ${held.join(', ')}`);
        }
      }
    }
    return found;
  });
}
