import { z } from 'zod';
import type { WantedDispatch } from '../../domain/answer-effects.ts';
import { ACTION_LIMIT, ACTIONS_LIMIT, SUMMARY_LIMIT, TASK_LIMIT } from '../../domain/dispatch.ts';
import type { Specialist } from '../../domain/specialist.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { line, refusal, type Tool, text } from './tool.ts';

export const PROPOSE_SPECIALIST = 'propose_specialist';

/** What one answer proposes: nothing, or one specialist. */
export interface Proposal {
  dispatch: WantedDispatch | null;
}

const flag = z.union([z.boolean(), z.enum(['true', 'false'])], 'give true or false.');

const fields = {
  task: text(TASK_LIMIT),
  summary: line(SUMMARY_LIMIT),
  actions: z
    .array(line(ACTION_LIMIT), `give a list of 1 to ${ACTIONS_LIMIT} lines.`)
    .min(1, `give a list of 1 to ${ACTIONS_LIMIT} lines.`)
    .max(ACTIONS_LIMIT, `give a list of 1 to ${ACTIONS_LIMIT} lines.`),
  destructive: flag.transform((value) => value === true || value === 'true'),
};

/** The tool that proposes one of these specialists, once an answer. It starts nothing: only a person approves. */
export function proposeSpecialist(specialists: Specialist[], proposal: Proposal): Tool {
  const keys = specialists.map((one) => one.key);
  const schema = z.object({
    specialist: z.enum(keys, `there is no such specialist. There are: ${keys.join(', ')}.`),
    ...fields,
  });
  return {
    spec: specFor(specialists),
    run(given) {
      const wanted = schema.safeParse(given);
      if (!wanted.success) return refusal(PROPOSE_SPECIALIST, wanted.error);
      if (proposal.dispatch !== null) {
        return `Nothing was done. The ${proposal.dispatch.specialist} is proposed with this answer already, and an answer proposes one specialist. Tell the person what else could be proposed afterwards.`;
      }
      proposal.dispatch = wanted.data;
      return JSON.stringify({ proposed: wanted.data, state: WAITING });
    },
  };
}

const WAITING =
  'It waits for a person to approve or decline it. Nothing is done yet. Say so in one or two sentences, and do not do the work yourself.';

function specFor(specialists: Specialist[]): ToolSpec {
  const list = specialists.map(({ key, name, whenToUse }) => `- ${key} (${name}): ${whenToUse}`);
  const string = (limit: number, description: string) => ({ type: 'string', maxLength: limit, description });
  return {
    name: PROPOSE_SPECIALIST,
    description: [
      'Proposes that a specialist does a piece of work. A person has to approve it before anything happens. One proposal an answer. The specialists:',
      ...list,
    ].join('\n'),
    parameters: {
      type: 'object',
      properties: {
        specialist: { type: 'string', enum: specialists.map((one) => one.key) },
        task: string(
          TASK_LIMIT,
          'The whole work in words that are understood without the conversation, in its language.',
        ),
        summary: string(SUMMARY_LIMIT, 'One sentence for the person who decides.'),
        actions: {
          type: 'array',
          items: string(ACTION_LIMIT, 'One thing it is going to do, in a few words.'),
          minItems: 1,
          maxItems: ACTIONS_LIMIT,
        },
        destructive: {
          type: 'boolean',
          description: 'True when the work would remove, overwrite or send something.',
        },
      },
      required: ['specialist', 'task', 'summary', 'actions', 'destructive'],
      additionalProperties: false,
    },
  };
}
