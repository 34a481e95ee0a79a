import type { Person } from './slack.ts';

/** Display names and kinds of people, remembered so that a mention costs no look-up. */
export interface PeopleStore {
  findMany(teamId: string, userIds: string[]): Promise<Person[]>;
  keep(teamId: string, person: Person): Promise<void>;
}
