import { describe, expect, it } from 'vitest';
import { startWebServer } from '../slack/web-server.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { type Fields, fieldsOf, listOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent, openList, whispered, whispersTo } from './acting.ts';
import { toldHow } from './reading-acts.ts';

const ALWAYS = { times: 1_000 };
const unknownMethod = { kind: 'error', error: 'unknown_method' } as const;
/** All that Slack leaves empty when it feels like it. */
const NULLS = {
  client_msg_id: null,
  subtype: null,
  channel_type: null,
  bot_id: null,
  edited: null,
  files: null,
};
const form = (fields: Record<string, string>): [body: string, options: { contentType: string }] => [
  new URLSearchParams(fields).toString(),
  { contentType: 'application/x-www-form-urlencoded' },
];

describe('An event in another form than usual', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });
  const mention = (thread: string, text: string) =>
    world.slack.say({
      user: world.anna,
      channel: world.channel,
      threadTs: thread,
      text: `<@${world.slack.botUserId}> ${text}`,
      deliver: false,
    });
  const answerTo = (thread: string, ts: string) =>
    world.slack.until(() => world.answersAfter(thread, ts)[0], 'the answer');

  it('with null in its fields is answered, and its link is attached', async () => {
    const { slack, anna } = world;
    const { Outline = '' } = await world.setUp();
    const { ts, events } = await mention(Outline, 'What is https://example.com/plan about?');
    expect((await slack.deliver({ ...events.message, ...NULLS, blocks: null })).status).toBe(200);
    await whispered(world, anna, 'example.com/plan');
    expect(await answerTo(Outline, ts)).toContain('about?');
  });

  it('that says the bot was mentioned is answered, whatever its text', async () => {
    const { slack } = world;
    const { Outline = '' } = await world.setUp();
    const { ts, events } = await mention(Outline, '');
    const message = { ...events.message, text: 'How many chapters?', blocks: null };
    await slack.deliver(message);
    await slack.deliver({ ...message, type: 'app_mention', channel_type: null });
    expect(await answerTo(Outline, ts)).toContain('How many chapters?');
  });

  it('in a direct message that does not say it is one is answered as one', async () => {
    const { slack, anna } = world;
    const { events } = await slack.dm(anna, 'Hello?', { deliver: false });
    const channel = slack.openDm(anna);
    await slack.deliver({ ...events.message, ...NULLS });
    const reply = await slack.until(
      () => slack.messages(channel).find((one) => one.user === slack.botUserId),
      'the answer',
    );
    expect(textOf(reply)).toContain('Hello?');
    expect(reply.thread_ts).toBeUndefined();
    expect(lastSent(world)).toContain('coaching one person in their private direct messages');
  });

  it('keeps every file it names, also one that it hardly describes', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const content = 'The heron waits.';
    const files = [
      { name: 'notes.txt', content },
      { name: 'odd.txt', content: 'The otter swims.' },
    ];
    const said = await slack.say({
      ...{ user: anna, channel, threadTs: Outline, text: '', files },
      deliver: false,
    });
    const [notes = {}, odd = {}] = listOf(fieldsOf(said.events.message).files).map(fieldsOf);
    const changed: Fields[] = [
      { ...notes, size: String(content.length) },
      { ...odd, name: null, title: { what: 'ever' }, size: [], url_private: 5, url_private_download: null },
    ];
    await slack.deliver({ ...said.events.message, files: changed });
    await toldHow(world, anna, '|notes.txt>* · Text', 'read');
    await toldHow(world, anna, '|odd.txt>* · Text', 'read');
  });
});

describe('A payload that cannot be read', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('is acknowledged, and whoever sent it gets a sentence', async () => {
    const { slack } = world;
    const answers = await startWebServer();
    const team = { id: slack.teamId };
    const response_url = answers.url;
    const interactions = [
      {
        type: 'block_actions',
        team,
        response_url,
        user: {},
        actions: [{ action_id: 'x', type: 'button' }],
      },
      { type: 'message_action', team, response_url, user: {}, callback_id: 'attach_to', message: null },
      { type: 'block_actions', team, user: {}, actions: [{ action_id: 'x', type: 'button' }] },
    ];
    for (const payload of interactions)
      expect((await slack.deliverRaw(...form({ payload: JSON.stringify(payload) }))).status).toBe(200);
    expect(answers.asked).toHaveLength(2);
    for (const { body } of answers.asked) expect(body).toMatch(/did not work.*reference [0-9a-f]{8}/u);

    const command = await slack.deliverRaw(...form({ command: '/project', team_id: slack.teamId }));
    expect(command.status).toBe(200);
    expect(String(fieldsOf(command.body).text)).toContain('That did not work. Look whether it was done');

    const view = { callback_id: 'milestone_form', blocks: null, private_metadata: null };
    const submission = { type: 'view_submission', team, user: { id: world.anna }, view };
    const shown = await slack.deliverRaw(...form({ payload: JSON.stringify(submission) }));
    expect(shown).toMatchObject({ status: 200, body: { response_action: 'update' } });
    await answers.close();
  });
});

