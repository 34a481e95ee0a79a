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
  receipt: 'answer_receipt',
  voteUp: 'answer_vote_up',
  voteDown: 'answer_vote_down',
  tryAgain: 'answer_try_again',
} as const;

export const VIEW = {
  project: 'project_form',
  milestone: 'milestone_form',
  adopt: 'adopt_form',
  deleteMilestone: 'milestone_delete_form',
  attachments: 'attachments_form',
  attach: 'attach_form',
} as const;

export const SHORTCUT = {
  makeMilestone: 'make_milestone',
  attachTo: 'attach_to',
} as const;
