import { describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { offeredTools } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, lastSent, sent } from './acting.ts';
import {
  answeredDirectly,
  askDirectly,
  chooseMode,
  coachingOf,
  holding,
  leaked,
  remembers,
  remembersFacts,
  requestsWith,
  rowsOf,
  toldDirectly,
} from './coaching-acts.ts';
import { openHome, planTask, readied, taskWhen } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

describe('Direct messages with the bot', () => {
  inFreshWorld({}, enter);

  it('are one conversation, however many first messages come at once, and each is answered in its turn', async () => {
    const { slack, anna, provider } = world;
    provider.hold();
    const said = await Promise.all(
      Array.from({ length: 50 }, (_, n) => slack.dm(anna, `Thought-${n + 1}-of-mine.`)),
    );
    await provider.until(1);
    provider.release();
    const answers = await slack.until(() => {
      const told = toldDirectly(world, anna).map(textOf);
      return told.length === 50 && told;
    }, 'all are answered');
    const order = answers.map((answer) => Number(/Thought-(\d+)-of-mine/u.exec(answer)?.[1]));
    // Whichever came first was being answered while the others came in.
    expect(order.slice(1)).toEqual(order.slice(1).toSorted((a, b) => a - b));
    expect(new Set(order)).toEqual(new Set(Array.from({ length: 50 }, (_, n) => n + 1)));

    const conversations = await rowsOf(world, 'conversations');
    expect(conversations).toMatchObject([{ type: 'coaching', userId: anna, projectId: null }]);
    const messages = await rowsOf(world, 'messages');
    expect(messages).toHaveLength(100);
    expect(new Set(messages.map((message) => message.conversationId))).toEqual(
      new Set([String(conversations[0]?._id)]),
    );
    expect(said.map(({ message }) => message.thread_ts)).toEqual(Array.from({ length: 50 }, () => undefined));
    expect(toldDirectly(world, anna).map((message) => message.thread_ts)).toEqual(
      Array.from({ length: 50 }, () => undefined),
    );
  });

  it('of two people never see each other’s words, facts or entries', async () => {
    const { anna, ben } = world;
    remembersFacts(world, 'ANNA-FACT', [{ key: 'anna likes', value: 'ANNA-FACT' }]);
    remembersFacts(world, 'BEN-FACT', [{ key: 'ben likes', value: 'BEN-FACT' }]);
    remembers(world, 'ANNA-ENTRY', [{ key: 'anna decided', value: 'ANNA-ENTRY' }]);
    remembers(world, 'BEN-ENTRY', [{ key: 'ben decided', value: 'BEN-ENTRY' }]);
    for (const [user, name] of [
      [anna, 'ANNA'],
      [ben, 'BEN'],
    ] as const) {
      await askDirectly(world, `Remember that I like ${name}-FACT.`, { user });
      await askDirectly(world, `We decided on ${name}-ENTRY.`, { user });
      await askDirectly(world, `I say ${name}-WORD.`, { user });
    }
    await askDirectly(world, 'What of me do you know, Milepost?', { user: anna });
    for (const own of ['anna likes: ANNA-FACT', 'anna decided: ANNA-ENTRY', 'ANNA-WORD'])
      expect(lastSent(world)).toContain(own);
    expect(lastSent(world)).not.toContain('BEN-');
    await askDirectly(world, 'And of me?', { user: ben });
    for (const own of ['ben likes: BEN-FACT', 'ben decided: BEN-ENTRY', 'BEN-WORD'])
      expect(lastSent(world)).toContain(own);
    expect(lastSent(world)).not.toContain('ANNA-');
    const both = world.provider
      .requests()
      .map(sent)
      .filter((text) => text.includes('ANNA-') && text.includes('BEN-'));
    expect(both).toEqual([]);
    const conversations = await rowsOf(world, 'conversations');
    expect(conversations.map(({ type, userId }) => [type, userId]).sort()).toEqual(
      [
        ['coaching', anna],
        ['coaching', ben],
      ].sort(),
    );
  });

  it('are answered where they were written: at top level or in their thread, as one conversation', async () => {
    const { slack, anna } = world;
    const first = await askDirectly(world, 'I begin with the heron.');
    expect(first.answer.thread_ts).toBeUndefined();
    const threaded = await askDirectly(world, 'I go on with the otter.', { threadTs: first.ts });
    expect(threaded.answer.thread_ts).toBe(first.ts);
    const under = await askDirectly(world, 'And under your answer, the newt.', {
      threadTs: first.answer.ts,
    });
    expect(under.answer.thread_ts).toBe(first.answer.ts);
    const last = await askDirectly(world, 'What was it about?');
    expect(last.answer.thread_ts).toBeUndefined();
    for (const word of ['heron', 'otter', 'newt']) expect(lastSent(world)).toContain(word);
    expect(await rowsOf(world, 'conversations')).toHaveLength(1);
    expect(slack.reactions(slack.dmOf(anna) ?? '', last.ts)).toEqual([]);
  });

  it('keep their conversation over a restart, and follow edits and deletions', async () => {
    const { slack, anna } = world;
    const heron = await askDirectly(world, 'The heron is late.');
    const otter = await askDirectly(world, 'The otter is early.');
    await world.restart();
    const channel = slack.dmOf(anna) ?? '';
    await slack.edit({ channel, ts: heron.ts, text: 'The stork is late.' });
    await slack.until(() => textOf(slack.message(channel, heron.answer.ts)).includes('stork'), 'the edit');
    await slack.remove({ channel, ts: otter.ts });
    await askDirectly(world, 'Who is late?');
    expect(lastSent(world)).toContain('The stork is late.');
    for (const gone of ['heron', 'otter']) expect(lastSent(world)).not.toContain(gone);
    expect(await holding(world, 'otter')).toEqual([]);
  });

  it('attach nothing, and say where to share links and files', async () => {
    const { slack, anna, provider } = world;
    await world.setUp();
    const files = [{ name: 'notes.txt', content: 'The FILE-HERON waits.' }];
    const { ts } = await slack.dm(anna, '', { files });
    const alone = await answeredDirectly(world, anna, ts);
    expect(textOf(alone)).toContain('I read no files here: share them in the thread of a milestone.');
    expect(provider.requests()).toEqual([]);

    const link = await askDirectly(world, 'What does https://example.com/plan say?');
    expect(textOf(link.answer)).toContain('Answer to:');
    expect(lastSent(world)).toContain('You see no documents, links, messages or plans of any project.');
    expect(lastSent(world)).toContain('send them to the thread of the milestone');
    const both = await slack.dm(anna, 'What is in these notes?', { files });
    await answeredDirectly(world, anna, both.ts);
    const channel = slack.dmOf(anna) ?? '';
    for (const one of [ts, link.ts, both.ts]) expect(slack.reactions(channel, one)).toEqual([]);
    expect(await rowsOf(world, 'attachments')).toEqual([]);
    expect(await holding(world, 'FILE-HERON')).toEqual([]);
    expect(slack.callsOf('file_download')).toEqual([]);
    expect(slack.ephemerals(channel)).toEqual([]);
  });

  it('offer what the mode chosen in the Home allows', async () => {
    const { anna, provider } = world;
    const toolsOf = async (question: string) => {
      await askDirectly(world, question);
      return offeredTools(provider.requests().at(-1) ?? { model: '', messages: [] });
    };
    const memory = ['remember', 'remember_about_person'];
    expect(await toolsOf('How do you behave at first?')).toEqual(memory);
    await openHome(world, anna);
    await chooseMode(world, anna, 'Auto');
    expect((await coachingOf(world, anna)).mode).toBe('auto');
    expect(await toolsOf('How do you behave now?')).toEqual([...memory, 'propose_specialist']);
    expect(lastSent(world)).toContain('Otherwise answer yourself.');
    await chooseMode(world, anna, 'Prefers specialists');
    expect(await toolsOf('And now?')).toEqual([...memory, 'propose_specialist']);
    expect(lastSent(world)).toContain('Prefer proposing a specialist');
    await chooseMode(world, anna, 'Coaching');
    expect(await toolsOf('And again?')).toEqual(memory);
    expect(lastSent(world)).not.toContain('propose_specialist');
  });
});

