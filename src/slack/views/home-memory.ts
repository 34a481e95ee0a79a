import type { KnownBlock } from '@slack/types';
import type { HomeContent } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { section } from './blocks.ts';
import { listHeading, pageButtons } from './home-pages.ts';
import { forgettable, memoryLine, momentValue } from './memory.ts';

/** What is remembered about the person, each with Forget. */
export function memoryBlocks({ facts }: HomeContent): KnownBlock[] {
  return [
    listHeading(':brain:', 'What I remember about you', facts),
    ...(facts.total === 0
      ? [section('Nothing yet. Tell me in a direct message what to remember about you.')]
      : []),
    ...facts.items.map((fact) =>
      forgettable(memoryLine(fact.key, fact.value), ACTION.forgetFact, momentValue(fact)),
    ),
    ...pageButtons('facts', facts),
  ];
}
