import type { Connection } from 'mongoose';
import type { Rank } from '../../../src/domain/context-sources.ts';
import type { Corpus } from './corpus.ts';

/** MongoDB's own text index over the passages of the corpus, to compare with. */
export interface TextIndex {
  /** A ranker for this one question: MongoDB is asked beforehand. */
  rankFor(question: string): Promise<Rank>;
}

export async function createTextIndex(connection: Connection, { documents }: Corpus): Promise<TextIndex> {
  const passages = connection.collection<{ text: string; label: string }>('compared_passages');
  await passages.insertMany(
    documents.flatMap(({ name, passages: cut }) =>
      cut.map(({ text, place }) => ({ text, label: `${name}\n${place.heading ?? ''}` })),
    ),
  );
  await passages.createIndex({ text: 'text', label: 'text' });
  return {
    async rankFor(question) {
      const found = await passages
        .find({ $text: { $search: question } }, { projection: { score: { $meta: 'textScore' }, text: 1 } })
        .toArray();
      const scores = new Map(found.map((one) => [one.text, Number(Reflect.get(one, 'score'))]));
      return (_, candidates) =>
        candidates
          .flatMap(({ id, text }) => {
            const score = scores.get(text);
            return score === undefined ? [] : [{ id, score }];
          })
          .sort((one, other) => other.score - one.score);
    },
  };
}
