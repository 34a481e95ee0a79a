import type { ModalView } from '@slack/types';

/** One form: the field its refusals stand at by default, what it does, and what the window shows next if it stays. */
export interface Form {
  firstField: string | null;
  submit: (userId: string, view: unknown) => Promise<unknown>;
  next?: (userId: string, view: unknown) => Promise<ModalView>;
}
