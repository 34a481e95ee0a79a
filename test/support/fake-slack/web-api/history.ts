import { stringOf } from '../json.ts';
import { type Message, wireMessage } from '../state.ts';
import { type Ask, joinedChannel, type Method, page, SlackError } from './method.ts';

const reading = {
  channel: 'string',
  cursor: 'string',
  limit: 'number',
  oldest: 'string',
  latest: 'string',
  inclusive: 'boolean',
  include_all_metadata: 'boolean',
} as const;

function inRange({ args }: Ask, ts: string): boolean {
  const at = Number(ts);
  const oldest = args.oldest === undefined ? Number.NEGATIVE_INFINITY : Number(args.oldest);
  const latest = args.latest === undefined ? Number.POSITIVE_INFINITY : Number(args.latest);
  if (args.inclusive === true && (at === oldest || at === latest)) return true;
  return at > oldest && at < latest;
}

export const historyMethods: Record<string, Method> = {
  'conversations.history': {
    args: reading,
    required: ['channel'],
    run(ask) {
      const channel = joinedChannel(ask);
      const isTopLevel = (m: Message) => m.thread_ts === undefined || m.thread_ts === m.ts;
      const found = [...channel.messages.values()].filter(
        (m) => isTopLevel(m) || m.subtype === 'thread_broadcast',
      );
      const newestFirst = found.filter((m) => inRange(ask, m.ts)).reverse();
      const { items, hasMore, nextCursor } = page(newestFirst, ask, 100, 999);
      return {
        messages: items.map((m) => wireMessage(channel, m, ask.args.include_all_metadata === true)),
        has_more: hasMore,
        pin_count: 0,
        ...(hasMore ? { response_metadata: { next_cursor: nextCursor } } : {}),
      };
    },
  },
  'conversations.replies': {
    args: { ...reading, ts: 'string' },
    required: ['channel', 'ts'],
    run(ask) {
      const channel = joinedChannel(ask);
      const root = channel.messages.get(stringOf(ask.args.ts));
      if (!root) throw new SlackError('thread_not_found');
      const thread = [...channel.messages.values()].filter(
        (m) => m !== root && m.thread_ts === root.ts && inRange(ask, m.ts),
      );
      // Whatever the range, Slack puts the root first; a cursor's pages carry on after it.
      const { items, hasMore, nextCursor } = page([root, ...thread], ask, 1000, 1000);
      return {
        messages: items.map((m) => wireMessage(channel, m, ask.args.include_all_metadata === true)),
        has_more: hasMore,
        ...(hasMore ? { response_metadata: { next_cursor: nextCursor } } : {}),
      };
    },
  },
};
