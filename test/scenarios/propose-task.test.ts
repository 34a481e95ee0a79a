import { describe, expect, it } from 'vitest';
import type { TaskProposal } from '../../src/domain/task-proposal.ts';
import { call, offeredTools } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, reads, sent, tamper, whispered, whispersTo } from './acting.ts';
import { apiOf, buttonsOn, outdated, PROPOSAL, toBot } from './dispatch-acts.ts';
import { atRest, cardSays, messageWith, press, stored, threadOf, threadText } from './planning-acts.ts';

const TASK = { title: 'Map the upper weir', details: 'Where the birds nest.\nKeep it to one page.' };
const ASKED = 'We should map the weir one day';
const SAID = 'I have proposed that as a task.';
const TAKEN_BACK = 'This proposed task was taken back: what it came from was changed or removed.';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

interface Proposed {
  id: string;
  question: string;
  /** Slack ts of its message. */
  card: string;
}

function willPropose(wanted: Record<string, unknown>, asked: string): void {
  world.provider.script(asked, [[call('propose_task', wanted)]], SAID);
}

async function proposalsOf(question: string): Promise<TaskProposal[]> {
  const { stores, teamId } = world.milepost;
  return stores.taskProposals.listByQuestion(teamId, world.channel, question);
}

const now = async ({ question, id }: Proposed): Promise<TaskProposal> => {
  const found = (await proposalsOf(question)).find((one) => one.id === id);
  if (found === undefined) throw new Error('The proposal is not stored.');
  return found;
};

/** Asks in a thread so that the model proposes a task, and waits until its message stands there. */
async function proposed(thread: string, wanted: Partial<typeof TASK> = {}, asked = ASKED): Promise<Proposed> {
  const { slack, channel, anna } = world;
  const task = { ...TASK, ...wanted };
  willPropose(task, asked);
  const { ts } = await slack.say({ user: anna, channel, threadTs: thread, text: toBot(world, asked) });
  const card = await messageWith(world, thread, `Proposed task: *${task.title}*`);
  const [one] = await proposalsOf(ts);
  return { id: one?.id ?? '', question: ts, card };
}

const plan = (user: string, { card }: Pick<Proposed, 'card'>) => press(world, user, card, 'proposal_plan');
const decline = (user: string, { card }: Pick<Proposed, 'card'>) =>
  press(world, user, card, 'proposal_decline');

const tasks = () => world.milepost.stores.tasks.list({ teamId: world.milepost.teamId, limit: 100 });
const settled = () =>
  atRest(world, 'answer-mention', 'start-planning', 'follow-task', 'plan-task', 'show-proposal');

async function isNothing(one: Proposed): Promise<void> {
  await settled();
  expect(await tasks()).toEqual([]);
  expect(await now(one)).toMatchObject({ taskId: null });
}

