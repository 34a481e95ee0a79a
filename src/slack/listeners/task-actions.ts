import { person } from '../../domain/actor.ts';
import type { TaskStatus } from '../../domain/task.ts';
import { ACTION } from '../ids.ts';
import type { Press } from '../inbound/interaction.ts';
import { idAndNumber } from '../inbound/value.ts';
import { leftAsItIs } from '../views/planning-messages.ts';
import { named } from '../views/task-labels.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, whisper } from './press.ts';

/** Choices of a card's menu and the status each leads to. */
const MENU: Record<string, TaskStatus> = {
  planning: 'planning',
  cancel: 'cancelled',
};

/** Moves of a task, from its cards and from the Home. Its cards follow by a job, its Homes too. */
export function taskActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;

  async function move(
    press: Press,
    id: string,
    to: TaskStatus,
    seen: number | null,
    from?: TaskStatus[],
  ): Promise<void> {
    const { userId, pressedTs, at } = press;
    const meant = from === undefined ? {} : { from };
    await useCases.moveTask.move({ ref: { teamId, id }, to, by: person(userId), seen, ...meant });
    if (at === null) await useCases.home.redraw(teamId, userId, pressedTs);
  }
  const mover =
    (to: TaskStatus): ActionHandler =>
    (press) =>
      move(press, idAndNumber(press.value).id, to, null);

  return {
    // Bound to the version that stood beside the button: what the person has seen.
    [ACTION.markReady]: async (press) => {
      const { id, number } = idAndNumber(press.value);
      await move(press, id, 'ready', number ?? 0, ['planning', 'backlog']);
    },
    [ACTION.startTask]: mover('in_progress'),
    [ACTION.completeTask]: mover('done'),
    [ACTION.toBacklog]: mover('backlog'),
    [ACTION.toPlanning]: mover('planning'),
    [ACTION.cancelTask]: mover('cancelled'),
    // The question has been answered: it does not stand there to be pressed once more.
    [ACTION.reopenTask]: async (press, replace) => {
      await move(press, press.value, 'planning', null);
      await replace(`:arrows_counterclockwise: <@${press.userId}> took the task back into planning.`);
    },
    [ACTION.leaveTask]: async (press, replace) => {
      const { task } = await useCases.seePlan.read({ teamId, id: press.value }, press.userId, null);
      await replace(`${named(task.title)} stays as it is.`, leftAsItIs(task, press.userId));
    },
    [ACTION.taskMenu]: async (press) => {
      const [name = '', id = ''] = press.value.split(':');
      const to = MENU[name];
      if (to !== undefined) await move(press, id, to, null);
    },
    [ACTION.planAgain]: async (press) => {
      await useCases.seePlan.planAgain({ teamId, id: press.value }, press.userId, press.pressedTs);
      await whisper(deps, press, 'The planner looks at it once more.');
    },
  };
}
