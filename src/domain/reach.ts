import type { Context } from './context.ts';
import { type ContextSource, unreadNote } from './context-sources.ts';
import { plural } from './receipt.ts';
import { isPrivate } from './scope.ts';

const LISTED = 20;

const COACHING =
  'Write me what is on your mind. I know what you told me to remember, your own tasks and the names of your projects. I read no files here: share them in the thread of a milestone. Write *reset* to have me forget this conversation.';

/** True when a mention asks nothing: besides the bot's own name there is no word in it. */
export function asksNothing(question: string): boolean {
  return /^[\s\p{P}]*$/u.test(question.replaceAll('@Milepost', ''));
}

/** What such a mention is answered with, as Markdown: what can be read here and how to go on. No model is asked. */
export function reachText({ sources, section, scope }: Context): string {
  if (isPrivate(scope)) return COACHING;
  const place = section === null ? 'this project' : `**${plain(section)}**`;
  if (sources.length === 0) {
    const how =
      section === null
        ? 'press *Attach to project* on the project card'
        : 'share a link or a file in this thread, or press *Attach here* on its card';
    return `Ask me something. Nothing is attached to ${place} yet: ${how}. I also read what is said in this thread.`;
  }
  const lines = sources.slice(0, LISTED).map(line);
  if (sources.length > LISTED) lines.push(`- and ${sources.length - LISTED} more`);
  return [
    `Ask me something about ${place}. I can read ${plural(sources.length, 'attachment')} and what was said in this thread:`,
    lines.join('\n'),
  ].join('\n\n');
}

function line(source: ContextSource): string {
  const { title, url } = source;
  const note = unreadNote(source);
  const name = url === null ? plain(title) : `[${plain(title)}](<${url}>)`;
  return `- ${name}${note === null ? '' : ` (${note})`}`;
}

/** Text as Markdown that shows it as it is. */
const plain = (text: string): string => text.replace(/[\\`*_~[\]<>]/gu, '\\$&');
