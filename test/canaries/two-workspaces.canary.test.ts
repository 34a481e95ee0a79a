import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Milestone, Project } from '../../src/domain/project.ts';
import { everything, withDatabase } from '../faults/invariant.ts';
import { type ChatRequest, call } from '../support/model-provider.ts';
import { article } from '../support/web.ts';
import { canariesIn } from './model.ts';
import { createSideActs } from './side-acts.ts';
import { strangersEvents, strangersInteractions } from './stranger.ts';
import { type Side, startTwoApps, type TwoApps } from './two-apps.ts';

describe('Two workspaces with the same channel, people and threads on one database', () => {
  let apps: TwoApps;

  const { setUp, fill, plan, propose, visibleIn, shown } = createSideActs(() => apps);

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

  it('read the same page and the same file each for itself, and let them go each for itself', async () => {
    const { one, two, anna, channel, web, mongoUri } = apps;
    web.put('/same', article('Of rivers', 'The canarypagez stands where the river bends, says the page.'));
    const text = `See ${web.url('/same')}`;
    const files = [{ name: 'same.csv', content: 'Name,Place\nHeron,canaryfilez' }];
    const inReach = ['canaryfilez', 'canarypagez'];
    const shared = new Map<Side, { threadTs: string; ts: string }>();
    for (const side of [one, two]) {
      const threadTs = (await setUp(side)).outline.threadTs ?? '';
      const { ts } = await side.slack.say({ user: anna, channel, threadTs, text });
      await side.slack.say({ user: anna, channel, threadTs, text: 'The same', files });
      await shown(side, 'same.csv');
      shared.set(side, { threadTs, ts });
      expect(await knownTo(side, threadTs, 'first')).toEqual(inReach);
    }
    const held = await withDatabase(mongoUri, everything);
    const isEach = [one, one, two, two].map(({ milepost }) => milepost.teamId).sort();
    const ofBoth = (held.documents ?? []).filter(({ name }) => !String(name).startsWith('Shared text'));
    expect(ofBoth.map(({ teamId }) => teamId).sort()).toEqual(isEach);

    const { attachments } = one.milepost.stores;
    const { threadTs = '', ts = '' } = shared.get(one) ?? {};
    const [page] = await attachments.listByMessage(one.milepost.teamId, channel, ts);
    await one.slack.remove({ channel, ts });
    await one.slack.until(
      async () => (await attachments.findMany(one.milepost.teamId, [page?.id ?? ''])).length === 0,
      'the page goes with its message',
    );
    expect(await knownTo(one, threadTs, 'second')).toEqual(['canaryfilez']);
    expect(await knownTo(two, shared.get(two)?.threadTs ?? '', 'second')).toEqual(inReach);
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

    const { attachments } = one.milepost.stores;
    const [shared] = await attachments.listByMessage(one.milepost.teamId, channel, said.ts);
    const at = { threadTs, messageTs: said.ts, attachmentId: shared?.id ?? '', planningTs };
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

  /** Asks something. @returns which canaries of both workspaces the model was sent. */
  async function knownTo({ slack, provider, mark }: Side, threadTs: string, name: string): Promise<string[]> {
    const { anna, channel } = apps;
    const before = provider.requests().length;
    provider.script(mark(name), [], `I see: ${mark(`reply${name}`)}`);
    await slack.say({ user: anna, channel, threadTs, text: `<@${slack.botUserId}> What of ${mark(name)}?` });
    await slack.until(
      () => JSON.stringify(slack.messages(channel)).includes(mark(`reply${name}`)),
      'the question is answered',
    );
    const sent = canariesIn(JSON.stringify(provider.requests().slice(before)));
    return [...sent].filter((one) => ['canaryfilez', 'canarypagez'].includes(one)).sort();
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

  /** Canaries of the other workspace that people can see in this one. */
  const foreignIn = (side: Side): string[] =>
    [...canariesIn(visibleIn(side))].filter((canary) => !canary.startsWith(side.prefix));

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
