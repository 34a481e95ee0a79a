import type { SlackFile } from '../../domain/attachment.ts';
import { DomainError } from '../../domain/errors.ts';
import { VIEW } from '../ids.ts';
import { attachmentsSubmission, attachSubmission } from '../inbound/forms.ts';
import type { UseCases } from '../use-cases.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { FIELD } from '../views/forms.ts';
import type { Form } from './form.ts';

interface Deps {
  useCases: {
    attachments: Pick<UseCases['attachments'], 'list' | 'remove' | 'move' | 'readAgain'>;
    attachByHand: UseCases['attachByHand'];
    slack: Pick<UseCases['slack'], 'file'>;
  };
  workspace: { installation: { teamId: string } };
}

/** What is attached by a form, and what is done to one of the list. */
export function attachmentForms({ useCases, workspace }: Deps): Record<string, Form> {
  const { teamId } = workspace.installation;
  const { attachments, slack } = useCases;
  return {
    [VIEW.attach]: {
      firstField: FIELD.content,
      async submit(userId, view) {
        const { projectId, milestoneId, content, title, message, fileIds } = attachSubmission(view);
        await attachments.list({ teamId, id: projectId }, userId);
        const place = { projectId, milestoneId };
        const from = message === null ? {} : { message };
        const files = await lookUp(slack, teamId, fileIds);
        return useCases.attachByHand({ teamId, place, userId, title, content, ...from, files });
      },
    },
    [VIEW.attachments]: {
      firstField: FIELD.attachment,
      async submit(userId, view) {
        const { attachmentId, act } = attachmentsSubmission(view);
        if (attachmentId === null || act === null) {
          throw new DomainError(
            'attachment_not_found',
            'Choose an attachment and what to do with it, or close the window.',
          );
        }
        const ref = { teamId, id: attachmentId };
        if (act === 'remove') return attachments.remove(ref, userId);
        if (act === 'read-again') return attachments.readAgain(ref, userId);
        return attachments.move(ref, act.moveTo, userId);
      },
      async next(userId, view) {
        const { projectId, attachmentId, act } = attachmentsSubmission(view);
        const list = await attachments.list({ teamId, id: projectId }, userId);
        return attachmentsModal(list, act === 'read-again' ? attachmentId : null);
      },
    },
  };
}

/** A form carries the ids of files alone. @throws DomainError `attachment_not_found` when one is gone. */
async function lookUp(slack: Deps['useCases']['slack'], teamId: string, ids: string[]): Promise<SlackFile[]> {
  const found = await Promise.all(ids.map((id) => slack.file(teamId, id)));
  const files = found.filter((file) => file !== null);
  if (files.length === ids.length) return files;
  throw new DomainError(
    'attachment_not_found',
    'Slack does not show me one of the files any more, so nothing was attached. Close this window and use the shortcut again for what is left.',
  );
}
