import { type ChatRequest, lastUserText } from '../support/model-provider.ts';

/** The title of the task that a request wants a plan for. */
export function taskAskedFor(request: ChatRequest): string {
  const asked = /Plan this task: (?<title>.*)/u.exec(lastUserText(request))?.groups?.title;
  if (asked === undefined) throw new Error(`No task is asked for in ${JSON.stringify(request)}`);
  return asked;
}
