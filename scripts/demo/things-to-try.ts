import type { Demo } from './start-demo.ts';
import { BOT, CHANNELS, PEOPLE } from './workspace.ts';

/** What the terminal shows when everything runs. */
export function thingsToTry({ url, model, api }: Demo, seconds: number): string {
  const { ada, cleo } = PEOPLE;
  const { fieldGuide, general } = CHANNELS;
  const answers =
    model === null
      ? 'The offline model answers: it quotes from the documents and needs no key.'
      : `${model} answers.`;
  return `
Ready after ${seconds.toFixed(1)} s. ${answers}

  Open ${url} and choose "${ada.real_name}" at "Act as" in the top right.

  1. Go to #${fieldGuide.name}, click "2 replies" under the card "Outline" and write in the thread
       @${BOT.name} How many words does chapter three have?
     It is answered from chapter-plan.md, which is attached to this milestone.

  2. Write in the same thread
       @${BOT.name} What does printing one copy cost?
     The answer is "not in this milestone". Ask again in the thread of "Printing", which has the quote.

  3. Go to #${general.name}, which is no project yet, and write
       /project
     A form opens that makes it one, with a thread for each milestone.

  4. In #${fieldGuide.name}, write
       /plan Draw the maps
     The task gets a card, and the card's thread is where it is planned: the plan comes there. Answer it in that
     thread, "Begin with the river", and there is a second version. Press "Mark ready" below it.

  5. Click "${BOT.name}" under "Apps": its Home shows what is ready, what is in planning, and how far the projects are.

  6. A bot outside takes what is ready through the API, posts a result and completes it (see docs/api.md). In another
     terminal:
       MILEPOST_URL=${api.url} MILEPOST_API_KEY=${api.key} npm run example-bot -- --once

  Write any link in a thread, such as https://example.com/nest-boxes: it attaches itself to that milestone, and
  the line below has Undo. (This page shows lines that are "only visible to you" to everybody.)
  ${cleo.real_name} is in neither project: act as her and press a button to see what she may not do.

  Ctrl-C stops everything. The next start begins anew.`;
}
