import type { Conversation } from '../../src/domain/conversation.ts';
import { type Message, textOf } from '../support/fake-slack/index.ts';
import { fieldsOf, listOf } from '../support/fake-slack/json.ts';
import { type ChatRequest, call } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { sent } from './acting.ts';

/** Every message the bot wrote to this person in their direct messages, oldest first. */
export function toldDirectly({ slack }: World, user: string): Message[] {
  const channel = slack.dmOf(user);
  if (channel === undefined) return [];
  return slack.messages(channel).filter((message) => message.user === slack.botUserId);
}

/** Waits until the bot has written this to the person directly. */
export function toldSoon(world: World, user: string, text: string): Promise<Message> {
  return world.slack.until(
    () => toldDirectly(world, user).find((message) => textOf(message).includes(text)),
    `a direct message to ${user} that says "${text}"`,
  );
}

/** What a person asked directly, and the first that came back for it. */
export interface Asked {
  ts: string;
  answer: Message;
}

/** Writes the bot a direct message and waits until it is answered, with all that follows from the answer. */
export async function askDirectly(
  world: World,
  text: string,
  { user = world.anna, threadTs }: { user?: string; threadTs?: string } = {},
): Promise<Asked> {
  const { slack } = world;
  const { ts } = await slack.dm(user, text, threadTs === undefined ? {} : { threadTs });
  return { ts, answer: await answeredDirectly(world, user, ts) };
}

/** Waits until a direct message is answered, with all that follows from the answer. @returns what came first. */
export function answeredDirectly(world: World, user: string, ts: string): Promise<Message> {
  const { slack, milepost } = world;
  const channelId = slack.dmOf(user) ?? '';
  return slack.until(async () => {
    const { teamId, stores } = milepost;
    const stored = await stores.answers.find({ teamId, channelId, questionTs: ts });
    // Cards and summaries come when they are ready, and are no answers.
    if (stored?.state !== 'delivered' || slack.reactions(channelId, ts).includes('eyes')) return undefined;
    return toldDirectly(world, user).find((message) => message.ts > ts);
  }, `an answer to the direct message ${ts}`);
}

/** The person's coaching conversation as it is stored now. */
export async function coachingOf({ milepost }: World, user: string): Promise<Conversation> {
  const found = await milepost.stores.conversations.findCoaching(milepost.teamId, user);
  if (found === null) throw new Error(`${user} has no coaching conversation.`);
  return found;
}

/** Every document of one collection. The hint is for a mongod that refuses queries without an index. */
export async function rowsOf({ milepost }: World, collection: string) {
  const known = (await milepost.connection.listCollections()).map(({ name }) => name);
  if (!known.includes(collection)) throw new Error(`There is no ${collection}: ${known.join(', ')}.`);
  return milepost.connection
    .collection(collection)
    .find({}, { hint: { _id: 1 } })
    .toArray();
}

/** The names of the collections that hold this text anywhere. */
export async function holding(world: World, text: string): Promise<string[]> {
  const names = (await world.milepost.connection.listCollections()).map(({ name }) => name).sort();
  const held = await Promise.all(
    names.map(async (name) => (JSON.stringify(await rowsOf(world, name)).includes(text) ? [name] : [])),
  );
  return held.flat();
}

/** Which of these texts any of the requests holds, from the given one on; tools and their results included. */
export function leaked({ provider }: World, texts: string[], from = 0): string[] {
  const requests = JSON.stringify(provider.requests().slice(from));
  return texts.filter((text) => requests.includes(text));
}

/** What all requests to the model that hold this text were sent, each as one text. */
export function requestsWith({ provider }: World, text: string): string[] {
  return provider
    .requests()
    .map(sent)
    .filter((request) => request.includes(text));
}

/** A request that wants a summary of the older part of a conversation. */
export const isSummary = (request: ChatRequest): boolean =>
  sent(request).startsWith('Summarise this conversation');

/** Waits for the message under an answer that says what was remembered. @returns its ts. */
export function rememberedLine({ slack, channel }: World, thread: string, text: string): Promise<string> {
  return slack.until(
    () => slack.thread(channel, thread).find((one) => one.ts !== thread && textOf(one).includes(text))?.ts,
    `the thread says "${text}"`,
  );
}

/** From now on the model remembers this for the conversation whenever it is asked with these words. */
export function remembers(
  { provider }: World,
  when: string,
  entries: { key: string; value: unknown; type?: string; sources?: number[] }[],
  final = 'Noted.',
): void {
  const calls = entries.map(({ type = 'project', sources = [], ...entry }) =>
    call('remember', { ...entry, type, sources }),
  );
  provider.script(when, [calls], final);
}

/** The same for facts about the person. */
export function remembersFacts(
  { provider }: World,
  when: string,
  facts: { key: string; value: unknown }[],
  final = 'I will keep that in mind.',
): void {
  provider.script(when, [facts.map((fact) => call('remember_about_person', fact))], final);
}

/** The same for a proposal. */
export function proposes(
  { provider }: World,
  when: string,
  proposal: { task: string; summary?: string; specialist?: string; destructive?: boolean },
  final = 'I propose the writer for this.',
): void {
  const { task, summary = 'Writes it.', specialist = 'writer', destructive = false } = proposal;
  const given = { specialist, task, summary, actions: ['Reads the conversation'], destructive };
  provider.script(when, [[call('propose_specialist', given)]], final);
}

/** Chooses in the Home how the bot behaves in the person's direct messages. The Home is open. */
export async function chooseMode(world: World, user: string, label: string): Promise<void> {
  const { slack } = world;
  const hash = slack.home(user)?.hash;
  await slack.click({ user, view: 'home', actionId: 'coaching_mode', optionValue: label });
  await slack.until(() => slack.home(user)?.hash !== hash, 'the Home is drawn anew');
}

/**
 * A client somebody tampered with: a button they were never shown, with a value they were never given, stands in their
 * Home and is pressed.
 */
export async function forge(
  { slack }: World,
  user: string,
  actionId: string,
  value: string,
): Promise<unknown> {
  const home = slack.home(user);
  if (home === undefined) throw new Error(`${user} has not opened their Home.`);
  const text = { type: 'plain_text', text: 'Forged' };
  const forged = { type: 'button', action_id: actionId, text, value };
  home.blocks = [{ type: 'actions', block_id: 'forged', elements: [forged] }, ...home.blocks];
  return slack.click({ user, view: 'home', actionId, blockId: 'forged' });
}

/** The values of the buttons of this kind on a message, as the app gave them. */
export function buttonValues(message: Message | undefined, actionId: string): string[] {
  return (message?.blocks ?? [])
    .flatMap((block) => [...listOf(block.elements), fieldsOf(block.accessory)])
    .filter((element) => element.action_id === actionId)
    .map((element) => String(element.value));
}
