import { Types } from 'mongoose';
import { rank } from '../../../src/ai/ranker.ts';
import { isShared } from '../../../src/domain/conversation.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Slack } from '../../../src/ports/slack.ts';
import { type ConnectedStores, connectStores } from '../../../src/store/connect.ts';
import { contextOf, type GatherDeps, gatherProject } from '../../../src/use-cases/gather-records.ts';
import type { ProjectPlace } from '../../../src/use-cases/place-of.ts';
import { type Line, table } from '../figures.ts';
import { percentile } from '../load.ts';
import { projectRow } from '../planning-rows.ts';
import type { Corpus } from './corpus.ts';
import { questionOf, TEAM } from './records.ts';

const IN_SCOPE = 200;
const PROJECTS = 1_000;
/** Of each of the other projects. */
const ELSEWHERE = { attachments: 20, passages: 4 };
const ROUNDS = 300;
const BUDGET = 8_000;
const AIM = { ms: 15, ratio: 1.3 };

/** A database with the project whose contexts are timed. */
interface Stage {
  opened: ConnectedStores;
  deps: GatherDeps;
  place: ProjectPlace;
  passages: number;
}

/** How long gathering and assembling a context takes, alone in the database and among a thousand projects. */
export async function reportTime(mongoUri: string, corpus: Corpus, log: Log): Promise<void> {
  const alone = await setStage(`${mongoUri}bench_context_alone`, corpus, log);
  const among = await setStage(`${mongoUri}bench_context_among`, corpus, log);
  await addProjects(among, corpus);
  console.log(
    `\nTime: ${IN_SCOPE} attachments with ${alone.passages} passages in scope, ${ROUNDS} questions by turns on both databases`,
  );
  const times = { alone: [] as number[], among: [] as number[] };
  const cold = await coldTimes(`${mongoUri}bench_context_among`, among, corpus, log);
  for (let round = -20; round < ROUNDS; round += 1) {
    const question = corpus.questions[(round + 20) % corpus.questions.length]?.question ?? '';
    const first = await timeOf(alone, question);
    const second = await timeOf(among, question);
    // The first rounds warm the process up.
    if (round < 0) continue;
    times.alone.push(first);
    times.among.push(second);
  }
  const ratio = percentile(times.among, 0.5) / percentile(times.alone, 0.5);
  const aim = (met: boolean, text: string): string => `${met ? 'met' : 'MISSED'}: ${text}`;
  const p50 = percentile(times.alone, 0.5);
  const lines: Line[] = [
    line('alone in the database', times.alone, aim(p50 < AIM.ms, `p50 under ${AIM.ms} ms`)),
    line(
      `among ${PROJECTS} projects`,
      times.among,
      aim(ratio <= AIM.ratio, `${ratio.toFixed(2)} times, at most ${AIM.ratio}`),
    ),
    line(`among ${PROJECTS} projects, first context of a process`, cold, ''),
  ];
  table('Assembling a context', ['p50', 'p99', 'of', 'aim'], lines);
  await Promise.all([alone.opened.close(), among.opened.close()]);
}

const line = (name: string, times: number[], aim: string): Line => ({
  name,
  cells: [
    `${percentile(times, 0.5).toFixed(1)} ms`,
    `${percentile(times, 0.99).toFixed(1)} ms`,
    String(times.length),
    aim,
  ],
});

async function timeOf({ deps, place }: Pick<Stage, 'deps' | 'place'>, content: string): Promise<number> {
  const question = { ...questionOf(content), conversationId: place.conversation.id };
  const started = performance.now();
  const context = contextOf(await gatherProject(deps, question, place), BUDGET, rank);
  const took = performance.now() - started;
  if (context.sources.length !== IN_SCOPE) throw new Error(`${context.sources.length} attachments in scope.`);
  return took;
}

/** Each with stores of its own, which hold nothing yet. */
async function coldTimes(uri: string, { place }: Stage, { questions }: Corpus, log: Log): Promise<number[]> {
  const times: number[] = [];
  for (const { question } of questions.slice(0, 10)) {
    const opened = await connectStores(uri, log);
    times.push(await timeOf({ deps: depsOf(opened), place }, question));
    await opened.close();
  }
  return times;
}

