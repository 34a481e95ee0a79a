import type { ModalView } from '@slack/types';
import { cut, type Milestone, NAME_LIMIT } from '../../domain/project.ts';
import { VIEW } from '../ids.ts';
import { clip, selectInput, textInput } from './blocks.ts';
import { FIELD, modal, placeChoices } from './forms.ts';

/** Characters that Slack lets a person type into one field. */
const DETAILS_LIMIT = 3_000;
const HINT = 'What should be there in the end, and what the planner has to know.';
const CUT_HINT = 'Only the first 3,000 characters fit here. Add the rest in the planning thread.';

export interface PlanTarget {
  projectId: string;
  /** Filled in, to be changed. */
  title: string;
  details: string;
  milestoneId: string | null;
  milestones: Milestone[];
  /** Where it was asked for, when it was in a thread: told there where the planning goes on. */
  message?: { channelId: string; threadTs: string } | null;
}

/** Makes a task that is to be planned. What does not fit the title stands whole in the details. */
export function planForm({ projectId, milestoneId, milestones, message, ...said }: PlanTarget): ModalView {
  const title = cut(said.title, NAME_LIMIT);
  const details = title === said.title ? said.details : `${said.title}\n\n${said.details}`.trim();
  const place = milestoneId ?? 'project';
  const metadata = { projectId, title, place, message: message ?? null };
  return modal(VIEW.plan, 'Plan a task', 'Plan', metadata, [
    textInput({ blockId: FIELD.title, label: 'Title', initial: title, maxLength: NAME_LIMIT }),
    textInput({
      blockId: FIELD.details,
      label: 'Details',
      initial: clip(details, DETAILS_LIMIT),
      hint: details.length > DETAILS_LIMIT ? CUT_HINT : HINT,
      multiline: true,
      optional: true,
      maxLength: DETAILS_LIMIT,
    }),
    selectInput(FIELD.place, 'Where', placeChoices(milestones, milestoneId), place),
  ]);
}
