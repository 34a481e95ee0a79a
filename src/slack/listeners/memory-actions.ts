import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ACTION } from '../ids.ts';
import type { Press } from '../inbound/interaction.ts';
import { memoryValue, rememberedValue } from '../inbound/value.ts';
import { render } from '../render.ts';
import type { UseCases } from '../use-cases.ts';
import { memoryModal, NOTHING_LEFT } from '../views/memory.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal, type Replace } from './press.ts';

interface Deps {
  useCases: { memory: UseCases['memory']; home: Pick<UseCases['home'], 'redraw'> };
  workspace: Pick<ListenerDeps['workspace'], 'client'> & {
    installation: Pick<ListenerDeps['workspace']['installation'], 'teamId'>;
  };
}

const window = z.object({ milestoneId: z.string() });

/** What is remembered, seen and forgotten. Cards follow by a job. */
export function memoryActions(deps: Deps): Record<string, ActionHandler> {
  const { memory, home } = deps.useCases;
  const { client, installation } = deps.workspace;
  const { teamId } = installation;

  async function redraw(answerId: string, userId: string, replace: Replace): Promise<void> {
    const kept = await memory.rememberedBy({ teamId, id: answerId }, userId).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'answer_not_found') return null;
      throw error;
    });
    if (kept === null) return replace(NOTHING_LEFT);
    const { text, blocks } = render({ kind: 'remembered', answerId, ...kept });
    await replace(text, blocks);
  }

  async function milestoneWindow(id: string, userId: string, refusal: string | null) {
    return memoryModal(await memory.ofMilestone({ teamId, id }, userId), refusal);
  }

  return {
    [ACTION.forget]: async ({ value, userId }, replace) => {
      const { answerId, about, id, at } = rememberedValue(value);
      const ref = { teamId, id };
      const forget = about === 'person' ? memory.forgetFact : memory.forgetEntry;
      const refused = await refusal(forget(ref, userId, at));
      await redraw(answerId, userId, replace);
      if (refused !== null) throw refused;
    },

    [ACTION.forgetEntry]: async (press) => {
      const { id, at } = memoryValue(press.value);
      const refused = await refusal(memory.forgetEntry({ teamId, id }, press.userId, at));
      const shown = windowOf(press);
      if (shown === null) {
        if (refused !== null) throw refused;
        return;
      }
      const view = await milestoneWindow(shown.milestoneId, press.userId, refused?.message ?? null);
      await client.views.update({ view_id: shown.viewId, view });
    },

    [ACTION.forgetFact]: async ({ value, userId, pressedTs }) => {
      const { id, at } = memoryValue(value);
      try {
        await memory.forgetFact({ teamId, id }, userId, at);
      } finally {
        await home.redraw(teamId, userId, pressedTs);
      }
    },

    [ACTION.memory]: async (press) => {
      await openModal(deps, press, await milestoneWindow(press.value, press.userId, null));
    },
  };
}

/** The refusal where it was forgotten already: what is shown is out of date then, and is drawn anew first. */
async function refusal(forgetting: Promise<void>): Promise<DomainError | null> {
  try {
    await forgetting;
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'memory_not_found') return error;
    throw error;
  }
}

/** The window that lists a milestone's memory, if the button stands in it. */
function windowOf({ view }: Press): { viewId: string; milestoneId: string } | null {
  if (view?.type !== 'modal') return null;
  return { viewId: view.id, ...window.parse(JSON.parse(view.metadata)) };
}
