import { DomainError } from '../../domain/errors.ts';
import { ACTION } from '../ids.ts';
import { projectForm } from '../views/forms.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal } from './press.ts';

/** A list to choose from takes 100 options. */
const CHANNELS_LISTED = 100;

export function projectActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;
  return {
    [ACTION.setUp]: async (press) => {
      const channel = await useCases.mayManage(teamId, press.value, press.userId);
      const project = await useCases.projects.findByChannel(teamId, press.value);
      await openModal(
        deps,
        press,
        projectForm({ channelId: press.value, channelName: channel.name }, project),
      );
    },

    [ACTION.newProject]: async (press) => {
      const channels = await useCases.slack.sharedChannels(teamId, press.userId);
      const ids = channels.map(({ channelId }) => channelId);
      const taken = new Set(
        (await useCases.projects.listByChannels(teamId, ids)).map((one) => one.channelId),
      );
      const free = channels.filter(({ channelId }) => !taken.has(channelId));
      if (free.length === 0) {
        throw new DomainError(
          'bot_not_in_channel',
          'We share no channel that is not a project already. Invite me to one with `/invite @Milepost` and come back.',
        );
      }
      const choices = free
        .slice(0, CHANNELS_LISTED)
        .map(({ channelId, name }) => ({ value: channelId, text: `#${name}` }));
      await openModal(deps, press, projectForm({ channels: choices }, null));
    },

    [ACTION.editProject]: async (press) => {
      const project = await useCases.projects.findById({ teamId, id: press.value });
      if (project === null) {
        throw new DomainError(
          'project_not_found',
          'This project no longer exists. Type `/project` to set one up.',
        );
      }
      const channel = await useCases.mayManage(teamId, project.channelId, press.userId);
      const target = { channelId: project.channelId, channelName: channel.name };
      await openModal(deps, press, projectForm(target, project));
    },
  };
}
