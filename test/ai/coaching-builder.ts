import { buildCoachingContext } from '../../src/domain/coaching-context.ts';
import type { Context } from '../../src/domain/context.ts';
import type { MessageRole } from '../../src/domain/conversation.ts';
import { conversation, message, project } from '../domain/builders.ts';

export interface Talk {
  question: string;
  /** Facts by key. */
  facts?: Record<string, unknown>;
  projects?: string[];
  earlier?: { role?: MessageRole; text: string }[];
}

const scope = { teamId: 'T1', userId: 'U1' };

/** The context of one question by Anna in her own conversation, made by the real function. */
export function coachingContextOf({ question, facts = {}, projects = [], earlier = [] }: Talk): Context {
  const own = { conversationId: 'V1', channelId: 'D1' };
  return buildCoachingContext(
    scope,
    {
      conversation: conversation({
        type: 'coaching',
        mode: 'coaching',
        channelId: 'D1',
        threadTs: null,
        userId: 'U1',
        projectId: null,
        milestoneId: null,
      }),
      messages: earlier.map(({ role = 'user', text }, at) =>
        message({ ...own, id: `X${at}`, ts: `2.${String(at).padStart(6, '0')}`, role, content: text }),
      ),
      question: message({ ...own, id: 'Q', ts: '9.000000', content: question }),
      facts: Object.entries(facts).map(([key, value]) => ({
        ...scope,
        id: `F-${key}`,
        key,
        value,
        updatedAt: new Date('2026-03-01T09:00:00Z'),
        from: [],
      })),
      entries: [],
      projects: projects.map((name, at) => project({ id: `P${at}`, name })),
      tasks: [],
      names: new Map([['U1', 'Anna']]),
    },
    10_000,
  );
}
