import { expect } from 'vitest';
import { type ChatRequest, isPlanning } from '../support/model-provider.ts';
import { keepMade } from './keep-made.ts';
import {
  canariesIn,
  isPlanningThread,
  reachOf,
  receiptOf,
  scopeOf,
  shareLinks,
  sourcesIn,
  type ThreadModel,
} from './model.ts';
import { quotesOf, type Script, saidByBot, scriptFor, writeScript } from './scripts.ts';
import { live, nameOf, quiet, type Stage, say, somebody, threadsOf } from './stage.ts';
import { type LinkModel, mustBeRead } from './things.ts';
import { someLink } from './web-pages.ts';

/** `everything`: all of it fits the budget. `no more`: only that nothing else is sent. */
export type Measure = 'everything' | 'no more';

interface Asked {
  thread: ThreadModel;
  script: Script;
  ts: string;
}

/** Mentions the bot in some threads at once, and checks every request that this makes and every answer. */
export async function ask(
  stage: Stage,
  measure: Measure,
  threads: (ThreadModel | null)[],
  sharing = true,
): Promise<void> {
  const { provider } = stage.world;
  const before = provider.requests().length;
  // A link shared in one thread while another is asked could be seen there or not yet.
  const links = sharing && threads.length === 1 && stage.random.chance(20) ? [someLink(stage)] : [];
  const asked = await Promise.all(threads.map((thread) => mention(stage, thread, links)));
  await quiet(stage);
  const requests = provider
    .requests()
    .slice(before)
    .filter((request) => !isPlanning(request));
  checkRequests(
    stage,
    measure,
    requests,
    asked.map(({ thread, script }) => ({ thread, script })),
  );
  for (const one of asked) {
    checkAnswer(stage, measure, one);
    const { thread, script, ts } = one;
    thread.said.push(saidByBot(`answer to ${ts}`, script.made.text, quotesOf(script), scopeOf(thread)));
    await keepMade(stage, thread, script);
  }
}

/** A conversation in which something was asked, and what the model was to do there. */
export interface Place {
  thread: ThreadModel;
  script: Script;
}

/** Every request belongs to one of these places, holds what may be read there and, when all fits, all of that. */
export function checkRequests(
  stage: Stage,
  measure: Measure,
  requests: ChatRequest[],
  places: Place[],
): void {
  for (const request of requests) {
    const sent = canariesIn(JSON.stringify(request));
    if (isSummary(request)) {
      const fits = places.some(({ thread }) => beyond(sent, mayBeIn(thread)).length === 0);
      if (!fits) expect(places.map(({ thread }) => beyond(sent, mayBeIn(thread)))).toEqual([]);
      continue;
    }
    const script = scriptFor(stage, request);
    const place = places.find((one) => one.script === script);
    if (place === undefined) throw new Error(`A request belongs to no place: ${JSON.stringify(request)}`);
    const { names, attachments, said, entries } = reachOf(place.thread);
    const texts = [...attachments.map(mustBeRead), ...said.map((one) => one.text)];
    const known = entries.map(({ key, value }) => `${key} ${value}`);
    const must = canariesIn(
      ...names,
      script.asked,
      ...(measure === 'everything' ? [...texts, ...known] : []),
    );
    expect(beyond(must, sent)).toEqual([]);
    expect(beyond(sent, new Set([...mayBeIn(place.thread), ...ownOf(script)]))).toEqual([]);
  }
  for (const { script } of places) {
    const own = requests.filter((request) => !isSummary(request) && scriptFor(stage, request) === script);
    const { entry, proposal } = script.made;
    expect(own.length).toBeGreaterThan(0);
    if (measure === 'everything') expect(own).toHaveLength(entry === null && proposal === null ? 1 : 2);
  }
}

const beyond = (some: Set<string>, all: Set<string>): string[] =>
  [...some].filter((canary) => !all.has(canary)).sort();

/** What may be read in a thread, an answer that is not there yet excepted. */
function mayBeIn(thread: ThreadModel): Set<string> {
  const { names, known, said, entries, derived } = reachOf(thread);
  return canariesIn(
    ...names,
    ...known,
    ...said.map((one) => one.text),
    ...entries.map(({ key, value }) => `${key} ${value}`),
    ...derived.map(({ text }) => text),
  );
}

/** The question or task itself, and what the model said when it called its tools. */
export const ownOf = ({ asked, made, work }: Script): Set<string> =>
  canariesIn(asked, JSON.stringify([made.entry, made.proposal, work]));

const isSummary = (request: ChatRequest): boolean =>
  JSON.stringify(request.messages[0]).includes('Summarise this conversation');

