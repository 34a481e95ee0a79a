import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import { createAnswerTools } from '../../src/ai/tools/answer-tools.ts';
import { NO_EFFECTS } from '../../src/domain/answer-effects.ts';
import { NAME_LIMIT } from '../../src/domain/project.ts';
import { DESCRIPTION_LIMIT } from '../../src/domain/task.ts';
import type { AnswerTools, ToolOffer } from '../../src/ports/model.ts';
import { contextOf } from './context-builder.ts';

const question = { channelId: 'C1', ts: '2.000000' };

function toolsFor(offer: Partial<ToolOffer> = {}): AnswerTools {
  const given: ToolOffer = { specialists: [], memory: 'none', tasks: true, question, ...offer };
  return createAnswerTools(contextOf({ question: 'What now?' }), given, rank);
}

const propose = (tools: AnswerTools, given: unknown): string =>
  tools.run({
    ...{ id: 'c1', name: 'propose_task' },
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  });
const wanted = (over: object = {}): object => ({ title: 'Map the weir', details: 'One page.', ...over });

describe('proposing a task', () => {
  it('is offered where the place allows it, and nowhere else', () => {
    expect(toolsFor().specs.map(({ name }) => name)).toEqual(['propose_task']);
    for (const tools of [toolsFor({ tasks: false }), createWithout()]) {
      expect(tools.specs).toEqual([]);
      expect(propose(tools, wanted())).toContain('There is no tool');
      expect(tools.effects()).toEqual(NO_EFFECTS);
    }
  });

  const createWithout = (): AnswerTools =>
    createAnswerTools(
      contextOf({ question: 'What now?' }),
      { specialists: [], memory: 'none', question },
      rank,
    );

  it('collects what is wanted, and tells the model that a person decides', () => {
    const tools = toolsFor();
    const answer = propose(
      tools,
      wanted({ title: ' Map\nthe  weir ', details: ' One page.\nNo more. ', due: 1 }),
    );
    expect(JSON.parse(answer)).toEqual({
      proposed: 'Map the weir',
      state: expect.stringContaining('No task is made yet.'),
    });
    const task = { title: 'Map the weir', details: 'One page.\nNo more.' };
    expect(tools.effects()).toEqual({ ...NO_EFFECTS, task });
  });

  it('may do without details', () => {
    const tools = toolsFor();
    propose(tools, wanted({ details: '' }));
    expect(tools.effects().task).toEqual({ title: 'Map the weir', details: '' });
  });

  it('happens once an answer: a second one is refused, and the first stands', () => {
    const tools = toolsFor();
    propose(tools, wanted());
    const answer = propose(tools, wanted({ title: 'Count the owls' }));
    expect(answer).toContain(
      'Nothing was done. The task "Map the weir" is proposed with this answer already',
    );
    expect(tools.effects().task).toMatchObject({ title: 'Map the weir' });
  });

  it('takes titles and details as long as a task can have them, counted in characters', () => {
    const tools = toolsFor();
    const long = { title: '🦜'.repeat(NAME_LIMIT), details: '🦜'.repeat(DESCRIPTION_LIMIT) };
    propose(tools, long);
    expect(tools.effects().task).toEqual(long);
  });

  it.each([
    [{ title: undefined }, 'title: give a text of 1 to 120 characters.'],
    [{ title: '  ' }, 'title: give a text of 1 to 120 characters.'],
    [{ title: 'x'.repeat(121) }, 'title: it is too long: give a text of 1 to 120 characters.'],
    [{ details: undefined }, 'details: give a text of at most 10,000 characters.'],
    [{ details: ['One page.'] }, 'details: give a text of at most 10,000 characters.'],
    [{ details: 'x'.repeat(10_001) }, 'details: it is too long: give a text of at most 10,000 characters.'],
  ])('with %j says what is wrong, and nothing is proposed', (over, sentence) => {
    const tools = toolsFor();
    const answer = propose(tools, wanted(over));
    expect(answer).toContain('Nothing was done.');
    expect(answer).toContain(sentence);
    expect(answer).toContain('Call propose_task again.');
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });

  it.each(['[]', 'null', '"title"', '7', ''])('with %j for arguments says what it takes', (json) => {
    const tools = toolsFor();
    expect(propose(tools, json)).toMatch(/^Nothing was done\./u);
    expect(tools.effects()).toEqual(NO_EFFECTS);
  });
});
