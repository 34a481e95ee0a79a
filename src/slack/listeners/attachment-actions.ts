import { ACTION } from '../ids.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { attachForm } from '../views/forms.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal, whisper } from './press.ts';

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

    [ACTION.undo]: async (press) => {
      if (press.at === null) return;
      const { channelId } = press.at;
      const taken = await useCases.attachments.undo(teamId, channelId, press.value, press.userId);
      const text =
        taken.length === 0
          ? 'There is nothing left to undo: it was removed or moved before.'
          : `Taken back: ${taken.map((one) => one.title).join(', ')}`;
      await whisper(deps, press, text);
    },
  };
}
