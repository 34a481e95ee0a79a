import { describe, expect, it } from 'vitest';
import { startMilepost } from '../../src/compose.ts';
import { ConfigError, readConfig } from '../../src/config.ts';
import { startAppProcess } from '../support/app-process.ts';
import { linksOf, textOf } from '../support/fake-slack/index.ts';
import { type Fields, listOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent, openList, reads, tamper, whispered, whispersTo } from './acting.ts';
import { atRest } from './planning-acts.ts';

const at = (world: World, text: string): string => `<@${world.slack.botUserId}> ${text}`;
const UNEXPECTED = /Look whether it was done before you try again/u;

describe('A mention that asks nothing', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  for (const text of ['', '  ', '?!', '…']) {
    it(`("${text}") is answered with what can be read here, without asking the model`, async () => {
      const { Outline = '', Cover = '' } = await world.setUp();
      await world.paste(Outline, 'Chapter three has 4,200 words.', '*Chap_ters* <!here>');
      await world.paste(Outline, 'https://example.com/plan');
      await atRest(world, 'read-attachment');
      await world.paste(Cover, 'The cover shows a heron.', 'Brief');
      const answer = (await world.ask({ thread: Outline, text })).replaceAll('\u200b', '');
      expect(answer).toContain('Ask me something about *Outline*. I can read 2 attachments');
      expect(answer).toContain('*Chap_ters* &lt;!here&gt;');
      expect(answer).toContain('• <https://example.com/plan> (its server could not be reached)');
      expect(answer).not.toContain('Brief');
      expect(answer).not.toContain('tokens');
      expect(world.provider.requests()).toEqual([]);
    });
  }

  it('says how to attach something where nothing is attached', async () => {
    const { Outline = '', project = '' } = await world.setUp();
    expect(await world.ask({ thread: Outline, text: '' })).toContain(
      'Nothing is attached to *Outline* yet: share a link or a file in this thread',
    );
    expect(await world.ask({ thread: project, text: '' })).toContain(
      'Nothing is attached to this project yet: press _Attach to project_ on the project card',
    );
  });

  it('becomes a question when it is edited, and is answered in the same message', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, '') });
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the help');
    await slack.edit({ channel, ts, text: at(world, 'How long is it?') });
    await slack.until(
      () => world.answersAfter(Outline, ts)[0]?.includes('How long is it?'),
      'the answer in its place',
    );
    expect(world.answersAfter(Outline, ts)).toHaveLength(1);
    expect(world.answersAfter(Outline, ts)[0]).toContain('tokens');
  });
});

describe('Unusual text', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('of 40,000 characters in a question reaches the model whole', async () => {
    const { Outline = '' } = await world.setUp();
    const long = 'river '.repeat(6_660).slice(0, 39_900);
    const answer = await world.ask({ thread: Outline, text: `${long} END` });
    expect(answer).toContain('Answer to:');
    expect(lastSent(world)).toContain(`${long} END`);
  });

  it('of 40,000 characters between mentions takes the room of no question', async () => {
    const { slack, ben, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer((request) => lastSentStarts(request.messages, 'Summarise'), 'Much about rivers.');
    await slack.say({ user: ben, channel, threadTs: Outline, text: 'river '.repeat(6_660) });
    const answer = await world.ask({ thread: Outline, text: 'What was it about?' });
    expect(answer).toContain('1 message, 1 older summarised');
    expect(lastSent(world)).toContain('Much about rivers.');
    expect(lastSent(world)).toContain('anna: @Milepost What was it about?');
  });

  it('from right to left and with emoji is the same for people and for the model', async () => {
    const { project = '', ...threads } = await world.setUp({
      name: 'ספר הנהרות 🌊',
      purpose: 'مدخل إلى الأنهار 👩‍👩‍👧',
      milestones: ['פרק שלישי 📏'],
    });
    const [chapter = ''] = Object.values(threads);
    expect(reads(world, project)).toContain('*ספר הנהרות 🌊*\nمدخل إلى الأنهار 👩‍👩‍👧');
    await world.paste(chapter, 'בפרק השלישי 4,200 מילים 🦦.', 'אורך 📐');
    const answer = await world.ask({ thread: chapter, text: 'מה אורך הפרק? 🤔' });
    expect(answer).toContain('anna: @Milepost מה אורך הפרק? 🤔');
    expect(answer).toContain('1 of 1 attachment in *פרק שלישי 📏*');
    for (const part of ['Section: פרק שלישי 📏', '[1] אורך 📐', 'בפרק השלישי 4,200 מילים 🦦.']) {
      expect(lastSent(world)).toContain(part);
    }
  });

  it('too long for a name is cut between signs, never inside one', async () => {
    const title = '🦦'.repeat(150);
    const { slack, channel } = world;
    await slack.command({ user: world.anna, channel, command: '/project' });
    await slack.submit(world.anna, { milestones: title });
    const card = await slack.until(
      () => slack.messages(channel).find((message) => textOf(message).includes('Mention me in this thread')),
      'the card',
    );
    expect(textOf(card)).toContain(`*${'🦦'.repeat(119)}…*`);
    expect(JSON.stringify(slack.calls.map((call) => call.args))).not.toMatch(/\\ud83e(?!\\udda6)/u);
  });
});

