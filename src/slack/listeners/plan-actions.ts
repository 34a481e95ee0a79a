import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ACTION } from '../ids.ts';
import type { Press } from '../inbound/interaction.ts';
import { idAndNumber } from '../inbound/value.ts';
import { toMrkdwn } from '../mrkdwn.ts';
import { planChangesModal } from '../views/plan-changes.ts';
import { planDocumentModal } from '../views/plan-document.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal } from './press.ts';

const turned = z.object({ taskId: z.string(), version: z.number().int(), page: z.number().int().min(0) });

/** The plan as a document, its versions, and what changed. */
export function planActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;

  async function document(press: Press, id: string, version: number | null, page: number) {
    const seen = await useCases.seePlan.read({ teamId, id }, press.userId, version);
    const { task, plan, versions, urls } = seen;
    return planDocumentModal({ task, plan, versions, page, mrkdwn: toMrkdwn(plan?.text ?? '', urls, []) });
  }

  /** In an open window the document takes the place of what it shows; elsewhere a window opens. */
  async function show(press: Press, id: string, version: number | null, page: number): Promise<void> {
    const view = await document(press, id, version, page);
    if (press.view?.type !== 'modal') return openModal(deps, press, view);
    await workspace.client.views.update({ view_id: press.view.id, hash: press.view.hash, view });
  }

  return {
    [ACTION.planTask]: (press) => {
      const { id, number } = idAndNumber(press.value);
      return show(press, id, number, 0);
    },
    [ACTION.planVersion]: (press) => {
      const { id, number } = idAndNumber(press.value);
      return show(press, id, number, 0);
    },
    [ACTION.planPage]: (press) => {
      const { taskId, version, page } = turned.parse(JSON.parse(press.value));
      return show(press, taskId, version === 0 ? null : version, page);
    },
    [ACTION.planChanges]: async (press) => {
      const { id, number } = idAndNumber(press.value);
      const { task, before, after } = await useCases.seePlan.changes(
        { teamId, id },
        press.userId,
        number ?? 0,
      );
      if (after === null) throw new DomainError('plan_not_found', `“${task.title}” has no plan yet.`);
      await openModal(deps, press, planChangesModal(task, before, after));
    },
  };
}
