import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import { type JobContext, type NewJob, WaitError } from '../../src/ports/jobs.ts';
import { type Slack, SlackUnavailable, type Whisper } from '../../src/ports/slack.ts';
import { attachedBlocks, readUndo } from '../../src/slack/views/whispers.ts';
import { createAnnounceAttachments } from '../../src/use-cases/announce-attachments.ts';
import { createKeepDocument } from '../../src/use-cases/keep-document.ts';
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
    const whispers: Whisper[] = [];
    const slack = slackWith({
      addReaction: async () => {
        if (failure !== null) throw failure;
      },
      whisper: async (_spot, _user, message) => void whispers.push(message),
    });
    const payload = {
      ...{ channelId, threadTs, ts, userId },
      attachmentIds: [attachment.id],
      refused: { overLimit: 0, tooLong: 0 },
    };
    const ended = createAnnounceAttachments({ ...stores, slack, log }).run(payload, job);
    const error: unknown = await ended.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { whispers, error, logged: log.lines.map((line) => line.event) };
  }

  it.each([new Error('An API error occurred: missing_scope'), new SlackUnavailable()])(
    'without a paperclip when that fails with %o',
    async (failure) => {
      const { whispers, error, logged } = await announce(failure);
      expect(error).toBeNull();
      expect(whispers).toHaveLength(1);
      expect(logged).toEqual(['paperclip_failed']);
    },
  );

  it('once, after the wait that Slack asks for', async () => {
    const wait = new WaitError(7);
    expect(await announce(wait)).toEqual({ whispers: [], error: wait, logged: [] });
    expect(await announce(null)).toMatchObject({ error: null, logged: [] });
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
    download?: (url: string) => string;
    file?: Slack['file'];
  }

  /** A message with files in a milestone's thread, and the job that keeps them. */
  async function begin({ limit = 10, download = (url) => url, file = async () => null }: Options) {
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
    const downloads: string[] = [];
    const slack = slackWith({
      file,
      download: async (_team, url) => {
        downloads.push(url);
        return new TextEncoder().encode(download(url));
      },
    });
    const handler = createKeepFiles({
      ...stores,
      keepDocument: createKeepDocument(stores.documents, stores.attachments),
      slack,
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
    const named = (names: string[]) =>
      names.map((name, at) => ({ id: `F${at}`, name, size: 10, url: `${name}#${at}` }));
    const payload = (names: string[]) => ({
      channelId,
      threadTs,
      ts,
      userId,
      files: named(names),
      mention: false,
    });
    const held = async () =>
      (await stores.attachments.listByProject(teamId, projectId)).map((one) => [one.title, one.unread]);
    return { handler, jobs, queue, downloads, payload, held, stores, projectId };
  }

  it('do not count what they attached before against the limit, nor read it again', async () => {
    const { handler, jobs, queue, downloads, payload, held } = await begin({ limit: 2 });
    const files = payload(['a.txt', 'b.txt', 'c.txt']);
    queue.refuses = true;
    await expect(handler.run(files, job)).rejects.toThrow('The database is away.');
    queue.refuses = false;
    await handler.run(files, job);
    expect(await held()).toEqual([
      ['a.txt', null],
      ['b.txt', null],
    ]);
    expect(downloads).toEqual(['a.txt#0', 'b.txt#1']);
    expect(jobs).toEqual([
      expect.objectContaining({
        payload: expect.objectContaining({ refused: { overLimit: 1, tooLong: 0 } }),
      }),
    ]);
  });

  it('are kept as different ones where they share a name', async () => {
    let down = true;
    const { handler, payload, held } = await begin({
      download: (url) => {
        if (down && url.endsWith('#1')) throw new Error('Slack answered a download with 500.');
        return url;
      },
    });
    const files = payload(['notes.txt', 'notes.txt']);
    await expect(handler.run(files, job)).rejects.toThrow('500');
    down = false;
    await handler.run(files, job);
    expect(await held()).toEqual([
      ['notes.txt', null],
      ['notes.txt', null],
    ]);
  });

  it('for the last time are kept by name, and what was read before stays as it is', async () => {
    const { handler, jobs, payload, held } = await begin({
      download: (url) => {
        if (url.startsWith('b')) throw new Error('Slack answered a download with 500.');
        return url;
      },
    });
    const files = payload(['a.txt', 'b.txt', 'c.png']);
    await expect(handler.run(files, job)).rejects.toThrow('500');
    expect(jobs).toEqual([]);
    await handler.abandoned?.(files, job, new Error('500'));
    expect(await held()).toEqual([
      ['a.txt', null],
      ['b.txt', 'download_failed'],
      ['c.png', 'type_not_supported'],
    ]);
    expect(jobs.map((next) => next.kind)).toEqual(['announce-attachments']);
  });

  it('for the last time are kept by their id where Slack tells nothing of them', async () => {
    const file = async () => Promise.reject(new Error('An API error occurred: internal_error'));
    const { handler, jobs, payload, held } = await begin({ file });
    const files = { ...payload([]), files: [{ id: 'F1', name: 'F1', size: 0, url: '' }] };
    await expect(handler.run(files, job)).rejects.toThrow('internal_error');
    await handler.abandoned?.(files, job, new Error('internal_error'));
    expect(await held()).toEqual([['F1', 'download_failed']]);
    expect(jobs).toHaveLength(1);
  });

  it('say at once why where Slack refuses them for good', async () => {
    const refused = new DomainError('attachment_not_found', 'Slack did not hand the file out.');
    const { handler, payload, held } = await begin({
      download: () => {
        throw refused;
      },
    });
    await handler.run(payload(['a.txt']), job);
    expect(await held()).toEqual([['a.txt', 'download_failed']]);
  });
});
