/** Every way a request can be refused, by a code that stays the same in Slack, logs and the HTTP API. */
export type ErrorCode =
  | 'already_reset'
  | 'answer_not_found'
  | 'attachment_limit'
  | 'attachment_not_found'
  | 'attachment_not_readable_again'
  | 'bot_not_in_channel'
  | 'checklist_too_long'
  | 'claimed_by_another'
  | 'context_entry_too_large'
  | 'conversation_not_found'
  | 'conversation_private'
  | 'dispatch_decided'
  | 'dispatch_expired'
  | 'dispatch_not_found'
  | 'document_empty'
  | 'document_too_large'
  | 'fact_limit'
  | 'guest_not_allowed'
  | 'invalid_transition'
  | 'link_not_attachable'
  | 'link_too_long'
  | 'memory_not_found'
  | 'message_empty'
  | 'message_not_found'
  | 'message_too_long'
  | 'metadata_invalid'
  | 'milestone_not_found'
  | 'milestone_not_in_project'
  | 'not_a_channel'
  | 'not_a_member'
  | 'not_claimed'
  | 'not_running'
  | 'plan_missing'
  | 'plan_not_found'
  | 'plan_too_long'
  | 'project_archived'
  | 'project_exists'
  | 'project_not_found'
  | 'proposal_decided'
  | 'proposal_not_found'
  | 'specialist_not_found'
  | 'stale_plan'
  | 'task_not_found'
  | 'thread_is_milestone'
  | 'title_missing'
  | 'too_many_milestones';

/** A refusal a person can act on: `message` is a whole sentence that says what to do. */
export class DomainError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
  }
}
