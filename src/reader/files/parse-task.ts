import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { partsByHeading } from '../../domain/text-parts.ts';
import { limitBuffers } from './buffers.ts';
import { cleanParts, cleanText, MAX_TEXT_BYTES, type ReadPart } from './clean.ts';
import { type HtmlFacts, type Task, type TaskReply, taskSchema } from './messages.ts';
import { Unreadable } from './unreadable.ts';

/** This file runs in a worker thread. Parsers are loaded when the first file of their kind comes. */
const { bufferMb } = z.object({ bufferMb: z.number() }).parse(workerData);
let refused: () => void = () => undefined;
limitBuffers(bufferMb * 1024 * 1024, () => refused());
// Nobody reads what is printed here: it would only be kept.
for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
// What a parser left behind of an earlier file must not end the reading of this one.
process.on('unhandledRejection', () => undefined);

parentPort?.on('message', async (message: unknown) => {
  parentPort?.postMessage(await answer(taskSchema.parse(message)));
});
parentPort?.postMessage({ outcome: 'ready' });

async function answer(task: Task): Promise<TaskReply> {
  const tooLarge = new Promise<never>((_resolve, reject) => {
    refused = () => reject(new Unreadable('too_large'));
  });
  // The PDF parser takes the bytes away.
  const size = task.bytes.length;
  try {
    // The refusal comes first, whatever the parser makes of it.
    const { parts, page } = await Promise.race([tooLarge, read(task)]);
    return contentOf(parts, page, size, task.url);
  } catch (error) {
    return unread(error);
  }
}

function contentOf(
  parts: readonly ReadPart[],
  page: HtmlFacts | null,
  size: number,
  url: string | null,
): TaskReply {
  if (page?.asksSignIn && url !== null && parts.every(({ text }) => text.trim() === ''))
    return { outcome: 'unread', reason: 'needs_sign_in' };
  const kept = cleanParts(parts);
  return { outcome: 'read', parts: kept, hash: hashOf(kept), size, page };
}

/** Of the parts as one piece of JSON, which is never held whole. */
function hashOf(parts: readonly ReadPart[]): string {
  const hash = createHash('sha256');
  parts.forEach((part, at) => {
    hash.update((at === 0 ? '[' : ',') + JSON.stringify(part));
  });
  return hash.update(']').digest('hex');
}

function unread(error: unknown): TaskReply {
  const reason = error instanceof Unreadable ? error.reason : 'damaged';
  switch (reason) {
    case 'too_large':
    case 'type_not_supported':
    case 'empty':
    case 'scanned':
    case 'encrypted':
      return { outcome: 'unread', reason };
    default:
      return { outcome: 'unread', reason: 'damaged' };
  }
}

async function read(task: Task): Promise<{ parts: ReadPart[]; page: HtmlFacts | null }> {
  const { recognise } = await import('./kind.ts');
  const file = await recognise(task);
  switch (file.kind) {
    case 'pdf':
      return { parts: await (await import('./pdf.ts')).readPdf(task.bytes), page: null };
    case 'docx':
      return { parts: await (await import('./docx.ts')).readDocx(task.bytes), page: null };
    case 'xlsx':
      return { parts: (await import('./xlsx.ts')).readXlsx(task.bytes), page: null };
    case 'pptx':
      return { parts: (await import('./pptx.ts')).readPptx(task.bytes), page: null };
    case 'html':
      return (await import('./html.ts')).readHtml(file.text, task.url);
    default:
      return { parts: await partsOfText(file.kind, file.text), page: null };
  }
}

async function partsOfText(
  kind: 'csv' | 'tsv' | 'json' | 'markdown' | 'code',
  text: string,
): Promise<ReadPart[]> {
  if (Buffer.byteLength(text, 'utf8') > MAX_TEXT_BYTES) throw new Unreadable('too_large');
  switch (kind) {
    case 'csv':
    case 'tsv':
      return (await import('./csv.ts')).partsOfCsv(text, kind);
    case 'json':
      return [await partOfJson(text)];
    case 'markdown':
      return partsByHeading(cleanText(text));
    case 'code':
      return [{ text, place: {} }];
  }
}

/** Laid out unless that makes it too large; what is added by it does not count otherwise. */
async function partOfJson(text: string): Promise<ReadPart> {
  const size = Buffer.byteLength(text, 'utf8');
  const laidOut = (await import('./json.ts')).readableJson(text);
  const more = Buffer.byteLength(laidOut, 'utf8') - size;
  return more > MAX_TEXT_BYTES ? { text, place: {} } : { text: laidOut, place: {}, added: Math.max(0, more) };
}
