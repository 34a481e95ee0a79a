/**
 * Who does something: a person in Slack, a bot with an API key, the built-in planner, or the clock (a lease that ended).
 */
export interface Actor {
  kind: 'person' | 'bot' | 'planner' | 'clock';
  /** Slack user id of a person, key id of a bot. */
  id: string;
  /** What a bot is called in lists; empty for people, whom Slack names. */
  name: string;
}

export const person = (userId: string): Actor => ({ kind: 'person', id: userId, name: '' });
export const bot = (keyId: string, name: string): Actor => ({ kind: 'bot', id: keyId, name });
export const PLANNER: Actor = { kind: 'planner', id: 'planner', name: 'Milepost' };
export const CLOCK: Actor = { kind: 'clock', id: 'clock', name: 'Milepost' };

/** How records that know their author by one text name an actor: a Slack user id, or `bot:` and the bot's name. */
export function signature({ kind, id, name }: Actor): string {
  return kind === 'person' ? id : `bot:${name}`;
}

export function isSame(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}
