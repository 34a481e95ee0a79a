import type { FakeSlack } from '../support/fake-slack/index.ts';
import type { Fields } from '../support/fake-slack/json.ts';

/** What in one workspace a stranger aims at, by its true ids. */
export interface Aim {
  channel: string;
  user: string;
  projectId: string;
  milestoneId: string;
  threadTs: string;
  /** A person's message in that thread. */
  messageTs: string;
  taskId: string;
  /** What that message attached. */
  attachmentId: string;
  /** The thread of its planning. */
  planningTs: string;
  /** A proposal that waits, and something remembered. */
  dispatchId: string;
  entryId: string;
  /** When it was remembered, as its button says. */
  entryAt: number;
}

/** Every kind of event that could change something there. */
export function strangersEvents({ botUserId }: FakeSlack, aim: Aim): Fields[] {
  const { channel, user, threadTs, messageTs, planningTs } = aim;
  const at = { channel, user, channel_type: 'channel' };
  const posted = { ...at, type: 'message', text: 'See https://evil.example', thread_ts: threadTs };
  const ts = '1900000000.000001';
  return [
    { ...posted, ts },
    { ...posted, text: 'Plan it my way', thread_ts: planningTs, ts: '1900000000.000003' },
    { ...posted, type: 'app_mention', text: `<@${botUserId}> plan Mine`, ts: '1900000000.000004' },
    { ...posted, type: 'app_mention', text: `<@${botUserId}> hello?`, ts: '1900000000.000002' },
    { ...at, type: 'message', subtype: 'message_deleted', ts, deleted_ts: messageTs },
    {
      ...at,
      type: 'message',
      subtype: 'message_changed',
      ts,
      message: { ...posted, ts: messageTs, edited: { ts, user } },
    },
    { type: 'channel_archive', channel, user },
    { type: 'channel_rename', channel: { id: channel, name: 'theirs', created: 1 } },
    { type: 'channel_left', channel, actor_id: user },
    { ...posted, text: 'approve', ts: '1900000000.000005' },
    { type: 'message', channel: 'D1', channel_type: 'im', user, text: 'reset', ts: '1900000000.000006' },
    { type: 'app_home_opened', user, channel: 'D1', tab: 'home' },
  ];
}

/** Buttons, forms and shortcuts of that workspace, as a client would send them that knows every id. */
export function strangersInteractions({ teamId, appId }: FakeSlack, aim: Aim): Fields[] {
  const { channel, user, projectId, milestoneId, threadTs, messageTs, attachmentId, taskId } = aim;
  const { dispatchId, entryId, entryAt } = aim;
  const from = {
    team: { id: teamId, domain: 'other' },
    user: { id: user, name: 'anna', team_id: teamId },
    api_app_id: appId,
    trigger_id: 'trigger',
  };
  const message = { type: 'message', ts: threadTs, text: 'x', user };
  const press = (actionId: string, value: string): Fields => ({
    ...from,
    type: 'block_actions',
    channel: { id: channel },
    message,
    actions: [{ type: 'button', action_id: actionId, block_id: 'b', value, action_ts: '1.0' }],
  });
  const submit = (callbackId: string, metadata: object, typed: [string, string][] = []): Fields => ({
    ...from,
    type: 'view_submission',
    view: {
      id: 'V1',
      type: 'modal',
      callback_id: callbackId,
      private_metadata: JSON.stringify(metadata),
      hash: 'h',
      blocks: [],
      state: {
        values: Object.fromEntries(
          typed.map(([name, value]) => [name, { [name]: { type: 'plain_text_input', value } }]),
        ),
      },
      app_installed_team_id: teamId,
    },
  });
  return [
    press('attachments_list', projectId),
    press('attachment_undo', messageTs),
    press('attachment_undo', `${messageTs}:${attachmentId}`),
    press('attachment_read_again', attachmentId),
    press('milestone_menu', `done:${milestoneId}`),
    press('task_ready', `${taskId}:1`),
    press('task_cancel', taskId),
    press('task_plan', taskId),
    press('task_menu', `cancel:${taskId}`),
    press('task_replan', taskId),
    press('dispatch_approve', dispatchId),
    press('dispatch_decline', dispatchId),
    press('dispatch_stop', dispatchId),
    press('memory_forget_entry', `${entryId}:${entryAt}`),
    press('memory_forget_fact', `${entryId}:${entryAt}`),
    press('memory_list', milestoneId),
    press('coaching_reset', '0'),
    press('coaching_mode', 'task'),
    submit('plan_form', { projectId, title: '', place: milestoneId, message: null }, [['title', 'Mine']]),
    submit('attachments_form', { projectId }, [
      ['attachment', attachmentId],
      ['act', 'read-again'],
    ]),
    submit('attachments_form', { projectId }, [
      ['attachment', attachmentId],
      ['act', 'remove'],
    ]),
    submit('milestone_delete_form', { milestoneId }),
    submit('milestone_form', { projectId, milestoneId, title: '' }, [['title', 'Taken over']]),
    submit('attach_form', { projectId, place: 'project', message: null }, [['content', 'Mine']]),
    submit('project_form', { channelId: channel, projectId, name: 'Book' }, [['name', 'Taken over']]),
    { ...from, type: 'message_action', callback_id: 'make_milestone', channel: { id: channel }, message },
  ];
}
