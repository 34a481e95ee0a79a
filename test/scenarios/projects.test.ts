import { describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { filledIn, hastyClock, inFreshWorld, lastSent, optionsOf, reads, whispered } from './acting.ts';
import { openHome } from './planning-acts.ts';

/** The bot's messages in the channel itself, oldest first. */
function inChannel({ slack, channel }: World, where = channel): string[] {
  return slack
    .messages(where)
    .filter((message) => message.user === slack.botUserId && message.thread_ts === undefined)
    .map(textOf);
}

function shows(world: World, ts: string, text: string): Promise<true> {
  return world.slack.until(() => reads(world, ts).includes(text), `the card says "${text}"`);
}

describe('A channel becomes a project', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('once, when two people submit the form at the same moment, and the other is told', async () => {
    const { slack, anna, ben, channel } = world;
    await slack.command({ user: anna, channel, command: '/project' });
    await slack.command({ user: ben, channel, command: '/project' });

    const both = await Promise.all([
      slack.submit(anna, { name: 'Rivers', milestones: 'Outline' }),
      slack.submit(ben, { name: 'Lakes', milestones: 'Cover' }),
    ]);

    const refused = both.filter((done) => done.errors !== undefined);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.errors?.name).toMatch(
      /^This channel is already the project “(Rivers|Lakes)”\. Use \/project/,
    );
    await slack.until(() => inChannel(world).length === 2, 'the project card and one milestone card');
    const winner = both[0]?.errors === undefined ? ['Rivers', 'Outline'] : ['Lakes', 'Cover'];
    expect(inChannel(world).map((card) => winner.find((name) => card.includes(name)))).toEqual(winner);
  });

  it('through the card that the bot posts when it is invited, once however often Slack tells of it', async () => {
    const { slack, anna } = world;
    const launch = slack.addChannel({ name: 'launch', members: [anna] });
    const joined = {
      type: 'member_joined_channel',
      user: slack.botUserId,
      channel: launch,
      channel_type: 'C',
    };
    await slack.deliver({ ...joined, event_ts: '1700000000.000100' });
    await slack.deliver({ ...joined, event_ts: '1700000000.000100' });
    await slack.until(() => inChannel(world, launch).length === 1, 'the invitation');
    expect(inChannel(world, launch)[0]).toContain('I make this channel a *project*');

    await slack.click({ user: anna, channel: launch, actionId: 'project_set_up' });
    expect(textOf(slack.modal(anna))).toContain('Set up project');
    expect(filledIn(slack.modal(anna), 'name')).toBe('launch');
    await slack.submit(anna, { milestones: 'Press kit\nPress kit\n- Venue' });

    await slack.until(() => inChannel(world, launch).length === 4, 'three cards below the invitation');
    expect(inChannel(world, launch)[1]).toContain('*launch*');
    expect(inChannel(world, launch)[2]).toContain('*Press kit*');
    expect(inChannel(world, launch)[3]).toContain('*Venue*');
  });

  it('through "New project" in the Home, in one of the channels that the person and the bot share', async () => {
    const { slack, anna, ben, channel } = world;
    slack.addChannel({ name: 'without-anna', members: [ben] });
    slack.addChannel({ name: 'without-bot', members: [anna], withBot: false });
    const secret = slack.addChannel({ name: 'secret', members: [anna], isPrivate: true });
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'project_new' });
    expect(optionsOf(slack.modal(anna))).toEqual(['#book', '#secret']);

    await slack.submit(anna, { channel: '#secret', name: 'Moon', milestones: 'Rocket' });

    await slack.until(() => inChannel(world, secret).length === 2, 'the cards');
    expect(inChannel(world, secret)[0]).toContain('*Moon*');
    expect(inChannel(world, channel)).toEqual([]);
  });

  it('and someone who shares no channel with the bot is told from the Home what to do first', async () => {
    const { slack } = world;
    const carl = slack.addUser({ name: 'carl' });
    await openHome(world, carl);
    await slack.click({ user: carl, view: 'home', actionId: 'project_new' });
    expect(textOf(slack.modal(carl))).toMatch(
      /share no channel .*\. Invite me to one with `\/invite @Milepost`/u,
    );
  });

  it('and what the form cannot take leaves no project behind, so that it can be corrected and sent again', async () => {
    const { slack, anna, channel } = world;
    await slack.command({ user: anna, channel, command: '/project' });
    const long = `https://example.com/${'x'.repeat(2_500)}`;
    const refused = await slack.submit(anna, { name: 'Rivers', milestones: 'Outline', attachments: long });
    expect(refused.errors).toEqual({ attachments: expect.stringContaining('the limit is 2,000') });
    const done = await slack.submit(anna, { attachments: 'https://example.com/short' });
    expect(done.errors).toBeUndefined();
    await slack.until(() => inChannel(world).length === 2, 'the cards');
    const card = slack.messages(channel)[0]?.ts ?? '';
    await shows(world, card, '1 attachment shared by all milestones');
  });
});

