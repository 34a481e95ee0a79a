import { stringOf } from '../json.ts';
import { joinedChannel, type Method, SlackError } from './method.ts';

export const assistantMethods: Record<string, Method> = {
  'assistant.threads.setStatus': {
    args: { channel_id: 'string', thread_ts: 'string', status: 'string', loading_messages: 'json' },
    required: ['channel_id', 'thread_ts'],
    feature: 'status',
    run(ask) {
      const channel = joinedChannel({ ...ask, args: { channel: ask.args.channel_id } });
      const threadTs = stringOf(ask.args.thread_ts);
      if (!channel.messages.has(threadTs)) throw new SlackError('invalid_thread_ts');
      ask.team.statuses.set(`${channel.id}:${threadTs}`, stringOf(ask.args.status));
      return {};
    },
  },
};
