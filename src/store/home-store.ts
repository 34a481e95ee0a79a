import { type Connection, Schema } from 'mongoose';
import { FIRST_PAGES, type Home, type HomeState, type HomeStore } from '../ports/homes.ts';
import { modelOf, ONE_TRIP, storeSchema } from './schema.ts';

interface HomeRow extends Home {
  openedAt: Date;
}

const pages = new Schema<HomeState['pages']>(
  { ready: Number, planning: Number, projects: Number, waiting: Number, facts: Number },
  { _id: false },
);
const schema = storeSchema<HomeRow>({
  teamId: String,
  userId: String,
  state: new Schema<HomeState>({ projectId: String, pages }, { _id: false }),
  hash: String,
  gathered: Number,
  openedAt: Date,
});
schema.index({ teamId: 1, userId: 1 }, { unique: true });
schema.index({ teamId: 1, openedAt: 1 });

const homeModel = modelOf('Home', 'homes', schema);

export function createHomeStore(connection: Connection): HomeStore {
  const homes = homeModel(connection);

  return {
    async find(teamId, userId) {
      const row = await homes.findOne({ teamId, userId }, { _id: 0, openedAt: 0 }).lean();
      if (row === null) return null;
      // Those of version 0.1 have fewer lists.
      return { ...row, state: { ...row.state, pages: { ...FIRST_PAGES, ...row.state.pages } } };
    },
    async choose(teamId, userId, state) {
      const update = { $set: { state, openedAt: new Date() }, $setOnInsert: { hash: null, gathered: 0 } };
      await homes.updateOne({ teamId, userId }, update, { upsert: true });
    },
    async published(teamId, userId, hash, gathered) {
      await homes.updateOne({ teamId, userId }, { $set: { hash, gathered } });
    },
    async isAnyOpenedSince(teamId, since) {
      return (await homes.findOne({ teamId, openedAt: { $gte: since } }, { _id: 1 }).lean()) !== null;
    },
    async openedSince(teamId, userIds, since) {
      const rows = await homes
        .find({ teamId, userId: { $in: userIds }, openedAt: { $gte: since } }, { _id: 0, userId: 1 })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map((row) => row.userId);
    },
  };
}