const NOBODY = 'No question of the benchmark needs Slack.';

function depsOf({ stores }: ConnectedStores): GatherDeps {
  const slack = new Proxy({} as Slack, {
    get() {
      throw new Error(NOBODY);
    },
  });
  return {
    ...stores,
    slack,
    personNames: async () => new Map(),
    askReading: async () => {},
    now: Date.now,
  };
}

async function setStage(uri: string, corpus: Corpus, log: Log): Promise<Stage> {
  const opened = await connectStores(uri, log);
  const { stores } = opened;
  const by = { teamId: TEAM, createdBy: 'U0BENCH' };
  const at = { channelId: 'C0BENCH', channelName: 'salt-road' };
  const project = await stores.projects.create({ ...by, ...at, name: 'The Salt Road', purpose: '' });
  const [milestone] = await stores.milestones.create([
    {
      ...{ teamId: TEAM, projectId: project.id, channelId: project.channelId, threadTs: '2.000001' },
      ...{ title: 'Everything', description: '', createdBy: by.createdBy },
    },
  ]);
  if (milestone === undefined) throw new Error('The milestone was not made.');
  let passages = 0;
  for (let n = 0; n < IN_SCOPE; n += 1) {
    const document = corpus.documents[n % corpus.documents.length];
    if (document === undefined) throw new Error('The corpus is empty.');
    const name = `${n}-${document.name}`;
    // One in four belongs to the whole project.
    const place = { projectId: project.id, milestoneId: n % 4 === 0 ? null : milestone.id };
    const kept = await stores.documents.keep({
      ...{ teamId: TEAM, projectId: project.id, name, size: document.bytes.length, hash: document.hash },
      ...{ createdBy: by.createdBy, passages: document.passages, awaitedBy: null },
    });
    await stores.attachments.attach(
      {
        ...{ teamId: TEAM, ...place, kind: 'document', key: kept.id, documentId: kept.id, title: name },
        ...{ url: null, linkType: null, file: null, state: 'ready', unread: null, readAt: new Date() },
        ...{ page: null, addedBy: by.createdBy },
      },
      { channelId: project.channelId, messageTs: `3.${n}`, userId: by.createdBy },
    );
    passages += document.passages.length;
  }
  const conversation = await stores.conversations.findOrCreate({
    ...{ teamId: TEAM, channelId: project.channelId, threadTs: '2.000001', type: 'project', mode: 'auto' },
    ...{ projectId: project.id, milestoneId: milestone.id, parentId: null, title: milestone.title },
  });
  if (!isShared(conversation)) throw new Error('The conversation belongs to no project.');
  return {
    opened,
    deps: depsOf(opened),
    place: { kind: 'project', project, milestones: [milestone], conversation },
    passages,
  };
}

/** The others, written past the stores, which would take minutes. */
async function addProjects({ opened: { connection } }: Stage, { documents }: Corpus): Promise<void> {
  const write = (model: string, rows: object[]) =>
    connection.model(model).collection.insertMany(rows, { ordered: false });
  const texts = documents.flatMap((document) => document.passages);
  const at = new Date();
  for (let n = 0; n < PROJECTS - 1; n += 1) {
    const project = projectRow(TEAM, n);
    const projectId = project._id.toHexString();
    const attachments: object[] = [];
    const passages: object[] = [];
    for (let one = 0; one < ELSEWHERE.attachments; one += 1) {
      const documentId = new Types.ObjectId().toHexString();
      attachments.push({
        ...{ teamId: TEAM, projectId, milestoneId: null, kind: 'document', key: documentId, documentId },
        ...{ keyHash: documentId, title: `Document ${one}`, state: 'ready', unread: null, addedAt: at },
        ...{ generation: 1, gone: false, addedBy: 'U0BENCH', askedAt: at, readAt: at },
      });
      for (let k = 0; k < ELSEWHERE.passages; k += 1)
        passages.push({
          ...{ teamId: TEAM, projectId, documentId, n: k },
          ...texts[(n * 7 + one * 3 + k) % texts.length],
        });
    }
    await write('Project', [project]);
    await write('Attachment', attachments);
    await write('Passage', passages);
  }
}
