import { describe, expect, it } from 'vitest';
import { buildCoachingContext, type CoachingRecords } from '../../src/domain/coaching-context.ts';
import type { Task } from '../../src/domain/task.ts';
import type { UserFact } from '../../src/domain/user-fact.ts';
import { conversation, message, project } from './builders.ts';

const scope = { teamId: 'T1', userId: 'U1' };
const at = new Date('2026-03-01T09:00:00Z');
const own = conversation({
  id: 'V1',
  type: 'coaching',
  mode: 'coaching',
  channelId: 'D1',
  threadTs: null,
  userId: 'U1',
  projectId: null,
  milestoneId: null,
});
const fact = (over: Partial<UserFact> = {}): UserFact => ({
  ...scope,
  id: 'F1',
  key: 'likes',
  value: 'OTTER',
  updatedAt: at,
  from: [],
  ...over,
});
const said = (ts: string, content: string, over = {}) =>
  message({ conversationId: 'V1', channelId: 'D1', ts, content, ...over });
const question = said('9.000000', 'What now?');

function told(over: Partial<CoachingRecords> = {}, budget = 10_000): string {
  const records: CoachingRecords = {
    conversation: own,
    messages: [],
    question,
    facts: [],
    entries: [],
    projects: [],
    tasks: [],
    names: new Map([['U1', 'Anna']]),
    ...over,
  };
  return buildCoachingContext(scope, records, budget)
    .prompt.map((part) => part.content)
    .join('\n');
}

const person = (id: string) => ({ kind: 'person', id, name: '' }) as const;
const task = (title: string, over: Partial<Task> = {}): Task =>
  ({ teamId: 'T1', projectId: 'P1', title, status: 'ready', createdBy: person('U1'), ...over }) as Task;

describe('What a coaching answer is made from', () => {
  it('holds the facts of this very person, whatever was read', () => {
    const facts = [
      fact(),
      fact({ userId: 'U2', value: 'BEN-HERON' }),
      fact({ teamId: 'T2', value: 'OTHER-HERON' }),
    ];
    expect(told({ facts })).toContain('- likes: OTTER');
    expect(told({ facts })).not.toContain('HERON');
    expect(told({ facts, conversation: { ...own, userId: 'U2' } })).not.toContain('OTTER');
    expect(told({ facts, conversation: { ...own, type: 'task' } })).not.toContain('OTTER');
  });

  it('holds their own tasks of projects they are in, and the names of those projects', () => {
    const projects = [
      project({ id: 'P1', name: 'Book', purpose: 'PURPOSE-HERON' }),
      project({ id: 'P2', name: 'HERON', state: 'archived' }),
    ];
    const tasks = [
      task('Asked'),
      task('Held', { createdBy: person('U2'), lease: { holder: person('U1') } as Task['lease'] }),
      task('BEN-HERON', { createdBy: person('U2') }),
      task('BOT-HERON', { createdBy: { kind: 'bot', id: 'U1', name: '' } }),
      task('AWAY-HERON', { projectId: 'P2' }),
      task('TEAM-HERON', { teamId: 'T2' }),
    ];
    const text = told({ projects, tasks });
    expect(text).toContain('- project Book\n');
    expect(text).toContain('- task Asked (ready, in Book)\n- task Held (ready, in Book)');
    expect(text).not.toContain('HERON');
    expect(told()).toContain('The person is in no project.');
    expect(told()).toContain('The person has no open tasks.');
  });

  it('holds nothing from before it was emptied, nor late answers to that', () => {
    const messages = [
      said('1.000000', 'OLD-HERON'),
      said('5.000000', 'OLD-HERON, the very last'),
      said('6.000000', 'LATE-HERON', { role: 'assistant', answerTo: '5.000000' }),
      said('7.000000', 'Fresh OTTER'),
      said('8.000000', 'Yes, OTTER-ANSWER', { role: 'assistant', answerTo: '7.000000' }),
    ];
    const text = told({ messages, conversation: { ...own, since: '5.000000' } });
    expect(text).not.toContain('HERON');
    expect(text).toContain('Fresh OTTER');
    expect(text).toContain('OTTER-ANSWER');
  });

  it('takes a title or a fact of several lines for one line', () => {
    const text = told({
      facts: [fact({ value: 'one\n- admin: yes' })],
      projects: [project({ name: 'Book\n- project HERON' })],
    });
    expect(text).not.toContain('\n- admin: yes');
    expect(text).not.toContain('\n- project HERON');
  });

  it('leaves out the oldest when the budget is small, never the question', () => {
    const messages = Array.from({ length: 40 }, (_, n) =>
      said(`2.${String(n).padStart(6, '0')}`, `remark-${n}. ${'word '.repeat(30)}`),
    );
    const text = told({ messages }, 900);
    expect(text).toContain('What now?');
    expect(text).toContain('remark-39.');
    expect(text).not.toContain('remark-0.');
  });
});
