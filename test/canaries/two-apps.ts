import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type Milepost, startMilepost } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/index.ts';
import { type CapturedLog, captureLog } from '../support/log.ts';
import { type ModelProvider, startModelProvider } from '../support/model-provider.ts';
import { dropDatabase, freshDatabaseUri } from '../support/mongo.ts';
import { type FakeWeb, onlyHere, startWeb } from '../support/web.ts';

/** One workspace with its own app, token and model. */
export interface Side {
  slack: FakeSlack;
  provider: ModelProvider;
  milepost: Milepost;
  log: CapturedLog;
  /** What every canary of this workspace begins with. */
  prefix: string;
  mark(name: string): string;
}

/** Two workspaces with the same ids, each with an app of its own, on one database and behind one door. */
export interface TwoApps {
  one: Side;
  two: Side;
  /** The web is one and the same for both. */
  web: FakeWeb;
  channel: string;
  anna: string;
  mongoUri: string;
  /** What the app of the other workspace answered to what was not meant for it. */
  strangers: number[];
  close(): Promise<void>;
}

export async function startTwoApps(): Promise<TwoApps> {
  const mongoUri = freshDatabaseUri('two');
  const home = await startFakeSlack();
  const web = await startWeb();
  const { botUserId, botId } = home;
  const away = home.addTeam({ id: 'T0OTHER', botToken: 'xoxb-other', botUserId, botId, domain: 'other' });
  const anna = 'U0ANNA';
  const channel = 'C0BOOK';
  for (const slack of [home, away]) {
    slack.addUser({ id: anna, name: 'anna', realName: 'Anna Berg' });
    slack.addChannel({ id: channel, name: 'book', members: [anna] });
  }
  const one = await startSide(home, web, mongoUri, 'canaryone');
  const two = await startSide(away, web, mongoUri, 'canarytwo');
  const strangers: number[] = [];
  const door = createServer((req, res) => {
    let answered = false;
    const work = async (): Promise<void> => {
      const body = await readText(req);
      const own = teamOf(body) === away.teamId ? two : one;
      const other = own === one ? two : one;
      const [reply, stranger] = await Promise.all(
        [own, other].map((side) => pass(side.milepost, body, req.headers)),
      );
      strangers.push(stranger?.status ?? 0);
      answered = true;
      res.writeHead(reply?.status ?? 502, { 'content-type': reply?.type ?? '' }).end(reply?.body);
    };
    work().catch((error: unknown) => {
      if (!answered) res.writeHead(502).end(String(error));
    });
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  await home.connect({ requestUrl: `http://127.0.0.1:${port}/slack/events` });
  return {
    one,
    two,
    web,
    channel,
    anna,
    mongoUri,
    strangers,
    async close() {
      await Promise.all([one, two].map((side) => side.milepost.stop()));
      await home.close();
      door.close();
      door.closeAllConnections();
      await Promise.all([web, one.provider, two.provider].map((each) => each.close()));
      await dropDatabase(mongoUri);
    },
  };
}

async function startSide(slack: FakeSlack, web: FakeWeb, mongoUri: string, prefix: string): Promise<Side> {
  const mark = (name: string) => `${prefix}${name}z`;
  const provider = await startModelProvider();
  provider.fallback(`The answer ${mark('answer')}`);
  const log = captureLog();
  const config = readConfig({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    PORT: '0',
    LINK_PRIVATE_HOSTS: web.host,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_API_KEY: 'test',
    OPENAI_MODEL: 'test-model',
  });
  const overrides = { worker: { pollMs: 25 }, lookup: onlyHere };
  const milepost = await startMilepost(config, mongoUri, log, overrides);
  return { slack, provider, milepost, log, prefix, mark };
}

/** The workspace that a request from Slack is about. */
function teamOf(body: string): string {
  if (body.startsWith('{')) return (JSON.parse(body) as { team_id: string }).team_id;
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  if (payload === null) return form.get('team_id') ?? '';
  return (JSON.parse(payload) as { team: { id: string } }).team.id;
}

async function pass({ port }: Milepost, body: string, headers: IncomingHttpHeaders) {
  const names = ['content-type', 'x-slack-signature', 'x-slack-request-timestamp'];
  const reply = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')])),
    body,
  });
  return {
    status: reply.status,
    type: reply.headers.get('content-type') ?? '',
    body: await reply.text(),
  };
}
