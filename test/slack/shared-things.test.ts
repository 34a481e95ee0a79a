import { describe, expect, it } from 'vitest';
import type { SlackFile } from '../../src/domain/attachment.ts';
import { type JobContext, type NewJob, WaitError } from '../../src/ports/jobs.ts';
import { type Slack, SlackUnavailable } from '../../src/ports/slack.ts';
import { attachedBlocks, readUndo } from '../../src/slack/views/whispers.ts';
import { createAnnounceAttachments } from '../../src/use-cases/announce-attachments.ts';
import { createKeepFiles } from '../../src/use-cases/keep-files.ts';
import { link, milestone, source } from '../contracts/builders.ts';
import { captureLog } from '../support/log.ts';
import { createMemoryStores } from '../support/memory-stores.ts';

const teamId = 'T1';
const channelId = 'C1';
const threadTs = '1700000000.000100';
const ts = '1700000001.000100';
const userId = 'U1';
const job: JobContext = {
  teamId,
  jobId: 'j',
  fence: 1,
  attempt: 1,
  signal: new AbortController().signal,
};
// Only what a test gives is called in it.
const slackWith = (some: Partial<Slack>): Slack => some as Slack;

describe('What a message attached is announced', () => {
  async function announce(failure: Error | null) {
    const stores = createMemoryStores();
    const log = captureLog();
    const { attachment } = await stores.attachments.attach(link(teamId), source(ts));
    const queued: NewJob[] = [];
    const jobs = { enqueue: async (next: NewJob) => void queued.push(next) };
    const slack = slackWith({
      addReaction: async () => {
        if (failure !== null) throw failure;
      },
    });
    const payload = {
      ...{ channelId, threadTs, ts, userId },
      attachmentIds: [attachment.id],
      refused: { overLimit: 0, tooLong: 0 },
    };
    const ended = createAnnounceAttachments({ ...stores, slack, jobs, log }).run(payload, job);
    const error: unknown = await ended.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { told: queued.map(({ kind }) => kind), error, logged: log.lines.map((line) => line.event) };
  }

  it.each([new Error('An API error occurred: missing_scope'), new SlackUnavailable()])(
    'without a paperclip when that fails with %o',
    async (failure) => {
      const { told, error, logged } = await announce(failure);
      expect(error).toBeNull();
      expect(told).toEqual(['tell-attached']);
      expect(logged).toEqual(['paperclip_failed']);
    },
  );

  it('once, after the wait that Slack asks for', async () => {
    const wait = new WaitError(7);
    expect(await announce(wait)).toEqual({ told: [], error: wait, logged: [] });
    expect(await announce(null)).toEqual({ told: ['tell-attached'], error: null, logged: [] });
  });
});

describe('Undo', () => {
  const valueWith = async (count: number): Promise<string> => {
    const { attachments } = createMemoryStores();
    const keys = Array.from({ length: count }, (_, at) => `https://example.com/${at}`);
    const all = await Promise.all(keys.map((key) => attachments.attach(link(teamId, { key }), source(ts))));
    const refused = { overLimit: 0, tooLong: 0 };
    const found = all.map(({ attachment }) => attachment);
    const blocks = attachedBlocks({
      kind: 'attached',
      attachments: found,
      section: 'Outline',
      messageTs: ts,
      refused,
    });
    return /"value":"([^"]*)"/u.exec(JSON.stringify(blocks))?.[1] ?? '';
  };

  it('names what its line named, or the whole message where that is longer than a button holds', async () => {
    const few = await valueWith(3);
    expect(few.length).toBeLessThanOrEqual(2_000);
    expect(readUndo(few)).toMatchObject({ messageTs: ts });
    expect(readUndo(few).ids).toHaveLength(3);
    expect(await valueWith(200)).toBe(ts);
    expect(readUndo(ts)).toEqual({ messageTs: ts, ids: null });
  });
});

