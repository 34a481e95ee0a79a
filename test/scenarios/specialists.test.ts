import { describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { call, offeredTools, toolResults } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, reads, sent, whispersTo } from './acting.ts';
import {
  ASKED,
  apiOf,
  approve,
  buttonsOn,
  carriedOut,
  dispatchesOf,
  dispatchIs,
  listed,
  messagesOf,
  PROPOSAL,
  proposed,
  proposedBy,
  runsOf,
  taskThreadOf,
  toBot,
  willPropose,
} from './dispatch-acts.ts';
import { atRest, cardSays, messageWith, threadText } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

describe('A proposed specialist', () => {
  inFreshWorld({}, enter);

  it('stands in the thread as a card that says what it is to do and who can decide', async () => {
    const { Outline = '' } = await world.setUp();
    const { card, question } = await proposed(world, Outline);
    const text = reads(world, card);
    expect(text).toContain('*Researcher* · waits for approval\n> Look up the birds of the upper weir');
    expect(text).toContain('*Task*\n> Find out which birds nest at the upper weir.');
    expect(text).toContain('• Read the attachments\n• List the birds');
    expect(text).toContain(`Asked for by <@${world.anna}> · Any member of this channel can decide`);
    expect(buttonsOn(world, card)).toEqual(['Approve', 'Decline']);
    expect(world.slack.message(world.channel, card)?.thread_ts).toBe(Outline);
    const [answer = ''] = world.answersAfter(Outline, question);
    expect(answer).toContain('I have proposed somebody for it.');
    expect(runsOf(world)).toEqual([]);
  });

  it('is a message of the conversation with all it takes to decide, also over the API', async () => {
    const { Outline = '' } = await world.setUp();
    const { id, conversationId, card } = await proposed(world, Outline);
    const metadata = { dispatchId: id, ...PROPOSAL };
    const request = (await messagesOf(world, conversationId)).find(({ type }) => type === 'agent_request');
    expect(request).toMatchObject({ role: 'assistant', deleted: false, metadata });
    expect(request?.content).toContain('Look up the birds of the upper weir');

    const api = await apiOf(world);
    const messages = await listed(api, `/conversations/${conversationId}/messages`);
    expect(messages.map(({ type, author }) => [type, author])).toEqual([
      ['text', world.anna],
      ['text', 'milepost'],
      ['agent_request', 'milepost'],
    ]);
    expect(messages[1]).toMatchObject({ metadata: { toolCalls: ['propose_specialist'] } });
    expect(messages[2]).toMatchObject({ metadata });
    const [dispatch] = await listed(api, `/conversations/${conversationId}/dispatches`);
    expect(dispatch).toMatchObject({
      id,
      ...PROPOSAL,
      state: 'proposed',
      decidedBy: null,
      taskThreadId: null,
    });
    expect(reads(world, card)).not.toContain(id);
  });

  it('is known to the next answer', async () => {
    const { Outline = '' } = await world.setUp();
    await proposed(world, Outline);
    await world.ask({ thread: Outline, text: 'What are we waiting for?' });
    const request = sent(world.provider.requests().at(-1));
    expect(request).toContain('for a person to approve or decline: Look up the birds of the upper weir');
  });

  it('has to exist: another one gets the model a list of those there are, and nothing is proposed', async () => {
    const { provider } = world;
    const { Outline = '' } = await world.setUp();
    const astrologer = { ...PROPOSAL, specialist: 'astrologer' };
    provider.script(ASKED, [[call('propose_specialist', astrologer)]], 'There is nobody for that.');
    expect(await world.ask({ thread: Outline, text: ASKED })).toContain('There is nobody for that.');
    const last = provider.requests().at(-1);
    expect(last && toolResults(last).map(({ result }) => result)).toEqual([
      expect.stringContaining(
        'there is no such specialist. There are: analyst, planner, researcher, reviewer, writer.',
      ),
    ]);
    await atRest(world, 'answer-mention', 'show-dispatch');
    const { ts = '' } = world.slack.thread(world.channel, Outline)[1] ?? {};
    expect(await dispatchesOf(world, ts)).toEqual([]);
    expect(world.slack.thread(world.channel, Outline)).toHaveLength(3);
  });

  it('is one in each answer: of two only the first is proposed, and the model is told so', async () => {
    const { provider, slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const writer = { ...PROPOSAL, specialist: 'writer', summary: 'Write about the birds' };
    const both = [call('propose_specialist', PROPOSAL), call('propose_specialist', writer)];
    provider.script(ASKED, [both], 'First the research.');
    const text = toBot(world, ASKED);
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text });
    await proposedBy(world, ts);
    const last = provider.requests().at(-1);
    const [first, second] = last === undefined ? [] : toolResults(last);
    expect(first?.result).toContain('It waits for a person to approve or decline it.');
    expect(second?.result).toContain('an answer proposes one specialist');
    await atRest(world, 'answer-mention', 'show-dispatch');
    expect((await dispatchesOf(world, ts)).map(({ specialist }) => specialist)).toEqual(['researcher']);
    expect(threadText(world, Outline).filter((one) => one.includes('waits for approval'))).toHaveLength(1);
  });
});

