import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { person } from '../../domain/actor.ts';
import { DomainError, type ErrorCode } from '../../domain/errors.ts';
import { VIEW } from '../ids.ts';
import {
  adoptSubmission,
  checklistShown,
  deleteSubmission,
  milestoneSubmission,
  planDocumentSubmission,
  planSubmission,
  projectSubmission,
} from '../inbound/forms.ts';
import { toSubmission } from '../inbound/interaction.ts';
import { escapeText, plain, section } from '../views/blocks.ts';
import { FIELD } from '../views/forms.ts';
import { checklistMark } from '../views/plan-checklist.ts';
import { attachmentForms } from './attachment-forms.ts';
import type { Form } from './form.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';

/** Forms. What they ask for is written when they close; a refusal stands at the field it is about. */
export function registerViews(deps: ListenerDeps): void {
  const forms = new Map(
    Object.entries({
      ...projectForms(deps),
      ...milestoneForms(deps),
      ...attachmentForms(deps),
      ...planForms(deps),
    }),
  );
  deps.app.view({ callback_id: /./u, type: 'view_submission' }, async ({ ack, body, view }) => {
    const form = forms.get(view.callback_id);
    if (form === undefined) return ack();
    try {
      const { userId } = toSubmission(body);
      await form.submit(userId, view);
      if (form.next === undefined) await ack();
      else await ack({ response_action: 'update', view: await form.next(userId, view) });
    } catch (error) {
      const text = sentenceFor(error, deps.log, view.callback_id);
      const field = fieldOf(error, view, form);
      if (field === null) await ack({ response_action: 'update', view: notice(text) });
      else await ack({ response_action: 'errors', errors: { [field]: text } });
    }
  });
}

function projectForms({ useCases, workspace }: ListenerDeps): Record<string, Form> {
  const { teamId } = workspace.installation;
  return {
    [VIEW.project]: {
      firstField: FIELD.name,
      async submit(userId, view) {
        const { projectId, channelId, name, purpose, milestones, attachments } = projectSubmission(view);
        const form = { teamId, userId, name, purpose, milestones, attachments };
        if (projectId !== null) return useCases.changeProject(projectId, form);
        if (channelId !== null) return useCases.setUpProject(channelId, form);
        throw new DomainError('not_a_channel', 'Choose the channel that becomes the project.');
      },
    },
  };
}

function milestoneForms({ useCases, workspace }: ListenerDeps): Record<string, Form> {
  const { teamId } = workspace.installation;
  const { milestones } = useCases;
  return {
    [VIEW.milestone]: {
      firstField: FIELD.title,
      submit(userId, view) {
        const { projectId, milestoneId, form } = milestoneSubmission(view);
        if (milestoneId === null) return milestones.add({ teamId, id: projectId }, userId, form);
        return milestones.change({ teamId, id: milestoneId }, userId, form);
      },
    },
    [VIEW.adopt]: {
      firstField: FIELD.title,
      submit(userId, view) {
        const { projectId, threadTs, form } = adoptSubmission(view);
        return milestones.adopt({ teamId, id: projectId }, threadTs, userId, form);
      },
    },
    [VIEW.deleteMilestone]: {
      firstField: null,
      submit: (userId, view) => milestones.remove({ teamId, id: deleteSubmission(view).milestoneId }, userId),
    },
  };
}

const identified = z.object({ id: z.string() });

function planForms({ useCases, workspace }: ListenerDeps): Record<string, Form> {
  const { teamId } = workspace.installation;
  return {
    [VIEW.plan]: {
      firstField: FIELD.title,
      submit(userId, view) {
        const { projectId, milestoneId, title, details, message } = planSubmission(view);
        return useCases.createTask({
          teamId,
          place: { projectId, milestoneId },
          title,
          description: details,
          by: person(userId),
          askedIn: message?.threadTs ?? null,
          // One window makes one task, however often Slack sends it.
          origin: `view:${identified.parse(view).id}`,
        });
      },
    },
    [VIEW.planDocument]: {
      firstField: null,
      async submit(userId, view) {
        const { taskId, version, shown, ticked } = planDocumentSubmission(view);
        const ref = { teamId, id: taskId };
        const { checklist } = await useCases.readTasks.find(ref);
        // A planner may send a new checklist without a new plan: the version alone does not tell.
        if (checklistMark(checklist) !== checklistShown(view)) {
          throw new DomainError(
            'stale_plan',
            'The checklist has changed since you looked. Open the plan again; nothing was changed.',
          );
        }
        return useCases.moveTask.tick(ref, person(userId), version, shown, ticked);
      },
    },
  };
}

/** Which field an error is about, where it is not the form's first. */
const FIELD_OF: Partial<Record<ErrorCode, string[]>> = {
  too_many_milestones: [FIELD.milestones],
  link_too_long: [FIELD.content, FIELD.attachments],
  document_too_large: [FIELD.content, FIELD.attachments],
  attachment_limit: [FIELD.content, FIELD.attachments],
  milestone_not_in_project: [FIELD.place],
};

const shown = z.object({ blocks: z.array(z.object({ block_id: z.string() }).nullish().catch(null)) });

/** Slack takes a refusal only at a field that the form has. */
function fieldOf(error: unknown, view: unknown, { firstField }: Form): string | null {
  const wanted = (error instanceof DomainError ? FIELD_OF[error.code] : undefined) ?? [];
  const present = new Set(shown.safeParse(view).data?.blocks.map((block) => block?.block_id));
  const named = firstField === null ? wanted : [...wanted, firstField];
  return named.find((name) => present.has(name)) ?? null;
}

function notice(text: string): ModalView {
  return {
    type: 'modal',
    title: plain('Milepost'),
    close: plain('Close'),
    blocks: [section(escapeText(text))],
  };
}