describe('A project', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('is changed by /project, which opens the same form with what is there', async () => {
    const { slack, anna, ben, channel } = world;
    const { project = '' } = await world.setUp({ name: 'Book', purpose: 'A field guide', milestones: ['A'] });
    await slack.command({ user: ben, channel, command: '/project' });
    const form = slack.modal(ben);
    expect(textOf(form)).toContain('Edit project');
    expect([filledIn(form, 'name'), filledIn(form, 'purpose')]).toEqual(['Book', 'A field guide']);

    await slack.submit(ben, { name: 'River book', purpose: 'All about rivers', milestones: 'B' });

    await shows(world, project, '*River book*\nAll about rivers');
    await shows(world, project, ':large_blue_circle: A\n:large_blue_circle: B');
    await slack.until(() => inChannel(world).length === 3, 'the card of B');
    await slack.click({ user: anna, channel, ts: project, actionId: 'project_edit' });
    expect(filledIn(slack.modal(anna), 'purpose')).toBe('All about rivers');
  });

  it('shows on its cards how much is attached, also after that changed', async () => {
    const { Outline = '', project = '' } = await world.setUp();
    expect(reads(world, Outline)).toContain('Open · 0 attachments');
    expect(reads(world, project)).toContain('0 attachments shared by all milestones');
    await world.paste(Outline, 'Chapter three has 4,200 words.');
    await world.paste(project, 'https://example.com/style\nhttps://example.com/names');
    await shows(world, Outline, 'Open · 1 attachment ·');
    await shows(world, project, '2 attachments shared by all milestones');
  });

  it('gets a further milestone from the button on its card, with its day and its thread', async () => {
    const { slack, anna, channel } = world;
    const { project = '' } = await world.setUp({ milestones: ['Outline'] });
    await slack.click({ user: anna, channel, ts: project, actionId: 'milestone_add' });
    await slack.submit(anna, { title: 'Index', description: 'Names and places', due: '2027-03-01' });

    await slack.until(() => inChannel(world).length === 3, 'the third card');
    const card = slack.messages(channel).at(-1)?.ts ?? '';
    expect(reads(world, card)).toContain('*Index*\nNames and places');
    expect(reads(world, card)).toContain('Open · due 2027-03-01');
    await shows(world, project, 'Index · due 2027-03-01');
    await world.ask({ thread: card, text: 'What is this about?' });
    expect(lastSent(world)).toContain('Section: Index\nDescription: Names and places');
  });

  it('mentions nobody and links nowhere through the names that people give', async () => {
    const { slack, anna, channel } = world;
    const name = '<!channel> & <https://evil.example|click>';
    const { [name]: thread = '' } = await world.setUp({ name, purpose: name, milestones: [name] });
    await slack.click({
      user: anna,
      channel,
      ts: thread,
      actionId: 'milestone_menu',
      optionValue: 'Delete…',
    });
    await slack.submit(anna);
    await shows(world, thread, 'was deleted by');
    const written = JSON.stringify(slack.messages(channel).map(({ text, blocks }) => [text, blocks]));
    expect(written).toContain('&lt;!channel&gt;');
    expect(written).not.toContain('<!channel>');
    expect(written).not.toContain('<https://evil');
  });
});

describe('A card', () => {
  let world: World;
  inFreshWorld({ overrides: { now: () => 2_000 } }, (fresh) => {
    world = fresh;
  });

  it('is redrawn once for all changes of a window of three seconds', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    for (const page of ['one', 'two', 'three']) {
      await slack.say({ user: anna, channel, threadTs: Outline, text: `https://example.com/${page}` });
    }
    await shows(world, Outline, '3 attachments');
    const redrawn = slack.callsOf('chat.update').filter((call) => call.args.ts === Outline);
    expect(redrawn).toHaveLength(1);
  });
});

