import { z } from 'zod';
import { FIELD } from '../views/forms.ts';
import { blockOf } from '../views/plan-checklist.ts';
import { orNull, slackTs } from './fields.ts';

const input = z
  .object({
    value: orNull,
    selected_option: z.object({ value: orNull }).nullish(),
    selected_date: orNull,
    selected_options: z.array(z.object({ value: z.string() })).nullish(),
  })
  .nullish();

const submitted = z.object({
  private_metadata: z.string(),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), input)) }),
});

/** The fields of a form by block id (action and block share their name), null where nothing was entered. */
function fieldsOf(values: z.infer<typeof submitted>['state']['values']): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, elements]) => {
      const [first] = Object.values(elements);
      return [blockId, first?.value ?? first?.selected_option?.value ?? first?.selected_date ?? null];
    }),
  );
}

function parse<M extends z.ZodType, F extends z.ZodType>(
  view: unknown,
  metadata: M,
  fields: F,
): z.infer<M> & z.infer<F> {
  const { private_metadata: raw, state } = submitted.parse(view);
  return Object.assign({}, metadata.parse(JSON.parse(raw)), fields.parse(fieldsOf(state.values)));
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const required = z.string().nullish();
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/u)
  .nullish()
  .transform((value) => value ?? null);
const mode = z
  .enum(['auto', 'coaching', 'task'])
  .nullish()
  .transform((value) => value ?? null);

/** A required field that a client left out because it was not touched keeps what it was filled with. */
const kept = (value: string | null | undefined, before: string): string => value ?? before;

export function projectSubmission(view: unknown) {
  const form = parse(
    view,
    z
      .object({ channelId: orNull, projectId: orNull, name: z.string() })
      .transform(({ name, ...rest }) => ({ ...rest, before: name })),
    z.object({
      [FIELD.channel]: orNull,
      [FIELD.name]: required,
      [FIELD.purpose]: text,
      [FIELD.milestones]: text,
      [FIELD.attachments]: text,
    }),
  );
  return { ...form, name: kept(form.name, form.before), channelId: form.channelId ?? form.channel };
}

const milestoneFields = z.object({
  [FIELD.title]: required,
  [FIELD.description]: text,
  [FIELD.due]: date,
  [FIELD.mode]: mode,
});

const milestoneMetadata = z.object({ title: z.string(), projectId: z.string() });

export function milestoneSubmission(view: unknown) {
  const metadata = milestoneMetadata.extend({ milestoneId: orNull });
  const { projectId, milestoneId } = metadata.parse(metadataOf(view));
  return { projectId, milestoneId, form: milestoneFormOf(view, metadata) };
}

export function adoptSubmission(view: unknown) {
  const metadata = milestoneMetadata.extend({ threadTs: slackTs });
  const { projectId, threadTs } = metadata.parse(metadataOf(view));
  return { projectId, threadTs, form: milestoneFormOf(view, metadata) };
}

function milestoneFormOf(view: unknown, metadata: typeof milestoneMetadata) {
  const { title: before } = metadata.parse(metadataOf(view));
  const { title, description, due, mode: chosen } = parse(view, z.object({}), milestoneFields);
  return { title: kept(title, before), description, dueOn: due, mode: chosen };
}

function metadataOf(view: unknown): unknown {
  return JSON.parse(submitted.parse(view).private_metadata);
}

export function deleteSubmission(view: unknown): { milestoneId: string } {
  return parse(view, z.object({ milestoneId: z.string() }), z.object({}));
}

export function attachSubmission(view: unknown) {
  const form = parse(
    view,
    z
      .object({
        projectId: z.string(),
        place: z.string(),
        message: z.object({ channelId: z.string(), ts: slackTs }).nullish(),
        files: z.array(z.string()).nullish(),
      })
      .transform(({ place, ...rest }) => ({ ...rest, before: place })),
    z.object({ [FIELD.place]: required, [FIELD.content]: text, [FIELD.title]: text }),
  );
  return {
    ...form,
    message: form.message ?? null,
    fileIds: form.files ?? [],
    milestoneId: placeOf(kept(form.place, form.before)),
  };
}

/** What to do with one attachment of the list, or null when nothing was chosen. */
export function attachmentsSubmission(view: unknown) {
  const { projectId, attachment, act } = parse(
    view,
    z.object({ projectId: z.string() }),
    z.object({ [FIELD.attachment]: orNull, [FIELD.act]: orNull }),
  );
  return { projectId, attachmentId: attachment, act: actOf(act ?? '') };
}

type Act = 'remove' | 'read-again' | { moveTo: string | null };

function actOf(value: string): Act | null {
  if (value === 'remove' || value === 'read-again') return value;
  const move = /^move:(.+)$/u.exec(value)?.[1];
  return move === undefined ? null : { moveTo: placeOf(move) };
}

const placeOf = (value: string): string | null => (value === 'project' ? null : value);

/** A task to be planned, and the thread where it was asked for. Details that come back empty were cleared. */
export function planSubmission(view: unknown) {
  const { title, place, before, details, projectId, message } = parse(
    view,
    z
      .object({
        projectId: z.string(),
        title: z.string(),
        place: z.string(),
        message: z.object({ channelId: z.string(), threadTs: slackTs }).nullish(),
      })
      .transform(({ title, place, ...rest }) => ({ ...rest, before: { title, place } })),
    z.object({ [FIELD.title]: required, [FIELD.details]: text, [FIELD.place]: required }),
  );
  const { id: viewId } = z.object({ id: z.string() }).parse(view);
  return {
    /** Of this window alone: the same form sent twice has the same. */
    viewId,
    projectId,
    title: kept(title, before.title),
    details,
    milestoneId: placeOf(kept(place, before.place)),
    message: message ?? null,
  };
}

const planMetadata = z.object({
  taskId: z.string(),
  version: z.number().int().min(0),
  shown: z.array(z.number().int().min(0)),
});

export interface PlanTicks {
  taskId: string;
  /** The version whose checklist was shown, 0 for a checklist without a plan. */
  version: number;
  /** Indexes of the items that are ticked now, of those in `shown`. */
  ticked: number[];
  /** Indexes of the items that could be ticked; boxes that a client left out say nothing and are not among them. */
  shown: number[];
}

/** The mark of the checklist that was shown (see `checklistMark`). */
export function checklistShown(view: unknown): string {
  return z.object({ items: z.string() }).parse(metadataOf(view)).items;
}

export function planDocumentSubmission(view: unknown): PlanTicks {
  const { state } = submitted.parse(view);
  const { taskId, version, shown } = planMetadata.parse(metadataOf(view));
  const chosen = (index: number) =>
    Object.values(state.values[blockOf(version, index)] ?? {})[0]?.selected_options ?? null;
  const answered = shown.filter((index) => chosen(index) !== null);
  const ticked = answered.filter((index) => chosen(index)?.some(({ value }) => value === String(index)));
  return { taskId, version, ticked, shown: answered };
}
