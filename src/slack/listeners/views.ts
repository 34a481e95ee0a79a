import type { ModalView } from '@slack/types';
import { DomainError, type ErrorCode } from '../../domain/errors.ts';
import { VIEW } from '../ids.ts';
import {
  adoptSubmission,
  attachmentsSubmission,
  attachSubmission,
  deleteSubmission,
  milestoneSubmission,
  projectSubmission,
} from '../inbound/forms.ts';
import { toSubmission } from '../inbound/interaction.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { FIELD } from '../views/forms.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';

/** Forms. What they ask for is written when they close; a refusal stands at the field it is about. */
export function registerViews(deps: ListenerDeps): void {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;

  on(deps, VIEW.project, FIELD.name, async (userId, view) => {
    const { projectId, channelId, name, purpose, milestones, attachments } = projectSubmission(view);
    const form = { teamId, userId, name, purpose, milestones, attachments };
    if (projectId !== null) await useCases.changeProject(projectId, form);
    else if (channelId !== null) await useCases.setUpProject(channelId, form);
    else throw new DomainError('not_a_channel', 'Choose the channel that becomes the project.');
  });

  on(deps, VIEW.milestone, FIELD.title, async (userId, view) => {
    const { projectId, milestoneId, form } = milestoneSubmission(view);
    if (milestoneId === null) await useCases.milestones.add({ teamId, id: projectId }, userId, form);
    else await useCases.milestones.change({ teamId, id: milestoneId }, userId, form);
  });

  on(deps, VIEW.adopt, FIELD.title, async (userId, view) => {
    const { projectId, threadTs, form } = adoptSubmission(view);
    await useCases.milestones.adopt({ teamId, id: projectId }, threadTs, userId, form);
  });

  on(deps, VIEW.deleteMilestone, null, async (userId, view) => {
    const { milestoneId } = deleteSubmission(view);
    await useCases.milestones.remove({ teamId, id: milestoneId }, userId);
  });

  on(deps, VIEW.attach, FIELD.content, async (userId, view) => {
    const { projectId, milestoneId, content, title, message } = attachSubmission(view);
    await useCases.attachments.list({ teamId, id: projectId }, userId);
    const place = { projectId, milestoneId };
    await useCases.attachByHand({
      teamId,
      place,
      userId,
      title,
      content,
      ...(message === null ? {} : { message }),
    });
  });

  on(
    deps,
    VIEW.attachments,
    FIELD.attachment,
    async (userId, view) => {
      const { attachmentId, act } = attachmentsSubmission(view);
      if (attachmentId === null || act === null) {
        throw new DomainError(
          'attachment_not_found',
          'Choose an attachment and what to do with it, or close the window.',
        );
      }
      const ref = { teamId, id: attachmentId };
      if (act === 'remove') await useCases.attachments.remove(ref, userId);
      else await useCases.attachments.move(ref, act.moveTo, userId);
    },
    async (userId, view) => {
      const { projectId } = attachmentsSubmission(view);
      return attachmentsModal(await useCases.attachments.list({ teamId, id: projectId }, userId));
    },
  );
}

/** Which field an error is about, where it is not the form's first. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  too_many_milestones: FIELD.milestones,
  link_too_long: FIELD.content,
  milestone_not_in_project: FIELD.place,
};

type Submit = (userId: string, view: unknown) => Promise<void>;
/** What the window shows after a submission that leaves it open. */
type Next = (userId: string, view: unknown) => Promise<ModalView>;

function on(
  { app, log }: ListenerDeps,
  callbackId: string,
  firstField: string | null,
  submit: Submit,
  next?: Next,
): void {
  app.view({ callback_id: callbackId, type: 'view_submission' }, async ({ ack, body, view }) => {
    try {
      const { userId } = toSubmission(body);
      await submit(userId, view);
      if (next === undefined) await ack();
      else await ack({ response_action: 'update', view: await next(userId, view) });
    } catch (error) {
      const text = sentenceFor(error, log, callbackId);
      const wanted = error instanceof DomainError ? FIELD_OF[error.code] : undefined;
      const present = new Set(view.blocks.map((block) => block.block_id));
      const field = wanted !== undefined && present.has(wanted) ? wanted : firstField;
      if (field === null) await ack({ response_action: 'update', view: notice(text) });
      else await ack({ response_action: 'errors', errors: { [field]: text } });
    }
  });
}

function notice(text: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Milepost' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
  };
}
