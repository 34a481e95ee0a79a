import type { Types } from 'mongoose';
import type { Person } from '../ports/slack.ts';
import { modelOf, storeSchema } from './schema.ts';

interface PersonRow extends Person {
  _id: Types.ObjectId;
  teamId: string;
}

const schema = storeSchema<PersonRow>({
  teamId: String,
  userId: String,
  name: String,
  guest: Boolean,
  outsider: Boolean,
  bot: Boolean,
});
schema.index({ teamId: 1, userId: 1 }, { unique: true });

export const personModel = modelOf('Person', 'people', schema);
