import { type Attachment, addressOf } from '../../domain/attachment.ts';
import { ACTION } from '../ids.ts';
import type { UseCases } from '../use-cases.ts';
import { attachForm } from '../views/attach-form.ts';
import { attachmentTitle } from '../views/attachment-labels.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { escapeText, section } from '../views/blocks.ts';
import { readingEnded, readReadAgain, readUndo } from '../views/whispers.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal } from './press.ts';

interface Deps {
  useCases: { attachments: Pick<UseCases['attachments'], 'list' | 'undo' | 'readAgain'> };
  workspace: Pick<ListenerDeps['workspace'], 'client'> & {
    installation: Pick<ListenerDeps['workspace']['installation'], 'teamId'>;
  };
}

export function attachmentActions(deps: Deps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;

  /** The lines beside the pressed one that still are to be tried again, with their buttons. */
  async function others(asked: Attachment, ids: string[], userId: string) {
    if (ids.length === 0) return [];
    const list = await useCases.attachments.list({ teamId, id: asked.projectId }, userId);
    const left = list.attachments.filter((one) => ids.includes(one.id) && one.unread !== null);
    const place = list.milestones.find(({ id }) => id === left[0]?.milestoneId);
    if (left.length === 0) return [];
    return readingEnded({ attachments: left, section: place?.title ?? 'the project' });
  }

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

    // As above; how it ends is told in a line of its own.
    [ACTION.readAgain]: async (press, replace) => {
      const { id, others: ids } = readReadAgain(press.value);
      const threadTs = press.at?.threadTs ?? null;
      const asked = await useCases.attachments.readAgain({ teamId, id }, press.userId, threadTs);
      const text = `Reading ${attachmentTitle(asked.title, addressOf(asked))} again.`;
      await replace(text, [section(text), ...(await others(asked, ids, press.userId))]);
    },
  };
}
