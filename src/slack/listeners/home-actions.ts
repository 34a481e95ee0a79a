import { ACTION } from '../ids.ts';
import type { ListenerDeps } from './listener.ts';
import type { ActionHandler } from './press.ts';

/** What `home_filter` carries for all projects. */
const ALL = 'all';

/** Choices in the Home: which project, which page. */
export function homeActions({ useCases, workspace }: ListenerDeps): Record<string, ActionHandler> {
  const { teamId } = workspace.installation;
  return {
    [ACTION.homeFilter]: ({ userId, value, pressedTs }) =>
      useCases.home.filter(teamId, userId, value === ALL ? null : value, pressedTs),
    [ACTION.homePage]: ({ userId, value, pressedTs }) => {
      const [list = '', page] = value.split(':');
      return useCases.home.turn(teamId, userId, list, Number(page), pressedTs);
    },
    // Its address has been opened by Slack.
    [ACTION.openTask]: async () => {},
  };
}