describe('An existing thread', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  /** A thread that people began by themselves. */
  async function talk(): Promise<{ root: string; reply: string }> {
    const { slack, anna, ben, channel } = world;
    const { ts: root } = await slack.say({ user: anna, channel, text: 'Fonts for the cover\nany ideas?' });
    const { ts: reply } = await slack.say({ user: ben, channel, threadTs: root, text: 'Serif.' });
    return { root, reply };
  }

  const adopt = (ts: string, user = world.anna) =>
    world.slack.shortcut({ user, callbackId: 'make_milestone', channel: world.channel, ts });

  it('becomes a milestone by the shortcut on any of its messages', async () => {
    const { slack, anna, channel } = world;
    await world.setUp();
    const { root, reply } = await talk();
    await adopt(reply);
    expect(filledIn(slack.modal(anna), 'title')).toBe('Serif.');
    await slack.submit(anna, { title: 'Fonts', description: 'What we set it in', due: '2027-04-01' });

    const card = await slack.until(
      () => slack.thread(channel, root).find((message) => textOf(message).includes('*Fonts*')),
      'the card in the thread',
    );
    expect(textOf(card)).toContain('What we set it in');
    expect(textOf(card)).toContain('due 2027-04-01');
    await world.paste(card.ts, 'Garamond costs nothing.', 'Prices');
    await world.ask({ thread: root, text: 'What does Garamond cost?' });
    expect(lastSent(world)).toContain('Section: Fonts');
    expect(lastSent(world)).toContain('Garamond costs nothing.');
  });

  it('keeps what was said in it with the bot before', async () => {
    const { slack, anna } = world;
    await world.setUp();
    const { root } = await talk();
    await world.ask({ thread: root, text: 'My favourite is Bembo.' });
    await adopt(root);
    await slack.submit(anna, { title: 'Fonts' });
    await slack.until(() => world.answersAfter(root, root).length === 2, 'the card');
    await world.ask({ thread: root, text: 'Which is my favourite?' });
    expect(lastSent(world)).toContain('Section: Fonts');
    expect(lastSent(world)).toContain('My favourite is Bembo.');
  });

  it('is one milestone when two people adopt it at the same moment', async () => {
    const { slack, anna, ben, channel } = world;
    const { project = '' } = await world.setUp({ milestones: [] });
    const { root } = await talk();
    await adopt(root, anna);
    await adopt(root, ben);
    const both = await Promise.all([
      slack.submit(anna, { title: 'Fonts' }),
      slack.submit(ben, { title: 'Letters' }),
    ]);
    const refusals = both.flatMap((done) => done.errors?.title ?? []);
    expect(refusals).toEqual([expect.stringMatching(/^This thread is already the milestone “/)]);
    await shows(world, project, ':large_blue_circle:');
    expect(slack.thread(channel, root).filter((message) => message.user === slack.botUserId)).toHaveLength(1);
  });

  it('that is a milestone already stays it, and the person is told', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: 'Again?' });
    await adopt(ts);
    await whispered(world, anna, 'This thread already is the milestone “Outline”.');
    expect(slack.modal(anna)).toBeUndefined();
  });

  it('of the project card cannot be one', async () => {
    const { slack, anna } = world;
    const { project = '' } = await world.setUp();
    await adopt(project);
    await whispered(world, anna, 'This is the project’s own thread.');
    expect(slack.modal(anna)).toBeUndefined();
  });

  it('outside a project cannot be one', async () => {
    const { anna } = world;
    const { root } = await talk();
    await adopt(root);
    await whispered(world, anna, 'This channel is not a project yet. Type `/project` here');
  });
});

