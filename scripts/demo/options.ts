import { parseArgs } from 'node:util';

export const HELP = `Starts Milepost with everything it needs: a local Slack with a page for your browser, a MongoDB, and two
projects to try it on. No Slack account, no key and no database of your own are needed.

  npm run demo
  npm run demo -- --slack-port 4000

Options
  --slack-port <number>   where the page is served (3900 when left out)
  --help                  shows this text

Set OPENAI_API_KEY, or OPENAI_BASE_URL and OPENAI_MODEL, to have a model answer; without them the offline model
quotes from the documents. Everything begins anew at every start. Ctrl-C stops it.`;

const DEFAULT_PORT = 3900;
const PORT = 'Give --slack-port a whole number from 1 to 65535, such as: npm run demo -- --slack-port 4000';

export type Options = { do: 'run'; slackPort: number } | { do: 'help' } | { do: 'refuse'; why: string };

/** What a person typed behind `npm run demo --`. */
export function readOptions(args: string[]): Options {
  const { tokens } = parseArgs({
    args,
    options: { 'slack-port': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  let slackPort = DEFAULT_PORT;
  for (const token of tokens) {
    if (token.kind === 'option' && token.name === 'help') return { do: 'help' };
    if (token.kind === 'option' && token.name === 'slack-port') {
      const port = /^\d{1,5}$/u.test(token.value ?? '') ? Number(token.value) : 0;
      if (port < 1 || port > 65_535) return { do: 'refuse', why: PORT };
      slackPort = port;
    } else if (token.kind !== 'option-terminator') {
      const typed = token.kind === 'option' ? token.rawName : token.value;
      return {
        do: 'refuse',
        why: `The demo does not know "${typed}". It takes --slack-port <number> and --help.`,
      };
    }
  }
  return { do: 'run', slackPort };
}
