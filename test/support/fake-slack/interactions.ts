import type { Delivered, Reply } from './events.ts';
import { type Answer, answered, type Field, fieldsIn, findOption, stateValues } from './forms.ts';
import { type Fields, fieldsOf, listOf, stringOf } from './json.ts';
import { messageIn, placeOf, userIn } from './people.ts';
import { giveResponseUrl, showResponse } from './response-urls.ts';
import {
  type Block,
  type Channel,
  type Ephemeral,
  type Message,
  openDm,
  type Team,
  type View,
  wireMessage,
} from './state.ts';
import { filledIn, giveTrigger } from './views.ts';
import { wireView } from './web-api/views.ts';
import type { World } from './world.ts';

interface Click {
  user: string;
  channel?: string | undefined;
  ts?: string | undefined;
  view?: 'modal' | 'home' | undefined;
  actionId: string | RegExp;
  blockId?: string | undefined;
  /** which button, by its value; or what is picked or typed in the element */
  value?: string | undefined;
  /** which option of a select, overflow, radio or checkbox, by its value or its text */
  optionValue?: string | string[] | undefined;
  /** the person is asked to confirm, and does not */
  deny?: boolean | undefined;
}

interface Clicked {
  status: Reply['status'];
  body: unknown;
  ms: number;
  /** the dialog that asked the person to confirm */
  confirm?: Fields;
}

/** Something with blocks that a person has before them. */
export interface Surface {
  key: string;
  blocks: Block[] | undefined;
  channel?: Channel;
  message?: Message;
  ephemeral?: Ephemeral;
  view?: View;
}

