import type { Demo } from './start-demo.ts';
import { BOT, CHANNELS, PEOPLE } from './workspace.ts';

/** What the terminal shows when everything runs. */
export function thingsToTry({ url, site, model, api }: Demo, seconds: number): string {
  const { ada, ben, cleo } = PEOPLE;
  const { fieldGuide, general } = CHANNELS;
  const answers =
    model === null
      ? 'The offline model answers: it quotes from the documents and needs no key.'
      : `${model} answers.`;
  return `
Ready after ${seconds.toFixed(1)} s. ${answers}

  Open ${url} and choose "${ada.real_name}" at "Act as" in the top right.

  1. Go to #${fieldGuide.name}, click "replies" under the card "Outline" and write in the thread
       @${BOT.name} How many words does chapter three have?
     It is answered from chapter-plan.md, which is attached to this milestone.

  2. Write in the same thread
       @${BOT.name} What does printing one copy cost?
     The answer is "not in this milestone". Ask again in the thread of "Printing", which has the quote.

  3. Write in the thread of "Species pages"
       @${BOT.name} How many pairs of kingfishers nested in 2026?
     Only a page that ${ben.real_name} linked there says so: Milepost opened and read it, and the answer names the
     heading. The answer above it cites his PDF by its page. "What was read" lists all that was looked at, and what
     was left out.

  4. Write in the thread of "Outline"
       have a look at ${site}/field-station/nest-boxes
       @${BOT.name} How wide is the entrance of a nest box for kingfishers?
     A link attaches itself to the milestone and is read at once; the line below it has "Undo". Other milestones know
     nothing of it. With the paperclip below the thread you can do the same with a file of yours: a PDF, a Word or
     Excel file, a presentation, a table or any text.

  5. Press "Attachments" on the card of "Printing"
     The list says of each whether it could be read. The printer's portal asks to sign in, so only its address is
     known, and the list says so. Below the list one of them can be removed, moved or read again.

  6. Go to #${general.name}, which is no project yet, and write
       /project
     A form opens that makes it one, with a thread for each milestone.

  7. In #${fieldGuide.name}, write
       /plan Draw the maps
     The task gets a card, and the card's thread is where it is planned: the plan comes there. Answer it in that
     thread, "Begin with the river", and there is a second version. Press "Mark ready" below it.

  8. In the thread of "Printing", write
       @${BOT.name} ask the researcher what printing one copy costs
     A card asks first: press "Approve", or answer "go ahead". The result gets a thread of its own at the end of the
     channel, and this thread a summary.

  9. In any milestone's thread, write
       @${BOT.name} remember that the deadline of the cover is Friday
     It is remembered in that thread alone, and the milestone's card lists it. "Forget" ends that.

 10. Click "${BOT.name}" under "Apps": its Home shows what is ready, what waits for your decision, what is in planning,
     how far the projects are and what is remembered about you.

 11. Then click "${ada.real_name}" under "Direct messages", which is now there: her own conversation with ${BOT.name}. Write
       remember that my best hours are the mornings
       What do you know about me?
       reset
     The conversation is forgotten, and what is remembered about her stays until she presses "Forget" in the Home.

 12. A bot outside takes what is ready through the API, posts a result and completes it (see docs/api.md). In another
     terminal:
       MILEPOST_URL=${api.url} MILEPOST_API_KEY=${api.key} npm run example-bot -- --once

  ${cleo.real_name} is in neither project: act as her and press a button to see what she may not do.

  This page is simpler than Slack. It shows everybody's direct messages, and lines that are "only visible to you", to
  everybody. Links to its own threads lead nowhere. Where Slack asks "Are you sure?", as for "Reset" in the Home, it
  does not ask.

  Ctrl-C stops everything. The next start begins anew.`;
}
