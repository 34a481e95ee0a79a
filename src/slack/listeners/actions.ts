import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { type Press, toPress } from '../inbound/interaction.ts';
import { remarked } from '../render.ts';
import { answerActions } from './answer-actions.ts';
import { attachmentActions } from './attachment-actions.ts';
import { coachingActions } from './coaching-actions.ts';
import { dispatchActions } from './dispatch-actions.ts';
import { homeActions } from './home-actions.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';
import { memoryActions } from './memory-actions.ts';
import { milestoneActions } from './milestone-actions.ts';
import { planActions } from './plan-actions.ts';
import { type ActionHandler, complain, complainBack, type Replace } from './press.ts';
import { projectActions } from './project-actions.ts';
import { proposalActions } from './proposal-actions.ts';
import { taskActions } from './task-actions.ts';

const replaced = z.object({
  message: z.object({ blocks: z.array(z.object({ block_id: z.string().nullish() })).nullish() }).nullish(),
});
const presser = z.object({ user: z.object({ team_id: z.string().nullish() }) });

/**
 * Buttons and menus. Each checks on the server whether this person may, whatever the client sent. One listener for
 * all of them, since Bolt runs through every listener there is for every payload.
 */
export function registerActions(deps: ListenerDeps): void {
  const handlers = new Map<string, ActionHandler>(
    Object.entries({
      ...projectActions(deps),
      ...milestoneActions(deps),
      ...attachmentActions(deps),
      ...answerActions(deps),
      ...taskActions(deps),
      ...planActions(deps),
      ...homeActions(deps),
      ...dispatchActions(deps),
      ...proposalActions(deps),
      ...memoryActions(deps),
      ...coachingActions(deps),
    }),
  );
  deps.app.action(/./u, async ({ ack, body, respond }) => {
    const replace: Replace = async (text, blocks) => {
      const before = replaced.safeParse(body).data?.message?.blocks ?? [];
      const after = blocks === undefined ? {} : { blocks: remarked(blocks, before) };
      await respond({ replace_original: true, text, ...after });
    };
    let press: Press | null = null;
    try {
      press = toPress(body);
      checkOwnTeam(body, deps.workspace.installation.teamId);
      // Several buttons of one kind in a block tell themselves apart behind a colon.
      await handlers.get(press.actionId.split(':')[0] ?? '')?.(press, replace);
    } catch (error) {
      const text = sentenceFor(error, deps.log, press?.actionId ?? 'action');
      if (press === null) await complainBack(deps, respond, text);
      else await complain(deps, press, text);
    }
    await ack();
  });
}

/** Slack lets people of another organisation press buttons in a channel that is shared with them. */
function checkOwnTeam(body: unknown, teamId: string): void {
  const { user } = presser.parse(body);
  if ((user.team_id ?? teamId) === teamId) return;
  throw new DomainError(
    'guest_not_allowed',
    'Only people of this workspace can use these buttons. Ask one of them to press it.',
  );
}
