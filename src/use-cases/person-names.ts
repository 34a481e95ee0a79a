import type { Message } from '../domain/conversation.ts';
import type { Log } from '../ports/log.ts';
import type { PeopleStore } from '../ports/people.ts';
import type { Slack } from '../ports/slack.ts';

export type PersonNames = (teamId: string, messages: Message[]) => Promise<Map<string, string>>;

/** Slack answers about 100 look-ups a minute; a thread with more strangers shows the rest by id until the next mention. */
const LOOKUPS_AT_ONCE = 20;

/** Display names of everyone who speaks or is spoken of. Only people never met before are looked up in Slack. */
export function createPersonNames(people: PeopleStore, slack: Slack, log: Log): PersonNames {
  return async (teamId, messages) => {
    const ids = [
      ...new Set(messages.flatMap((message) => [...speaker(message), ...mentioned(message.content)])),
    ];
    const known = await people.findMany(teamId, ids);
    const names = new Map(known.map((person) => [person.userId, person.name]));
    const missing = ids.filter((id) => !names.has(id)).slice(0, LOOKUPS_AT_ONCE);
    await Promise.all(
      missing.map(async (userId) => {
        try {
          const person = await slack.person(teamId, userId);
          names.set(userId, person.name);
          await people.keep(teamId, person);
        } catch (error) {
          // A name is a courtesy: the answer goes on with the id.
          log.warn(
            { team: teamId, user: userId, err: error instanceof Error ? error.name : 'unknown' },
            'name_unknown',
          );
        }
      }),
    );
    return names;
  };
}

/** Messages of ours and of bots with a key are no person's: Slack knows nobody of that id. */
const speaker = ({ role, userId }: Message): string[] =>
  role === 'assistant' || userId.startsWith('bot:') ? [] : [userId];

function mentioned(content: string): string[] {
  return [...content.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/gu)].flatMap((match) => match[1] ?? []);
}
