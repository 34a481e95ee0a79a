import { describe, expect, it } from 'vitest';
import { createStreamReader } from '../../src/ai/openai-stream.ts';
import { ModelUnavailable } from '../../src/ports/model.ts';

const read = (...chunks: unknown[]) => {
  const reader = createStreamReader();
  for (const chunk of chunks) reader.take(chunk);
  return reader;
};
const delta = (part: object, finish_reason: string | null = null) => ({
  choices: [{ delta: part, finish_reason }],
});
const call = (part: object) => delta({ tool_calls: [part] });
const done = delta({}, 'stop');

describe('putting a stream together', () => {
  it('takes what compatible endpoints leave out: choices, deltas, indexes, ids', () => {
    const reply = read(
      { choices: [] },
      { choices: null, usage: { prompt_tokens: 7 } },
      { choices: [{ delta: null }] },
      delta({ content: 'Hello' }),
      call({ function: { name: 'read_attachment', arguments: '{}' } }),
      done,
    ).reply();
    const calls = [{ id: 'call_1', name: 'read_attachment', arguments: '{}' }];
    expect(reply).toEqual({ text: 'Hello', calls, promptTokens: 7 });
  });

  it('keeps calls apart that all have the index 0', () => {
    const { calls } = read(
      call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":' } }),
      call({ index: 0, function: { arguments: '1}' } }),
      call({ index: 0, id: 'b', function: { name: 'two', arguments: '{}' } }),
      done,
    ).reply();
    expect(calls.map((one) => `${one.name}${one.arguments}`)).toEqual(['one{"x":1}', 'two{}']);
  });

  it('sees progress in text, thinking and tool calls, and none in empty chunks', () => {
    const reader = createStreamReader();
    expect(reader.take(delta({ role: 'assistant', content: '' }))).toBe(false);
    expect(reader.take(delta({ reasoning_content: 'Hm.' }))).toBe(true);
    expect(reader.take(delta({ content: 'A' }))).toBe(true);
    expect(reader.take(call({ index: 0, id: 'a', function: { name: 'x' } }))).toBe(true);
    expect(reader.take({ choices: [] })).toBe(false);
    expect(reader.finished()).toBe(false);
  });

  it("shows a model's own refusal as its answer", () => {
    expect(read(delta({ refusal: 'I cannot do that.' }), done).reply().text).toBe('I cannot do that.');
  });

  it('does not take an empty finish reason for the end', () => {
    expect(read(delta({ content: 'x' }, '')).finished()).toBe(false);
  });

  it('drops a tool call that ran into the limit of length', () => {
    const reply = read(
      delta({ content: 'Let me look.' }),
      call({ id: 'a', function: { name: 'x' } }),
      delta({}, 'length'),
    );
    expect(reply.reply().calls).toEqual([]);
  });

  it.each([[null], ['text'], [{ choices: 'none' }], [{ choices: [{ delta: { content: 5 } }] }]])(
    'refuses %j, which is no chunk',
    (chunk) => {
      expect(() => read(chunk)).toThrow(ModelUnavailable);
    },
  );
});
