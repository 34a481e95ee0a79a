/** Names of buttons, forms and shortcuts, as Slack sends them back. */
export const ACTION = {
  setUp: 'project_set_up',
  newProject: 'project_new',
  editProject: 'project_edit',
  addMilestone: 'milestone_add',
  editMilestone: 'milestone_edit',
  milestoneMenu: 'milestone_menu',
  attachments: 'attachments_list',
  attach: 'attachment_add',
  undo: 'attachment_undo',
  readAgain: 'attachment_read_again',
  receipt: 'answer_receipt',
  voteUp: 'answer_vote_up',
  voteDown: 'answer_vote_down',
  tryAgain: 'answer_try_again',
  planTask: 'task_plan',
  planChanges: 'task_plan_changes',
  markReady: 'task_ready',
  startTask: 'task_start',
  completeTask: 'task_done',
  toBacklog: 'task_backlog',
  toPlanning: 'task_replan',
  cancelTask: 'task_cancel',
  reopenTask: 'task_reopen',
  leaveTask: 'task_leave',
  taskMenu: 'task_menu',
  /** Leads to an address by itself: there is nothing to do for it. */
  openTask: 'task_open',
  planAgain: 'planning_try_again',
  approve: 'dispatch_approve',
  decline: 'dispatch_decline',
  stop: 'dispatch_stop',
  dispatchReceipt: 'dispatch_receipt',
  dispatchAgain: 'dispatch_again',
  /** Leads to an address by itself, as `openTask` does. */
  openDispatch: 'dispatch_open',
  planProposed: 'proposal_plan',
  declineProposed: 'proposal_decline',
  forget: 'memory_forget',
  forgetEntry: 'memory_forget_entry',
  forgetFact: 'memory_forget_fact',
  memory: 'memory_list',
  resetCoaching: 'coaching_reset',
  keepCoaching: 'coaching_keep',
  coachingMode: 'coaching_mode',
  /** Leads to an address by itself, as `openTask` does. */
  openCoaching: 'coaching_open',
  planPage: 'plan_page',
  planVersion: 'plan_version',
  homeFilter: 'home_filter',
  homePage: 'home_page',
} as const;

/** An action's id where several of its buttons stand in one block; what stands before the colon names the action. */
export const variant = (actionId: string, ...which: string[]): string => [actionId, ...which].join(':');

export const VIEW = {
  project: 'project_form',
  milestone: 'milestone_form',
  adopt: 'adopt_form',
  deleteMilestone: 'milestone_delete_form',
  attachments: 'attachments_form',
  attach: 'attach_form',
  plan: 'plan_form',
  planDocument: 'plan_document',
  memory: 'memory',
} as const;

export const SHORTCUT = {
  makeMilestone: 'make_milestone',
  attachTo: 'attach_to',
  planThis: 'plan_this',
} as const;
