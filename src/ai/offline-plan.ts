import type { Context } from '../domain/context.ts';
import type { Rank } from '../domain/context-sources.ts';
import { cut } from '../domain/project.ts';
import type { PlanDraft, PlanRequest } from '../ports/model.ts';
import { type Finding, findingsOn, saidIn } from './offline-find.ts';
import { type Step, stepsFor } from './offline-steps.ts';
import { counted, line, plain, quote } from './offline-text.ts';

/** The first line of every draft. */
const DRAFT =
  '_This is a draft of the offline model: it puts together what stands in the attachments. A language model or a person has to make it a plan._';
const REMARKS = 10;
const REMARK_LENGTH = 300;

/** What people said about the plan, oldest first. */
interface Feedback {
  /** What of it is quoted, each with the name of who said it. */
  quotes: string[];
  /** The same without the names. */
  words: string[];
}

/**
 * A plan and a checklist made of nothing but the task, what people said in its planning conversation and the passages
 * in scope that are about it. The same request gives the same draft.
 */
export function draftPlan(task: PlanRequest['task'], context: Context, rank: Rank): PlanDraft {
  const findings = findingsOn(task, context, rank);
  const feedback = feedbackIn(context);
  const steps = stepsFor(task, feedback.words, findings);
  const sections = [
    DRAFT,
    `# ${plain(task.title)}`,
    ...goalText(task),
    findings.length === 0 ? unknownText(context) : knownText(findings),
    ...(feedback.quotes.length === 0
      ? []
      : [`## Feedback so far\n\n${feedback.quotes.map(quote).join('\n\n')}`]),
    `## Steps\n\n${steps.map((step, at) => `${at + 1}. ${plain(step.text)}${citation(step)}`).join('\n')}`,
  ];
  return { plan: sections.join('\n\n'), checklist: steps.map((step) => `${step.text}${citation(step)}`) };
}

const citation = ({ n }: Step): string => (n === null ? '' : ` [${n}]`);

function goalText({ description }: PlanRequest['task']): string[] {
  return description.trim() === '' ? [] : [`## Goal\n\n${quote(description.trim())}`];
}

function knownText(findings: Finding[]): string {
  const quotes = findings.map(({ source, place, heading, excerpt }) => {
    const part = heading === null || place.includes('“') ? '' : `, “${plain(heading)}”`;
    return `${line(source, place)}${part}:\n${quote(excerpt)}`;
  });
  return ['## What is known', ...quotes].join('\n\n');
}

function unknownText({ section, sources }: Context): string {
  const place = section === null ? 'this project' : 'this milestone';
  const sentence =
    sources.length === 0
      ? `Nothing is attached to ${place} yet, so this draft holds only what the task itself says.`
      : `Nothing that is attached to ${place} speaks of this task (${counted(sources)}).`;
  return `## Not known\n\n${sentence}`;
}

/** Every message of a person begins with a name and a colon. */
const SPOKEN = /^(.{1,120}?): ([\s\S]*)$/u;

function feedbackIn(context: Context): Feedback {
  const { summary: older, said: messages } = saidIn(context);
  const said = messages
    .filter((part) => part.role === 'user')
    .map(({ content }) => ({ content, words: SPOKEN.exec(content)?.[2]?.trim() ?? null }));
  const remarks = said.filter(({ words }) => words !== null && words !== '').slice(-REMARKS);
  return {
    quotes: [
      ...older.map(({ content }) => content),
      ...remarks.map(({ content }) => cut(content, REMARK_LENGTH)),
    ],
    words: remarks.map(({ words }) => words ?? ''),
  };
}
