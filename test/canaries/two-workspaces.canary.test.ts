import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Milestone, Project } from '../../src/domain/project.ts';
import { everything, withDatabase } from '../faults/invariant.ts';
import { type ChatRequest, call } from '../support/model-provider.ts';
import { canariesIn } from './model.ts';
import { strangersEvents, strangersInteractions } from './stranger.ts';
import { type Side, startTwoApps, type TwoApps } from './two-apps.ts';

describe('Two workspaces with the same channel, people and threads on one database', () => {
  let apps: TwoApps;

  beforeEach(async () => {
    apps = await startTwoApps();
  });

  afterEach(async () => {
    const violations = [...apps.one.slack.violations];
    await apps.close();
    expect(violations).toEqual([]);
  });

  it('never see anything of each other, although every request reaches both apps', async () => {
    const { one, two, anna, channel } = apps;
    const outlines = new Map<Side, Milestone>();
    for (const side of [one, two]) outlines.set(side, await fill(side));
    await Promise.all(
      [one, two].map(async (side) => {
        const threadTs = outlines.get(side)?.threadTs ?? '';
        const text = `<@${side.slack.botUserId}> What of ${side.mark('question')}?`;
        await side.slack.say({ user: anna, channel, threadTs, text });
        await shown(side, side.mark('answer'));
      }),
    );
    for (const side of [one, two]) await plan(side, outlines.get(side)?.id ?? '');
    await Promise.all([one, two].map(openHome));
    const names = ['name', 'purpose', 'shared', 'outline', 'label', 'url', 'file', 'question'];
    names.push('task', 'details', 'first', 'feedback');
    for (const side of [one, two]) {
      expect(sentTo(side)).toEqual(names.map(side.mark).sort());
      expect(foreignIn(side)).toEqual([]);
      const complaints = side.log.lines.filter(({ level }) => level === 'warn' || level === 'error');
      expect(new Set(complaints.map((line) => line.event))).toEqual(new Set(['foreign_event_ignored']));
    }
    expect(new Set(apps.strangers)).toEqual(new Set([200]));
  });

  it('remember, propose and coach each for itself, although it is the same person everywhere', async () => {
    const { one, two, anna, channel } = apps;
    const threads = new Map<Side, string>();
    for (const side of [one, two]) threads.set(side, (await setUp(side)).outline.threadTs ?? '');
    for (const side of [one, two]) {
      await propose(side, threads.get(side) ?? '');
      await confide(side, 'confided', side.mark('fact'));
    }
    for (const side of [one, two]) {
      const { slack, milepost, mark } = side;
      const { stores, teamId } = milepost;
      const threadTs = threads.get(side) ?? '';
      const thread = await stores.conversations.findByThread(teamId, channel, threadTs);
      const conversation = { teamId, id: thread?.id ?? '' };
      const [waiting] = await stores.dispatches.listByConversation(conversation, ['proposed'], 2);
      await slack.click({ user: anna, channel, ts: waiting?.cardTs ?? '', actionId: 'dispatch_approve' });
      await slack.until(
        () => JSON.stringify(slack.messages(channel)).includes(mark('outcome')),
        'the result is shown',
      );
    }
    for (const side of [one, two]) {
      await confide(side, 'later', null);
      const last = JSON.stringify(side.provider.requests().at(-1));
      expect([...canariesIn(last)].sort()).toEqual(
        ['confided', 'fact', 'later', 'name', 'reply'].map(side.mark).sort(),
      );
      const shared = side.provider.requests().filter((request) => !isCoaching(request));
      expect([...canariesIn(JSON.stringify(shared))]).not.toContain(side.mark('fact'));
      expect(foreignIn(side)).toEqual([]);
      const dms = side.slack.messages(side.slack.openDm(anna));
      expect([...canariesIn(JSON.stringify(dms))].every((canary) => canary.startsWith(side.prefix))).toBe(
        true,
      );
    }
  });

  it('keep messages apart that one person wrote at the same moment in the same thread', async () => {
    const { one, two, anna, channel } = apps;
    const threadTs = (await setUp(one)).outline.threadTs ?? '';
    await hangAt(two, await setUp(two), threadTs);
    const both = async (text: (side: Side) => string) => {
      const { ts, events } = await one.slack.say({ user: anna, channel, threadTs, text: text(one) });
      const event = JSON.stringify(events.message).replaceAll(one.prefix, two.prefix);
      await two.slack.deliver(JSON.parse(event));
      return ts;
    };
    await both(({ mark }) => `I know ${mark('first')}`);
    const shared = await both(({ mark }) => `See https://example.com/${mark('link')}`);
    await both(({ mark, slack }) => `<@${slack.botUserId}> What of ${mark('question')}?`);
    for (const side of [one, two]) {
      await shown(side, side.mark('answer'));
      expect(sentTo(side)).toEqual(
        ['first', 'link', 'name', 'purpose', 'question', 'shared'].map(side.mark).sort(),
      );
      expect(foreignIn(side)).toEqual([]);
    }

    const gone = { type: 'message', subtype: 'message_deleted', channel, ts: '1900000000.000000' };
    await two.slack.deliver({ ...gone, deleted_ts: shared, previous_message: { thread_ts: threadTs } });
    const { messages, attachments } = one.milepost.stores;
    for (const side of [one, two]) {
      const { teamId } = side.milepost;
      const links = await attachments.listByMessage(teamId, channel, shared);
      expect(links.map((link) => link.url)).toEqual(
        side === one ? [`https://example.com/${one.mark('link')}`] : [],
      );
      expect((await messages.find(teamId, channel, shared))?.deleted).toBe(side === two);
    }
  });

  it('change nothing of each other by anything that Slack can send', async () => {
    const { one, two, anna, channel, mongoUri } = apps;
    const { project, outline } = await setUp(one);
    const threadTs = outline.threadTs ?? '';
    const said = await one.slack.say({ user: anna, channel, threadTs, text: 'See https://example.com/a' });
    const { taskId, planningTs } = await plan(one, outline.id);
    const proposed = await propose(one, threadTs);
    await confide(one, 'confided', one.mark('fact'));
    await one.slack.idle();
    await one.slack.connect({ requestUrl: `http://127.0.0.1:${one.milepost.port}/slack/events` });
    await allDone(one);
    const before = await withDatabase(mongoUri, everything);
    const calls = one.slack.calls.length;

    const at = { threadTs, messageTs: said.ts, planningTs };
    const ids = { projectId: project.id, milestoneId: outline.id, taskId, ...at, ...proposed };
    const aim = { channel, user: anna, ...ids };
    const events = strangersEvents(two.slack, aim);
    for (const event of events) expect((await two.slack.deliver(event)).status).toBe(200);
    const interactions = strangersInteractions(two.slack, aim);
    for (const sent of interactions) {
      const body = new URLSearchParams({ payload: JSON.stringify(sent) }).toString();
      const reply = await two.slack.deliverRaw(body, { contentType: 'application/x-www-form-urlencoded' });
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body: '' });
    }
    await two.slack.command({ user: anna, channel, command: '/project' });
    await allDone(one);

    expect(two.slack.modal(anna)).toBeUndefined();
    expect(one.slack.calls).toHaveLength(calls);
    expect(await withDatabase(mongoUri, everything)).toEqual(before);
    const ignored = one.log.lines.filter((line) => line.event === 'foreign_event_ignored');
    expect(ignored.length).toBeGreaterThanOrEqual(events.length + interactions.length + 1);
  });

  /** Sets the channel up through the form. */
  async function setUp({ slack, milepost, mark }: Side) {
    const { anna, channel } = apps;
    await slack.command({ user: anna, channel, command: '/project' });
    await slack.submit(anna, {
      name: `Book ${mark('name')}`,
      purpose: `Why ${mark('purpose')}`,
      milestones: 'Outline; Cover',
      attachments: `Shared text ${mark('shared')}`,
    });
    const { projects, milestones } = milepost.stores;
    return slack.until(async () => {
      const project = await projects.findByChannel(milepost.teamId, channel);
      const all = await milestones.listByProject(milepost.teamId, project?.id ?? '');
      const [outline, cover] = all.filter((one) => one.cardTs !== null);
      return project?.cardTs != null && outline !== undefined && cover !== undefined
        ? { project, outline, cover }
        : undefined;
    }, 'the cards are posted');
  }

  /** Sets up and attaches a text, links and a file, and another text to the neighbour. */
  async function fill(side: Side): Promise<Milestone> {
    const { anna, channel } = apps;
    const { slack, mark } = side;
    const { outline, cover } = await setUp(side);
    for (const [name, { cardTs }] of Object.entries({ outline, cover })) {
      await slack.click({ user: anna, channel, ts: cardTs ?? '', actionId: 'attachment_add' });
      await slack.submit(anna, { content: `Text ${mark(name)}`, title: 'The same name' });
    }
    const threadTs = outline.threadTs ?? '';
    const text = `<https://example.com/same|${mark('label')}> and <https://example.com/${mark('url')}>`;
    await slack.say({ user: anna, channel, threadTs, text });
    const files = [{ name: 'same.txt', content: mark('file') }];
    await slack.say({ user: anna, channel, threadTs, text: 'And a file', files });
    await shown(side, 'same.txt');
    return outline;
  }

  /** Plans a task, gives feedback on it and marks it ready. */
  async function plan(side: Side, milestoneId: string) {
    const { anna, channel } = apps;
    const { slack, provider, milepost, mark } = side;
    const plans = ['first', 'second'].map((name) => ({
      plan: `Plan ${mark(name)}`,
      checklist: [mark('item')],
    }));
    provider.plans(plans);
    await slack.command({ user: anna, channel, command: '/plan', text: `Draw ${mark('task')}` });
    await slack.submit(anna, { details: `So ${mark('details')}`, place: milestoneId });
    await shown(side, mark('first'));
    const { teamId, stores } = milepost;
    const [task] = await stores.tasks.list({ teamId, limit: 2 });
    const [planning] = await stores.conversations.findByKeys(teamId, [`planning:${task?.id}`]);
    const threadTs = planning?.threadTs ?? '';
    await slack.say({ user: anna, channel, threadTs, text: `And ${mark('feedback')}` });
    await shown(side, mark('second'));
    const card = () => JSON.stringify(slack.message(channel, threadTs)?.blocks ?? []);
    await slack.until(() => card().includes('Plan v2'), 'the card shows the second plan');
    await slack.click({ user: anna, channel, ts: threadTs, actionId: 'task_ready' });
    await slack.until(
      async () => (await stores.tasks.list({ teamId, limit: 2 }))[0]?.status === 'ready',
      'the task is ready',
    );
    return { taskId: task?.id ?? '', planningTs: threadTs };
  }

  /** A mention whose answer remembers something and proposes a specialist. */
  async function propose({ slack, provider, milepost, mark }: Side, threadTs: string) {
    const { anna, channel } = apps;
    const wanted = { specialist: 'analyst', task: `Compare ${mark('work')}`, destructive: false };
    const told = { summary: `It compares ${mark('summary')}`, actions: [`Read ${mark('action')}`] };
    provider.script(
      mark('ask'),
      [
        [
          call('remember', { key: 'tone', type: 'preference', value: mark('entry'), sources: [] }),
          call('propose_specialist', { ...wanted, ...told }),
        ],
      ],
      'I propose the analyst.',
    );
    provider.answer(/What was approved/u, `It came to ${mark('outcome')}.`);
    const text = `<@${slack.botUserId}> Compare them: ${mark('ask')}`;
    await slack.say({ user: anna, channel, threadTs, text });
    const { stores, teamId } = milepost;
    return slack.until(async () => {
      const conversation = await stores.conversations.findByThread(teamId, channel, threadTs);
      const ref = { teamId, id: conversation?.id ?? '' };
      const [waiting] = await stores.dispatches.listByConversation(ref, ['proposed'], 2);
      const [entry] = await stores.contextEntries.list(ref, { limit: 2 });
      return waiting !== undefined && waiting.cardTs !== null && entry !== undefined
        ? { dispatchId: waiting.id, entryId: entry.id, entryAt: entry.updatedAt.getTime() }
        : undefined;
    }, 'the proposal and what is remembered');
  }

  /** A direct message, answered; with a fact that is remembered for it. */
  async function confide({ slack, provider, mark }: Side, name: string, fact: string | null): Promise<void> {
    const { anna } = apps;
    const rounds = fact === null ? [] : [[call('remember_about_person', { key: 'self', value: fact })]];
    provider.script(mark(name), rounds, `I see: ${mark(fact === null ? 'end' : 'reply')}`);
    await slack.dm(anna, `I think of ${mark(name)}`);
    const said = () => JSON.stringify(slack.messages(slack.openDm(anna)));
    const ends = fact === null ? [mark('end')] : [mark('reply'), 'Remembered'];
    await slack.until(() => ends.every((end) => said().includes(end)), 'the direct message is answered');
  }

  async function openHome({ slack, mark }: Side): Promise<void> {
    await slack.openHome(apps.anna);
    const home = () => JSON.stringify(slack.home(apps.anna) ?? {});
    await slack.until(() => home().includes(mark('task')), 'the Home shows the task');
    expect([...canariesIn(home())].sort()).toEqual(['name', 'second', 'task'].map(mark).sort());
  }

  /** Slack gives no two threads the same ts; two workspaces may have them all the same. */
  async function hangAt(
    { milepost }: Side,
    { project, outline }: { project: Project; outline: Milestone },
    threadTs: string,
  ): Promise<void> {
    const { teamId, stores } = milepost;
    await stores.milestones.change({ teamId, id: outline.id }, { threadTs });
    await stores.conversations.findOrCreate({
      teamId,
      channelId: apps.channel,
      threadTs,
      type: 'project',
      projectId: project.id,
      milestoneId: outline.id,
      title: outline.title,
    });
  }

  const sentTo = ({ provider }: Side): string[] =>
    [...canariesIn(...provider.requests().map((request) => JSON.stringify(request)))].sort();

  const visibleIn = ({ slack }: Side): string =>
    JSON.stringify([slack.messages(apps.channel), slack.ephemerals(), slack.home(apps.anna) ?? null]);

  /** Canaries of the other workspace that people can see in this one. */
  const foreignIn = (side: Side): string[] =>
    [...canariesIn(visibleIn(side))].filter((canary) => !canary.startsWith(side.prefix));

  const shown = (side: Side, text: string): Promise<boolean> =>
    side.slack.until(() => visibleIn(side).includes(text), `"${text}" is shown`);

  /** Resolves when nothing is left to do, the redrawing of cards included. */
  const allDone = ({ slack }: Side): Promise<boolean> =>
    slack.until(
      () =>
        withDatabase(apps.mongoUri, async (db) => {
          const { jobs = [] } = await everything(db);
          return jobs.every((job) => job.state === 'done');
        }),
      'every job is done',
    );
});

const isCoaching = ({ messages }: ChatRequest): boolean =>
  JSON.stringify(messages[0]).includes('coaching one person');
