import { type Fields, stringOf } from './json.ts';
import type { FormValues, Team, View } from './state.ts';
import { completeBlocks } from './web-api/method.ts';
import type { World } from './world.ts';

const MAX_STACK = 3;
const TRIGGER_MS = 3000;

export function stackOf(team: Team, user: string): View[] {
  const stack = team.modals.get(user) ?? [];
  team.modals.set(user, stack);
  return stack;
}

export function isStackFull(team: Team, user: string): boolean {
  return stackOf(team, user).length >= MAX_STACK;
}

export function buildView(world: World, team: Team, given: Fields, replaces?: View): View {
  const id = replaces?.id ?? world.ids.next('V');
  const isModal = given.type === 'modal';
  return {
    id,
    team_id: team.id,
    type: stringOf(given.type),
    blocks: completeBlocks(given.blocks, world.ids),
    private_metadata: stringOf(given.private_metadata),
    callback_id: stringOf(given.callback_id),
    external_id: stringOf(given.external_id),
    hash: `${world.ids.ts()}.${world.ids.next('h')}`,
    title: given.title ?? { type: 'plain_text', text: 'View Title' },
    submit: isModal ? (given.submit ?? null) : null,
    close: isModal ? (given.close ?? null) : null,
    clear_on_close: given.clear_on_close === true,
    notify_on_close: given.notify_on_close === true,
    root_view_id: replaces?.root_view_id ?? id,
    previous_view_id: replaces?.previous_view_id ?? null,
    app_id: world.app.appId,
    app_installed_team_id: team.id,
    bot_id: team.botId,
  };
}

export function pushView(world: World, team: Team, user: string, given: Fields): View {
  const stack = stackOf(team, user);
  const view = buildView(world, team, given);
  const below = stack.at(-1);
  if (below) {
    view.previous_view_id = below.id;
    view.root_view_id = below.root_view_id;
  }
  stack.push(view);
  return view;
}

/** Replaces a view in place; what a person has filled in stays where block and action are the same. */
export function replaceView(world: World, team: Team, old: View, given: Fields): View {
  const view = buildView(world, team, given, old);
  for (const stack of team.modals.values()) {
    const index = stack.findIndex((v) => v.id === old.id);
    if (index >= 0) stack[index] = view;
  }
  for (const [user, home] of team.homes) {
    if (home.id === old.id) team.homes.set(user, view);
  }
  return view;
}

export function closeTop(team: Team, user: string) {
  const closed = stackOf(team, user).pop();
  if (closed) team.values.delete(closed.id);
}

export function clearStack(team: Team, user: string) {
  while (stackOf(team, user).length > 0) closeTop(team, user);
}

export function giveTrigger(world: World, team: Team, user: string, fromModal = false): string {
  const id = `${Date.now()}.${world.ids.next('')}.${world.ids.next('trigger')}`;
  team.triggers.set(id, { user, expires: Date.now() + TRIGGER_MS, used: false, fromModal });
  return id;
}

export function filledIn(team: Team, surface: string): FormValues {
  const values = team.values.get(surface) ?? {};
  team.values.set(surface, values);
  return values;
}
