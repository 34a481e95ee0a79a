import { z } from 'zod';
import type { WantedTask } from '../../domain/answer-effects.ts';
import { NAME_LIMIT } from '../../domain/project.ts';
import { DESCRIPTION_LIMIT } from '../../domain/task.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { line, refusal, type Tool } from './tool.ts';

export const PROPOSE_TASK = 'propose_task';

/** What one answer proposes: nothing, or one task. */
export interface TaskWish {
  task: WantedTask | null;
}

const DETAILS = `give a text of at most ${DESCRIPTION_LIMIT.toLocaleString('en-US')} characters.`;

const schema = z.object({
  title: line(NAME_LIMIT),
  details: z
    .string(DETAILS)
    .trim()
    .refine((value) => Array.from(value).length <= DESCRIPTION_LIMIT, `it is too long: ${DETAILS}`),
});

const WAITING =
  'It waits for a person to press "Plan this". No task is made yet. Say so in one sentence, and do not plan it yourself.';

/** The tool that proposes one task, once an answer. It makes none: only a person does. */
export function proposeTask(wish: TaskWish): Tool {
  return {
    spec: SPEC,
    run(given) {
      const wanted = schema.safeParse(given);
      if (!wanted.success) return refusal(PROPOSE_TASK, wanted.error);
      if (wish.task !== null) {
        return `Nothing was done. The task "${wish.task.title}" is proposed with this answer already, and an answer proposes one task. Tell the person what else could be planned afterwards.`;
      }
      wish.task = wanted.data;
      return JSON.stringify({ proposed: wanted.data.title, state: WAITING });
    },
  };
}

const SPEC: ToolSpec = {
  name: PROPOSE_TASK,
  description:
    'Proposes a task: work to be done later that is planned first. A person has to want it before a task is made. One proposal an answer.',
  parameters: {
    type: 'object',
    properties: {
      title: {
        type: 'string',
        maxLength: NAME_LIMIT,
        description: 'What is to be done, in a few words, in the language of the conversation.',
      },
      details: {
        type: 'string',
        maxLength: DESCRIPTION_LIMIT,
        description:
          'What the plan has to take up, in words that are understood without the conversation; empty when the title says it all.',
      },
    },
    required: ['title', 'details'],
    additionalProperties: false,
  },
};
