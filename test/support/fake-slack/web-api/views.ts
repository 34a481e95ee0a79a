import { stateValues } from '../forms.ts';
import { fieldsOf, stringOf } from '../json.ts';
import type { Team, View } from '../state.ts';
import { buildView, clearStack, isStackFull, pushView, replaceView, stackOf } from '../views.ts';
import { type Ask, checkedView, type Method, SlackError } from './method.ts';

export function wireView(team: Team, view: View) {
  return {
    ...structuredClone(view),
    state: { values: stateValues(view.blocks, team.values.get(view.id) ?? {}) },
  };
}

function exchangeTrigger({ world, team, args }: Ask, method: string) {
  const trigger = team.triggers.get(stringOf(args.trigger_id));
  const refused = (code: string): never => {
    world.journal.violate(`${method}: ${code}`);
    throw new SlackError(code);
  };
  if (!trigger) return refused('invalid_trigger_id');
  if (trigger.used) return refused('exchanged_trigger_id');
  if (Date.now() > trigger.expires) throw new SlackError('expired_trigger_id');
  return trigger;
}

function openViews(team: Team): View[] {
  return [...team.modals.values()].flat();
}

function unusedExternalId({ team, args }: Ask, view: { external_id?: unknown }) {
  const id = stringOf(view.external_id);
  const holder = id ? openViews(team).find((v) => v.external_id === id) : undefined;
  const own = holder && (holder.id === args.view_id || holder.external_id === args.external_id);
  if (holder && !own) throw new SlackError('duplicate_external_id');
}

const opening = { trigger_id: 'string', view: 'json' } as const;

export const viewMethods: Record<string, Method> = {
  'views.open': {
    args: opening,
    required: ['trigger_id', 'view'],
    run(ask) {
      const { world, team } = ask;
      const given = checkedView(ask, 'views.open', 'modal');
      const trigger = exchangeTrigger(ask, 'views.open');
      unusedExternalId(ask, given);
      trigger.used = true;
      clearStack(team, trigger.user);
      return { view: wireView(team, pushView(world, team, trigger.user, given)) };
    },
  },
  'views.push': {
    args: opening,
    required: ['trigger_id', 'view'],
    run(ask) {
      const { world, team } = ask;
      const given = checkedView(ask, 'views.push', 'modal');
      const trigger = exchangeTrigger(ask, 'views.push');
      if (!trigger.fromModal || stackOf(team, trigger.user).length === 0) throw new SlackError('not_found');
      if (isStackFull(team, trigger.user)) {
        world.journal.violate('views.push: more than 3 stacked views');
        throw new SlackError('push_limit_reached');
      }
      unusedExternalId(ask, given);
      trigger.used = true;
      return { view: wireView(team, pushView(world, team, trigger.user, given)) };
    },
  },
  'views.update': {
    args: { view_id: 'string', external_id: 'string', hash: 'string', view: 'json' },
    required: ['view'],
    run(ask) {
      const { world, team, args } = ask;
      const type = fieldsOf(args.view).type === 'home' ? 'home' : 'modal';
      const given = checkedView(ask, 'views.update', type);
      const shown = type === 'home' ? [...team.homes.values()] : openViews(team);
      const old = shown.find((view) =>
        args.view_id === undefined ? view.external_id === args.external_id : view.id === args.view_id,
      );
      if (!old) throw new SlackError('not_found');
      if (args.hash !== undefined && args.hash !== old.hash) throw new SlackError('hash_conflict');
      unusedExternalId(ask, given);
      return { view: wireView(team, replaceView(world, team, old, given)) };
    },
  },
  'views.publish': {
    args: { user_id: 'string', hash: 'string', view: 'json' },
    required: ['user_id', 'view'],
    run(ask) {
      const { world, team, args } = ask;
      const user = stringOf(args.user_id);
      if (!team.users.has(user)) throw new SlackError('user_not_found');
      const given = checkedView(ask, 'views.publish', 'home');
      const old = team.homes.get(user);
      if (args.hash !== undefined && old && args.hash !== old.hash) throw new SlackError('hash_conflict');
      const view = buildView(world, team, given, old);
      team.homes.set(user, view);
      return { view: wireView(team, view) };
    },
  },
};
