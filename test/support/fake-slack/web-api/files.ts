import { stringOf } from '../json.ts';
import { type Method, SlackError } from './method.ts';

export const fileMethods: Record<string, Method> = {
  'files.info': {
    args: { file: 'string', count: 'number', page: 'number', cursor: 'string', limit: 'number' },
    required: ['file'],
    run({ team, args }) {
      const file = team.files.get(stringOf(args.file));
      if (!file) throw new SlackError('file_not_found');
      return { file: { ...file.object, file_access: 'visible' }, comments: [] };
    },
  },
};