describe('A milestone', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  const choose = (ts: string, optionValue: string) =>
    world.slack.click({
      user: world.anna,
      channel: world.channel,
      ts,
      actionId: 'milestone_menu',
      optionValue,
    });

  it('is renamed, described and dated, on the cards and for the model', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'milestone_edit' });
    expect(filledIn(slack.modal(anna), 'title')).toBe('Outline');
    await slack.submit(anna, { title: 'Structure', description: 'Chapters in order', due: '2027-05-31' });

    await shows(world, Outline, '*Structure*\nChapters in order');
    await shows(world, Outline, 'Open · due 2027-05-31');
    await shows(world, project, ':large_blue_circle: Structure · due 2027-05-31');
    await world.ask({ thread: Outline, text: 'What is this?' });
    expect(lastSent(world)).toContain('Section: Structure\nDescription: Chapters in order');
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'milestone_edit' });
    expect(filledIn(slack.modal(anna), 'due')).toBe('2027-05-31');
  });

  it('is done and open again', async () => {
    const { Outline = '', project = '' } = await world.setUp();
    await choose(Outline, 'Mark done');
    await shows(world, Outline, 'Done · 0 attachments');
    await shows(world, project, ':white_check_mark: Outline');
    await choose(Outline, 'Open again');
    await shows(world, Outline, 'Open · 0 attachments');
    await shows(world, project, ':large_blue_circle: Outline');
  });

  it('is moved up and down, and not beyond the ends', async () => {
    const { project = '', C = '', A = '' } = await world.setUp({ milestones: ['A', 'B', 'C'] });
    const inOrder = (...titles: string[]) =>
      shows(world, project, titles.map((title) => `:large_blue_circle: ${title}`).join('\n'));
    await choose(C, 'Move up');
    await inOrder('A', 'C', 'B');
    await choose(C, 'Move up');
    await inOrder('C', 'A', 'B');
    await choose(C, 'Move up');
    await choose(A, 'Move down');
    await inOrder('C', 'B', 'A');
  });

  it('that is archived leaves the project card and the places to attach to, and comes back', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await choose(Cover, 'Archive');
    await shows(world, Cover, 'Archived · 0 attachments');
    await slack.until(() => !reads(world, project).includes('Cover'), 'the project card is without it');
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    expect(optionsOf(slack.modal(anna))).toEqual(['The whole project', 'Outline']);
    await choose(Cover, 'Open again');
    await shows(world, project, ':large_blue_circle: Cover');
  });

  it('can still be attached to from its own card while it is archived', async () => {
    const { slack, anna, channel } = world;
    const { Cover = '' } = await world.setUp();
    await choose(Cover, 'Archive');
    await shows(world, Cover, 'Archived');
    await slack.click({ user: anna, channel, ts: Cover, actionId: 'attachment_add' });
    expect(filledIn(slack.modal(anna), 'place')).toBeDefined();
    await slack.submit(anna, { content: 'https://example.com/late' });
    await shows(world, Cover, 'Archived · 1 attachment');
  });

  it('that is deleted loses nothing: its attachments and its conversation stay in the project', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    await slack.say({ user: anna, channel, threadTs: Cover, text: 'https://example.com/heron' });
    await slack.say({ user: anna, channel, threadTs: Cover, text: 'I would rather see an otter.' });
    await choose(Cover, 'Delete…');
    expect(textOf(slack.modal(anna))).toContain('Delete *Cover*?');
    await slack.submit(anna);

    expect(reads(world, Cover)).toContain(
      `*Cover* was deleted by <@${anna}>. Its attachments and this conversation stay in the project.`,
    );
    await shows(world, project, '2 attachments shared by all milestones');
    expect(reads(world, project)).not.toContain('Cover');
    await world.ask({ thread: Cover, text: 'What did I want to see?' });
    expect(lastSent(world)).toContain('This is the project-level conversation');
    expect(lastSent(world)).toContain('I would rather see an otter.');
    await world.ask({ thread: Outline, text: 'What does the cover show?' });
    expect(lastSent(world)).toContain('The cover shows a heron.');
    expect(lastSent(world)).not.toContain('otter');
    await world.ask({ thread: project, text: 'And here?' });
    expect(lastSent(world)).toContain('https://example.com/heron');
    expect(lastSent(world)).not.toContain('otter');
  });

  it('that was deleted meanwhile says so to whoever presses its old buttons', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await slack.click({ user: ben, channel, ts: Outline, actionId: 'milestone_edit' });
    await choose(Outline, 'Delete…');
    await slack.submit(anna);
    const done = await slack.submit(ben, { title: 'Too late' });
    expect(done.errors).toEqual({ title: expect.stringContaining('This milestone no longer exists.') });
  });
});

