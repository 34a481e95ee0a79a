import { expect } from 'vitest';
import type { DispatchModel } from './dispatch-model.ts';
import { canariesIn, type EntryModel, scopeOf, type ThreadModel } from './model.ts';
import type { PersonModel } from './people.ts';
import { type Proposal, quotesOf, type Script, saidByBot, writeScript } from './scripts.ts';
import type { Stage } from './stage.ts';

const NOTHING = { quote: 0, remember: 0, propose: 0, about: 'conversation', keys: [] } as const;

/** What an answer led to besides its text becomes part of the model. */
export async function keepMade(
  stage: Stage,
  where: ThreadModel | PersonModel,
  script: Script,
): Promise<void> {
  const { made, remember } = script;
  const madeFor = 'dm' in where ? null : scopeOf(where);
  const { entry, proposal } = made;
  if (entry !== null) {
    const { key, value, quotes } = entry;
    // Without a word about attachments it counts as learned from all that were shown.
    const stands = quotes.length === 0 && (remember?.names === true || 'dm' in where);
    const list = 'dm' in where && entry.about === 'person' ? where.facts : where.entries;
    remembered(stage, list, { key, value, madeFor, quotes: stands ? null : quotes, from: script.asked });
  }
  if (proposal === null) return;
  // It goes with its answer.
  await keepProposal(stage, where, { ...proposal, quotes: quotesOf(script) }, script);
}

/** Under a key that is known it takes the place of what was remembered there. */
export function remembered({ gone }: Pick<Stage, 'gone'>, list: EntryModel[], entry: EntryModel): void {
  const at = list.findIndex(({ key }) => key === entry.key);
  const before = at === -1 ? undefined : list.splice(at, 1)[0];
  for (const canary of canariesIn(before?.value ?? ''))
    if (!(before?.quotes ?? []).includes(canary)) gone.add(canary);
  list.push(entry);
}

async function keepProposal(
  stage: Stage,
  where: ThreadModel | PersonModel,
  proposal: Proposal,
  { asked: from, sources }: Script,
): Promise<void> {
  const { stores, teamId } = stage.world.milepost;
  const conversation =
    'dm' in where
      ? await stores.conversations.findCoaching(teamId, where.user)
      : await stores.conversations.findByThread(teamId, where.project.channel, where.ts);
  const open = await stores.dispatches.listByConversation(
    { teamId, id: conversation?.id ?? '' },
    ['proposed'],
    100,
  );
  const stored = open.find(({ task }) => task === proposal.task);
  expect(stored?.cardTs ?? null).not.toBeNull();
  const [asked = ''] = canariesIn(proposal.task);
  const script = writeScript(stage, asked, sources, { ...NOTHING, quote: 60, keys: [] });
  script.work = proposal;
  const madeFor = 'dm' in where ? null : scopeOf(where);
  const dispatch: DispatchModel = {
    id: stored?.id ?? '',
    where,
    channel: 'dm' in where ? where.dm : where.project.channel,
    cardTs: stored?.cardTs ?? '',
    proposal,
    madeFor,
    open: true,
    from,
    emptied: false,
    script,
  };
  stage.dispatches.push(dispatch);
  where.said.push(saidByBot(`proposal ${dispatch.id}`, proposal.summary, proposal.quotes, madeFor));
}