describe('Files that are tried again', () => {
  interface Options {
    limit?: number;
    file?: Slack['file'];
  }

  /** A message with files in a milestone's thread, and the job that keeps them. */
  async function begin({ limit = 10, file = async () => null }: Options) {
    const stores = createMemoryStores();
    const projectId = 'f'.repeat(24);
    const [outline] = await stores.milestones.create([milestone(teamId, { threadTs })]);
    const conversation = await stores.conversations.findOrCreate({
      ...{ teamId, channelId, threadTs, projectId },
      type: 'project',
      milestoneId: outline?.id ?? null,
      title: 'Outline',
    });
    await stores.messages.keep({
      ...{ teamId, channelId, threadTs, ts, userId, conversationId: conversation.id },
      role: 'user',
      content: '',
      clientMsgId: null,
      settled: true,
      madeFor: null,
      answerTo: null,
      metadata: null,
    });
    const jobs: NewJob[] = [];
    const queue = { refuses: false };
    const asked: string[] = [];
    const handler = createKeepFiles({
      ...stores,
      askReading: async (pending) => void asked.push(...pending.map((one) => one.title)),
      slack: slackWith({ file }),
      jobs: {
        enqueue: async (next) => {
          if (queue.refuses) throw new Error('The database is away.');
          jobs.push(next);
        },
      },
      refreshCards: async () => undefined,
      fileLimit: 1_000,
      attachmentLimit: limit,
    });
    const payload = (files: SlackFile[]) => ({ channelId, threadTs, ts, userId, files, mention: false });
    const held = async () =>
      (await stores.attachments.listByProject(teamId, projectId)).map((one) => [one.title, one.unread]);
    return { handler, jobs, queue, asked, payload, held };
  }

  const named = (...names: string[]): SlackFile[] =>
    names.map((name, at) => ({ id: `F${at}`, name, size: 10, url: `${name}#${at}`, permalink: '' }));

  it('do not count what they attached before against the limit', async () => {
    const { handler, jobs, queue, asked, payload, held } = await begin({ limit: 2 });
    const files = payload(named('a.txt', 'b.txt', 'c.txt'));
    queue.refuses = true;
    await expect(handler.run(files, job)).rejects.toThrow('The database is away.');
    queue.refuses = false;
    await handler.run(files, job);
    expect(await held()).toEqual([
      ['a.txt', null],
      ['b.txt', null],
    ]);
    expect(new Set(asked)).toEqual(new Set(['a.txt', 'b.txt']));
    expect(jobs).toEqual([
      expect.objectContaining({
        payload: expect.objectContaining({ refused: { overLimit: 1, tooLong: 0 } }),
      }),
    ]);
  });

  it('are kept as different ones where they share a name', async () => {
    const { handler, queue, payload, held } = await begin({});
    const files = payload(named('notes.txt', 'notes.txt'));
    queue.refuses = true;
    await expect(handler.run(files, job)).rejects.toThrow('The database is away.');
    queue.refuses = false;
    await handler.run(files, job);
    expect(await held()).toEqual([
      ['notes.txt', null],
      ['notes.txt', null],
    ]);
  });

  it('say at once why where it is known without fetching them', async () => {
    const { handler, asked, payload, held } = await begin({});
    const [large, picture] = named('large.txt', 'c.png').map((one, at) => ({
      ...one,
      size: at === 0 ? 1_001 : 10,
    }));
    await handler.run(payload([large, picture].filter((one) => one !== undefined)), job);
    expect(await held()).toEqual([
      ['large.txt', 'too_large'],
      ['c.png', 'type_not_supported'],
    ]);
    expect(asked).toEqual([]);
  });

  it('for the last time are kept by their id where Slack tells nothing of them', async () => {
    const file = async () => Promise.reject(new Error('An API error occurred: internal_error'));
    const { handler, jobs, payload, held } = await begin({ file });
    const files = payload([{ id: 'F1', name: 'F1', size: 0, url: '', permalink: '' }]);
    await expect(handler.run(files, job)).rejects.toThrow('internal_error');
    expect(jobs).toEqual([]);
    await handler.abandoned?.(files, job, new Error('internal_error'));
    expect(await held()).toEqual([['F1', 'not_found']]);
    expect(jobs.map((next) => next.kind)).toEqual(['announce-attachments']);
  });
});
