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

  it('takes text in parts, and what a whole message holds', () => {
    const parts = [{ type: 'thinking', thinking: 'Hm.' }, { type: 'text', text: 'Hel' }, 'lo'];
    expect(read(delta({ content: parts }), done).reply().text).toBe('Hello');
    const message = { role: 'assistant', content: 'Hello' };
    expect(read({ choices: [{ message }] }, done).reply().text).toBe('Hello');
    expect(read({ choices: [{ message }] }).finished()).toBe(false);
    const whole = createStreamReader();
    whole.take({ choices: [{ message }] }, true);
    expect(whole.finished()).toBe(true);
  });

  it('sees thinking that comes as an object', () => {
    const reader = createStreamReader();
    expect(reader.take(delta({ reasoning: { content: 'Hm.' } }))).toBe(true);
    expect(reader.take(delta({ reasoning: {}, content: [] }))).toBe(false);
  });

  it.each(['eos', 'eos_token', 'end_turn', 'STOP', 'function_call'])('takes %s for the end', (reason) => {
    expect(read(delta({ content: 'Hello' }), delta({}, reason)).reply().text).toBe('Hello');
  });

  it.each(['max_tokens', 'model_length'])('takes %s for a limit of length', (reason) => {
    expect(read(delta({ content: 'Hello' }), delta({}, reason)).reply().text).toContain('was cut here');
  });

  it.each(['error', 'abort', 'insufficient_system_resource'])('takes %s for a failure', (reason) => {
    expect(() => read(delta({ content: 'Hello' }), delta({}, reason)).reply()).toThrow(ModelUnavailable);
  });

  it('takes calls of the older kind, and arguments that are an object', () => {
    const { calls } = read(
      delta({ function_call: { name: 'one', arguments: '{"x":' } }),
      delta({ function_call: { arguments: '1}' } }),
      delta({}, 'function_call'),
    ).reply();
    expect(calls).toEqual([{ id: 'call_1', name: 'one', arguments: '{"x":1}' }]);
    const whole = read(call({ id: 'a', function: { name: 'one', arguments: { x: 1 } } }), done).reply();
    expect(whole.calls).toEqual([{ id: 'a', name: 'one', arguments: '{"x":1}' }]);
  });

  it('keeps calls apart that have neither index nor id, or all the same of them', () => {
    const one = { function: { name: 'one', arguments: '{}' } };
    const named = (...chunks: unknown[]) =>
      read(...chunks, done)
        .reply()
        .calls.map(({ id, name, arguments: json }) => `${id} ${name}${json}`);
    expect(
      named(call(one), call({ function: { name: 'one' } }), call({ function: { arguments: '[]' } })),
    ).toEqual(['call_1 one{}', 'call_2 one[]']);
    expect(named(delta({ tool_calls: [one, one] }))).toEqual(['call_1 one{}', 'call_2 one{}']);
    expect(named(call({ index: 0, ...one }), call({ index: 0, ...one }))).toEqual([
      'call_1 one{}',
      'call_2 one{}',
    ]);
    const piece = (json: string) => call({ index: 0, id: 'a', function: { name: 'one', arguments: json } });
    expect(named(piece('{"x"'), piece(':1}'), piece(''))).toEqual(['a one{"x":1}']);
  });

  it.each([1, 3, 1_000])('leaves out the thinking in front of an answer, in pieces of %i', (size) => {
    const textOf = (text: string) => {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
      return read(...pieces.map((content) => delta({ content })), done).reply().text;
    };
    expect(textOf('\n<think>Hm. <b> </thin </think>\n\nHello <think>')).toBe('Hello <think>');
    expect(textOf('<thinking>Hm.</thinking>Hello')).toBe('Hello');
    expect(textOf('<thin ice> </think>')).toBe('<thin ice> </think>');
    expect(() => textOf('<think>Hm.')).toThrow('empty answer');
  });

  it('cuts an answer that is longer than anybody reads and says so, whatever was thought before', () => {
    const reader = read(delta({ content: `<think>${'Hm. '.repeat(20_000)}` }));
    reader.take(delta({ content: `</think>${'🙂'.repeat(15_000)}` }));
    expect(reader.full()).toBe(false);
    reader.take(delta({ content: `x${'🙂'.repeat(15_000)}` }));
    expect(reader.full()).toBe(true);
    const { text } = reader.reply();
    expect(text.length).toBeLessThan(40_100);
    expect(text).toMatch(/🙂\n\n_.*cut.*length.*_$/u);
  });

  it.each([[null], ['text'], [{ choices: 'none' }], [{ choices: [{ delta: { content: 5 } }] }]])(
    'refuses %j, which is no chunk',
    (chunk) => {
      expect(() => read(chunk)).toThrow(ModelUnavailable);
    },
  );
});

describe('what a stream is apart from its text', () => {
  it('is cut when it stops at a limit of length, the provider says so or ours', () => {
    expect(read(delta({ content: 'A' }, 'length')).cut()).toBe(true);
    expect(read(delta({ content: 'A' }, 'stop')).cut()).toBe(false);
    const reader = createStreamReader(3);
    reader.take(delta({ content: 'ABC' }));
    expect(reader.full()).toBe(false);
    reader.take(delta({ content: 'D' }));
    expect([reader.full(), reader.cut(), reader.finished()]).toEqual([true, true, true]);
  });

  it('is declined when the model wrote why it will not answer, and nothing else', () => {
    expect(read(delta({ refusal: 'I cannot help with that.' }), done).declined()).toBe(true);
    expect(read(delta({ content: 'A', refusal: 'I cannot.' }), done).declined()).toBe(false);
  });
});
