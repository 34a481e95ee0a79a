import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, withDatabase } from '../faults/invariant.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { canariesIn } from './model.ts';
import { type Side, startTwoApps, type TwoApps } from './two-apps.ts';

describe('Two workspaces with the same channel, people and threads on one database', () => {
  let apps: TwoApps;

  beforeEach(async () => {
    apps = await startTwoApps();
  });

  afterEach(async () => {
    expect(apps.one.slack.violations).toEqual([]);
    await apps.close();
  });

  /** Sets up the channel as a project through the form. @returns the milestone of this name with its thread. */
  async function setUp({ slack, milepost }: Side, mark: string) {
    const { anna, channel } = apps;
    await slack.command({ user: anna, channel, command: '/project' });
    await slack.submit(anna, {
      name: `Book canary_${mark}name_`,
      purpose: `Why canary_${mark}purpose_`,
      milestones: 'Outline; Cover',
      attachments: `Shared text canary_${mark}shared_`,
    });
    return slack.until(async () => {
      const project = await milepost.stores.projects.findByChannel(milepost.teamId, channel);
      const all = await milepost.stores.milestones.listByProject(milepost.teamId, project?.id ?? '');
      const ready = project?.cardTs != null && all.every((one) => one.cardTs !== null);
      const [outline, cover] = all;
      return ready && outline !== undefined && cover !== undefined && { project, outline, cover };
    }, 'the cards are posted');
  }

  const canariesSentTo = ({ provider }: Side): Set<string> =>
    canariesIn(...provider.requests().map((request) => JSON.stringify(request)));
  const foreignTo = (side: Side, mark: string): string[] =>
    [...canariesSentTo(side)].filter((canary) => !canary.startsWith(`canary_${mark}`));
  const shownIn = ({ slack }: Side): string =>
    JSON.stringify([slack.messages(apps.channel), slack.ephemerals()]);

  it('never see anything of each other, although every request reaches both apps', async () => {
    const { one, two, anna, channel } = apps;
    const marks = [
      { side: one, mark: 'one' },
      { side: two, mark: 'two' },
    ];
    for (const { side, mark } of marks) {
      side.provider.fallback(`Answer canary_${mark}answer_`);
      const { outline, cover } = await setUp(side, mark);
      const { slack } = side;
      for (const [name, { cardTs }] of Object.entries({ outline, cover })) {
        await slack.click({ user: anna, channel, ts: cardTs ?? '', actionId: 'attachment_add' });
        await slack.submit(anna, { content: `Text canary_${mark}${name}_`, title: 'The same name' });
      }
      const threadTs = outline.threadTs ?? '';
      const text = `See <https://example.com/same|canary_${mark}label_> and <https://example.com/canary_${mark}url_>`;
      await slack.say({ user: anna, channel, threadTs, text });
      const files = [{ name: 'same.txt', content: `canary_${mark}file_` }];
      await slack.say({ user: anna, channel, threadTs, text: 'And a file', files });
    }
    await Promise.all(
      marks.map(async ({ side: { slack, milepost }, mark }) => {
        const project = await milepost.stores.projects.findByChannel(milepost.teamId, channel);
        const [outline] = await milepost.stores.milestones.listByProject(milepost.teamId, project?.id ?? '');
        await slack.until(() => shownIn({ ...one, slack }).includes('same.txt'), 'the file is announced');
        const text = `<@${slack.botUserId}> What of canary_${mark}question_?`;
        await slack.say({ user: anna, channel, threadTs: outline?.threadTs ?? '', text });
        await slack.until(
          () => shownIn({ ...one, slack }).includes(`canary_${mark}answer_`),
          'the answer is there',
        );
      }),
    );
    for (const { side, mark } of marks) {
      const names = ['name', 'purpose', 'shared', 'outline', 'label', 'url', 'file', 'question'];
      expect([...canariesSentTo(side)].sort()).toEqual(names.map((name) => `canary_${mark}${name}_`).sort());
      const other = mark === 'one' ? 'two' : 'one';
      expect(shownIn(side)).not.toContain(`canary_${other}`);
      expect(side.log.lines.some((line) => line.event === 'foreign_event_ignored')).toBe(true);
      expect(side.log.lines.filter((line) => line.level === 'error')).toEqual([]);
    }
    expect(new Set(apps.strangers)).toEqual(new Set([200]));
  });

  it('keep messages apart that were written at the same moment in the same thread by the same person', async () => {
    const { one, two, anna, channel } = apps;
    const mine = await setUp(one, 'one');
    const theirs = await setUp(two, 'two');
    const threadTs = mine.outline.threadTs ?? '';
    // The milestone of the other workspace hangs at the very same thread.
    const { stores, teamId } = two.milepost;
    const at = { teamId, channelId: channel, threadTs, projectId: theirs.project.id };
    await stores.milestones.change({ teamId, id: theirs.outline.id }, { threadTs });
    const own = await stores.conversations.findOrCreate({
      ...at,
      type: 'project',
      milestoneId: theirs.outline.id,
      title: 'Outline',
    });
    expect(own.milestoneId).toBe(theirs.outline.id);

    const twice = async (text: string) => {
      const marked = (mark: string) => text.replaceAll('MARK', mark);
      const said = await one.slack.say({ user: anna, channel, threadTs, text: marked('one') });
      const event = JSON.parse(JSON.stringify(said.events.message).replaceAll('canary_one', 'canary_two'));
      await two.slack.deliver(event);
      return { ts: said.ts, event };
    };
    one.provider.fallback('Answer canary_oneanswer_');
    two.provider.fallback('Answer canary_twoanswer_');
    await twice('I know canary_MARKfirst_');
    const { ts, event } = await twice('See https://example.com/canary_MARKlink_');
    const bot = `<@${one.slack.botUserId}>`;
    await twice(`${bot} what of canary_MARKquestion_?`);
    for (const side of [one, two]) {
      const mark = side === one ? 'one' : 'two';
      await side.slack.until(() => shownIn(side).includes(`canary_${mark}answer_`), 'the answer is there');
      expect(foreignTo(side, mark)).toEqual([]);
      for (const name of ['first', 'link', 'question'])
        expect([...canariesSentTo(side)]).toContain(`canary_${mark}${name}_`);
      const other = mark === 'one' ? 'two' : 'one';
      expect(shownIn(side)).not.toContain(`canary_${other}answer_`);
    }

    // Deleted in one workspace, the message of the other stays.
    const { type, channel_type } = event;
    const gone = { type, channel_type, channel, subtype: 'message_deleted', ts: '9999999999.000000' };
    await two.slack.deliver({ ...gone, deleted_ts: ts, previous_message: { thread_ts: threadTs } });
    expect((await stores.messages.find(teamId, channel, ts))?.deleted).toBe(true);
    expect((await stores.messages.find(one.milepost.teamId, channel, ts))?.deleted).toBe(false);
    const links = await stores.attachments.listByMessage(one.milepost.teamId, channel, ts);
    expect(links.map((link) => link.url)).toEqual(['https://example.com/canary_onelink_']);
    expect(await stores.attachments.listByMessage(teamId, channel, ts)).toEqual([]);
  });

  it('change nothing of each other by anything that Slack can send', async () => {
    const { one, two, anna, channel } = apps;
    const { project, outline } = await setUp(one, 'one');
    const threadTs = outline.threadTs ?? '';
    const said = await one.slack.say({ user: anna, channel, threadTs, text: 'See https://example.com/a' });
    await one.slack.idle();
    await two.milepost.stop();
    const stranger = two.slack;
    const from = {
      team: { id: stranger.teamId, domain: 'other' },
      user: { id: anna, name: 'anna', team_id: stranger.teamId },
      api_app_id: stranger.appId,
      trigger_id: 'trigger',
    };
    const message = { ts: threadTs, text: 'x', user: anna, type: 'message' };
    const view = (callback_id: string, metadata: object, values: Record<string, unknown> = {}) => ({
      ...from,
      type: 'view_submission',
      view: {
        id: 'V1',
        type: 'modal',
        callback_id,
        private_metadata: JSON.stringify(metadata),
        hash: 'h',
        blocks: [],
        state: { values },
        app_installed_team_id: stranger.teamId,
      },
    });
    const typed = (name: string, value: string) => ({
      [name]: { [name]: { type: 'plain_text_input', value } },
    });
    const press = (actionId: string, value: string) => ({
      ...from,
      type: 'block_actions',
      channel: { id: channel },
      message,
      actions: [{ type: 'button', action_id: actionId, block_id: 'b', value, action_ts: '1.0' }],
    });
    const metadata = { projectId: project.id, milestoneId: outline.id, title: '' };
    const interactions = [
      press('attachments_list', project.id),
      press('attachment_undo', said.ts),
      press('milestone_menu', `done:${outline.id}`),
      view('milestone_delete_form', { milestoneId: outline.id }),
      view('milestone_form', metadata, typed('title', 'Taken over')),
      view(
        'attach_form',
        { projectId: project.id, place: 'project', message: null },
        typed('content', 'Mine'),
      ),
      view(
        'project_form',
        { channelId: channel, projectId: project.id, name: 'Book' },
        typed('name', 'Taken over'),
      ),
      { ...from, type: 'message_action', callback_id: 'make_milestone', channel: { id: channel }, message },
    ];
    const event = { channel, user: anna, channel_type: 'channel' };
    const posted = { ...event, type: 'message', text: 'x https://evil.example', thread_ts: threadTs };
    const events = [
      { ...posted, ts: '1900000000.000001' },
      { ...posted, type: 'app_mention', text: `<@${stranger.botUserId}> hello?`, ts: '1900000000.000002' },
      { ...event, type: 'message', subtype: 'message_deleted', ts: '1900000000.000003', deleted_ts: said.ts },
      {
        ...event,
        type: 'message',
        subtype: 'message_changed',
        ts: '1900000000.000004',
        message: { ...posted, ts: said.ts, edited: { ts: '1900000000.000004', user: anna } },
      },
      { type: 'channel_archive', channel, user: anna },
      { type: 'channel_rename', channel: { id: channel, name: 'theirs', created: 1 } },
      { type: 'channel_left', channel, actor_id: anna },
      { type: 'app_home_opened', user: anna, channel: 'D1', tab: 'home' },
    ];
    await one.slack.connect({ requestUrl: `http://127.0.0.1:${one.milepost.port}/slack/events` });
    await settled(one, apps.mongoUri);
    const before = await withDatabase(apps.mongoUri, everything);
    const calls = one.slack.calls.length;
    for (const sent of events) expect((await stranger.deliver(sent)).status).toBe(200);
    for (const sent of interactions) {
      const body = new URLSearchParams({ payload: JSON.stringify(sent) }).toString();
      const reply = await stranger.deliverRaw(body, { contentType: 'application/x-www-form-urlencoded' });
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body: '' });
    }
    await stranger.command({ user: anna, channel, command: '/project' });
    expect(textOf(stranger.modal(anna))).toBe('');
    expect(await withDatabase(apps.mongoUri, everything)).toEqual(before);
    expect(one.slack.calls).toHaveLength(calls);
    const ignored = one.log.lines.filter((line) => line.event === 'foreign_event_ignored');
    expect(ignored.length).toBeGreaterThanOrEqual(events.length + interactions.length + 1);
  });

  /** Resolves when nothing is left to do, the redrawing of cards included. */
  async function settled({ slack }: Side, mongoUri: string): Promise<void> {
    await slack.until(
      () =>
        withDatabase(mongoUri, async (db) =>
          (await everything(db)).jobs?.every((job) => job.state === 'done'),
        ),
      'every job is done',
    );
  }
});
