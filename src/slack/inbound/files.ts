import { z } from 'zod';
import type { SlackFile } from '../../domain/attachment.ts';

/** Whatever else is wrong with a file, its id is enough to ask Slack about it: it is never dropped. */
const fileText = z.string().nullish().catch(null);
const file = z.object({
  id: z.string().min(1),
  name: fileText,
  title: fileText,
  size: z.coerce.number().int().nonnegative().nullish().catch(null),
  url_private_download: fileText,
  url_private: fileText,
  permalink: z
    .string()
    .regex(/^https?:\/\/\S+$/iu)
    .nullish()
    .catch(null),
  mode: fileText,
  file_access: fileText,
});

/**
 * A file as Slack describes it, or null when there is none any more. Of files from other workspaces an event holds the
 * id alone.
 */
export function toSharedFile(raw: unknown): SlackFile | null {
  const parsed = file.safeParse(raw);
  if (!parsed.success || isGone(parsed.data)) return null;
  const { id, name, title, size, permalink, url_private_download: download, url_private: view } = parsed.data;
  return {
    id,
    name: name ?? title ?? id,
    size: size ?? 0,
    url: download ?? view ?? '',
    permalink: permalink ?? '',
  };
}

/** The files a message has, without deleted ones, which Slack goes on naming. */
export function filesIn(files: unknown[] | null | undefined): SlackFile[] {
  return (files ?? []).flatMap((raw) => toSharedFile(raw) ?? []);
}

function isGone({ mode, file_access: access }: z.infer<typeof file>): boolean {
  return mode === 'tombstone' || access === 'file_not_found';
}
