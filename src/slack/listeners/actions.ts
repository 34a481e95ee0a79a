import type { ModalView } from '@slack/types';
import { DomainError } from '../../domain/errors.ts';
import { ACTION } from '../ids.ts';
import { type Press, toPress } from '../inbound/interaction.ts';
import { receiptModal } from '../views/answer.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { plain, section } from '../views/blocks.ts';
import {
  attachForm,
  deleteMilestoneForm,
  milestoneForm,
  newMilestoneForm,
  projectForm,
} from '../views/forms.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';
import { runMilestoneMenu } from './milestone-menu.ts';

/** Buttons. Each checks on the server whether this person may, whatever the client sent. */
export function registerActions(deps: ListenerDeps): void {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;
  const open = async (press: Press, view: ModalView): Promise<void> => {
    await workspace.client.views.open({ trigger_id: press.triggerId, view });
  };

  on(deps, ACTION.setUp, async (press) => {
    const channel = await useCases.mayManage(teamId, press.value, press.userId);
    const project = await useCases.projects.findByChannel(teamId, press.value);
    await open(press, projectForm({ channelId: press.value, channelName: channel.name }, project));
  });

  on(deps, ACTION.newProject, async (press) => {
    const channels = await useCases.slack.sharedChannels(teamId, press.userId);
    if (channels.length === 0) {
      throw new DomainError(
        'bot_not_in_channel',
        'You and I share no channel yet. Invite me to one with `/invite @Milepost` and come back.',
      );
    }
    const choices = channels
      .slice(0, 100)
      .map(({ channelId, name }) => ({ value: channelId, text: `#${name}` }));
    await open(press, projectForm({ channels: choices }, null));
  });

  on(deps, ACTION.editProject, async (press) => {
    const project = await useCases.projects.findById({ teamId, id: press.value });
    if (project === null) throw new DomainError('project_not_found', 'This project no longer exists.');
    const channel = await useCases.mayManage(teamId, project.channelId, press.userId);
    await open(press, projectForm({ channelId: project.channelId, channelName: channel.name }, project));
  });

  on(deps, ACTION.addMilestone, (press) => open(press, newMilestoneForm(press.value)));

  on(deps, ACTION.editMilestone, async (press) => {
    const milestone = await milestoneOf(deps, press.value, press.userId);
    const mode = await useCases.modeOf(teamId, milestone.channelId, milestone.threadTs);
    await open(press, milestoneForm(milestone, mode));
  });

  on(deps, ACTION.milestoneMenu, async (press) => {
    const toDelete = await runMilestoneMenu(deps, press);
    if (toDelete !== null)
      await open(press, deleteMilestoneForm(await milestoneOf(deps, toDelete, press.userId)));
  });

  on(deps, ACTION.attachments, async (press) => {
    await open(
      press,
      attachmentsModal(await useCases.attachments.list({ teamId, id: press.value }, press.userId)),
    );
  });

  on(deps, ACTION.attach, async (press) => {
    const [projectId = '', milestoneId] = press.value.split(':');
    const { milestones } = await useCases.attachments.list({ teamId, id: projectId }, press.userId);
    await open(press, attachForm({ projectId, milestoneId: milestoneId ?? null, milestones }));
  });

  on(deps, ACTION.undo, async (press) => {
    if (press.at === null) return;
    const taken = await useCases.attachments.undo(teamId, press.at.channelId, press.value, press.userId);
    const text =
      taken.length === 0
        ? 'There is nothing left to undo: it was removed or moved before.'
        : `Taken back: ${taken.map((one) => one.title).join(', ')}`;
    await whisper(deps, press, text);
  });

  on(deps, ACTION.receipt, async (press) => {
    const { receipt } = await useCases.answers.read({ teamId, id: press.value }, press.userId);
    if (receipt !== null) await open(press, receiptModal(receipt));
  });

  for (const [actionId, vote] of [
    [ACTION.voteUp, 'up'],
    [ACTION.voteDown, 'down'],
  ] as const) {
    on(deps, actionId, async (press) => {
      await useCases.answers.vote({ teamId, id: press.value }, press.userId, vote);
      await whisper(
        deps,
        press,
        vote === 'up' ? 'Thank you, noted.' : 'Thank you, noted. Attach what was missing and ask again.',
      );
    });
  }

  on(deps, ACTION.tryAgain, async (press) => {
    await useCases.answers.tryAgain({ teamId, id: press.value }, press.userId, press.pressedTs);
  });
}

type Handler = (press: Press) => Promise<void>;

function on(deps: ListenerDeps, actionId: string, handle: Handler): void {
  const ownTeam = deps.workspace.installation.teamId;
  deps.app.action(actionId, async ({ ack, body }) => {
    const press = toPress(body);
    try {
      // Buttons in a channel shared with another organisation work for its people too, as far as Slack is concerned.
      const team =
        'team_id' in body.user && typeof body.user.team_id === 'string' ? body.user.team_id : ownTeam;
      if (team !== ownTeam) {
        throw new DomainError(
          'guest_not_allowed',
          'Only people of this workspace can use these buttons. Ask one of them to press it.',
        );
      }
      await handle(press);
    } catch (error) {
      await complain(deps, press, sentenceFor(error, deps.log, actionId));
    }
    await ack();
  });
}

async function milestoneOf({ useCases, workspace }: ListenerDeps, id: string, userId: string) {
  const { teamId } = workspace.installation;
  const milestone = await useCases.milestonesOf.findById({ teamId, id });
  if (milestone === null) throw new DomainError('milestone_not_found', 'This milestone no longer exists.');
  await useCases.mayManage(teamId, milestone.channelId, userId);
  return milestone;
}

async function whisper({ useCases, workspace }: ListenerDeps, press: Press, text: string): Promise<void> {
  if (press.at === null) return;
  await useCases.slack.whisper({ teamId: workspace.installation.teamId, ...press.at }, press.userId, {
    kind: 'text',
    text,
  });
}

/** Under the message where the button stands, or as a window where there is none. */
async function complain(deps: ListenerDeps, press: Press, text: string): Promise<void> {
  try {
    if (press.at !== null) return await whisper(deps, press, text);
    const view: ModalView = {
      type: 'modal',
      title: plain('Milepost'),
      close: plain('Close'),
      blocks: [section(text)],
    };
    await deps.workspace.client.views.open({ trigger_id: press.triggerId, view });
  } catch (error) {
    deps.log.warn({ err: error instanceof Error ? error.message : 'unknown' }, 'complaint_not_shown');
  }
}
