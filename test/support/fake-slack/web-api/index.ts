import { type Fields, stringOf } from '../json.ts';
import type { Team } from '../state.ts';
import type { World } from '../world.ts';
import { assistantMethods } from './assistant.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { historyMethods } from './history.ts';
import { identityMethods } from './identity.ts';
import { decodeArgs, type Method, SlackError } from './method.ts';
import { reactionMethods } from './reactions.ts';
import { viewMethods } from './views.ts';

const methods: Record<string, Method> = {
  ...identityMethods,
  ...conversationMethods,
  ...historyMethods,
  ...chatMethods,
  ...reactionMethods,
  ...viewMethods,
  ...fileMethods,
  ...assistantMethods,
};

export const methodNames: string[] = Object.keys(methods);

export function argsOf(name: string, raw: Fields): Fields {
  return decodeArgs(methods[name]?.args ?? {}, raw);
}

export function teamOf(world: World, token: string): Team | undefined {
  return token === world.app.appToken ? world.home : world.teams.find((team) => team.botToken === token);
}

/** Carries out one call; throws SlackError for what Slack refuses. */
export function callMethod(world: World, name: string, token: string, args: Fields): Fields {
  const method = methods[name];
  if (!method) {
    world.journal.violate(`${name} is not a method that is known here`);
    throw new SlackError('unknown_method');
  }
  if (method.feature && !world.features[method.feature]) throw new SlackError('unknown_method');
  const team = teamOf(world, token);
  if (!token) throw new SlackError('not_authed');
  if (!team) throw new SlackError('invalid_auth');
  if ((method.token === 'app') !== (token === world.app.appToken)) {
    world.journal.violate(`${name} was called with the wrong type of token`);
    throw new SlackError('not_allowed_token_type');
  }
  if (team.tokenError && method.token !== 'app') throw new SlackError(team.tokenError);
  checkArgs(world, name, method, args);
  return method.run({ world, team, args });
}

function checkArgs(world: World, name: string, method: Method, args: Fields) {
  for (const given of Object.keys(args)) {
    // WebClient adds team_id by itself when it was made for a team.
    if (given !== 'team_id' && !method.args[given])
      world.journal.violate(`${name}: unknown argument ${given}`);
  }
  const missing = (method.required ?? []).filter(
    (arg) => args[arg] === undefined || stringOf(args[arg]) === '',
  );
  const lacking = missing.filter((arg) => typeof args[arg] !== 'object');
  if (lacking.length === 0) return;
  const messages = lacking.map((arg) => `[ERROR] missing required field: ${arg}`);
  world.journal.violate(`${name}: ${messages.join(', ')}`);
  throw new SlackError('invalid_arguments', messages);
}