describe('The mode of a thread', () => {
  inFreshWorld({}, enter);

  /** Sets it as a person does, in the form of the milestone. */
  async function setMode(thread: string, mode: string): Promise<void> {
    const { slack, anna, channel } = world;
    await slack.click({ user: anna, channel, ts: thread, actionId: 'milestone_edit' });
    const done = await slack.submit(anna, { mode });
    expect(done.errors).toBeUndefined();
  }

  it('auto offers proposing to the model, to decide for itself', async () => {
    const { Outline = '' } = await world.setUp();
    await world.ask({ thread: Outline, text: 'Which birds?' });
    const [request] = world.provider.requests();
    expect(request && offeredTools(request)).toContain('propose_specialist');
    expect(sent(request)).toContain('Otherwise answer yourself.');
    expect(sent(request)).not.toContain('Prefer proposing a specialist');
    expect(JSON.stringify(request?.tools)).toContain(
      '- researcher (Researcher): To gather what the attachments',
    );
  });

  it('coaching never offers it, and a model that calls it all the same gets nothing proposed', async () => {
    const { provider } = world;
    const { Outline = '' } = await world.setUp();
    await setMode(Outline, 'coaching');
    willPropose(world);
    await world.ask({ thread: Outline, text: ASKED });
    const requests = provider.requests();
    expect(requests.flatMap(offeredTools)).not.toContain('propose_specialist');
    expect(requests.map(sent).join('\n')).not.toContain('propose_specialist');
    const last = requests.at(-1);
    expect(last && toolResults(last)[0]?.result).toContain('no tool');
    await atRest(world, 'answer-mention');
    const { ts = '' } = world.slack.thread(world.channel, Outline)[1] ?? {};
    expect(await dispatchesOf(world, ts)).toEqual([]);
  });

  it('task tells the model to prefer it', async () => {
    const { Outline = '' } = await world.setUp();
    await setMode(Outline, 'task');
    await world.ask({ thread: Outline, text: 'Which birds?' });
    const [request] = world.provider.requests();
    expect(request && offeredTools(request)).toContain('propose_specialist');
    expect(sent(request)).toContain(
      'Prefer proposing a specialist with propose_specialist to answering yourself',
    );
    expect(sent(request)).toContain('no text can approve');
  });
});

