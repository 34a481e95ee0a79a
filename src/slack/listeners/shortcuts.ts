import { DomainError } from '../../domain/errors.ts';
import { isShareable } from '../../domain/link.ts';
import { cut, type Project } from '../../domain/project.ts';
import { projectThread } from '../../use-cases/manage-milestones.ts';
import { SHORTCUT } from '../ids.ts';
import { toShortcut } from '../inbound/interaction.ts';
import { linksInText, plainText } from '../inbound/text.ts';
import { attachForm } from '../views/attach-form.ts';
import { adoptForm } from '../views/forms.ts';
import { planForm } from '../views/plan-form.ts';
import { type ListenerDeps, sentenceFor } from './listener.ts';
import { complainBack } from './press.ts';

/** Shortcuts in the menu of a message. */
export function registerShortcuts(deps: ListenerDeps): void {
  const { workspace } = deps;
  const { teamId } = workspace.installation;

  on(deps, SHORTCUT.makeMilestone, async ({ triggerId, threadTs, text, channelId }, project) => {
    if (threadTs === project.cardTs) throw projectThread();
    const taken = await deps.useCases.milestonesOf.findByThread(teamId, channelId, threadTs);
    if (taken !== null) {
      throw new DomainError('thread_is_milestone', `This thread already is the milestone “${taken.title}”.`);
    }
    const suggested = cut(plainText(text).split('\n', 1)[0]?.trim() ?? '', 80);
    await workspace.client.views.open({
      trigger_id: triggerId,
      view: adoptForm(project.id, threadTs, suggested),
    });
  });

  on(deps, SHORTCUT.attachTo, async ({ triggerId, channelId, ts, threadTs, text, files }, project) => {
    const milestones = await deps.useCases.milestonesOf.listByProject(teamId, project.id);
    const here = milestones.find((milestone) => milestone.threadTs === threadTs);
    const { workspaceHost } = workspace.installation;
    const links = linksInText(text).flatMap(({ url }) => (isShareable(url, workspaceHost) ? [url] : []));
    const content = links.length + files.length > 0 ? links : plainText(text);
    const target = {
      projectId: project.id,
      milestoneId: here?.id ?? null,
      milestones,
      content,
      message: { channelId, ts },
      files,
    };
    await workspace.client.views.open({ trigger_id: triggerId, view: attachForm(target) });
  });

  on(deps, SHORTCUT.planThis, async ({ triggerId, channelId, threadTs, text }, project) => {
    const milestones = await deps.useCases.milestonesOf.listByProject(teamId, project.id);
    const here = milestones.find((milestone) => milestone.threadTs === threadTs);
    const details = plainText(text);
    const target = {
      projectId: project.id,
      title: cut(details.split('\n', 1)[0]?.trim() ?? '', 80),
      details,
      milestoneId: here?.id ?? null,
      milestones,
      message: { channelId, threadTs },
    };
    await workspace.client.views.open({ trigger_id: triggerId, view: planForm(target) });
  });
}

type Shortcut = ReturnType<typeof toShortcut>;

function on(
  deps: ListenerDeps,
  callbackId: string,
  handle: (shortcut: Shortcut, project: Project) => Promise<void>,
): void {
  const { app, useCases, workspace, log } = deps;
  const { teamId } = workspace.installation;
  app.shortcut({ callback_id: callbackId, type: 'message_action' }, async ({ ack, body, respond }) => {
    let shortcut: Shortcut | null = null;
    try {
      shortcut = toShortcut(body);
      const { channelId, userId } = shortcut;
      await useCases.mayManage(teamId, channelId, userId);
      const project = await useCases.projects.findByChannel(teamId, channelId);
      if (project === null) {
        throw new DomainError(
          'project_not_found',
          'This channel is not a project yet. Type `/project` here to set one up.',
        );
      }
      await handle(shortcut, project);
    } catch (error) {
      const text = sentenceFor(error, log, callbackId);
      if (shortcut === null) await complainBack(deps, respond, text);
      else await tell(deps, shortcut, text);
    }
    await ack();
  });
}

async function tell({ useCases, workspace, log }: ListenerDeps, on: Shortcut, text: string): Promise<void> {
  const { teamId } = workspace.installation;
  const { channelId, threadTs, userId } = on;
  await useCases.slack
    .whisper({ teamId, channelId, threadTs }, userId, { kind: 'text', text })
    .catch(() => log.warn({ team: teamId }, 'complaint_not_shown'));
}