export function basePayload(world: World, team: Team, type: string, userId: string): Fields {
  const user = userIn(team, userId);
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: world.app.appId,
    token: 'verification-token',
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

function channelRef(channel: Channel): Fields {
  const names = { im: 'directmessage', group: 'privategroup', channel: channel.name };
  return { id: channel.id, name: names[channel.kind] };
}

function surfacesOf(team: Team, click: Pick<Click, 'user' | 'channel' | 'ts' | 'view'>): Surface[] {
  const { user, ts } = click;
  userIn(team, user);
  const views = [
    ...(click.view === 'home' ? [] : [team.modals.get(user)?.at(-1)]),
    ...(click.view === 'modal' ? [] : [team.homes.get(user)]),
  ];
  if (click.channel === undefined) {
    return views.filter((v) => v !== undefined).map((view) => ({ key: view.id, blocks: view.blocks, view }));
  }
  const channel = placeOf(team, user, click.channel);
  const messages = [...channel.messages.values()].map((message) => ({
    ...{ key: `${channel.id}:${message.ts}`, ts: message.ts, blocks: message.blocks },
    ...{ channel, message },
  }));
  const own = team.ephemerals.filter((e) => e.channel === channel.id && e.user === user);
  const ephemerals = own.map((ephemeral) => ({
    ...{ key: `${channel.id}:${ephemeral.ts}`, ts: ephemeral.ts, blocks: ephemeral.blocks },
    ...{ channel, ephemeral },
  }));
  const newestFirst = [...messages, ...ephemerals].sort((a, b) => Number(b.ts) - Number(a.ts));
  return newestFirst.filter((surface) => ts === undefined || surface.ts === ts);
}

function feedbackChoices(element: Fields): Fields[] {
  return [fieldsOf(element.positive_button), fieldsOf(element.negative_button)];
}

function fits({ block, element }: Field, click: Click): boolean {
  const id = stringOf(element.action_id);
  const named = click.actionId instanceof RegExp ? click.actionId.test(id) : click.actionId === id;
  if (!named || (click.blockId !== undefined && click.blockId !== block.block_id)) return false;
  if (click.value === undefined) return true;
  if (element.type === 'button') return element.value === click.value;
  if (element.type === 'feedback_buttons')
    return feedbackChoices(element).some((b) => b.value === click.value);
  return true;
}

/** The one element this click means, on the newest surface that has it. */
function findField(surfaces: Surface[], click: Click): { surface: Surface; field: Field } {
  for (const surface of surfaces) {
    const fields = fieldsIn(surface.blocks).filter((field) => fits(field, click));
    const [field, second] = fields;
    if (!field) continue;
    if (second) {
      const which = fields.map((f) => `${f.block.block_id}=${stringOf(f.element.value)}`).join(', ');
      throw new Error(
        `${fields.length} elements are called ${click.actionId}: say value or blockId (${which})`,
      );
    }
    return { surface, field };
  }
  const seen = surfaces.flatMap((s) => fieldsIn(s.blocks)).map((f) => stringOf(f.element.action_id));
  const wanted = `${click.actionId}${click.value === undefined ? '' : ` with the value ${click.value}`}`;
  throw new Error(
    `${click.user} sees nothing called ${wanted}; there is: ${[...new Set(seen)].join(', ') || 'nothing'}`,
  );
}

export function createInteractions(world: World, team: Team) {
  const offered = new Map<string, Fields[]>();
  const offerKey = (surface: Surface, element: Fields) => `${surface.key}:${stringOf(element.action_id)}`;

  /** What the payload says about where it happened. */
  function placeFields(surface: Surface): Fields {
    const { view, channel, message, ephemeral } = surface;
    if (view) return { container: { type: 'view', view_id: view.id }, view: wireView(team, view) };
    if (!channel) return {};
    const threadTs = message?.thread_ts ?? ephemeral?.thread_ts;
    const container = {
      type: 'message',
      message_ts: message?.ts ?? ephemeral?.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral !== undefined,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    };
    const shown = message ? { message: wireMessage(channel, message) } : {};
    return { container, channel: channelRef(channel), ...shown };
  }

  function responseUrl(user: string, surface: Surface): Fields {
    const { channel, message, ephemeral } = surface;
    if (!channel) return {};
    const threadTs = message?.thread_ts ?? ephemeral?.thread_ts;
    const ts = message?.ts ?? ephemeral?.ts;
    const isEphemeral = ephemeral !== undefined;
    return {
      response_url: giveResponseUrl(world, { team, user, channel: channel.id, ts, isEphemeral, threadTs }),
    };
  }

  function act(surface: Surface, { block, element }: Field, click: Click): Fields {
    const { type, action_id, text, value } = element;
    const action: Fields = { type, action_id, block_id: block.block_id, action_ts: world.ids.ts() };
    if (type === 'button') return { ...action, text, ...(value === undefined ? {} : { value }) };
    if (type === 'feedback_buttons') {
      const pressed = feedbackChoices(element).find((b) => b.value === click.value) ?? {};
      return { ...action, text: pressed.text, value: pressed.value };
    }
    const answer: Answer = click.optionValue ?? click.value ?? null;
    if (type === 'overflow') return { ...action, selected_option: findOption(element, stringOf(answer)) };
    const given = answered(element, answer, offered.get(offerKey(surface, element)));
    const filled = filledIn(team, surface.key);
    filled[block.block_id] = { ...filled[block.block_id], [stringOf(action_id)]: given };
    return { ...action, ...given };
  }

  async function click(click: Click): Promise<Clicked> {
    const { surface, field } = findField(surfacesOf(team, click), click);
    if (field.block.type === 'input' && field.block.dispatch_action !== true) {
      throw new Error(`${click.actionId} sends nothing by itself: fill it in and submit`);
    }
    const confirm = field.element.confirm === undefined ? {} : { confirm: fieldsOf(field.element.confirm) };
    if (click.deny) return { status: 0, body: 'the person did not confirm', ms: 0, ...confirm };
    const action = act(surface, field, click);
    const payload = {
      ...basePayload(world, team, 'block_actions', click.user),
      ...placeFields(surface),
      ...(surface.view
        ? {}
        : { state: { values: stateValues(surface.blocks, filledIn(team, surface.key)) } }),
      ...responseUrl(click.user, surface),
      trigger_id: giveTrigger(world, team, click.user, surface.view?.type === 'modal'),
      actions: [action],
    };
    const reply = await world.outbox.interact('interactive', payload);
    world.journal.changed();
    return { ...reply, ...confirm };
  }

  return {
    click,

    /** Types into an external_select; the options stay offered for a following click or fill. */
    async suggest(ask: Click & { value: string }): Promise<Fields[]> {
      const { surface, field } = findField(surfacesOf(team, ask), ask);
      const { action_id } = field.element;
      const payload = {
        ...basePayload(world, team, 'block_suggestion', ask.user),
        ...placeFields(surface),
        ...{ action_id, block_id: field.block.block_id, value: ask.value },
      };
      const { body } = await world.outbox.interact('interactive', payload);
      const { options, option_groups: groups } = fieldsOf(body);
      const found = [...listOf(options), ...listOf(groups).flatMap((group) => listOf(group.options))];
      offered.set(offerKey(surface, field.element), found);
      return found;
    },

    offeredFor: (surface: Surface, element: Fields) => offered.get(offerKey(surface, element)),

    async shortcut(use: { user: string; callbackId: string; channel: string; ts: string }): Promise<Reply> {
      const channel = placeOf(team, use.user, use.channel);
      const message = messageIn(channel, use.ts);
      const payload = {
        ...basePayload(world, team, 'message_action', use.user),
        action_ts: world.ids.ts(),
        channel: channelRef(channel),
        callback_id: use.callbackId,
        trigger_id: giveTrigger(world, team, use.user),
        ...responseUrl(use.user, { key: '', blocks: undefined, channel, message }),
        message_ts: message.ts,
        message: wireMessage(channel, message),
      };
      return world.outbox.interact('interactive', payload);
    },

    /** A slash command; what the app answers with its ack is shown as Slack does. */
    async command(use: { user: string; channel: string; command: string; text?: string }): Promise<Reply> {
      const channel = placeOf(team, use.user, use.channel);
      const user = userIn(team, use.user);
      const place = {
        team,
        user: user.id,
        channel: channel.id,
        ts: undefined,
        isEphemeral: false,
        threadTs: undefined,
      };
      const reply = await world.outbox.interact('slash_commands', {
        token: 'verification-token',
        team_id: team.id,
        team_domain: team.domain,
        channel_id: channel.id,
        channel_name: channelRef(channel).name,
        user_id: user.id,
        user_name: user.name,
        command: use.command,
        text: use.text ?? '',
        api_app_id: world.app.appId,
        is_enterprise_install: 'false',
        response_url: giveResponseUrl(world, place),
        trigger_id: giveTrigger(world, team, user.id),
      });
      const answer = typeof reply.body === 'string' ? { text: reply.body } : fieldsOf(reply.body);
      const isAnswer = reply.status === 200 && (stringOf(answer.text) !== '' || answer.blocks !== undefined);
      if (isAnswer) showResponse(world, { ...place, usesLeft: 1, expires: 0 }, answer);
      return reply;
    },

    openHome(user: string, tab: 'home' | 'messages' = 'home'): Promise<Delivered[]> {
      const channel = openDm(team, userIn(team, user).id, world.ids).id;
      const home = team.homes.get(user);
      const view = home && tab === 'home' ? { view: wireView(team, home) } : {};
      const event_ts = world.ids.ts();
      return world.outbox.publish(team, { type: 'app_home_opened', user, channel, tab, ...view, event_ts });
    },
  };
}
