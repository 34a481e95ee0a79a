import { type Connection, type Model, type Query, Schema, type SchemaDefinition } from 'mongoose';

/**
 * A schema for one collection of many workspaces. Unknown fields throw, in filters as well (a dropped condition would
 * widen a query), and a query that does not name its workspace never leaves the process.
 */
export function storeSchema<Row>(definition: SchemaDefinition<Row>): Schema<Row> {
  const schema = new Schema<Row>(definition, {
    versionKey: false,
    id: false,
    minimize: false,
    strict: 'throw',
    strictQuery: 'throw',
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  });
  schema.pre(
    /^(?:find|count|distinct|update|delete|replace)/u,
    { query: true, document: false },
    function namesWorkspace(this: Query<unknown, Row>) {
      if (typeof this.getFilter().teamId !== 'string')
        throw new Error('A query without a workspace was refused.');
    },
  );
  return schema as Schema<Row>;
}

/** Stands in partial indexes for "is a string": the planner does not see that an equality implies `$type`. */
export const anyString = { $gt: '' };

/** A function that gives the model of one collection on a connection. */
export function modelOf<Row>(name: string, collection: string, schema: Schema<Row>) {
  return (connection: Connection): Model<Row> => connection.model<Row>(name, schema, collection);
}

/** Documents in the first reply to a list: MongoDB's own default of 101 makes two round trips of most. */
export const ONE_TRIP = 1_000;
