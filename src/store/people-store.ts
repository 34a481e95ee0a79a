import type { Connection } from 'mongoose';
import type { PeopleStore } from '../ports/people.ts';
import { personModel } from './people-schema.ts';

export function createPeopleStore(connection: Connection): PeopleStore {
  const people = personModel(connection);

  return {
    async findMany(teamId, userIds) {
      const rows = await people
        .find({ teamId, userId: { $in: userIds } })
        .sort({ userId: 1 })
        .lean();
      return rows.map(({ _id, teamId: _, ...person }) => person);
    },
    async keep(teamId, { userId, ...person }) {
      await people.updateOne({ teamId, userId }, { $set: person }, { upsert: true });
    },
  };
}
