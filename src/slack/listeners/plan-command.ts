import { DomainError } from '../../domain/errors.ts';
import type { Project } from '../../domain/project.ts';
import { projectArchived } from '../../use-cases/set-up-project.ts';
import { planForm } from '../views/plan-form.ts';
import { PLAN_HELP, taskListText } from '../views/task-list.ts';
import type { Command } from './commands.ts';
import type { ListenerDeps } from './listener.ts';

/** The newest, of which those that ask for attention are shown; the rest is counted. */
const LISTED = 100;

/** `/plan` opens the form of a task, filled in when a title is given; `/plan list` and `/plan help` answer. */
export async function plan(deps: ListenerDeps, command: Command): Promise<string | null> {
  const { userId, channelId, triggerId, text } = command;
  // Phones begin what is typed with a capital.
  const word = text.toLowerCase();
  if (word === 'help') return PLAN_HELP;
  if (channelId.startsWith('D')) {
    throw new DomainError(
      'not_a_channel',
      'A task belongs to a project. Open the project’s channel and type `/plan` there.',
    );
  }
  const { useCases, workspace } = deps;
  const { teamId } = workspace.installation;
  await useCases.mayManage(teamId, channelId, userId);
  const project = await projectOf(deps, channelId);
  if (word === 'list') return list(deps, project);
  const milestones = await useCases.milestonesOf.listByProject(teamId, project.id);
  const target = { projectId: project.id, title: text, details: '', milestoneId: null, milestones };
  await workspace.client.views.open({ trigger_id: triggerId, view: planForm(target) });
  return null;
}

async function projectOf({ useCases, workspace }: ListenerDeps, channelId: string): Promise<Project> {
  const project = await useCases.projects.findByChannel(workspace.installation.teamId, channelId);
  if (project === null) {
    throw new DomainError(
      'project_not_found',
      'This channel is not a project yet. Type `/project` here to set one up, then plan in it.',
    );
  }
  if (project.state === 'archived') throw projectArchived(project);
  return project;
}

async function list({ useCases }: ListenerDeps, { teamId, id, name }: Project): Promise<string> {
  const [tasks, total] = await Promise.all([
    useCases.readTasks.list({ teamId, projectIds: [id], limit: LISTED }),
    useCases.readTasks.countOf(teamId, id),
  ]);
  return taskListText(name, await useCases.taskUrls(tasks), total);
}
