import type { Press } from '../inbound/interaction.ts';
import type { ListenerDeps } from './listener.ts';

const ACTS = {
  done: 'done',
  reopen: 'reopen',
  archive: 'archive',
  earlier: 'earlier',
  later: 'later',
} as const;

const isAct = (name: string): name is keyof typeof ACTS => name in ACTS;

/** Runs a choice such as `done:<id>` from a milestone card. @returns the milestone to confirm the deletion of, or null. */
export async function runMilestoneMenu(
  { useCases, workspace }: ListenerDeps,
  press: Press,
): Promise<string | null> {
  const [name = '', id = ''] = press.value.split(':');
  if (name === 'delete') return id;
  if (isAct(name))
    await useCases.milestones.act({ teamId: workspace.installation.teamId, id }, press.userId, ACTS[name]);
  return null;
}
