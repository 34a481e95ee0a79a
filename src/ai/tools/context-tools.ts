import type { Context } from '../../domain/context.ts';
import type { Rank } from '../../domain/context-sources.ts';
import type { ToolCall, ToolSpec } from '../../ports/model.ts';
import { READ_ATTACHMENT, readAttachment, readSchema } from './read-attachment.ts';
import { SEARCH_ATTACHMENTS, searchAttachments, searchSchema } from './search-attachments.ts';

/** The tools of one answer and what carries their calls out. */
export interface ContextTools {
  specs: ToolSpec[];
  /**
   * Answers a call with text for the model. Never throws: what is wrong with a call is said in the answer.
   */
  run(call: ToolCall): string;
}

/** The reading tools, when the context leaves any passage out; none when the model has everything already. */
export function toolsFor(context: Context): ToolSpec[] {
  const partial = context.sources.some((source) => source.shown.length < source.passages.length);
  return partial ? [READ_ATTACHMENT, SEARCH_ATTACHMENTS] : [];
}

/**
 * The reading tools over `context.sources` and nothing else: the model names numbers, the scope is already
 * decided.
 */
export function createContextTools(context: Context, rank: Rank): ContextTools {
  return {
    specs: toolsFor(context),
    run(call) {
      const given = parseArguments(call.arguments);
      if (given === undefined)
        return `The arguments of ${call.name} were not valid JSON. Call it again with a JSON object.`;
      if (call.name === READ_ATTACHMENT.name) {
        const read = readSchema.safeParse(given);
        return read.success ? readAttachment(context.sources, read.data) : READ_USAGE;
      }
      if (call.name === SEARCH_ATTACHMENTS.name) {
        const search = searchSchema.safeParse(given);
        return search.success ? searchAttachments(context.sources, search.data, rank) : SEARCH_USAGE;
      }
      return 'There is no tool of that name. The tools are read_attachment and search_attachments.';
    },
  };
}

const READ_USAGE =
  'read_attachment takes {"number": <the number of an attachment>} and optionally "from_passage": <1 or more>. Call it again.';
const SEARCH_USAGE = 'search_attachments takes {"query": "<words to look for>"}. Call it again.';

function parseArguments(json: string): unknown {
  if (json.trim() === '') return {};
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
