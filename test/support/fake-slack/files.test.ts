import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, startBench } from './testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  expect(bench.slack.violations).toEqual([]);
  await bench.stop();
});

const share = async (names: string[]) => {
  const files = names.map((name) => ({ name, content: name }));
  const { ts, message } = await bench.slack.say({ user: 'U1', channel: bench.channel, text: 'see', files });
  return { ts, ids: (message.files ?? []).map(({ id }) => id) };
};

describe('files', () => {
  it('that are deleted leave a tombstone in their message, as in Slack', async () => {
    const { ts, ids } = await share(['a.csv', 'b.csv']);
    const { event } = await bench.slack.removeFile({ channel: bench.channel, ts, name: 'a.csv' });
    expect(event).toMatchObject({
      subtype: 'message_changed',
      message: { files: [{ id: ids[0], mode: 'tombstone' }, { id: ids[1] }] },
      previous_message: { files: [{ name: 'a.csv' }, { name: 'b.csv' }] },
    });
    await expect(bench.client.files.info({ file: String(ids[0]) })).rejects.toThrow('file_not_found');
    const kept = await bench.client.files.info({ file: String(ids[1]) });
    expect(kept.file?.permalink).toContain(`/files/U1/${ids[1]}/b.csv`);
  });

  it('that leave no trace take the list away with the last of them', async () => {
    const { ts } = await share(['a.csv']);
    const gone = { channel: bench.channel, ts, name: 'a.csv', trace: false };
    const { event } = await bench.slack.removeFile(gone);
    expect(event.message).not.toHaveProperty('files');
    await expect(async () => bench.slack.removeFile(gone)).rejects.toThrow('shares no file called a.csv');
  });

  it('of a message come along with a shortcut on it', async () => {
    const app = await bench.boltOverHttp();
    const used: unknown[] = [];
    app.shortcut('attach', async ({ ack, shortcut }) => {
      used.push(shortcut);
      await ack();
    });
    const { ts, ids } = await share(['a.csv']);
    await bench.slack.shortcut({ user: 'U1', callbackId: 'attach', channel: bench.channel, ts });
    expect(used).toMatchObject([{ message: { ts, files: [{ id: ids[0], name: 'a.csv' }] } }]);
  });
});