describe('What a message attached', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  for (const error of ['missing_scope', 'unknown_method']) {
    it(`is told to its author although the paperclip fails (${error})`, async () => {
      const { slack, anna, channel } = world;
      const { Outline = '' } = await world.setUp();
      slack.failNext('reactions.add', { kind: 'error', error }, ALWAYS);
      await slack.say({ user: anna, channel, threadTs: Outline, text: 'https://example.com/plan' });
      expect(await whispered(world, anna, 'Attached to *Outline*')).toContain('Undo');
    });
  }

  it('as a link and as a file is taken back one by one, and the paperclip goes with the last', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const files = [{ name: 'notes.txt', content: 'The heron waits.' }];
    const text = 'https://example.com/plan';
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text, files });
    await whispered(world, anna, 'example.com/plan');
    await whispered(world, anna, 'notes.txt');
    const lineOf = (what: string) =>
      slack.ephemerals(channel, anna).find((one) => textOf(one).includes(what));
    const undo = (what: string) =>
      slack.click({ user: anna, channel, ts: lineOf(what)?.ts, actionId: 'attachment_undo' });

    await undo('notes.txt');
    await whispered(world, anna, 'Taken back: notes.txt');
    expect(whispersTo(world, anna)).not.toContain('Taken back: example.com/plan');
    expect(slack.reactions(channel, ts)).toEqual(['paperclip']);
    const list = await openList(world, project);
    expect(list).toContain('example.com/plan');
    expect(list).not.toContain('notes.txt');

    await undo('example.com/plan');
    await whispered(world, anna, 'Taken back: example.com/plan');
    expect(slack.reactions(channel, ts)).toEqual([]);
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('in a milestone with a malicious name pings nobody and leads nowhere', async () => {
    const { slack, anna, channel } = world;
    const title = '<!channel> <https://evil.example|x>';
    const { [title]: thread = '' } = await world.setUp({ name: title, milestones: [title] });
    await slack.say({ user: anna, channel, threadTs: thread, text: 'https://example.com/plan' });
    await whispered(world, anna, 'Attached to');
    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts: thread });
    await whispered(world, anna, 'This thread already is the milestone');
    const texts = slack.calls.flatMap(({ args }) => (args.text === undefined ? [] : [String(args.text)]));
    expect(texts).toContain('Attached to &lt;!channel&gt; &lt;https://evil.example|x&gt;');
    for (const text of texts) expect(text).not.toMatch(/<!channel|<https:\/\/evil/u);
  });
});

describe('A file that Slack cannot hand out', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });
  const files = [{ name: 'notes.txt', content: 'The heron waits.' }];
  const share = (thread: string) =>
    world.slack.say({ user: world.anna, channel: world.channel, threadTs: thread, text: '', files });

  for (const fault of [{ kind: 'http500', applied: false }, { kind: 'refused' }] as const) {
    it(`at first (${fault.kind}) is read when it can`, async () => {
      const { slack, anna } = world;
      const { Outline = '' } = await world.setUp();
      slack.failNext('file_download', fault, { times: 2 });
      await share(Outline);
      await toldHow(world, anna, '|notes.txt>*', 'read');
      expect(slack.callsOf('file_download')).toHaveLength(3);
    });

    it(`at all (${fault.kind}) is kept by name, and people and the model are told`, async () => {
      const { slack, anna } = world;
      const { Outline = '' } = await world.setUp();
      slack.failNext('file_download', fault, ALWAYS);
      await share(Outline);
      const reason = 'Slack did not hand it out, as with files that are kept elsewhere';
      await toldHow(world, anna, '|notes.txt>*', reason);
      await world.ask({ thread: Outline, text: 'What is in the notes?' });
      expect(lastSent(world)).toContain(`notes.txt (not read: ${reason})`);
    });
  }

  it('nor describe, since the app may not ask, is kept by its id', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    slack.failNext('files.info', { kind: 'error', error: 'missing_scope' }, ALWAYS);
    const shared = [{ name: 'partner.txt', content: 'x', checkFileInfo: true }];
    const { message } = await slack.say({ user: anna, channel, threadTs: Outline, text: '', files: shared });
    const line = await whispered(world, anna, 'Attached to');
    const id = message.files?.[0]?.id;
    expect(line).toContain(`*${id}* · File · not read: there is nothing at its address any more`);
  });
});

describe('A Slack that lacks a method', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('for reactions and names still shows answers', async () => {
    const { slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    for (const method of ['reactions.add', 'reactions.remove', 'users.info'])
      slack.failNext(method, unknownMethod, ALWAYS);
    expect(await world.ask({ thread: Outline, text: 'How long is it?' })).toContain('How long is it?');
    expect(lastSent(world)).toContain(`${world.anna}: @Milepost How long is it?`);
    expect(slack.messages(channel).filter((message) => textOf(message).includes('could not'))).toEqual([]);
  });

  it('for the members of a channel takes nobody for one, and says so', async () => {
    const { slack, anna, channel, log } = world;
    const { project = '' } = await world.setUp();
    slack.failNext('conversations.members', unknownMethod, ALWAYS);
    const sentence = 'Slack does not tell me who is in this channel, so I cannot let you do this.';
    await slack.command({ user: anna, channel, command: '/project' });
    await whispered(world, anna, sentence);
    await slack.click({ user: anna, channel, ts: project, actionId: 'attachments_list' });
    await slack.until(
      () => whispersTo(world, anna).filter((line) => line.includes(sentence)).length === 2,
      'the sentence under the card as well',
    );
    expect(slack.modal(anna)).toBeUndefined();
    expect(log.lines.filter((line) => line.event === 'interaction_failed')).toEqual([]);
  });

  it('for the name of a channel calls it by its id', async () => {
    const { slack, anna, channel, milepost } = world;
    slack.failNext('conversations.info', unknownMethod, ALWAYS);
    await slack.command({ user: anna, channel, command: '/project' });
    expect(textOf(slack.modal(anna))).toContain(channel);
    const { Outline = '' } = await world.setUp();
    expect(await world.ask({ thread: Outline, text: 'Hello?' })).toContain('Hello?');
    const project = await milepost.stores.projects.findByChannel(milepost.teamId, channel);
    expect(project).toMatchObject({ channelName: channel, name: 'Book' });
  });
});
