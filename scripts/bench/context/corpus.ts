import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type CutPassage, toPassages } from '../../../src/domain/passages.ts';
import { createParser } from '../../../src/reader/files/parse.ts';

const FOLDER = fileURLToPath(new URL('../corpus', import.meta.url));
const QUESTIONS = 'questions.json';
/** The folder of what belongs to the whole project. */
const SHARED = 'shared';

const Questions = z.array(z.strictObject({ question: z.string(), document: z.string(), answer: z.string() }));

/** A question that one passage of one document answers. */
export interface CorpusQuestion {
  section: string;
  question: string;
  document: string;
  /** Stands word for word in the passage that answers it. */
  answer: string;
}

/** A document as the reader leaves it. */
export interface CorpusDocument {
  /** Its milestone, or null for the whole project. */
  section: string | null;
  name: string;
  bytes: Uint8Array;
  hash: string;
  passages: CutPassage[];
}

export interface Corpus {
  sections: string[];
  documents: CorpusDocument[];
  questions: CorpusQuestion[];
}

/** Reads the shipped corpus as attachments are read: the same parser, the same passages. */
export async function readCorpus(): Promise<Corpus> {
  const parser = createParser();
  const corpus: Corpus = { sections: [], documents: [], questions: [] };
  for (const folder of (await readdir(FOLDER)).sort()) {
    const section = folder === SHARED ? null : folder;
    if (section !== null) corpus.sections.push(section);
    for (const name of (await readdir(join(FOLDER, folder))).sort()) {
      const bytes = await readFile(join(FOLDER, folder, name));
      if (name === QUESTIONS) {
        const questions = Questions.parse(JSON.parse(bytes.toString('utf8')));
        corpus.questions.push(...questions.map((one) => ({ section: folder, ...one })));
        continue;
      }
      const task = { bytes, name, mediaType: null, url: null };
      const parsed = await parser.parse(task, AbortSignal.timeout(60_000));
      if (parsed.outcome !== 'read')
        throw new Error(`${folder}/${name} could not be read: ${parsed.reason}.`);
      corpus.documents.push({ section, name, bytes, hash: parsed.hash, passages: toPassages(parsed.parts) });
    }
  }
  await parser.close();
  return corpus;
}