describe('What the bot knows in direct messages', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('are the person’s facts, their own tasks and the names of their projects, and nothing else of any project', async () => {
    const { slack, anna, ben, channel, provider } = world;
    const film = slack.addChannel({ name: 'film', members: [anna, ben] });
    const { Outline = '', project = '' } = await world.setUp({ purpose: 'PURPOSE-CANARY' });
    await world.setUp({ channel: film, name: 'Film', milestones: ['Script'] });
    await world.paste(Outline, 'DOCUMENT-CANARY and more.', 'TITLE-CANARY');
    await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: 'LINK-CANARY https://example.com/canary',
    });
    remembers(world, 'MEMORY-CANARY', [{ key: 'entry', value: 'MEMORY-CANARY' }]);
    await world.ask({ thread: Outline, text: 'We decided MEMORY-CANARY, remember it.' });
    await world.ask({ thread: project, text: 'PROJECT-CANARY?' });
    provider.plans([{ plan: '# PLAN-CANARY', checklist: ['CHECK-CANARY'] }]);
    const ours = await readied(world, 'Task of Anna');
    await planTask(world, { title: 'Task of Ben' }, ben);
    await planTask(world, { title: 'Started by Anna' }, ben);
    const started = await taskWhen(world, 'Started by Anna', 'planned', (one) => one.status === 'backlog');
    await world.milepost.stores.tasks.change(
      started,
      { status: 'ready' },
      { by: { kind: 'person', id: ben, name: '' }, what: 'moved', version: null },
    );
    await openHome(world, anna);
    await slack.click({ user: anna, view: 'home', actionId: 'task_start', value: started.id });
    await taskWhen(world, 'Started by Anna', 'started', (one) => one.status === 'in_progress');
    await slack.command({ user: anna, channel: film, command: '/plan', text: 'Task in the Film' });
    await slack.submit(anna, {});
    await taskWhen(world, 'Task in the Film', 'planned', (one) => one.status === 'backlog');
    expect(ours.task.title).toBe('Task of Anna');

    remembersFacts(world, 'FACT-ANNA', [{ key: 'works', value: 'FACT-ANNA' }]);
    await askDirectly(world, 'Remember that I work mornings, FACT-ANNA.');
    const { answer } = await askDirectly(world, 'What is on my plate?');
    const told = lastSent(world);
    for (const known of [
      '- works: FACT-ANNA',
      '- project Book',
      '- project Film',
      '- task Task of Anna (ready, in Book)',
      '- task Started by Anna (in_progress, in Book)',
      '- task Task in the Film (backlog, in Film)',
    ])
      expect(told).toContain(known);
    for (const hidden of ['Task of Ben', 'Outline', 'Cover', 'Script', '-CANARY', 'example.com'])
      expect(told).not.toContain(hidden);
    expect(textOf(answer)).toContain('1 remembered, 3 tasks of yours, 2 project names');

    await slack.kick(film, anna);
    await askDirectly(world, 'And without the Film?');
    expect(lastSent(world)).not.toContain('project Film');
    expect(lastSent(world)).not.toContain('Task in the Film');
    expect(lastSent(world)).toContain('- project Book');
    const direct = requestsWith(world, 'coaching one person');
    expect(direct.join('\n')).not.toContain('-CANARY');
    await world.ask({ thread: Outline, text: 'What do you know of Anna?' });
    expect(lastSent(world)).not.toContain('FACT-ANNA');
    expect(leaked(world, ['FACT-ANNA'], provider.requests().length - 1)).toEqual([]);
  });
});
