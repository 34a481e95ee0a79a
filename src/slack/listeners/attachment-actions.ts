import { ACTION } from '../ids.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { escapeText } from '../views/blocks.ts';
import { attachForm } from '../views/forms.ts';
import { readUndo } from '../views/whispers.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal } from './press.ts';

export function attachmentActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;
  return {
    [ACTION.attachments]: async (press) => {
      const list = await useCases.attachments.list({ teamId, id: press.value }, press.userId);
      await openModal(deps, press, attachmentsModal(list));
    },

    // A place is `<projectId>` or `<projectId>:<milestoneId>`.
    [ACTION.attach]: async (press) => {
      const [projectId = '', milestoneId] = press.value.split(':');
      const { milestones } = await useCases.attachments.list({ teamId, id: projectId }, press.userId);
      await openModal(deps, press, attachForm({ projectId, milestoneId: milestoneId ?? null, milestones }));
    },

    // Only its author sees the line with this button, so it can only be redrawn by answering the press.
    [ACTION.undo]: async (press, replace) => {
      if (press.at === null) return;
      const { channelId } = press.at;
      const { messageTs, ids } = readUndo(press.value);
      const taken = await useCases.attachments.undo(teamId, channelId, messageTs, press.userId, ids);
      const text =
        taken.length === 0
          ? 'There is nothing left to undo: it was removed or moved before.'
          : `Taken back: ${taken.map((one) => escapeText(one.title)).join(', ')}`;
      await replace(text);
    },
  };
}