const lastSentStarts = (messages: { content?: unknown }[], start: string): boolean =>
  String(messages[0]?.content).startsWith(start);

describe('A place that is not one', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('such as an unknown channel is acknowledged, and work goes on', async () => {
    const { slack, anna, log } = world;
    const { Outline = '' } = await world.setUp();
    const event = { user: anna, channel: 'C0NOWHERE', channel_type: 'channel', ts: '1700000000.000100' };
    const text = at(world, 'Anyone?');
    const { status } = await slack.deliver({ ...event, type: 'app_mention', text, event_ts: event.ts });
    expect(status).toBe(200);
    await slack.until(() => log.lines.some((line) => line.event === 'job_given_up'), 'it is given up');
    expect(await world.ask({ thread: Outline, text: 'Still here?' })).toContain('Still here?');
  });

  it('such as a project that was archived while a form was open: the form says so', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    await slack.click({ user: ben, channel, ts: project, actionId: 'milestone_add' });
    await slack.archiveChannel(channel);
    const attach = await slack.submit(anna, { content: 'Too late.' });
    const add = await slack.submit(ben, { title: 'Too late' });
    const sentence = 'This project is archived with its channel. Unarchive the channel to go on.';
    expect([attach.errors, add.errors]).toEqual([{ content: sentence }, { title: sentence }]);
  });
});

