export const SPECIALIST_TOOLS = ['read_attachment', 'search_attachments'] as const;
export type SpecialistTool = (typeof SPECIALIST_TOOLS)[number];

/** A declared role that can carry out a task (manifests/specialists). */
export interface Specialist {
  /** Lower-case letters, digits and dashes. */
  key: string;
  name: string;
  /** A sentence that tells the model for which work to propose it. */
  whenToUse: string;
  /** What the model is told when it works as this specialist. */
  instructions: string;
  tools: SpecialistTool[];
}