async function mention(stage: Stage, thread: ThreadModel | null, links: LinkModel[]): Promise<Asked> {
  const { random, canary } = stage;
  const project = thread?.project ?? random.pick(live(stage));
  const question = canary();
  const text = `What of ${question}?`;
  const where = thread === null ? 'the channel' : nameOf(thread);
  const reach = thread === null ? reachOfChannel(project) : reachOf(thread);
  // What is said in planning is planned for at once: then the planner would see the old value or the new one.
  const reused = thread === null || isPlanningThread(thread) ? [] : thread.entries;
  const keys = reused.map(({ key }) => key);
  const wishes = { quote: 40, remember: 25, propose: 20, about: 'conversation' as const, keys };
  const script = writeScript(stage, question, sourcesIn(reach), wishes);
  stage.log(
    `Ask "${text}" in ${where} with ${links.length} links (${script.picks.length} quotes${script.remember === null ? '' : ', remembers'}${script.propose === null ? '' : ', proposes'})`,
  );
  const user = somebody(stage);
  const done = await say(stage, { project, thread, user, text, links, mention: true });
  shareLinks(done.thread, done.said, links);
  return { thread: done.thread, script, ts: done.said.ts };
}

/** What can be read in a thread that begins in the channel. */
const reachOfChannel = (project: ThreadModel['project']) =>
  reachOf({ project, ts: '', opened: true, said: [], entries: [] });

function checkAnswer({ world }: Stage, measure: Measure, { thread, script, ts }: Asked): void {
  const { channel } = thread.project;
  const shown = world
    .answersAfter(thread.ts, ts, channel)
    .filter((text) => text.includes(script.answer) && text.includes('1,234 tokens'));
  expect(shown).toHaveLength(1);
  expect(world.slack.reactions(channel, ts)).not.toContain('eyes');
  const line =
    /(\d+ of \d+ attachments? in .*?), (\d+) messages?(?:, (\d+) remembered)?(?:, .*)?, 1,234 tokens/u;
  const [, attachments, messages, remembered = '0'] = line.exec(shown[0] ?? '') ?? [];
  expect(attachments).toBeDefined();
  if (measure === 'no more') return;
  const { said, entries, derived } = reachOf(thread);
  const more = (kind: 'said' | 'remembered') => derived.filter(({ is }) => is === kind).length;
  if (reachOf(thread).attachments.every((one) => !one.changing))
    expect(attachments).toContain(receiptOf(thread));
  expectBetween(Number(messages), said.length, said.length + more('said'));
  expectBetween(Number(remembered), entries.length, entries.length + more('remembered'));
}

function expectBetween(value: number, least: number, most: number): void {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}

/** A mention without a word: nobody is asked, and what can be read here is listed. */
export async function askNothing(stage: Stage): Promise<void> {
  const { world, random } = stage;
  const all = threadsOf(stage, () => true);
  if (all.length === 0) return;
  const thread = random.pick(all);
  stage.log(`Ask nothing in ${nameOf(thread)}`);
  const answered = () => world.provider.requests().filter((request) => !isPlanning(request)).length;
  const before = answered();
  const user = somebody(stage);
  const { said } = await say(stage, {
    project: thread.project,
    thread,
    user,
    text: '',
    links: [],
    mention: true,
  });
  await quiet(stage);
  expect(answered()).toBe(before);
  const [shown = ''] = world.answersAfter(thread.ts, said.ts, thread.project.channel);
  const listed = canariesIn(shown);
  const { names, known, attachments } = reachOf(thread);
  const allowed = canariesIn(...names, ...known);
  expect([...listed].filter((canary) => !allowed.has(canary))).toEqual([]);
  const titles = canariesIn(...attachments.slice(0, 20).map((one) => one.title));
  if (attachments.length <= 20) expect([...titles].filter((canary) => !listed.has(canary))).toEqual([]);
  const sources = sourcesIn(reachOf(thread));
  const quotes = [...listed].filter((canary) => sources.has(canary));
  thread.said.push(saidByBot(`answer to ${said.ts}`, shown, quotes, scopeOf(thread)));
}

/** One thread, or several at once, or the channel itself. */
export async function askSomewhere(stage: Stage, measure: Measure): Promise<void> {
  const { random } = stage;
  const all = threadsOf(stage, () => true);
  if (all.length === 0) return;
  if (random.chance(10)) return askNothing(stage);
  if (random.chance(15)) return ask(stage, measure, [null]);
  const first = random.pick(all);
  if (random.chance(70)) return ask(stage, measure, [first]);
  const others = all.filter((thread) => thread !== first && random.chance(30));
  await ask(stage, measure, [first, ...others.slice(0, 3)]);
}