describe('A client that was tampered with', () => {
  let world: World;
  /** What Ben has in a private channel that Anna is not in. */
  let secret = { project: '', milestone: '', attachment: '', answer: '' };
  let Outline = '';
  let project = '';
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  async function begin(): Promise<void> {
    const { slack, ben, milepost } = world;
    const { teamId, stores } = milepost;
    const channel = slack.addChannel({ name: 'secret', members: [ben], isPrivate: true });
    const { Walrus = '' } = await world.setUp({ channel, user: ben, name: 'Zoo', milestones: ['Walrus'] });
    await slack.say({ user: ben, channel, threadTs: Walrus, text: 'https://example.com/walrus' });
    await world.ask({ thread: Walrus, text: 'How heavy is the walrus?', user: ben, channel });
    const found = await stores.projects.findByChannel(teamId, channel);
    const milestone = await stores.milestones.findByThread(teamId, channel, Walrus);
    const [attachment] = await stores.attachments.listByProject(teamId, found?.id ?? '');
    const questionTs = slack.thread(channel, Walrus).at(-2)?.ts ?? '';
    const answer = await stores.answers.find({ teamId, channelId: channel, questionTs });
    secret = {
      project: found?.id ?? '',
      milestone: milestone?.id ?? '',
      attachment: attachment?.id ?? '',
      answer: answer?.id ?? '',
    };
    expect(Object.values(secret)).not.toContain('');
    ({ Outline = '', project = '' } = await world.setUp());
    await world.ask({ thread: Outline, text: 'Anything?' });
  }

  const press = async (ts: string, actionId: string, value: string): Promise<string> => {
    const { slack, anna, channel } = world;
    const before = whispersTo(world, anna).length;
    tamper(world, { ts, actionId }, (element) => {
      element.value = value;
      for (const option of listOf(element.options)) option.value = value;
    });
    const menu = actionId === 'milestone_menu' ? { optionValue: value } : {};
    const { status } = await slack.click({ user: anna, channel, ts, actionId, ...menu });
    expect(status).toBe(200);
    return whispersTo(world, anna).slice(before).join('\n');
  };

  it('is told what is wrong, whichever button sends a value that does not exist', async () => {
    await begin();
    const { slack, anna, channel, log } = world;
    const answer = slack.thread(channel, Outline).at(-1)?.ts ?? '';
    for (const id of ['', 'garbage', 'f'.repeat(24), '{"$ne":null}']) {
      for (const actionId of ['attachments_list', 'attachment_add', 'project_edit']) {
        expect(await press(project, actionId, id)).toContain('This project no longer exists.');
      }
      expect(await press(Outline, 'milestone_edit', id)).toContain('This milestone no longer exists.');
      expect(await press(Outline, 'milestone_menu', `done:${id}`)).toContain(
        'This milestone no longer exists.',
      );
      expect(await press(Outline, 'milestone_menu', `delete:${id}`)).toContain(
        'This milestone no longer exists.',
      );
      for (const actionId of ['answer_receipt', 'answer_vote_up', 'answer_vote_down']) {
        expect(await press(answer, actionId, id)).toContain('This answer is no longer stored.');
      }
      await press(project, 'milestone_add', id);
      const added = await slack.submit(anna, { title: 'Forged' });
      expect(added.errors?.title).toContain('This project no longer exists.');
      await slack.closeModal(anna);
    }
    expect(log.lines.filter((line) => line.event === 'interaction_failed')).toEqual([]);
  });

  it('reads and changes nothing of a project whose channel the person is not in', async () => {
    await begin();
    const { slack, anna, channel, milepost, log } = world;
    const { teamId, stores } = milepost;
    const answer = slack.thread(channel, Outline).at(-1)?.ts ?? '';
    for (const actionId of ['attachments_list', 'attachment_add']) {
      expect(await press(project, actionId, secret.project)).toContain('Only members of the channel');
    }
    const join = 'Join the channel first; only its members can change its project and tasks.';
    expect(await press(project, 'project_edit', secret.project)).toBe(join);
    expect(await press(Outline, 'milestone_edit', secret.milestone)).toBe(join);
    expect(await press(Outline, 'milestone_menu', `delete:${secret.milestone}`)).toBe(join);
    expect(await press(Outline, 'milestone_menu', `done:${secret.milestone}`)).toBe(join);
    for (const actionId of ['answer_receipt', 'answer_vote_up', 'answer_vote_down']) {
      expect(await press(answer, actionId, secret.answer)).toContain(
        'Only members of the channel can do this.',
      );
    }
    await press(project, 'milestone_add', secret.project);
    expect((await slack.submit(anna, { title: 'Forged' })).errors?.title).toBe(join);
    await slack.closeModal(anna);
    expect(slack.modal(anna)).toBeUndefined();
    expect(whispersTo(world, anna).join('\n')).not.toMatch(/walrus|Zoo/iu);
    expect(await stores.milestones.listByProject(teamId, secret.project)).toMatchObject([
      { title: 'Walrus', state: 'open' },
    ]);
    expect(log.lines.filter((line) => line.event === 'interaction_failed')).toEqual([]);
  });

  it('gets no further with forged forms', async () => {
    await begin();
    const { slack, anna, channel, milepost } = world;
    const { teamId, stores } = milepost;
    const forge = (change: (metadata: Fields) => void): void => {
      const view = slack.modal(anna);
      if (view === undefined) throw new Error('no form is open');
      const metadata: Fields = { ...JSON.parse(view.private_metadata) };
      change(metadata);
      view.private_metadata = JSON.stringify(metadata);
    };
    const open = (ts: string, actionId: string) => slack.click({ user: anna, channel, ts, actionId });

    await open(Outline, 'attachment_add');
    forge((metadata) => {
      metadata.projectId = secret.project;
    });
    const attached = await slack.submit(anna, { place: 'The whole project', content: 'Forged.' });
    expect(attached.errors?.content).toContain('Only members of the channel see its attachments.');

    await open(project, 'project_edit');
    forge((metadata) => {
      metadata.projectId = secret.project;
    });
    const changed = await slack.submit(anna, { name: 'Forged' });
    expect(changed.errors?.name).toContain('Join the channel first');

    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await openList(world, project);
    const chooser = slack.modal(anna)?.blocks.find((block) => block.block_id === 'attachment');
    for (const option of listOf(Object(chooser?.element).options)) option.value = secret.attachment;
    const removed = await slack.submit(anna, { attachment: secret.attachment, act: 'remove' });
    expect(removed.errors?.attachment).toContain('Only members of the channel see its attachments.');

    await open(Outline, 'milestone_edit');
    const view = slack.modal(anna);
    if (view !== undefined) view.private_metadata = 'garbage';
    const garbage = await slack.submit(anna, { title: 'Forged' });
    expect(garbage.errors?.title).toMatch(UNEXPECTED);
    expect(garbage.errors?.title).toMatch(/reference [0-9a-f]{8}/u);

    expect(await stores.projects.findById({ teamId, id: secret.project })).toMatchObject({ name: 'Zoo' });
    expect(await stores.attachments.listByProject(teamId, secret.project)).toHaveLength(1);
    expect(JSON.stringify(await stores.milestones.listByProject(teamId, secret.project))).not.toContain(
      'Forged',
    );
  });

  it('cannot press the buttons of a private channel from outside', async () => {
    await begin();
    const { slack, anna, milepost, log } = world;
    const { teamId, stores, connection } = milepost;
    const milestone = await stores.milestones.findById({ teamId, id: secret.milestone });
    const { channelId = '', threadTs = '' } = milestone ?? {};
    const attempt = (action: Fields) =>
      slack.deliverRaw(
        new URLSearchParams({
          payload: JSON.stringify({
            type: 'block_actions',
            user: { id: anna, team_id: teamId },
            team: { id: teamId },
            trigger_id: '1.1.forged',
            channel: { id: channelId },
            message: { ts: threadTs, thread_ts: threadTs },
            actions: [{ type: 'button', block_id: 'b', action_ts: '1.1', ...action }],
          }),
        }).toString(),
        { contentType: 'application/x-www-form-urlencoded' },
      );
    const shared = slack.messages(channelId).find((message) => message.text.includes('walrus'));
    const replies = [
      await attempt({ action_id: 'answer_vote_up', value: secret.answer }),
      await attempt({ action_id: 'answer_receipt', value: secret.answer }),
      await attempt({ action_id: 'answer_try_again', value: secret.answer }),
      await attempt({ action_id: 'attachment_undo', value: shared?.ts }),
      await attempt({ action_id: 'attachments_list', value: secret.project }),
      await attempt({
        action_id: 'milestone_menu',
        selected_option: { value: `archive:${secret.milestone}` },
      }),
      await attempt({ action_id: 'no_such_button', value: 'x' }),
    ];
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 200));
    expect(await connection.collection('votes').find({ teamId }).toArray()).toEqual([]);
    expect(await stores.attachments.listByProject(teamId, secret.project)).toHaveLength(1);
    expect(await stores.milestones.findById({ teamId, id: secret.milestone })).toEqual(milestone);
    expect(log.lines.filter((line) => line.event === 'interaction_failed')).toEqual([]);
    expect(whispersTo(world, anna)).toEqual([]);
    expect(slack.modal(anna)).toBeUndefined();
  });

  it('of a person from another organisation does nothing either, in a channel they share', async () => {
    const { slack, channel } = world;
    const { Outline: thread = '' } = await world.setUp();
    const sam = slack.addUser({ name: 'sam', teamId: 'T0OTHER' });
    await slack.invite(channel, sam);
    await slack.click({
      user: sam,
      channel,
      ts: thread,
      actionId: 'milestone_menu',
      optionValue: 'Mark done',
    });
    await whispered(world, sam, 'Only people of this workspace can use these buttons.');
    expect(reads(world, thread)).toContain('Open ·');
    expect(linksOf(slack.message(channel, thread))).toEqual([]);
  });
});

