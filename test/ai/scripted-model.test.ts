import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpenAiModel } from '../../src/ai/openai-model.ts';
import { rank } from '../../src/ai/ranker.ts';
import { createAnswerTools } from '../../src/ai/tools/answer-tools.ts';
import type { AnswerTools, ToolRound } from '../../src/ports/model.ts';
import {
  call,
  type ModelProvider,
  offeredTools,
  startModelProvider,
  toolResults,
} from '../support/model-provider.ts';
import { contextOf } from './context-builder.ts';

let provider: ModelProvider;
beforeAll(async () => {
  provider = await startModelProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.reset());

const writer = { key: 'writer', name: 'Writer', whenToUse: 'To write.', instructions: 'Write.', tools: [] };
const proposal = {
  specialist: 'writer',
  task: 'Write it.',
  summary: 'A text.',
  actions: ['Write'],
  destructive: false,
};

/** Asks until the model answers, as the application does, at most so many rounds of calls. */
async function answer(question: string, limit = 4): Promise<{ text: string; tools: AnswerTools }> {
  const context = contextOf({ question });
  const offer = {
    specialists: [writer],
    memory: 'thread' as const,
    question: { channelId: 'C1', ts: '2.000000' },
  };
  const tools = createAnswerTools(context, offer, rank);
  const model = createOpenAiModel({ apiKey: 'k', baseUrl: provider.baseUrl, model: 'm' });
  const rounds: ToolRound[] = [];
  for (;;) {
    const specs = rounds.length < limit ? tools.specs : [];
    const reply = await model.answer({ context, tools: specs, rounds, signal: new AbortController().signal });
    if (reply.calls.length === 0) return { text: reply.text, tools };
    const results = reply.calls.map((one) => ({ id: one.id, content: tools.run(one) }));
    rounds.push({ text: reply.text, calls: reply.calls, results });
  }
}

describe('a scripted answer', () => {
  it('calls the tools round by round, sees what they said, and then answers', async () => {
    provider.script(
      'Compare the offers',
      [
        [
          call('remember', { key: 'a', type: 'project', value: 1 }),
          call('remember', { key: 'b', type: 'project', value: 2 }),
        ],
        [call('propose_specialist', proposal)],
      ],
      (request) => `Done after ${toolResults(request).length} calls.`,
    );

    const { text, tools } = await answer('Compare the offers, please.');

    expect(text).toBe('Done after 3 calls.');
    expect(tools.effects()).toMatchObject({ entries: [{ key: 'a' }, { key: 'b' }], dispatch: proposal });
    const [first, second, third] = provider.requests();
    expect(provider.requests()).toHaveLength(3);
    expect(first && offeredTools(first)).toEqual(['remember', 'propose_specialist']);
    expect(second && toolResults(second).map((one) => one.name)).toEqual(['remember', 'remember']);
    expect(third && toolResults(third)[2]).toMatchObject({
      name: 'propose_specialist',
      arguments: JSON.stringify(proposal),
      result: expect.stringContaining('"proposed"'),
    });
  });

  it('starts at its first round when it is asked for anew', async () => {
    provider.script(/offers/u, [[call('remember', { key: 'a', type: 'project', value: 1 })]], 'Noted.');
    for (let time = 0; time < 2; time += 1) {
      const { text, tools } = await answer('Which offers?');
      expect(text).toBe('Noted.');
      expect(tools.effects().entries).toHaveLength(1);
    }
  });

  it('comes at once when no tools are offered, and applies to no other question', async () => {
    provider.script('offers', [[call('remember', {})]], 'At once.');
    expect((await answer('Which offers?', 0)).text).toBe('At once.');
    expect((await answer('How long is it?')).text).toContain('Answer to:');
  });
});
