import { DomainError } from '../../domain/errors.ts';
import { toCommand } from '../inbound/interaction.ts';
import { projectForm } from '../views/forms.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';

/** `/project` opens the form of the channel's project; where that cannot be, it says what to do instead. */
export function registerCommands({ app, workspace, useCases, log }: ListenerDeps): void {
  const { teamId } = workspace.installation;
  app.command('/project', async ({ ack, body }) => {
    const { userId, channelId, triggerId } = toCommand(body);
    try {
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
      const target = { channelId, channelName: channel.name };
      await workspace.client.views.open({ trigger_id: triggerId, view: projectForm(target, project) });
      await ack();
    } catch (error) {
      await ack({ response_type: 'ephemeral', text: sentenceFor(error, log, '/project') });
    }
  });
}
