import { afterEach, beforeEach, expect } from 'vitest';
import { textOf, type View } from '../support/fake-slack/index.ts';
import { type Fields, fieldsOf, listOf } from '../support/fake-slack/json.ts';
import type { ChatRequest } from '../support/model-provider.ts';
import { startWorld, type World, type WorldOptions } from '../support/world.ts';

/** For the top of a `describe`: every test has a world of its own, in which Slack refused nothing of what was sent. */
export function inFreshWorld(options: WorldOptions, enter: (world: World) => void): void {
  let world: World | undefined;
  beforeEach(async () => {
    world = await startWorld(options);
    enter(world);
  });
  afterEach(async () => {
    const violations = [...(world?.slack.violations ?? [])];
    await world?.close();
    world = undefined;
    expect(violations).toEqual([]);
  });
}

/** Every change falls into a window of its own that is over at once: cards are redrawn without the wait. */
export function hastyClock(): () => number {
  let windows = 0;
  return () => {
    windows += 1;
    return windows * 3_000 - 1;
  };
}

/** What a person reads on a message. */
export function reads({ slack, channel }: World, ts: string, where = channel): string {
  return textOf(slack.message(where, ts));
}

/** The lines that only this person sees, oldest first. */
export function whispersTo({ slack }: World, user: string): string[] {
  return slack.ephemerals(undefined, user).map(textOf);
}

export async function whispered(world: World, user: string, text: string): Promise<string> {
  return world.slack.until(
    () => whispersTo(world, user).find((line) => line.includes(text)),
    `a line with "${text}" that only ${user} sees`,
  );
}

/** Opens the list of attachments from the project card. @returns what the person reads in it. */
export async function openList(world: World, projectThread: string, user = world.anna): Promise<string> {
  const { slack, channel } = world;
  await slack.click({ user, channel, ts: projectThread, actionId: 'attachments_list' });
  return textOf(slack.modal(user));
}

/** Chooses one attachment of the open list by its title and what to do with it. */
export async function applyToList(
  world: World,
  title: string,
  act: string,
  user = world.anna,
): Promise<{ list: string; errors: Record<string, string> | undefined }> {
  const view = world.slack.modal(user);
  const option = optionsOf(view).find((text) => text.startsWith(title));
  if (option === undefined) throw new Error(`The list has no ${title}: ${optionsOf(view).join(', ')}`);
  const done = await world.slack.submit(user, { attachment: option, act });
  return { list: textOf(done.view), errors: done.errors };
}

/** The words of every choice in a form. */
export function optionsOf(view: View | undefined): string[] {
  return (view?.blocks ?? [])
    .map((block) => fieldsOf(block.element))
    .flatMap((element) => [
      ...listOf(element.options),
      ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
    ])
    .map((option) => String(fieldsOf(option.text).text));
}

/** What a field of a form holds before anybody touched it. */
export function filledIn(view: View | undefined, blockId: string): unknown {
  const element = fieldsOf(view?.blocks.find((block) => block.block_id === blockId)?.element);
  return element.initial_value ?? fieldsOf(element.initial_option).value ?? element.initial_date;
}

/** A client somebody tampered with: the element sends this in place of what the app gave it. */
export function tamper(
  world: World,
  { channel = world.channel, ts, actionId }: { channel?: string; ts: string; actionId: string },
  change: (element: Fields) => void,
): void {
  const elements = (world.slack.message(channel, ts)?.blocks ?? []).flatMap((block) =>
    listOf(block.elements),
  );
  const found = elements.find((element) => element.action_id === actionId);
  if (found === undefined) throw new Error(`${ts} has no ${actionId}`);
  change(found);
}

/** Everything one request sent to the model, as one text. */
export function sent(request: ChatRequest | undefined): string {
  return (request?.messages ?? []).map((message) => textOfPart(message.content)).join('\n\n');
}

function textOfPart(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

/** What the model was sent last. */
export function lastSent({ provider }: World): string {
  return sent(provider.requests().at(-1));
}