describe('A wrong environment', () => {
  const wrong = {
    SLACK_BOT_TOKEN: 'xoxp-of-a-person',
    SLACK_APP_TOKEN: 'xoxb-not-for-apps',
    SLACK_SIGNING_SECRET: 'short',
    SLACK_API_URL: 'localhost:3900',
    MONGODB_URI: 'postgres://localhost/milepost',
    OPENAI_BASE_URL: 'ollama',
    PORT: 'http',
    LOG_LEVEL: 'loud',
    CONTEXT_BUDGET_TOKENS: '12',
    ATTACHMENT_LIMIT: '0',
    FILE_LIMIT_MB: '1.5',
    MODEL_DEADLINE_SECONDS: '-1',
    MODEL_IDLE_SECONDS: 'soon',
    JOB_CONCURRENCY: '1000',
    JOB_LEASE_SECONDS: '1',
    JOB_BACKOFF_MS: '0',
  };

  function problemsOf(environment: Record<string, string>): string[] {
    try {
      readConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  }

  it('is told of every wrong variable at once, each with its fix', () => {
    const problems = problemsOf(wrong);
    const names = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(names.sort()).toEqual([...Object.keys(wrong), 'OPENAI_MODEL'].sort());
    expect(problems).toContain(
      'SLACK_BOT_TOKEN: It begins with xoxb-. Copy the "Bot User OAuth Token", not a user or app token.',
    );
    expect(problems).toContain('PORT: Give a whole number from 0 to 65535, or leave it out for 3000.');
    expect(problems).toContain('LOG_LEVEL: Use one of trace, debug, info, warn, error, fatal, silent.');
    for (const problem of problems) expect(problem).toMatch(/^[A-Z_]+: \S.{20,}\.$/u);
  });

  it('is told of every missing variable, an empty one counting as missing', () => {
    const expected = [
      expect.stringMatching(/^SLACK_BOT_TOKEN: Copy the "Bot User OAuth Token".*npm run demo/u),
      expect.stringMatching(/^SLACK_APP_TOKEN or SLACK_SIGNING_SECRET: set the first for Socket Mode/u),
    ];
    expect(problemsOf({})).toEqual(expected);
    expect(problemsOf(Object.fromEntries(Object.keys(wrong).map((name) => [name, ''])))).toEqual(expected);
  });

  it('ends the process with 1 and a text that can be read', async () => {
    const end = await startAppProcess(wrong).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(end).toContain('The app ended while it started (1):');
    expect(end).toContain(
      'Milepost could not start.\nThe configuration has 17 problems:\n  - SLACK_BOT_TOKEN: It',
    );
    expect(end).toContain('  - OPENAI_MODEL: name the model that your OPENAI_BASE_URL serves');
    expect(end).not.toContain('    at ');
    expect(end).not.toContain('of-a-person');
  });

  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('such as a token that Slack does not know is told with where the right one is', async () => {
    const { slack, mongoUri, log } = world;
    const environment = {
      SLACK_BOT_TOKEN: 'xoxb-unknown',
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      PORT: '0',
    };
    const start = startMilepost(readConfig(environment), mongoUri, log);
    await expect(start).rejects.toThrow(
      /^Slack refused SLACK_BOT_TOKEN \(invalid_auth\)\. Copy the "Bot User OAuth Token"/u,
    );
  });

  it('such as an address where no Slack answers is told with that address', async () => {
    const { slack, mongoUri, log } = world;
    const environment = {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
      PORT: '0',
    };
    const start = startMilepost(readConfig(environment), mongoUri, log);
    await expect(start).rejects.toThrow('Slack could not be reached at http://127.0.0.1:9/api/.');
  });
});