describe('An approved specialist', () => {
  inFreshWorld({ overrides: { now: hastyClock() }, env: { CONTEXT_BUDGET_TOKENS: '800' } }, enter);

  const BIRDS = Array.from(
    { length: 38 },
    (_, n) => `Paragraph ${n + 1}. The heron of bay ${n + 1} was seen on day ${n + 1} of the year.`,
  ).join('\n\n');

  it('is at work step by step: the card follows in place, and each step is a message of the conversation', async () => {
    const { provider, slack, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, BIRDS, 'Birds');
    provider.script(
      PROPOSAL.task,
      [
        [call('search_attachments', { query: 'weir' })],
        [call('read_attachment', { number: 1 })],
        [call('search_attachments', { query: 'heron' })],
      ],
      'Herons nest there [1].',
    );
    const one = await proposed(world, Outline);
    const before = slack.messages(channel).length;
    provider.hold();
    await approve(world, ben, one);
    await cardSays(world, one.card, 'at work');
    await cardSays(world, one.card, ':white_large_square: Reads 1 attachment and the conversation');
    expect(reads(world, one.card)).toContain(`Approved by <@${ben}>`);
    expect(buttonsOn(world, one.card)).toEqual(['Stop']);
    expect(slack.messages(channel)).toHaveLength(before);
    provider.release();
    await dispatchIs(world, one, 'succeeded');
    await cardSays(world, one.card, '· done');
    const api = await apiOf(world);
    const [dispatch] = await listed(api, `/conversations/${one.conversationId}/dispatches`);
    expect(dispatch?.steps).toEqual(
      [
        'Reads 1 attachment and the conversation',
        'Reads further in an attachment',
        'Searches the attachments',
        'Writes down the result',
      ].map((text) => ({ text, done: true })),
    );
    const messages = await listed(api, `/conversations/${one.conversationId}/messages`);
    const progress = messages.filter(({ type }) => type === 'agent_progress');
    expect(progress.map(({ content }) => content)).toEqual([
      'Reads 1 attachment and the conversation',
      'Searches the attachments',
      'Reads further in an attachment',
      'Searches the attachments',
      'Writes down the result',
    ]);
    expect(progress[1]?.metadata).toEqual({
      dispatchId: one.id,
      steps: [
        { text: 'Reads 1 attachment and the conversation', done: true },
        { text: 'Searches the attachments', done: false },
      ],
    });
    expect(buttonsOn(world, one.card)).toEqual(['Open result']);
  });

  it('has its own instructions, its task and what was approved, and no tools but its own', async () => {
    const { provider, ben } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, BIRDS, 'Birds');
    const one = await proposed(world, Outline);
    await carriedOut(world, Outline, one, ben);
    const [run] = runsOf(world);
    expect(run && offeredTools(run).toSorted()).toEqual(['read_attachment', 'search_attachments']);
    expect(sent(run)).toContain('You are the researcher of Milepost.');
    expect(sent(run)).not.toContain('propose_specialist');
    expect(run?.messages.at(-1)?.content).toContain(
      'Find out which birds nest at the upper weir.\n\nWhat was approved:\n- Read the attachments\n- List the birds',
    );
    expect(provider.requests()).toHaveLength(3);
  });

  it('gets nothing when it calls what is not its own: it cannot propose, and remembers nothing', async () => {
    const { provider, ben, milepost } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, BIRDS, 'Birds');
    const one = await proposed(world, Outline);
    provider.script(
      PROPOSAL.task,
      [
        [
          call('propose_specialist', { ...PROPOSAL, task: 'Do it all again.' }),
          call('remember', { key: 'bird', type: 'domain', value: 'heron' }),
        ],
      ],
      'Nothing more.',
    );
    await carriedOut(world, Outline, one, ben);
    const results = toolResults(runsOf(world).at(-1) ?? { messages: [], model: '' });
    expect(results.map(({ name }) => name)).toEqual(['propose_specialist', 'remember']);
    for (const { result } of results) expect(result).toContain('no tool');
    const { teamId, stores } = milepost;
    const conversation = { teamId, id: one.conversationId };
    expect(await stores.contextEntries.list(conversation, { limit: 10 })).toEqual([]);
    expect(await stores.dispatches.listByConversation(conversation, ['proposed'], 10)).toEqual([]);
    const { id } = await taskThreadOf(world, one);
    const result = (await messagesOf(world, id)).find(({ type }) => type === 'agent_result');
    expect(result?.metadata).toMatchObject({ toolCalls: [] });
  });

  it('sees its own milestone and what the project shares, and nothing of another milestone', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'The heron CANARYOWN nests at the weir.', 'Birds');
    await slack.click({ user: ben, channel, ts: project, actionId: 'attachment_add' });
    await slack.submit(ben, { content: 'The weir CANARYSHARED lies upstream.', title: 'Places' });
    await world.paste(Cover, 'The cover CANARYOTHER is green.', 'Colours');
    await slack.say({ user: ben, channel, threadTs: Cover, text: 'I prefer CANARYTALK.' });
    await slack.say({ user: ben, channel, threadTs: Outline, text: 'Mind the CANARYSAID.' });
    const one = await proposed(world, Outline);
    await carriedOut(world, Outline, one, ben);
    const [run] = runsOf(world);
    for (const canary of ['CANARYOWN', 'CANARYSHARED', 'CANARYSAID']) expect(sent(run)).toContain(canary);
    const everything = JSON.stringify(world.provider.requests());
    for (const canary of ['CANARYOTHER', 'CANARYTALK', 'Colours']) expect(everything).not.toContain(canary);
  });

  it('leaves nobody but those who watch the thread with a message', async () => {
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await carriedOut(world, Outline, one);
    expect([...whispersTo(world, world.anna), ...whispersTo(world, world.ben)]).toEqual([]);
    expect(textOf(world.slack.message(world.channel, one.card))).not.toContain('undefined');
    await messageWith(world, Outline, 'Open the result');
  });
});