describe('A proposed task', () => {
  inFreshWorld({}, enter);

  it('stands in the thread after the answer, with what it is about and two buttons, and is no task yet', async () => {
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const text = reads(world, one.card);
    expect(text).toContain('Proposed task: *Map the upper weir*');
    expect(text).toContain('> Where the birds nest.\n> Keep it to one page.');
    expect(buttonsOn(world, one.card)).toEqual(['Plan this', 'No, thanks']);
    const [answer, message] = world.answersAfter(Outline, one.question);
    expect(answer).toContain(SAID);
    expect(message).toContain('Proposed task:');
    await isNothing(one);
  });

  it('becomes a task in planning when a member wants it: in the place of the thread, named in the message', async () => {
    const { ben, milepost, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await plan(ben, one);
    await cardSays(world, one.card, '|Planning goes on here>*.');
    expect(reads(world, one.card)).toContain(`<@${ben}> has this planned.`);
    expect(buttonsOn(world, one.card)).toEqual([]);
    const [task, ...more] = await tasks();
    expect(more).toEqual([]);
    if (task === undefined) throw new Error('No task was made.');
    const milestone = await milepost.stores.milestones.findByThread(milepost.teamId, channel, Outline);
    expect(task).toMatchObject({
      title: TASK.title,
      description: TASK.details,
      milestoneId: milestone?.id,
      createdBy: { kind: 'person', id: ben },
      askedIn: Outline,
    });
    const planning = await threadOf(world, task, 'planning');
    await messageWith(world, Outline, ':memo: Planning goes on here:');
    expect(reads(world, one.card)).toContain(`p${planning.replace('.', '')}|Planning goes on here`);
    expect(await now(one)).toMatchObject({ state: 'planned', decidedBy: ben, taskId: task.id });
    await messageWith(world, planning, 'Plan v1* for');
  });

  it('goes away for "No, thanks", which is said, and nobody has it planned afterwards', async () => {
    const { anna, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const old = outdated(world, one.card);
    await decline(ben, one);
    await cardSays(world, one.card, `<@${ben}> said no, thanks. Nothing was made.`);
    expect(buttonsOn(world, one.card)).toEqual([]);
    old.show();
    await plan(anna, one);
    await whispered(world, anna, 'Nothing was changed. Somebody said no to it already.');
    await isNothing(one);
  });

  it('is one task when two people want it at the same moment, and when one presses twice', async () => {
    const { anna, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const old = outdated(world, one.card);
    await Promise.all([plan(anna, one), plan(ben, one)]);
    old.show();
    await plan(ben, one);
    await settled();
    expect(await tasks()).toHaveLength(1);
    const { decidedBy } = await now(one);
    await cardSays(world, one.card, `<@${decidedBy}> has this planned.`);
    await whispered(world, ben, 'Nothing was changed. It is being planned already');
    expect(threadText(world, Outline).filter((one) => one.includes(':memo: Planning goes on'))).toHaveLength(
      1,
    );
  });

  it('has one outcome when one wants it while another does not', async () => {
    const { anna, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await Promise.all([plan(anna, one), decline(ben, one)]);
    await settled();
    const { state, decidedBy } = await now(one);
    expect(decidedBy).toBe(state === 'planned' ? anna : ben);
    expect(await tasks()).toHaveLength(state === 'planned' ? 1 : 0);
    await whispered(world, state === 'planned' ? ben : anna, 'Nothing was changed.');
  });

  it('is finished by another process when one dies right after the decision', async () => {
    const { ben, milepost, slack } = world;
    const { stores, teamId } = milepost;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await stores.taskProposals.change(await now(one), { state: 'planned', decidedBy: ben });
    await slack.until(async () => {
      await milepost.settleLeftOver(teamId, 0);
      return !(await now(one)).unsettled;
    }, 'the decision is settled');
    await cardSays(world, one.card, `<@${ben}> has this planned.`);
    expect(await tasks()).toMatchObject([{ title: TASK.title, createdBy: { id: ben } }]);
  });

  it('waits for a decision again when something comes between the decision and the task', async () => {
    const { anna, ben, milepost, slack, channel } = world;
    const { stores, teamId } = milepost;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await slack.archiveChannel(channel);
    await stores.taskProposals.change(await now(one), { state: 'planned', decidedBy: ben });
    await slack.until(async () => {
      await milepost.settleLeftOver(teamId, 0);
      return !(await now(one)).unsettled;
    }, 'what was left over is settled');
    expect(await now(one)).toMatchObject({ state: 'open', decidedBy: null });
    await isNothing(one);
    await slack.unarchiveChannel(channel);
    await plan(anna, one);
    await cardSays(world, one.card, `<@${anna}> has this planned.`);
  });

  it('is shown as it is: what a model writes calls nobody and leads nowhere', async () => {
    const { Outline = '' } = await world.setUp();
    const details = '<!channel> see <https://evil.example|here> or https://evil.example';
    const { card } = await proposed(Outline, { details });
    const blocks = JSON.stringify(world.slack.message(world.channel, card)?.blocks);
    expect(blocks).toContain('&lt;!channel&gt; see &lt;https://evil.example|here&gt;');
    expect(blocks).toContain('"verbatim":true');
    expect(blocks).not.toContain('<https://evil.example');
  });

  it('is one in an answer, beside a specialist', async () => {
    const { slack, channel, anna, provider } = world;
    const { Outline = '' } = await world.setUp();
    const second = { title: 'Count the owls', details: '' };
    const calls = [
      call('propose_task', TASK),
      call('propose_task', second),
      call('propose_specialist', PROPOSAL),
    ];
    provider.script(ASKED, [calls], SAID);
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: toBot(world, ASKED) });
    await messageWith(world, Outline, 'Proposed task: *Map the upper weir*');
    await messageWith(world, Outline, 'waits for approval');
    expect((await proposalsOf(ts)).map(({ title }) => title)).toEqual([TASK.title]);
    expect(sent(provider.requests().at(-1))).toContain('an answer proposes one task');
  });
});

describe('Nobody has a task planned who', () => {
  inFreshWorld({}, enter);

  it.each([
    ['is a guest', { name: 'gil', isGuest: true }, 'Guests, people from other organisations and bots'],
    ['is of another organisation', { name: 'otto', teamId: 'T0OTHER' }, 'Only people of this workspace'],
    ['is a bot', { name: 'botty', isBot: true }, 'Guests, people from other organisations and bots'],
  ])('%s: they are told, and it stays open', async (_who, person, sentence) => {
    const { slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const user = slack.addUser(person);
    await slack.invite(channel, user);
    await plan(user, one);
    await decline(user, one);
    await slack.until(() => whispersTo(world, user).length === 2, 'they are told');
    for (const line of whispersTo(world, user)) expect(line).toContain(sentence);
    await isNothing(one);
    expect(await now(one)).toMatchObject({ state: 'open', decidedBy: null });
  });

  it('is not in the channel, or presses what is not stored', async () => {
    const { slack, ben, anna, channel, milepost } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await slack.kick(channel, ben, { deliver: false });
    const ref = { teamId: milepost.teamId, id: one.id };
    const forged = milepost.useCases.decideProposal(ref, ben, 'plan');
    await expect(forged).rejects.toMatchObject({ code: 'not_a_member' });
    await isNothing(one);
    expect(await now(one)).toMatchObject({ state: 'open' });
    tamper(world, { ts: one.card, actionId: 'proposal_plan' }, (element) => {
      element.value = '0'.repeat(24);
    });
    await plan(anna, one);
    await whispered(world, anna, 'This proposed task is no longer stored. Ask for it again.');
    await isNothing(one);
  });
});

describe('A proposed task whose question', () => {
  inFreshWorld({}, enter);

  it('is edited is taken back, and what the new question leads to stands', async () => {
    const { slack, channel, ben } = world;
    const { Outline = '' } = await world.setUp();
    const first = await proposed(Outline);
    const old = outdated(world, first.card);
    willPropose({ title: 'Count the owls', details: '' }, 'Rather the owls');
    await slack.edit({ channel, ts: first.question, text: toBot(world, 'Rather the owls') });
    await cardSays(world, first.card, TAKEN_BACK);
    expect(reads(world, first.card)).not.toContain('weir');
    expect(buttonsOn(world, first.card)).toEqual([]);
    const card = await messageWith(world, Outline, 'Proposed task: *Count the owls*');
    old.show();
    await plan(ben, first);
    await whispered(world, ben, 'Nothing was changed. What it was made from was changed or removed');
    await plan(ben, { card });
    await cardSays(world, card, `<@${ben}> has this planned.`);
    expect((await tasks()).map(({ title }) => title)).toEqual(['Count the owls']);
  });

  it('is edited to one that proposes nothing is taken back', async () => {
    const { slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await slack.edit({ channel, ts: one.question, text: toBot(world, 'Which birds are there?') });
    await cardSays(world, one.card, TAKEN_BACK);
    await isNothing(one);
  });

  it('is deleted is taken back: it says nothing any more, in Slack or stored, and cannot be pressed', async () => {
    const { slack, channel, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const old = outdated(world, one.card);
    await slack.remove({ channel, ts: one.question });
    await cardSays(world, one.card, TAKEN_BACK);
    expect(await now(one)).toMatchObject({ state: 'withdrawn', title: '', details: '' });
    old.show();
    await plan(ben, one);
    await whispered(world, ben, 'Ask for it again if it is still wanted.');
    await isNothing(one);
  });

  it('is deleted after it was planned keeps its task and says no more what it was', async () => {
    const { slack, channel, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await plan(ben, one);
    await cardSays(world, one.card, `<@${ben}> has this planned.`);
    await slack.remove({ channel, ts: one.question });
    await cardSays(world, one.card, 'A task was proposed here.');
    expect(reads(world, one.card)).not.toContain('weir');
    const [task] = await tasks();
    expect(task).toMatchObject({ title: TASK.title });
  });
});

describe('A proposed task that was made from an attachment', () => {
  inFreshWorld({}, enter);

  it('goes when that is removed, also when only the task quotes it', async () => {
    const { milepost } = world;
    const { Outline = '' } = await world.setUp();
    const fact = 'Kingfishers and dippers nest behind the old sluice gate of the upper weir every spring';
    await world.paste(Outline, fact, 'birds');
    const one = await proposed(Outline, { details: `Draw where it is so: ${fact}.` });
    const [source] = (await now(one)).sources;
    expect(await milepost.stores.attachments.findMany(milepost.teamId, [source ?? ''])).toHaveLength(1);
    const api = await apiOf(world);
    const gone = await api.call('DELETE', `/attachments/${source}`);
    expect(gone.status).toBeLessThan(300);
    await cardSays(world, one.card, TAKEN_BACK);
    expect(await now(one)).toMatchObject({ state: 'withdrawn', title: '', details: '' });
    await isNothing(one);
  });

  it('goes with its conversation', async () => {
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const { conversationId } = await now(one);
    const api = await apiOf(world);
    await api.call('DELETE', `/conversations/${conversationId}`);
    await cardSays(world, one.card, TAKEN_BACK);
    await isNothing(one);
  });
});

describe('The place of a proposed task', () => {
  inFreshWorld({}, enter);

  const planIn = async (thread: string) => {
    const one = await proposed(thread);
    await plan(world.ben, one);
    await cardSays(world, one.card, 'has this planned.');
    const [task] = await tasks();
    return task === undefined ? undefined : stored(world, task);
  };

  it('is the project where the thread is no milestone', async () => {
    const { project = '' } = await world.setUp();
    expect(await planIn(project)).toMatchObject({ milestoneId: null, askedIn: project });
  });

  it('is that of the thread as it is now: the project, once its milestone is gone', async () => {
    const { milepost, channel, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    const { stores, teamId } = milepost;
    const milestone = await stores.milestones.findByThread(teamId, channel, Outline);
    const api = await apiOf(world);
    const gone = await api.call('DELETE', `/milestones/${milestone?.id}`);
    expect(gone.status).toBeLessThan(300);
    await plan(ben, one);
    await cardSays(world, one.card, 'has this planned.');
    expect(await tasks()).toMatchObject([{ milestoneId: null }]);
  });

  it('is not a milestone that the thread has become since: what it says may belong elsewhere', async () => {
    const { slack, channel, anna, ben } = world;
    await world.setUp();
    const { ts: root } = await slack.say({ user: anna, channel, text: 'Maps, anybody?' });
    const one = await proposed(root);
    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts: root });
    await slack.submit(anna, { title: 'Maps' });
    await plan(ben, one);
    await whispered(world, ben, 'or this thread belongs elsewhere since.');
    await cardSays(world, one.card, TAKEN_BACK);
    await isNothing(one);
  });

  it('is nowhere while its project is archived, and there again afterwards', async () => {
    const { slack, channel, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(Outline);
    await slack.archiveChannel(channel);
    await plan(ben, one);
    await isNothing(one);
    expect(await now(one)).toMatchObject({ state: 'open' });
    await slack.unarchiveChannel(channel);
    await plan(ben, one);
    await cardSays(world, one.card, 'has this planned.');
  });
});

describe('Proposing a task', () => {
  inFreshWorld({}, enter);

  it('is offered to the model in threads of a project, and not where it coaches', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '', project = '' } = await world.setUp();
    for (const thread of [Outline, project]) await world.ask({ thread, text: 'Which birds?' });
    for (const request of provider.requests()) {
      expect(offeredTools(request)).toContain('propose_task');
      expect(sent(request)).toContain('call propose_task');
    }
    provider.reset();
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'milestone_edit' });
    await slack.submit(anna, { mode: 'coaching' });
    await world.ask({ thread: Outline, text: 'And now?' });
    await slack.dm(anna, 'What now?');
    await provider.until(2);
    for (const request of provider.requests()) {
      expect(offeredTools(request)).not.toContain('propose_task');
      expect(sent(request)).not.toContain('propose_task');
    }
  });
});