describe('A project follows its channel', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('when it is renamed, if the project bears the name of the channel', async () => {
    const { slack, anna, channel } = world;
    const other = slack.addChannel({ name: 'site', members: [anna] });
    const named = await world.setUp({ name: 'book', milestones: [] });
    const own = await world.setUp({ channel: other, name: 'Our web site', milestones: [] });
    await slack.renameChannel(channel, 'river-book');
    await slack.renameChannel(other, 'web');
    await shows(world, named.project ?? '', '*river-book*');
    await slack.renameChannel(channel, 'lake-book');
    await shows(world, named.project ?? '', '*lake-book*');
    expect(reads(world, own.project ?? '', other)).toContain('*Our web site*');
  });

  it('when it is archived and unarchived: meanwhile it answers nothing and is not offered', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const late = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: `<@${slack.botUserId}> too late?`,
      deliver: false,
    });
    await slack.archiveChannel(channel);
    await slack.deliver(late.events.mention ?? {});
    await slack.command({ user: anna, channel, command: '/project' });
    await whispered(
      world,
      anna,
      'This project is archived with its channel. Unarchive the channel to go on.',
    );
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'project_new' });
    expect(optionsOf(slack.modal(anna))).toEqual([]);

    await slack.unarchiveChannel(channel);
    await world.ask({ thread: Outline, text: 'Are you there again?' });
    expect(provider.requests()).toHaveLength(1);
    expect(lastSent(world)).toContain('Are you there again?');
    expect(world.answersAfter(Outline, late.ts)).toHaveLength(1);
  });

  it('when it is archived while the model is at work: nothing is posted, and the next mention is answered', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.hold();
    const { ts } = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: `<@${slack.botUserId}> Now?`,
    });
    await provider.until(1);
    await slack.archiveChannel(channel);
    provider.release();
    await slack.until(
      () => world.log.lines.some((line) => line.event === 'job_given_up'),
      'the answer is given up',
    );
    expect(world.answersAfter(Outline, ts)).toEqual([]);
    await slack.unarchiveChannel(channel);
    expect(await world.ask({ thread: Outline, text: 'Back?' })).toContain('Answer to: anna: @Milepost Back?');
  });

  it('when the bot is removed and invited again, without a second invitation', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const cards = inChannel(world).length;
    await slack.kick(channel, slack.botUserId, { by: anna });
    await slack.command({ user: anna, channel, command: '/project' });
    await whispered(world, anna, '`/invite @Milepost`');
    await slack.invite(channel, slack.botUserId, { by: anna });
    const answer = await world.ask({ thread: Outline, text: 'Missed me?' });
    expect(answer).toContain('Missed me?');
    expect(inChannel(world)).toHaveLength(cards);
    await shows(world, project, '*Book*');
  });

  it('when it is deleted: the project is archived and nothing of it is offered', async () => {
    const { slack, anna, channel, milepost } = world;
    await world.setUp();
    await slack.deleteChannel(channel);
    const project = await milepost.stores.projects.findByChannel(milepost.teamId, channel);
    expect(project).toMatchObject({ state: 'archived', archiveReason: 'channel_deleted' });
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'project_new' });
    expect(textOf(slack.modal(anna))).toContain('share no channel');
  });
});

describe('/project', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  const type = (user: string, channel: string) => world.slack.command({ user, channel, command: '/project' });

  it('with "attachments" opens their list, with "help" says what it can do', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await slack.command({ user: ben, channel, command: '/project', text: ' attachments ' });
    expect(textOf(slack.modal(ben))).toContain('*Outline*\n:page_with_curl: *Chapters* · Text · read');
    await slack.closeModal(ben);
    await slack.command({ user: anna, channel, command: '/project', text: 'help' });
    expect(await whispered(world, anna, '`/project attachments` lists')).toContain('mention me to ask');
  });

  it('in a direct message says where projects live', async () => {
    const { slack, anna } = world;
    await type(anna, slack.openDm(anna));
    await whispered(world, anna, 'A project lives in a channel. Open the channel and type `/project` there.');
    expect(slack.modal(anna)).toBeUndefined();
  });

  it('by a guest says whom to ask', async () => {
    const { slack, channel } = world;
    const guest = slack.addUser({ name: 'gina', isGuest: true });
    await slack.invite(channel, guest);
    await type(guest, channel);
    await whispered(
      world,
      guest,
      'Guests and people from other organisations cannot change projects or their tasks.',
    );
    expect(slack.modal(guest)).toBeUndefined();
  });

  it('by someone from another organisation says the same', async () => {
    const { slack, channel } = world;
    const stranger = slack.addUser({ name: 'sam', teamId: 'T0OTHER' });
    await slack.invite(channel, stranger);
    await type(stranger, channel);
    await whispered(world, stranger, 'Ask a member of this workspace to do it.');
  });

  for (const isPrivate of [false, true]) {
    it(`in a ${isPrivate ? 'private' : 'public'} channel without the bot says how to invite it`, async () => {
      const { slack, anna } = world;
      const other = slack.addChannel({ name: 'other', members: [anna], withBot: false, isPrivate });
      await type(anna, other);
      await whispered(world, anna, 'I am not in this channel. Type `/invite @Milepost` here first');
      expect(slack.modal(anna)).toBeUndefined();
    });
  }
});
