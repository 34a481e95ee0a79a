import type { ModalView } from '@slack/types';
import { projectArchived } from '../../use-cases/set-up-project.ts';
import { toCommand } from '../inbound/interaction.ts';
import { attachmentsModal } from '../views/attachments.ts';
import { escapeText, sections } from '../views/blocks.ts';
import { projectForm } from '../views/forms.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';
import { plan } from './plan-command.ts';

const HELP = [
  '`/project` sets up this channel as a project, or changes it: name, purpose, new milestones, shared attachments.',
  '`/project attachments` lists what is attached, to remove or move it.',
  'In a milestone’s thread, mention me to ask. Links and text files shared there are attached there by themselves.',
].join('\n');

/** What is done for one slash command; the lines it returns are shown to the person alone. */
type CommandHandler = (command: Command) => Promise<string | null>;
export type Command = ReturnType<typeof toCommand>;

/** Slash commands. Where one cannot do its work, it says what to do instead. */
export function registerCommands(deps: ListenerDeps): void {
  const { app, log } = deps;
  const handlers: Record<string, CommandHandler> = {
    '/project': (command) => project(deps, command),
    '/plan': (command) => plan(deps, command),
  };
  app.command(/./u, async ({ ack, body }) => {
    try {
      const text = (await handlers[body.command]?.(toCommand(body))) ?? null;
      if (text === null) return await ack();
      // Sections take a text as it is; elsewhere Slack makes links of every address in it.
      await ack({ response_type: 'ephemeral', text, blocks: sections(text.split('\n')) });
    } catch (error) {
      await ack({ response_type: 'ephemeral', text: escapeText(sentenceFor(error, log, body.command)) });
    }
  });
}

/** `/project` opens the form of the channel's project. */
async function project(deps: ListenerDeps, command: Command): Promise<string | null> {
  if (command.text === 'help') return HELP;
  const view = await viewFor(deps, command);
  await deps.workspace.client.views.open({ trigger_id: command.triggerId, view });
  return null;
}

async function viewFor(
  { workspace, useCases }: ListenerDeps,
  { userId, channelId, text }: Command,
): Promise<ModalView> {
  const { teamId } = workspace.installation;
  const [channel, project] = await Promise.all([
    useCases.mayManage(teamId, channelId, userId),
    useCases.projects.findByChannel(teamId, channelId),
  ]);
  if (project?.state === 'archived') throw projectArchived(project);
  if (text === 'attachments' && project !== null) {
    return attachmentsModal(await useCases.attachments.list({ teamId, id: project.id }, userId));
  }
  return projectForm({ channelId, channelName: channel.name }, project);
}
