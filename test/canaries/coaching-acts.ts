import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { fieldsOf } from '../support/fake-slack/json.ts';
import { keepMade } from './keep-made.ts';
import { canariesIn, type EntryModel, type Said } from './model.ts';
import { mayStand, type PersonModel } from './people.ts';
import type { Act } from './picks.ts';
import { checkPrivateRequests, privateSources } from './private-requests.ts';
import type { Measure } from './questions.ts';
import { quotesOf, saidByBot, writeScript } from './scripts.ts';
import { quiet, type Stage } from './stage.ts';

function someone({ random, people, world, cleo }: Stage): PersonModel {
  const user = random.pick([world.anna, world.ben, cleo]);
  const known = people.find((one) => one.user === user);
  if (known !== undefined) return known;
  const person = { user, dm: '', said: [], entries: [], facts: [], threads: [] };
  people.push(person);
  return person;
}

/** A person writes to the bot, in their direct messages or under a result there. */
export const confide =
  (measure: Measure): Act =>
  async (stage) => {
    const { world, random, canary } = stage;
    const person = someone(stage);
    const thread = person.threads.length > 0 && random.chance(25) ? random.pick(person.threads) : null;
    const asked = canary();
    const keys = person.facts.map(({ key }) => key);
    const about =
      thread === null ? random.pick(['person' as const, 'conversation' as const]) : 'conversation';
    const sources = privateSources(person, thread);
    const wishes = {
      quote: 40,
      remember: thread === null ? 50 : 0,
      propose: thread === null ? 15 : 0,
      about,
    };
    const script = writeScript(stage, asked, sources, { ...wishes, keys: about === 'person' ? keys : [] });
    const text = `I wonder about ${asked}`;
    stage.log(
      `${person.user} confides "${text}"${thread === null ? '' : ' under a result'} (${script.picks.length} quotes${script.remember === null ? '' : `, remembers of the ${about}`}${script.propose === null ? '' : ', proposes'})`,
    );
    const before = world.provider.requests().length;
    const { ts, message } = await world.slack.dm(person.user, text, { threadTs: thread?.ts });
    person.dm = world.slack.openDm(person.user);
    expect(message.text).toBe(text);
    const where = thread ?? person;
    where.said.push({ ts, user: person.user, text, links: [], kept: true, fixed: false });
    await quiet(stage);
    const requests = world.provider.requests().slice(before);
    checkPrivateRequests(stage, measure, requests, { person, script, thread });
    where.said.push(saidByBot(`answer to ${ts}`, script.made.text, quotesOf(script)));
    if (thread === null) await keepMade(stage, person, script);
    return true;
  };

/** "reset", and the button under the question that follows. */
export const reset: Act = async (stage) => {
  const { world, people, random, gone, dispatches } = stage;
  const begun = people.filter(({ said }) => said.length > 0);
  if (begun.length === 0) return false;
  const person = random.pick(begun);
  stage.log(`${person.user} resets their conversation`);
  const { slack } = world;
  const { ts } = await slack.dm(person.user, 'reset');
  const question = await slack.until(
    () =>
      slack
        .messages(person.dm)
        .find((one) => one.ts > ts && JSON.stringify(one.blocks ?? []).includes('coaching_reset'))?.ts,
    'the reset is asked for',
  );
  await slack.click({ user: person.user, channel: person.dm, ts: question, actionId: 'coaching_reset' });
  await quiet(stage);
  expect(slack.messages(person.dm).map(textOf).join('\n')).toContain('I have forgotten this conversation');
  const texts = [...person.said.map(({ text }) => text), ...person.entries.map(({ value }) => value)];
  for (const canary of canariesIn(...texts)) gone.add(canary);
  for (const one of dispatches) if (one.where === person) Object.assign(one, { open: false, emptied: true });
  person.said = [];
  person.entries = [];
  // Threads of results stay in Slack, but what was said before is told to no model.
  for (const thread of person.threads) thread.said = [];
  return true;
};

/** A person deletes a direct message. */
export const regret: Act = async (stage) => {
  const { people, random, world, gone } = stage;
  const all = people.flatMap((person) =>
    person.said.filter((one) => !one.fixed).map((said) => ({ person, said })),
  );
  if (all.length === 0) return false;
  const { person, said } = random.pick(all);
  stage.log(`${person.user} deletes "${said.text}" from their direct messages`);
  await world.slack.remove({ channel: person.dm, ts: said.ts });
  await quiet(stage);
  for (const canary of canariesIn(said.text)) gone.add(canary);
  const isOf = (one: Said) => one === said || one.ts === `answer to ${said.ts}`;
  person.said = person.said.filter((one) => !isOf(one));
  const sources = privateSources(person, null);
  const asked = canariesIn(said.text);
  const stays = ({ from, quotes }: EntryModel) => !asked.has(from ?? '') && mayStand(quotes, sources);
  for (const { from, value } of [...person.facts, ...person.entries])
    if (asked.has(from ?? '')) for (const canary of canariesIn(value)) gone.add(canary);
  person.facts = person.facts.filter(stays);
  person.entries = person.entries.filter(stays);
  for (const one of stage.dispatches) if (asked.has(one.from)) one.open = false;
  return true;
};

/** Forget, on any line that says what was remembered. */
export const forget: Act = async (stage) => {
  const { model, people, world, random, gone } = stage;
  const all = [
    ...model.threads
      .filter((thread) => !thread.project.archived)
      .map((thread) => ({
        lists: () => [thread.entries],
        channel: thread.project.channel,
        user: world.anna,
        messages: world.slack.thread(thread.project.channel, thread.ts),
      })),
    ...people
      .filter(({ dm }) => dm !== '')
      .map((person) => ({
        lists: () => [person.entries, person.facts],
        channel: person.dm,
        user: person.user,
        messages: world.slack.messages(person.dm),
      })),
  ].flatMap((place) =>
    place.messages.flatMap(({ ts, blocks }) =>
      (blocks ?? [])
        .filter((block) => String(fieldsOf(block.accessory).action_id).startsWith('memory_forget'))
        .map((block) => ({ ...place, ts, block })),
    ),
  );
  if (all.length === 0) return false;
  const { lists, channel, user, ts, block } = random.pick(all);
  const named = canariesIn(JSON.stringify(block));
  for (const list of lists()) {
    const at = list.findIndex(({ key }) => [...canariesIn(key)].some((canary) => named.has(canary)));
    const entry = at === -1 ? undefined : list[at];
    // Stored anew since, or gone with its source: then the button does nothing.
    if (entry === undefined || !sameValue(entry.value, named)) continue;
    stage.log(`Forget "${entry.key}"`);
    const { action_id: actionId, value } = fieldsOf(block.accessory);
    await world.slack.click({ user, channel, ts, actionId: String(actionId), value: String(value) });
    await quiet(stage);
    list.splice(at, 1);
    for (const canary of canariesIn(entry.value))
      if (!(entry.quotes ?? []).includes(canary)) gone.add(canary);
    return true;
  }
  return false;
};

const sameValue = (value: string, named: Set<string>): boolean =>
  [...canariesIn(value)].every((canary) => named.has(canary));
