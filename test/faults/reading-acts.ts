import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { allOf, type Place, untilIdle, withDatabase } from './invariant.ts';

type Where = Pick<Place, 'slack' | 'mongoUri'>;

/** What is stored of attachments and their texts. */
export interface Kept {
  attachments: Document[];
  sources: Document[];
  documents: Document[];
  passages: Document[];
}

export function keptIn({ mongoUri }: Pick<Place, 'mongoUri'>): Promise<Kept> {
  return withDatabase(mongoUri, async (db) => ({
    attachments: await allOf(db, 'attachments'),
    sources: await allOf(db, 'attachment_sources'),
    documents: await allOf(db, 'documents'),
    passages: await allOf(db, 'passages'),
  }));
}

/**
 * What has to hold after any fault while something was read: every attachment is read or has a reason, its text is
 * there once, and there is no text that belongs to none.
 * @param given true where jobs may have been given up.
 */
export async function expectAllRead(where: Where, { given = false } = {}): Promise<Kept> {
  await untilIdle(where);
  const kept = await keptIn(where);
  const { attachments, sources, documents, passages } = kept;
  for (const one of attachments) {
    expect(['ready', 'failed']).toContain(one.state);
    expect(one).toMatchObject({ gone: false });
    expect(one.state === 'failed' ? one.unread : 'read').not.toBeNull();
    expect(one.formerDocumentId ?? null).toBeNull();
  }
  const held = attachments.flatMap(({ documentId }) => documentId ?? []);
  expect(documents.map(idOf).sort()).toEqual([...new Set(held)].sort());
  for (const document of documents) {
    const own = passages.filter((one) => one.documentId === idOf(document)).map(({ n }) => n);
    expect(own.sort((a, b) => a - b)).toEqual(Array.from({ length: document.passageCount }, (_, n) => n));
    expect(document).toMatchObject({ complete: true, gone: false });
    expect(document.awaitedBy ?? null).toBeNull();
  }
  const texts = new Set(documents.map(idOf));
  expect(passages.filter((one) => !texts.has(one.documentId))).toEqual([]);
  const there = new Set(attachments.map(idOf));
  expect(sources.filter((one) => !there.has(one.attachmentId))).toEqual([]);
  if (!given) expect(await deadJobs(where)).toEqual([]);
  return kept;
}

/** Jobs that were given up. */
export function deadJobs({ mongoUri }: Pick<Place, 'mongoUri'>): Promise<Document[]> {
  return withDatabase(mongoUri, async (db) =>
    (await allOf(db, 'jobs')).filter((job) => job.state === 'dead'),
  );
}

export const idOf = ({ _id }: Document): string => String(_id);

/** The lines that only this person sees in this thread, oldest first. */
export function linesTo({ slack, channel }: Omit<Place, 'mongoUri'>, user: string, thread: string): string[] {
  return slack
    .ephemerals(channel, user)
    .filter((one) => one.thread_ts === thread)
    .map(textOf);
}

/** What the list of attachments says, as it opens from the card of the project. */
export async function listOf({ slack, channel }: Omit<Place, 'mongoUri'>, user: string): Promise<string> {
  const card = slack.messages(channel).find((one) => one.text.startsWith('Project '))?.ts;
  await slack.click({ user, channel, ts: card, actionId: 'attachments_list' });
  const list = textOf(slack.modal(user));
  await slack.closeModal(user);
  return list;
}

/** The lines of that list about one attachment. */
export const linesAbout = (list: string, title: string): string[] =>
  list.split('\n').filter((line) => line.includes(title) && line.includes(' · '));
