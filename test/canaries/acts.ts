import { deleteConversation, store } from './api-acts.ts';
import { attachByHand, changePlace } from './attachment-acts.ts';
import { confide, forget, regret, reset } from './coaching-acts.ts';
import { decide } from './dispatch-acts.ts';
import { comeOrGo, openHome } from './home-acts.ts';
import { attachMessage, edit, removeFile, takeBack, talk, undo, upload } from './message-acts.ts';
import type { Act } from './picks.ts';
import {
  addMilestone,
  adopt,
  archive,
  editProject,
  removeMilestone,
  rename,
  reorder,
} from './project-acts.ts';
import type { Measure } from './questions.ts';
import { askTomorrow, changePage, retry, whilePending } from './reading-acts.ts';
import { planByCommand, planByMention, planThis, press } from './task-acts.ts';

/** What people do between two questions, each as often as it is listed. */
export const actsFor = (measure: Measure): readonly Act[] => [
  ...Array.from({ length: 6 }, () => talk),
  ...Array.from({ length: 3 }, () => upload),
  ...Array.from({ length: 4 }, () => edit),
  ...Array.from({ length: 3 }, () => takeBack),
  ...Array.from({ length: 3 }, () => attachByHand),
  ...Array.from({ length: 2 }, () => attachMessage),
  ...Array.from({ length: 4 }, () => changePlace),
  ...Array.from({ length: 2 }, () => undo),
  ...Array.from({ length: 2 }, () => rename),
  ...Array.from({ length: 2 }, () => adopt),
  ...Array.from({ length: 2 }, () => removeMilestone),
  ...Array.from({ length: 2 }, () => planByCommand),
  ...Array.from({ length: 2 }, () => planByMention),
  ...Array.from({ length: 4 }, () => press),
  ...Array.from({ length: 2 }, () => openHome),
  ...Array.from({ length: 2 }, () => removeFile),
  ...Array.from({ length: 3 }, () => changePage),
  ...Array.from({ length: 3 }, () => retry),
  ...Array.from({ length: 3 }, () => askTomorrow(measure)),
  ...Array.from({ length: 2 }, () => whilePending),
  addMilestone,
  editProject,
  reorder,
  archive,
  planThis,
  ...Array.from({ length: 4 }, () => confide(measure)),
  ...Array.from({ length: 4 }, () => decide(measure)),
  ...Array.from({ length: 2 }, () => store),
  ...Array.from({ length: 2 }, () => forget),
  reset,
  regret,
  deleteConversation,
  comeOrGo,
];
