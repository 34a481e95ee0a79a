import { describe, expect, it } from 'vitest';
import { toMembership } from '../../src/slack/inbound/channel.ts';
import { toSharedFile } from '../../src/slack/inbound/files.ts';
import { attachSubmission, milestoneSubmission, projectSubmission } from '../../src/slack/inbound/forms.ts';
import { toCommand, toPress, toShortcut } from '../../src/slack/inbound/interaction.ts';
import { type Installation, toMessageEvent } from '../../src/slack/inbound/message.ts';

const installation: Installation = {
  teamId: 'T1',
  botUserId: 'UBOT',
  workspaceHost: 'acme.slack.com',
  heardBots: new Set(['B7']),
};
const TS = '1700000000.000100';
const said = (more: object = {}) => ({
  type: 'message',
  channel: 'C1',
  user: 'U1',
  ts: TS,
  text: 'See https://example.com/a',
  ...more,
});
const NOTHING = {
  client_msg_id: null,
  subtype: null,
  channel_type: null,
  thread_ts: null,
  bot_id: null,
  edited: null,
  blocks: null,
  files: null,
};
const heard = (event: unknown) => toMessageEvent(event, installation);

describe('A message', () => {
  it('with null in place of what it has not is the same as without', () => {
    const posted = heard(said());
    expect(posted).toMatchObject({ kind: 'posted', message: { ts: TS, userId: 'U1', threadTs: null } });
    expect(heard(said(NOTHING))).toEqual(posted);
    expect(heard(said({ ...NOTHING, thread_ts: '' }))).toEqual(posted);
  });

  it.each(Object.keys(NOTHING))('is understood with null in %s alone', (field) => {
    expect(heard(said({ [field]: null }))).toEqual(heard(said()));
  });

  it('without words or of a bot that has no user is understood', () => {
    expect(heard(said({ text: null }))).toMatchObject({
      kind: 'posted',
      message: { content: '', links: [] },
    });
    const ofBot = said({ user: null, bot_id: 'B7', subtype: 'bot_message' });
    expect(heard(ofBot)).toMatchObject({ kind: 'posted', message: { userId: 'B7' } });
    expect(heard(said({ user: null }))).toEqual({ kind: 'ignored', why: 'bot' });
  });

  it('that was edited or deleted is understood with nulls in it', () => {
    const { type: _, channel: __, ...message } = said(NOTHING);
    const changed = { type: 'message', subtype: 'message_changed', channel: 'C1', channel_type: null };
    const edit = { ...changed, ts: '1700000001.000100', message };
    expect(heard(edit)).toMatchObject({ kind: 'edited', message: { ts: TS, editedTs: '1700000001.000100' } });
    const tombstone = { ...changed, ts: TS, message: { ...message, subtype: 'tombstone' } };
    const gone = { kind: 'deleted', message: { teamId: 'T1', channelId: 'C1', ts: TS, threadTs: null } };
    expect(heard(tombstone)).toEqual(gone);
    const deleted = { ...changed, subtype: 'message_deleted', deleted_ts: TS };
    expect(heard({ ...deleted, previous_message: null })).toEqual(gone);
    expect(heard({ ...deleted, previous_message: { thread_ts: null } })).toEqual(gone);
  });

  it.each([
    [{ channel_type: 'im' }, true],
    [{ channel: 'D1' }, true],
    [{ channel: 'D1', channel_type: null }, true],
    [{ channel_type: 'channel' }, false],
  ])('with %o is a direct one: %s', (where, direct) => {
    expect(heard(said(where))).toMatchObject({ message: { direct } });
  });

  it('mentions the bot in its text or by the event it came with', () => {
    expect(heard(said())).toMatchObject({ message: { mentionsBot: false } });
    expect(heard(said({ text: 'So, <@UBOT|milepost>?' }))).toMatchObject({ message: { mentionsBot: true } });
    expect(heard(said({ type: 'app_mention' }))).toMatchObject({ message: { mentionsBot: true } });
  });

  it('whose ts is a number is understood where the number still says which message it is', () => {
    const numbers = { ts: 1700000000.0001, thread_ts: 1699999999.123456 };
    expect(heard(said(numbers))).toMatchObject({ message: { ts: TS, threadTs: '1699999999.123456' } });
    for (const lost of [1_700_000_000, 1700.1234567, 1e21])
      expect(heard(said({ ts: lost }))).toEqual({ kind: 'ignored', why: 'malformed' });
    expect(heard(said({ thread_ts: 1_700_000_000 }))).toEqual({ kind: 'ignored', why: 'malformed' });
  });

  it('keeps every file that has an id, whatever else is wrong with it', () => {
    const files = [
      { id: 'F1', name: 'a.txt', size: '12', url_private: 'https://files.slack.com/a' },
      { id: 'F2', name: 7, title: null, size: 'large', url_private: {}, url_private_download: null },
      { id: 'F3', size: null },
      { name: 'without an id' },
      null,
    ];
    const kept = [
      { id: 'F1', name: 'a.txt', size: 12, url: 'https://files.slack.com/a', permalink: '' },
      { id: 'F2', name: 'F2', size: 0, url: '', permalink: '' },
      { id: 'F3', name: 'F3', size: 0, url: '', permalink: '' },
    ];
    expect(heard(said({ files }))).toMatchObject({ kind: 'posted', message: { files: kept } });
    const bare = { id: 'F4', name: 'F4', size: 0, url: '', permalink: '' };
    expect(toSharedFile({ id: 'F4', size: -1 })).toEqual(bare);
  });

  it('takes a link of its rich text whose words are null', () => {
    const elements = [{ type: 'link', url: 'https://example.com/b', text: null }];
    const blocks = [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
    expect(heard(said({ blocks }))).toMatchObject({
      message: { links: [{ url: 'https://example.com/b', label: null }] },
    });
  });
});

describe('An interaction', () => {
  it('on a message of no thread, or of none at all, is understood', () => {
    const body = {
      user: { id: 'U1' },
      trigger_id: '1.2.x',
      channel: { id: 'C1' },
      message: { ts: TS, thread_ts: null, text: null, user: null },
      container: { thread_ts: null },
      actions: [{ action_id: 'a', value: null, selected_option: null, action_ts: null }],
    };
    const press = {
      userId: 'U1',
      triggerId: '1.2.x',
      actionId: 'a',
      value: '',
      at: { channelId: 'C1', threadTs: null },
      pressedTs: '1.2.x',
      view: null,
    };
    expect(toPress(body)).toEqual(press);
    expect(toPress({ ...body, message: null, container: null })).toEqual(press);
    expect(toPress({ ...body, channel: null })).toEqual({ ...press, at: null });
    expect(toPress({ ...body, trigger_id: null })).toEqual({ ...press, triggerId: '', pressedTs: '' });
  });

  it('in a window says which one, with what the window was made for', () => {
    const body = { user: { id: 'U1' }, actions: [{ action_id: 'a' }] };
    const view = { id: 'V1', hash: 'h', type: 'modal', private_metadata: '{"a":1}' };
    expect(toPress({ ...body, view }).view).toEqual({
      id: 'V1',
      hash: 'h',
      type: 'modal',
      metadata: '{"a":1}',
    });
    expect(toPress({ ...body, view: { ...view, private_metadata: null } }).view?.metadata).toBe('');
  });

  it('that is a command or a shortcut with nulls in it is understood', () => {
    const command = { user_id: 'U1', channel_id: 'C1', trigger_id: '1.2.x', text: null };
    expect(toCommand(command)).toEqual({ userId: 'U1', channelId: 'C1', triggerId: '1.2.x', text: '' });
    const message = { ts: TS, thread_ts: null, text: null, user: null };
    const shortcut = { user: { id: 'U1' }, trigger_id: null, channel: { id: 'C1' }, message };
    expect(toShortcut(shortcut)).toMatchObject({ ts: TS, threadTs: TS, text: '', triggerId: '' });
  });

  it('that submits a form with nulls in it is understood', () => {
    const view = (metadata: object, values: object) => ({
      private_metadata: JSON.stringify(metadata),
      state: { values },
    });
    const none = { value: null, selected_option: null, selected_date: null };
    const project = view(
      { channelId: null, name: 'Book' },
      { purpose: { purpose: none }, name: { name: null } },
    );
    expect(projectSubmission(project)).toMatchObject({
      name: 'Book',
      channelId: null,
      projectId: null,
      purpose: '',
    });
    const milestone = view(
      { projectId: 'p', title: 'Outline' },
      { due: { due: none }, mode: { mode: { selected_option: { value: null } } } },
    );
    expect(milestoneSubmission(milestone)).toEqual({
      projectId: 'p',
      milestoneId: null,
      form: { title: 'Outline', description: '', dueOn: null, mode: null },
    });
    expect(attachSubmission(view({ projectId: 'p', place: 'project' }, {}))).toMatchObject({
      message: null,
      fileIds: [],
      milestoneId: null,
    });
  });

  it('that tells of a member without saying when is understood', () => {
    const joined = { channel: 'C1', user: 'U1', event_ts: null };
    expect(toMembership(joined)).toEqual({ channelId: 'C1', userId: 'U1', eventTs: null });
  });
});
