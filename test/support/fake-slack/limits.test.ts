import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  actions,
  type Bench,
  button,
  input,
  modal,
  option,
  plain,
  quiet,
  refusal,
  section,
  startBench,
  textInput,
} from './testing.ts';

let bench: Bench;
let slack: Bench['slack'];
let client: Bench['client'];
let channel: string;
beforeEach(async () => {
  bench = await startBench();
  ({ slack, client, channel } = bench);
});
afterEach(() => bench.stop());

const select = (more: object) => ({
  type: 'static_select',
  action_id: 's',
  options: [option('a')],
  ...more,
});
const many = (n: number) => Array.from({ length: n }, (_, i) => i);
const messages: [string, object[], string][] = [
  ['an unknown block', [{ type: 'image' }], 'blocks/0 is not a block that is known'],
  ['an unknown field', [{ ...section('x'), colour: 'red' }], 'unknown field colour'],
  ['an unknown element', actions({ type: 'timepicker' }), 'not an element of an actions block'],
  ['a long section', [section('x'.repeat(3001))], '3001 characters, more than 3000'],
  ['an empty section', [section('')], 'must not be empty'],
  ['a section without text', [{ type: 'section' }], 'needs text or fields'],
  ['a long header', [{ type: 'header', text: plain('x'.repeat(151)) }], 'more than 150'],
  ['mrkdwn in a header', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'is not a text object'],
  ['a long button', actions({ ...button('a', 'v'), text: plain('x'.repeat(76)) }), 'more than 75'],
  ['a long value', actions({ ...button('a', 'x'.repeat(2001)), text: plain('x') }), 'more than 2000'],
  ['a repeated action_id', actions(button('a', '1'), button('a', '2')), 'action_id "a" twice'],
  ['a repeated block_id', many(2).map(() => ({ ...section('x'), block_id: 'b' })), 'block_id "b" twice'],
  ['51 blocks', many(51).map(() => ({ type: 'divider' })), '51 items, more than 50'],
  ['26 buttons', actions(...many(26).map((i) => button(`a${i}`, 'v'))), '26 items, more than 25'],
  [
    'an initial option from nowhere',
    actions(select({ initial_option: option('b') })),
    'not among its options',
  ],
  ['101 options', actions(select({ options: many(101).map((i) => option(`${i}`)) })), 'more than 100'],
  [
    '6 overflow options',
    actions({ type: 'overflow', options: many(6).map((i) => option(`${i}`)) }),
    'more than 5',
  ],
  [
    'a long confirm',
    actions({ ...button('a', 'v'), confirm: { text: plain('x'.repeat(301)) } }),
    'more than 300',
  ],
  ['a broken date', actions({ type: 'datepicker', initial_date: '2026-13-01' }), 'is not a date'],
  ['feedback while it is off', [{ type: 'context_actions', elements: [] }], 'switched off'],
  [
    'a rich text part',
    [{ type: 'rich_text', elements: [{ type: 'rich_text_box' }] }],
    'not a rich text part',
  ],
];

it.each(messages)('a message with %s', async (_what, blocks, problem) => {
  expect(await refusal(client.apiCall('chat.postMessage', { channel, blocks, ...quiet }))).toBe(
    'invalid_blocks',
  );
  expect(slack.violations.join('\n')).toContain(problem);
  expect(slack.messages(channel)).toEqual([]);
});

it('all text of a message together', async () => {
  const blocks = many(5).map(() => section('x'.repeat(2900)));
  const posting = client.apiCall('chat.postMessage', { channel, blocks, ...quiet });
  expect(await refusal(posting)).toBe('msg_blocks_too_long');
});

it('views', async () => {
  const trigger_id = await bench.trigger();
  const views: [object, string][] = [
    [{ ...modal('x'.repeat(25), []) }, 'more than 24'],
    [{ ...modal('x', [input('b', textInput('t'))]), submit: undefined }, 'input blocks and no submit'],
    [{ ...modal('x', []), private_metadata: 'x'.repeat(3001) }, 'more than 3000'],
    [modal('x', [{ type: 'markdown', text: 'x' }]), 'not allowed in a modal'],
    [
      modal(
        'x',
        many(101).map(() => ({ type: 'divider' })),
      ),
      'more than 100',
    ],
    [
      modal('x', [input('b', textInput('t', { initial_value: 'four', max_length: 3 }))]),
      'over its max_length',
    ],
  ];
  for (const [view, problem] of views) {
    expect(await refusal(client.apiCall('views.open', { trigger_id, view }))).toBe('invalid_arguments');
    expect(slack.violations.at(-1)).toContain(problem);
  }
  const huge = modal(
    'x',
    many(90).map(() => section('é'.repeat(2000))),
  );
  expect(await refusal(client.apiCall('views.open', { trigger_id, view: huge }))).toBe('view_too_large');
});
