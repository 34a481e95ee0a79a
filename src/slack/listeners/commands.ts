import type { ModalView } from '@slack/types';
import { DomainError } from '../../domain/errors.ts';
import { toCommand } from '../inbound/interaction.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { escapeText } from '../views/blocks.ts';
import { projectForm } from '../views/forms.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';

const HELP = [
  '`/project` sets up this channel as a project, or changes it: name, purpose, new milestones, shared attachments.',
  '`/project attachments` lists what is attached, to remove or move it.',
  'In a milestone’s thread, mention me to ask. Links and text files shared there are attached there by themselves.',
].join('\n');

/** `/project` opens the form of the channel's project; where that cannot be, it says what to do instead. */
export function registerCommands(deps: ListenerDeps): void {
  const { app, workspace, log } = deps;
  app.command('/project', async ({ ack, body }) => {
    try {
      const command = toCommand(body);
      if (command.text === 'help') return await ack({ response_type: 'ephemeral', text: HELP });
      const view = await viewFor(deps, command);
      await workspace.client.views.open({ trigger_id: command.triggerId, view });
      await ack();
    } catch (error) {
      await ack({ response_type: 'ephemeral', text: escapeText(sentenceFor(error, log, '/project')) });
    }
  });
}

async function viewFor(
  { workspace, useCases }: ListenerDeps,
  { userId, channelId, text }: ReturnType<typeof toCommand>,
): Promise<ModalView> {
  const { teamId } = workspace.installation;
  const [channel, project] = await Promise.all([
    useCases.mayManage(teamId, channelId, userId),
    useCases.projects.findByChannel(teamId, channelId),
  ]);
  if (project?.state === 'archived') {
    throw new DomainError(
      'project_archived',
      'This project is archived with its channel. Unarchive the channel to go on.',
    );
  }
  if (text === 'attachments' && project !== null) {
    return attachmentsModal(await useCases.attachments.list({ teamId, id: project.id }, userId));
  }
  return projectForm({ channelId, channelName: channel.name }, project);
}
