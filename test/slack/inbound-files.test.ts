import { describe, expect, it } from 'vitest';
import { filesIn, toSharedFile } from '../../src/slack/inbound/files.ts';
import { toShortcut } from '../../src/slack/inbound/interaction.ts';
import { toMessageEvent } from '../../src/slack/inbound/message.ts';

const installation = {
  teamId: 'T1',
  botUserId: 'UBOT',
  workspaceHost: 'acme.slack.com',
  heardBots: new Set<string>(),
};
const TS = '1700000000.000100';
const file = (id: string, more: object = {}) => ({
  id,
  name: `${id}.txt`,
  size: 12,
  url_private: `https://files.slack.com/${id}`,
  permalink: `https://acme.slack.com/files/U1/${id}/a.txt`,
  mode: 'hosted',
  file_access: 'visible',
  ...more,
});
const shared = (id: string) => ({
  id,
  name: `${id}.txt`,
  size: 12,
  url: `https://files.slack.com/${id}`,
  permalink: `https://acme.slack.com/files/U1/${id}/a.txt`,
});

describe('A file', () => {
  it('is known by its name, its size, and where it is for the bot and for people', () => {
    expect(toSharedFile(file('F1'))).toEqual(shared('F1'));
    const toDownload = file('F1', { url_private_download: 'https://files.slack.com/download/F1' });
    expect(toSharedFile(toDownload)?.url).toBe('https://files.slack.com/download/F1');
  });

  it.each([
    { permalink: null },
    { permalink: 7 },
    { permalink: 'javascript:alert(1)' },
    { permalink: 'https://a b' },
  ])('has no address for people with %o', (more) => {
    expect(toSharedFile(file('F1', more))?.permalink).toBe('');
  });

  it('that was deleted is left out', () => {
    const gone = [{ id: 'F2', mode: 'tombstone' }, file('F3', { file_access: 'file_not_found' })];
    expect(filesIn([file('F1'), ...gone])).toEqual([shared('F1')]);
    expect(filesIn(null)).toEqual([]);
  });

  it('that Slack hides or tells nothing of is kept by its id', () => {
    const unknown = [
      { id: 'F1', mode: 'hidden_by_limit' },
      { id: 'F2', mode: 'file_access', file_access: 'check_file_info' },
      { id: 'F3', file_access: 'access_denied' },
    ];
    expect(filesIn(unknown).map(({ id, name, url }) => [id, name, url])).toEqual([
      ['F1', 'F1', ''],
      ['F2', 'F2', ''],
      ['F3', 'F3', ''],
    ]);
  });
});

describe('An edited message', () => {
  const edited = (files: unknown, before: unknown) => {
    const heard = toMessageEvent(
      {
        ...{ type: 'message', subtype: 'message_changed', channel: 'C1', ts: '1700000001.000100' },
        message: { ts: TS, user: 'U1', text: 'see', ...(files === undefined ? {} : { files }) },
        ...(before === undefined ? {} : { previous_message: { ts: TS, files: before } }),
      },
      installation,
    );
    if (heard.kind !== 'edited') throw new Error(heard.kind);
    return heard.message;
  };

  it.each<[string, unknown, unknown, string[] | null]>([
    ['its files are unchanged', [file('F1'), file('F2')], [file('F1'), file('F2')], ['F1', 'F2']],
    ['one was deleted', [{ id: 'F1', mode: 'tombstone' }, file('F2')], [file('F1'), file('F2')], ['F2']],
    ['the last one was deleted', [{ id: 'F1', mode: 'tombstone' }], [file('F1')], []],
    ['the last one went without a trace', undefined, [file('F1')], []],
    ['the last one went, said with null', null, [file('F1')], []],
    ['it came before the message itself', [file('F1')], undefined, ['F1']],
    ['it has no files', undefined, null, null],
    ['it has no files, and nothing is known of before', undefined, undefined, null],
  ])('tells which files it still has when %s', (_, files, before, ids) => {
    expect(edited(files, before).fileIds).toEqual(ids);
  });

  it('with a malformed message before it is understood', () => {
    expect(edited([file('F1')], 'x').fileIds).toEqual(['F1']);
  });
});

describe('A shortcut on a message', () => {
  const shortcut = (files: unknown) =>
    toShortcut({
      ...{ user: { id: 'U1' }, trigger_id: '1.2.x', channel: { id: 'C1' } },
      message: { ts: TS, text: 'see', files },
    }).files;

  it('brings the files of the message along, without deleted ones', () => {
    expect(shortcut([file('F1'), { id: 'F2', mode: 'tombstone' }])).toEqual([shared('F1')]);
  });

  it.each([undefined, null, 'none'])('brings none with %o', (files) => {
    expect(shortcut(files)).toEqual([]);
  });
});
