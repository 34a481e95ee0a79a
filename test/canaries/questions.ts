import { expect } from 'vitest';
import { type ChatRequest, isPlanning } from '../support/model-provider.ts';
import {
  canariesIn,
  type LinkModel,
  reachOf,
  receiptOf,
  scopeOf,
  shareLinks,
  type ThreadModel,
} from './model.ts';
import { live, nameOf, quiet, type Stage, say, somebody, someLink, threadsOf } from './stage.ts';

/** `everything`: all of it fits the budget. `no more`: only that nothing else is sent. */
export type Measure = 'everything' | 'no more';

interface Asked {
  thread: ThreadModel;
  question: string;
  answer: string;
  ts: string;
}

/** Mentions the bot in some threads at once, and checks every request that this makes and every answer. */
export async function ask(stage: Stage, measure: Measure, threads: (ThreadModel | null)[]): Promise<void> {
  const { provider } = stage.world;
  const before = provider.requests().length;
  // A link shared in one thread while another is asked could be seen there or not yet.
  const links = threads.length === 1 && stage.random.chance(20) ? [someLink(stage)] : [];
  const asked = await Promise.all(threads.map((thread) => mention(stage, thread, links)));
  await quiet(stage);
  const requests = provider
    .requests()
    .slice(before)
    .filter((request) => !isPlanning(request));
  const allowed = asked.map((one) => canariesIn(...textsFor(one)));
  for (const request of requests) {
    const sent = canariesIn(JSON.stringify(request));
    const whose = asked.findIndex(({ question }, at) =>
      isSummary(request) ? isWithin(sent, allowed[at]) : sent.has(question),
    );
    const one = asked[whose];
    if (one === undefined) throw new Error(`A request belongs to no question: ${JSON.stringify(request)}`);
    if (measure === 'everything') expect(sorted(sent)).toEqual(sorted(allowed[whose]));
    else expect([...sent].filter((canary) => !allowed[whose]?.has(canary))).toEqual([]);
    if (!isSummary(request)) {
      const named = canariesIn(...reachOf(one.thread).names, one.question);
      expect([...named].filter((canary) => !sent.has(canary))).toEqual([]);
    }
  }
  for (const one of asked) {
    const own = requests.filter((request) => JSON.stringify(request).includes(one.question));
    expect(own.length).toBeGreaterThan(0);
    if (measure === 'everything') expect(own).toHaveLength(1);
    checkAnswer(stage, measure, one);
    keepAnswer(one);
  }
}

/** The model's own earlier answers in the thread are read again, this one is not there yet. */
const textsFor = ({ thread }: Asked): string[] => {
  const { names, attachments, said } = reachOf(thread);
  return [...names, ...attachments.map((one) => one.text ?? ''), ...said.map((one) => one.text)];
};

const isSummary = (request: ChatRequest): boolean =>
  JSON.stringify(request.messages[0]).includes('Summarise this conversation');
const isWithin = (some: Set<string>, all = new Set<string>()): boolean =>
  [...some].every((canary) => all.has(canary));
const sorted = (canaries = new Set<string>()): string[] => [...canaries].sort();

async function mention(stage: Stage, thread: ThreadModel | null, links: LinkModel[]): Promise<Asked> {
  const { random, canary } = stage;
  const project = thread?.project ?? random.pick(live(stage));
  const question = canary();
  const answer = `The answer ${canary()}`;
  const text = `What of ${question}?`;
  stage.log(
    `Ask "${text}" in ${thread === null ? 'the channel' : nameOf(thread)} with ${links.length} links`,
  );
  stage.answers.set(question, answer);
  const user = somebody(stage);
  const done = await say(stage, { project, thread, user, text, links, mention: true });
  shareLinks(done.thread, done.said, links);
  return { thread: done.thread, question, answer, ts: done.said.ts };
}

function checkAnswer({ world }: Stage, measure: Measure, { thread, answer, ts }: Asked): void {
  const { channel } = thread.project;
  const shown = world.answersAfter(thread.ts, ts, channel).filter((text) => text.includes(answer));
  expect(shown).toHaveLength(1);
  expect(world.slack.reactions(channel, ts)).not.toContain('eyes');
  if (measure === 'everything') expect(shown[0]).toContain(`${receiptOf(thread)}, 1,234 tokens`);
  else expect(shown[0]).toMatch(/\d of \d+ attachments? in .*, \d+ messages?.*, 1,234 tokens/u);
}

function keepAnswer({ thread, answer, ts }: Asked): void {
  const madeFor = scopeOf(thread);
  const said = { ts: `answer to ${ts}`, user: '', text: answer, links: [], kept: true, fixed: true, madeFor };
  thread.said.push(said);
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
  const { names, attachments } = reachOf(thread);
  const allowed = canariesIn(...names);
  expect([...listed].filter((canary) => !allowed.has(canary))).toEqual([]);
  const titles = canariesIn(...attachments.slice(0, 20).map((one) => one.title));
  if (attachments.length <= 20) expect([...titles].filter((canary) => !listed.has(canary))).toEqual([]);
  keepAnswer({ thread, question: '', answer: shown, ts: said.ts });
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
