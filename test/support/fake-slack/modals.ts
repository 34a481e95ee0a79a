import { isAcknowledged, type Reply } from './events.ts';
import { type Answer, answered, clientErrors, fieldsIn, inputBlockIds, stateValues } from './forms.ts';
import { basePayload, type Surface } from './interactions.ts';
import { type Fields, fieldsOf, isFields, stringOf } from './json.ts';
import { checkView } from './limits.ts';
import type { Team, View } from './state.ts';
import {
  clearStack,
  closeTop,
  filledIn,
  giveTrigger,
  isStackFull,
  pushView,
  replaceView,
  stackOf,
} from './views.ts';
import { wireView } from './web-api/views.ts';
import type { World } from './world.ts';

type Answers = Record<string, Answer>;

interface Submitted {
  status: Reply['status'];
  body: unknown;
  ms: number;
  errors?: Record<string, string>;
  /** what the person has before them now */
  view?: View;
}

type OfferedFor = (surface: Surface, element: Fields) => Fields[] | undefined;

/** Filling in, submitting and closing modals. */
export function createModals(world: World, team: Team, offeredFor: OfferedFor) {
  function topOf(user: string): View {
    const view = stackOf(team, user).at(-1);
    if (!view) throw new Error(`${user} has no modal open`);
    return view;
  }

  function fill(user: string, answers: Answers) {
    const view = topOf(user);
    const surface: Surface = { key: view.id, blocks: view.blocks, view };
    for (const [name, answer] of Object.entries(answers)) {
      const fields = fieldsIn(view.blocks).filter(
        (f) => f.block.block_id === name || f.element.action_id === name,
      );
      const [field] = fields;
      if (!field || fields.length > 1) {
        const known = fieldsIn(view.blocks).map(
          (f) => `${f.block.block_id}/${stringOf(f.element.action_id)}`,
        );
        throw new Error(`the modal has ${fields.length} fields called ${name}; it has: ${known.join(', ')}`);
      }
      const filled = filledIn(team, view.id);
      const { block, element } = field;
      const given = answered(element, answer, offeredFor(surface, element));
      filled[block.block_id] = { ...filled[block.block_id], [stringOf(element.action_id)]: given };
    }
  }

  function showInstead(method: string, view: View, user: string, body: Fields) {
    const { problems } = checkView(body.view, 'modal', world.features);
    for (const problem of problems) world.journal.violate(`response_action ${method}: ${problem}`);
    if (problems.length > 0) return;
    if (method === 'update') replaceView(world, team, view, fieldsOf(body.view));
    else if (isStackFull(team, user))
      world.journal.violate('response_action push: more than 3 stacked views');
    else pushView(world, team, user, fieldsOf(body.view));
  }

  function errorsIn(view: View, body: Fields): Record<string, string> {
    const inputs = inputBlockIds(view.blocks);
    const errors: Record<string, string> = {};
    for (const [blockId, text] of Object.entries(fieldsOf(body.errors))) {
      if (!inputs.includes(blockId))
        world.journal.violate(`response_action errors: no input block is called ${blockId}`);
      if (stringOf(text) === '') world.journal.violate(`response_action errors: no text for ${blockId}`);
      errors[blockId] = stringOf(text);
    }
    if (Object.keys(errors).length === 0) world.journal.violate('response_action errors: there are none');
    return errors;
  }

  /** Does what the app answered with; tells the errors it wants to be shown. */
  function follow(view: View, user: string, reply: Reply): Record<string, string> | undefined {
    if (!isAcknowledged(reply.status)) return undefined;
    const body = isFields(reply.body) ? reply.body : {};
    const action = body.response_action;
    if (action === undefined) {
      const isEmpty =
        reply.body === undefined ||
        reply.body === '' ||
        (isFields(reply.body) && Object.keys(body).length === 0);
      if (!isEmpty)
        world.journal.violate(`view_submission: Slack does not understand ${JSON.stringify(reply.body)}`);
      const stack = stackOf(team, user);
      if (stack.includes(view)) stack.splice(stack.indexOf(view), 1);
      team.values.delete(view.id);
    } else if (action === 'errors') return errorsIn(view, body);
    else if (action === 'clear') clearStack(team, user);
    else if (action === 'update' || action === 'push') showInstead(action, view, user, body);
    else world.journal.violate(`view_submission: unknown response_action ${JSON.stringify(action)}`);
    return undefined;
  }

  return {
    fill,

    async submit(user: string, answers: Answers = {}): Promise<Submitted> {
      fill(user, answers);
      const view = topOf(user);
      if (!view.submit) throw new Error('the modal has no submit button');
      const refused = clientErrors(view.blocks, stateValues(view.blocks, filledIn(team, view.id)));
      if (Object.keys(refused).length > 0)
        return { status: 0, body: 'not sent', ms: 0, errors: refused, view };
      const payload = {
        ...basePayload(world, team, 'view_submission', user),
        trigger_id: giveTrigger(world, team, user, true),
        view: wireView(team, view),
        response_urls: [],
      };
      const reply = await world.outbox.interact('interactive', payload);
      const shown = stackOf(team, user).find((v) => v.id === view.id) ?? view;
      const errors = follow(shown, user, reply);
      world.journal.changed();
      const top = stackOf(team, user).at(-1);
      return { ...reply, ...(errors ? { errors } : {}), ...(top ? { view: top } : {}) };
    },

    /** The person presses Cancel or the cross; `all` closes the views below as well. */
    async closeModal(user: string, all = false): Promise<Reply | undefined> {
      const view = topOf(user);
      const closed = wireView(team, view);
      if (all || view.clear_on_close === true) clearStack(team, user);
      else closeTop(team, user);
      world.journal.changed();
      if (view.notify_on_close !== true) return undefined;
      const payload = { ...basePayload(world, team, 'view_closed', user), view: closed, is_cleared: all };
      return world.outbox.interact('interactive', payload);
    },
  };
}
