import type { Ref } from '../../src/domain/scope.ts';

let lastId = 0;

interface Row {
  id: string;
  teamId: string;
}

/** Rows by id, in the order they were added. Every question names the workspace. */
export function createTable<T extends Row>() {
  const rows = new Map<string, T>();
  const inTeam = (teamId: string, matches: (row: T) => boolean): T[] =>
    [...rows.values()].filter((row) => row.teamId === teamId && matches(row));

  return {
    all: inTeam,
    one: (teamId: string, matches: (row: T) => boolean): T | null => inTeam(teamId, matches)[0] ?? null,
    get: ({ teamId, id }: Ref): T | null => inTeam(teamId, (row) => row.id === id)[0] ?? null,
    add(row: Omit<T, 'id'>): T {
      lastId += 1;
      const added = { ...structuredClone(row), id: lastId.toString(16).padStart(24, '0') } as T;
      rows.set(added.id, added);
      return added;
    },
    delete: (row: Row): boolean => rows.delete(row.id),
  };
}

/** A copy, so that nobody changes what is stored. */
export function copyOf<T>(row: T): T {
  return structuredClone(row);
}

/** A copy without the fields that are the store's own. */
export function copyWithout<T, K extends keyof T>(row: T, ...fields: K[]): Omit<T, K> {
  const copy = structuredClone(row);
  for (const field of fields) delete copy[field];
  return copy;
}
