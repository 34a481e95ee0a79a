import type { Entries } from './archive.ts';
import { all, rootOf } from './office-xml.ts';

/**
 * What a file inside an office file refers to inside it, by the names it uses: the last word of its type, and its
 * path. Addresses elsewhere, and those that lead nowhere, are left out.
 */
export function relations(entries: Entries, path: string): Map<string, { type: string; path: string }> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const root = rootOf(entries, `${folder}/_rels/${path.slice(folder.length + 1)}.rels`);
  const base = `file:///${folder}/`;
  return new Map(
    (root === null ? [] : all(root, 'Relationship')).flatMap((relation) => {
      const target = relation.getAttribute('Target') ?? '';
      if (relation.getAttribute('TargetMode') === 'External' || !URL.canParse(target, base)) return [];
      const id = relation.getAttribute('Id') ?? '';
      const type = relation.getAttribute('Type')?.split('/').at(-1) ?? '';
      return [[id, { type, path: pathOf(new URL(target, base), entries) }] as const];
    }),
  );
}

/** Names inside the archive may be written with or without the signs that addresses need. */
function pathOf({ pathname }: URL, entries: Entries): string {
  const path = pathname.slice(1);
  if (entries[path] !== undefined) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
