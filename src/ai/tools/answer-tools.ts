import type { Context } from '../../domain/context.ts';
import type { Rank } from '../../domain/context-sources.ts';
import type { AnswerTools, ToolOffer } from '../../ports/model.ts';
import { readingSpecs, readingTools } from './context-tools.ts';
import { type Proposal, proposeSpecialist } from './propose-specialist.ts';
import { proposeTask, type TaskWish } from './propose-task.ts';
import { createMemory, remember, rememberAboutPerson } from './remember.ts';
import { runWith, type Tool } from './tool.ts';

/**
 * The tools of one answer: reading within its context, and what the place it is given in offers besides. Nothing is
 * carried out here; what the model asked for is collected. No tool approves anything.
 */
export function createAnswerTools(context: Context, offer: ToolOffer, rank: Rank): AnswerTools {
  const memory = createMemory();
  const proposal: Proposal = { dispatch: null };
  const wish: TaskWish = { task: null };
  const acting: Tool[] = [
    ...(offer.memory === 'none' ? [] : [remember(context, offer.question, memory)]),
    ...(offer.memory === 'private' ? [rememberAboutPerson(context, offer.question, memory)] : []),
    ...(offer.specialists.length === 0 ? [] : [proposeSpecialist(offer.specialists, proposal)]),
    ...(offer.tasks === true ? [proposeTask(wish)] : []),
  ];
  const tools = [...readingTools(context, rank), ...acting];
  return {
    specs: [...readingSpecs(context), ...acting.map((tool) => tool.spec)],
    run: (call) => runWith(tools, call),
    effects: () =>
      structuredClone({
        entries: [...memory.wanted.values()],
        refused: [...memory.refused.values()],
        dispatch: proposal.dispatch,
        task: wish.task,
      }),
  };
}
