import { DomainError } from '../../domain/errors.ts';
import type { Milestone } from '../../domain/project.ts';
import { ACTION } from '../ids.ts';
import { deleteMilestoneForm, milestoneForm, newMilestoneForm } from '../views/forms.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal } from './press.ts';

/** The choices of a card's menu that act at once. */
const ACTS = new Set(['done', 'reopen', 'archive', 'earlier', 'later'] as const);
type Act = typeof ACTS extends Set<infer T> ? T : never;
const isAct = (name: string): name is Act => (ACTS as Set<string>).has(name);

export function milestoneActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;

  async function manageable(id: string, userId: string): Promise<Milestone> {
    const milestone = await useCases.milestonesOf.findById({ teamId, id });
    if (milestone === null) throw new DomainError('milestone_not_found', 'This milestone no longer exists.');
    await useCases.mayManage(teamId, milestone.channelId, userId);
    return milestone;
  }

  return {
    [ACTION.addMilestone]: async (press) => {
      await openModal(deps, press, newMilestoneForm(press.value));
    },

    [ACTION.editMilestone]: async (press) => {
      const milestone = await manageable(press.value, press.userId);
      const mode = await useCases.modeOf(teamId, milestone.channelId, milestone.threadTs);
      await openModal(deps, press, milestoneForm(milestone, mode));
    },

    // A choice is such as `done:<id>`.
    [ACTION.milestoneMenu]: async (press) => {
      const [name = '', id = ''] = press.value.split(':');
      if (isAct(name)) await useCases.milestones.act({ teamId, id }, press.userId, name);
      if (name === 'delete') {
        await openModal(deps, press, deleteMilestoneForm(await manageable(id, press.userId)));
      }
    },
  };
}
