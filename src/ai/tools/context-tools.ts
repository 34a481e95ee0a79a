import type { Context } from '../../domain/context.ts';
import type { Rank } from '../../domain/context-sources.ts';
import { SPECIALIST_TOOLS, type SpecialistTool } from '../../domain/specialist.ts';
import type { ContextTools, ToolSpec } from '../../ports/model.ts';
import { READ_ATTACHMENT, readAttachment, readSchema } from './read-attachment.ts';
import { SEARCH_ATTACHMENTS, searchAttachments, searchSchema } from './search-attachments.ts';
import { runWith, type Tool } from './tool.ts';

const READ_USAGE =
  'read_attachment takes {"number": <the number of an attachment>} and optionally "from_passage": <1 or more> or "place": "<such as page 3>". Call it again.';
const SEARCH_USAGE = 'search_attachments takes {"query": "<words to look for>"}. Call it again.';

/** The reading tools over `context.sources` and nothing else: the model names numbers, the scope is decided already. */
export function readingTools({ sources }: Context, rank: Rank): Tool[] {
  return [
    {
      spec: READ_ATTACHMENT,
      run(given) {
        const read = readSchema.safeParse(given);
        return read.success ? readAttachment(sources, read.data) : READ_USAGE;
      },
    },
    {
      spec: SEARCH_ATTACHMENTS,
      run(given) {
        const search = searchSchema.safeParse(given);
        return search.success ? searchAttachments(sources, search.data, rank) : SEARCH_USAGE;
      },
    },
  ];
}

/** The reading tools, when the context leaves any passage out; none when the model has everything already. */
export function readingSpecs({ sources }: Context): ToolSpec[] {
  const partial = sources.some((source) => source.shown.length < source.passages.length);
  return partial ? [READ_ATTACHMENT, SEARCH_ATTACHMENTS] : [];
}

/** The reading tools of one context, for a specialist at work: those it declares and no others. */
export function createContextTools(
  context: Context,
  rank: Rank,
  allowed: readonly SpecialistTool[] = SPECIALIST_TOOLS,
): ContextTools {
  const declared = ({ name }: ToolSpec): boolean => allowed.some((one) => one === name);
  const tools = readingTools(context, rank).filter(({ spec }) => declared(spec));
  return {
    specs: readingSpecs(context).filter(declared),
    run: (call) => runWith(tools, call),
  };
}
