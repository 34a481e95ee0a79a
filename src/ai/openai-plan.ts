import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { cut } from '../domain/project.ts';
import type { PromptMessage } from '../domain/prompt.ts';
import { CHECKLIST_ITEM_LIMIT, CHECKLIST_LIMIT, PLAN_LIMIT } from '../domain/task.ts';
import { ModelRefused, ModelUnavailable, type PlanDraft } from '../ports/model.ts';
import type { ReplyForm } from './openai-request.ts';
import type { StreamReader } from './openai-stream.ts';

/** Characters of a reply with a plan, also when its JSON writes every letter as an escape. */
export const PLAN_REPLY_LIMIT = 1_500_000;
/** How much of a reply that did not fit is shown to the model again. */
const REPEATED = 40_000;
const COMPLAINTS = 5;

const fitsPlan = (text: string): boolean =>
  text.length <= PLAN_LIMIT || Array.from(text).length <= PLAN_LIMIT;
const planSchema = z.object({
  plan: z
    .string()
    .refine((text) => text.trim() !== '', 'it is empty')
    .refine(fitsPlan, `it is longer than ${PLAN_LIMIT.toLocaleString('en-US')} characters`)
    .describe('The whole plan as Markdown'),
  checklist: z.array(z.string()).describe('The steps of the plan, one line each'),
});

/** What a reply with a plan looks like, as a schema and in words. */
export const PLAN_FORM: ReplyForm = {
  format: zodResponseFormat(planSchema, 'plan'),
  inWords:
    'Answer with one JSON object and nothing else, without any text before or after it: ' +
    '{"plan": "the whole plan as Markdown", "checklist": ["the first step", "the next step"]}',
};

/**
 * A plan from a model: a reply that holds none is asked for once more, with what was wrong with it. A reply that was
 * cut is never a plan.
 * @param ask sends the request for the plan, with these messages after the conversation.
 * @throws ModelUnavailable when both replies hold no plan or one was cut, ModelRefused when the model declines.
 */
export async function askForPlan(
  ask: (repair: PromptMessage[]) => Promise<StreamReader>,
): Promise<PlanDraft> {
  const reply = wholeText(await ask([]));
  const first = toPlan(reply);
  if (first.draft !== null) return first.draft;
  const complaint = `This cannot be used as a plan. ${first.complaint} ${PLAN_FORM.inWords}`;
  const second = toPlan(wholeText(await ask(repairOf(reply, complaint))));
  if (second.draft === null) throw new ModelUnavailable('The model gave no usable plan.');
  return second.draft;
}

function wholeText(reader: StreamReader): string {
  const { text } = reader.reply();
  if (reader.cut()) {
    throw new ModelUnavailable('The model reached its limit of length before its plan was finished.');
  }
  if (reader.declined()) throw new ModelRefused('The model declined to write this plan: rephrase the task.');
  return text;
}

/** Some endpoints refuse messages without text. */
function repairOf(reply: string, complaint: string): PromptMessage[] {
  const said: PromptMessage[] =
    reply.trim() === '' ? [] : [{ role: 'assistant', content: cut(reply, REPEATED) }];
  return [...said, { role: 'user', content: complaint }];
}

function toPlan(reply: string): { draft: PlanDraft } | { draft: null; complaint: string } {
  let json: unknown;
  try {
    json = JSON.parse(withoutFence(reply));
  } catch {
    return { draft: null, complaint: 'It is not valid JSON.' };
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) return { draft: null, complaint: complaintOf(parsed.error) };
  const items = parsed.data.checklist.map((item) => wellFormed(item).replace(/\s+/gu, ' ').trim());
  const checklist = items
    .filter((item) => item !== '')
    .slice(0, CHECKLIST_LIMIT)
    .map((item) => cut(item, CHECKLIST_ITEM_LIMIT));
  return { draft: { plan: wellFormed(parsed.data.plan), checklist } };
}

/** The text inside of one code fence around all of it, or the text itself. */
function withoutFence(reply: string): string {
  const text = reply.trim();
  const fence = /^(`{3,}|~{3,})[\w-]*/u.exec(text);
  const [opening = '', sign = ''] = fence ?? [];
  return fence !== null && text.endsWith(sign) ? text.slice(opening.length, -sign.length) : text;
}

function complaintOf(error: z.ZodError): string {
  return error.issues
    .slice(0, COMPLAINTS)
    .map(({ path, message }) => {
      const what = path.length === 0 ? 'The reply' : `"${path.join('.')}"`;
      return `${what}: ${message.replace(/^Invalid input: /u, '')}.`;
    })
    .join(' ');
}

/** JSON can hold halves of characters, which no store keeps as they are. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
