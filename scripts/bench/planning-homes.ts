import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PAGES, type HomeStore } from '../../src/ports/homes.ts';
import { type Line, timed } from './figures.ts';
import { send } from './load.ts';
import { TASK_TITLE } from './planning-rows.ts';
import { projectsOf, type Seeded, VIEWERS } from './planning-seed.ts';
import { BOT, type SlackStub, TEAM } from './slack-stub.ts';

const OPENINGS = 200;
const WARM_UP = 10;
/** Between two openings, so that the job of the one before has ended. */
const BREATH_MS = 50;
const PATIENCE_MS = 10_000;

/** The last page of each list is the one that MongoDB passes over most for. */
const LAST_PAGES = { ready: 10_000, planning: 10_000, projects: 10_000, waiting: 0, facts: 0 };
const OPENERS = [
  { userId: 'U0ALL', projects: VIEWERS.everywhere, pages: FIRST_PAGES, what: 'first pages' },
  { userId: 'U0SOME', projects: VIEWERS.somewhere, pages: FIRST_PAGES, what: 'first pages' },
  { userId: 'U0DEEP', projects: VIEWERS.everywhere, pages: LAST_PAGES, what: 'last pages' },
];

/** Puts those who open their Home into their channels, and on their pages. */
export async function placeOpeners(homes: HomeStore, seeded: Seeded, slack: SlackStub): Promise<void> {
  for (const { userId, projects, pages } of OPENERS) {
    slack.channels.set(
      userId,
      projectsOf(seeded, projects).map(({ channelId }) => channelId),
    );
    await homes.choose(TEAM, userId, { projectId: null, pages });
  }
}

/** From the event being sent to the view arriving at Slack. */
export async function measureHomes(port: number, slack: SlackStub): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { userId, projects, what } of OPENERS) {
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + OPENINGS; n += 1) {
      const took = await openHome(port, slack, userId, n);
      if (n >= WARM_UP) times.push(took);
      await pause(BREATH_MS);
    }
    lines.push(timed(`Home of someone in ${projects} projects, ${what}`, times, 1_000));
  }
  return lines;
}

async function openHome(port: number, slack: SlackStub, userId: string, n: number): Promise<number> {
  const shown = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('A Home was opened and not published.')), PATIENCE_MS);
    slack.onHome = (who, view) => {
      if (who !== userId) return;
      clearTimeout(late);
      resolve(view);
    };
  });
  const event = { type: 'app_home_opened', user: userId, channel: 'D0BENCH', tab: 'home' };
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A0BENCH',
    event_id: `EvHome${userId}${n}`,
    authorizations: [{ team_id: TEAM, enterprise_id: null, user_id: BOT, is_bot: true }],
    event: { ...event, event_ts: `${Math.floor(Date.now() / 1_000)}.000000` },
  });
  const started = performance.now();
  const status = await send(port, body);
  if (status !== 200) throw new Error(`The opening of a Home was answered with ${status}.`);
  const view = await shown;
  const took = performance.now() - started;
  if (!view.includes(TASK_TITLE)) throw new Error('A Home without tasks was published.');
  return took;
}
