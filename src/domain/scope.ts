/** Where an attachment hangs or a conversation belongs: a project, or one milestone of it. */
export interface Place {
  projectId: string;
  milestoneId: string | null;
}

/** What may be read for one answer. It is always taken from the thread, never from a model or a client. */
export interface Scope extends Place {
  teamId: string;
}

/** What may be read for one person's own conversation: nothing of any project but names. */
export interface PrivateScope {
  teamId: string;
  userId: string;
}

export function isPrivate(scope: Scope | PrivateScope): scope is PrivateScope {
  return 'userId' in scope;
}

/** The workspace and the id of one record in it: no record is ever looked up by id alone. */
export interface Ref {
  teamId: string;
  id: string;
}

/**
 * True when a record that hangs at `place` may be read in `scope`: a milestone reads itself and the project's
 * shared records; the project level reads every place of the project (product.md 4.1).
 */
export function inScope(scope: Scope, record: Place & { teamId: string }): boolean {
  if (record.teamId !== scope.teamId || record.projectId !== scope.projectId) return false;
  return (
    scope.milestoneId === null || record.milestoneId === null || record.milestoneId === scope.milestoneId
  );
}
