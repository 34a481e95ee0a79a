import { describe, expect, it } from 'vitest';
import { linksOf, type Message, textOf } from '../support/fake-slack/index.ts';
import { type ChatRequest, call, offeredTools, toolResults } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent, openList, reads, sent, whispered, whispersTo } from './acting.ts';

const at = (world: World, text: string): string => `<@${world.slack.botUserId}> ${text}`;

/** The bot's newest message in a thread. */
function newest({ slack, channel }: World, thread: string): Message {
  const found = slack.thread(channel, thread).findLast((message) => message.user === slack.botUserId);
  if (found === undefined) throw new Error(`the bot wrote nothing in ${thread}`);
  return found;
}

const share = async (world: World, thread: string, text: string): Promise<void> => {
  const { slack, anna, channel } = world;
  const told = whispersTo(world, anna).length;
  await slack.say({ user: anna, channel, threadTs: thread, text });
  await slack.until(() => whispersTo(world, anna).length > told, 'the link is attached');
};

describe('A mention', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('in a milestone thread is answered there from that milestone, and the model sees nothing of its neighbour', async () => {
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    await world.paste(project, 'We write for beginners.', 'Readers');
    await world.slack.say({ user: world.ben, channel: world.channel, threadTs: Cover, text: 'Or an otter.' });

    const answer = await world.ask({ thread: Outline, text: 'How long is chapter three?' });

    expect(answer).toContain('Answer to:');
    expect(answer).toContain('1 of 1 attachment in *Outline*, 1 from the project, 1 message');
    expect(lastSent(world)).toContain('Project: Book\nPurpose: A field guide to rivers\nSection: Outline');
    expect(lastSent(world)).toContain(
      'Shared by the whole project:\n[1] Readers\nSection Outline:\n[2] Chapters',
    );
    expect(lastSent(world)).toContain('Chapter three has 4,200 words.');
    expect(lastSent(world)).toContain('anna: @Milepost How long is chapter three?');
    for (const foreign of ['heron', 'Brief', 'Cover', 'otter']) {
      expect(lastSent(world)).not.toContain(foreign);
    }
    expect(world.answersAfter(Cover, Cover)).toEqual([]);
  });

  it('at project level sees every attachment, by section, and what was said in no milestone', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await world.paste(project, 'We write for beginners.', 'Readers');
    await slack.say({ user: ben, channel, threadTs: Cover, text: 'Or an otter.' });
    await world.ask({ thread: Outline, text: 'Is a walrus in it?' });

    const answer = await world.ask({ thread: project, text: 'What do we have?' });

    expect(answer).toContain('3 of 3 attachments in the project, 1 message');
    expect(lastSent(world)).toContain(
      'Shared by the whole project:\n[1] Readers\nSection Outline:\n[2] Chapters\nSection Cover:\n[3] Brief',
    );
    expect(lastSent(world)).toContain('The cover shows a heron.');
    expect(lastSent(world)).not.toContain('otter');
    expect(lastSent(world)).not.toContain('walrus');
  });

  it('outside any project is answered with how to set one up', async () => {
    const { slack, anna, channel, provider } = world;
    const { ts } = await slack.say({ user: anna, channel, text: at(world, 'Hello?') });
    await slack.until(() => world.answersAfter(ts, ts).length === 1, 'the explanation');
    expect(world.answersAfter(ts, ts)[0]).toContain('This channel is not a project yet');
    expect(world.answersAfter(ts, ts)[0]).toContain('Type `/project` in this channel to set one up');
    expect(provider.requests()).toEqual([]);
  });

  it('is not needed in a direct message, which says what can be done there when it asks nothing', async () => {
    const { slack, anna, provider } = world;
    const { ts, message } = await slack.dm(anna, 'Hello, who are you?');
    const dm = slack.dmOf(anna) ?? '';
    const answers = () => slack.messages(dm).filter((one) => one.user === slack.botUserId && one.ts > ts);
    const [answer] = await slack.until(() => answers().length === 1 && answers(), 'the answer');
    expect(textOf(answer)).toContain('Answer to: anna: Hello, who are you?');
    expect([message.thread_ts, answer?.thread_ts]).toEqual([undefined, undefined]);
    await slack.dm(anna, '?');
    const [, reach] = await slack.until(() => answers().length === 2 && answers(), 'what can be done');
    expect(textOf(reach)).toContain('Write me what is on your mind.');
    expect(textOf(reach)).toContain('share them in the thread of a milestone');
    expect(provider.requests()).toHaveLength(1);
  });

  it('shows at once that work has begun, and no longer when the answer is there', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.hold();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'Well?') });
    await provider.until(1);
    await slack.until(() => slack.reactions(channel, ts).includes('eyes'), 'the eyes');
    expect(world.answersAfter(Outline, ts)).toEqual([]);
    provider.release();
    await slack.until(() => slack.reactions(channel, ts).length === 0, 'the eyes are gone');
    expect(world.answersAfter(Outline, ts)).toHaveLength(1);
  });

  it('while another is being answered waits for its turn', async () => {
    const { slack, anna, ben, channel, provider } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    provider.hold();
    const first = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'One?') });
    await provider.until(1);
    await slack.say({ user: ben, channel, threadTs: Outline, text: at(world, 'Two?') });
    await world.ask({ thread: Cover, text: 'Elsewhere?' });
    expect(world.answersAfter(Outline, first.ts)).toEqual([]);
    provider.release();
    await slack.until(() => world.answersAfter(Outline, first.ts).length === 2, 'both answers');
    const [one, two] = world.answersAfter(Outline, first.ts);
    expect(one).toContain('One?');
    expect(two).toContain('Two?');
  });
});

describe('An answer', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('carries a receipt that lists what was read and what was left out, without names of other milestones', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await share(world, Outline, '<https://example.com/plan|The plan>');
    await share(world, Cover, 'https://example.com/heron https://example.com/otter');
    await world.paste(project, 'We write for beginners.', 'Readers');
    provider.fallback({ text: 'Done.', promptTokens: 3_120 });

    const answer = await world.ask({ thread: Outline, text: 'What is there?' });
    expect(answer).toContain('1 of 2 attachments in *Outline*, 1 from the project, 2 messages, 3,120 tokens');
    await slack.click({ user: anna, channel, actionId: 'answer_receipt' });

    const shown = textOf(slack.modal(anna));
    expect(shown).toContain('[1] *Readers* · project · read whole');
    expect(shown).toContain('[2] *Chapters* · Outline · read whole');
    expect(shown).toContain(
      '[3] *<https://example.com/plan|The plan>* · Outline · by name only (its server could not be reached)',
    );
    expect(shown).toContain('• 1 attachment whose content could not be read');
    expect(shown).toContain('• 2 attachments of other milestones: never read here');
    expect(shown).not.toMatch(/heron|otter|Cover/u);
  });

  it('says in its receipt when nothing was left out', async () => {
    const { slack, anna, channel } = world;
    const { project = '' } = await world.setUp();
    await world.paste(project, 'We write for beginners.', 'Readers');
    await world.ask({ thread: project, text: 'Who reads it?' });
    await slack.click({ user: anna, channel, actionId: 'answer_receipt' });
    expect(textOf(slack.modal(anna))).toContain('Nothing was left out.');
  });

  it('links its citations to what they cite', async () => {
    const { provider } = world;
    const { Outline = '' } = await world.setUp();
    await share(world, Outline, '<https://example.com/plan|The plan>');
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    provider.fallback('It is planned [1], it is long [2], and it is [7].');
    const answer = await world.ask({ thread: Outline, text: 'How is it?' });
    expect(answer).toContain('planned <https://example.com/plan|[1]>, it is long [2], and it is [7].');
    expect(linksOf(newest(world, Outline))).toEqual(['https://example.com/plan']);
  });

  it('has no live link but to what is in scope, and calls nobody', async () => {
    const { slack, ben, provider } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    await share(world, Outline, 'https://example.com/plan');
    await share(world, Cover, 'https://example.com/secret');
    const text = [
      'See https://example.com/plan and [the plan](https://example.com/plan).',
      'Not https://evil.example/x, [here](https://evil.example/y), <https://evil.example/z|there>,',
      'www.evil.example, mail@evil.example or https://example.com/secret.',
      `<!channel> @here @everyone <@${ben}> <#${world.channel}>`,
    ].join('\n');
    provider.fallback(text);
    const answer = await world.ask({ thread: Outline, text: 'Where?' });
    const message = newest(world, Outline);
    const shown = message.text.replaceAll(/`[^`\n]+`/gu, 'CODE');
    expect(new Set(shown.match(/<[^>]*>/gu))).toEqual(
      new Set(['<https://example.com/plan>', '<https://example.com/plan|the plan>']),
    );
    expect(shown).not.toMatch(/evil|secret/u);
    expect(answer).toContain('`https://evil.example/x`');
    const written = JSON.stringify([message.text, message.blocks]);
    expect(written).not.toMatch(/<!|<@|<#|@(here|everyone|channel)/u);
    const [call] = slack.callsOf('chat.postMessage').slice(-1);
    expect(call?.args).toMatchObject({ unfurl_links: false, unfurl_media: false });
  });

  it('longer than one message is split at the ends of paragraphs, with the receipt under the last', async () => {
    const { slack, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const paragraphs = Array.from({ length: 60 }, (_, n) => `Paragraph ${n + 1}. ${'word '.repeat(80)}end.`);
    provider.answer('Tell', paragraphs.join('\n\n'));
    const { ts } = await slack.say({ user: world.anna, channel, threadTs: Outline, text: at(world, 'Tell') });
    await slack.until(
      () => world.answersAfter(Outline, ts).some((part) => part.includes('tokens')),
      'the last part',
    );
    const parts = slack
      .thread(channel, Outline)
      .filter((message) => message.user === slack.botUserId && message.ts > ts);
    expect(parts.length).toBeGreaterThan(2);
    const heard = parts.map(({ text }) => text.split('\n\n'));
    expect(heard.flat()).toEqual(paragraphs);
    expect(parts.slice(0, -1).map(textOf).join()).not.toContain('What was read');

    provider.answer('Shorter', 'In short: no.');
    await slack.edit({ channel, ts, text: at(world, 'Shorter') });
    await slack.until(() => reads(world, parts[0]?.ts ?? '').includes('In short: no.'), 'the shorter answer');
    await slack.until(
      () => parts.slice(1).every((part) => reads(world, part.ts).includes('no longer needed')),
      'the other parts are emptied',
    );
    expect(world.answersAfter(Outline, ts)).toHaveLength(parts.length);
  });

  it('keeps the votes of people, one each, the last one counts', async () => {
    const { slack, anna, ben, channel, milepost } = world;
    const { Outline = '' } = await world.setUp();
    await world.ask({ thread: Outline, text: 'Good?' });
    await slack.click({ user: anna, channel, actionId: 'answer_vote_up' });
    await whispered(world, anna, 'Thank you, noted.');
    await slack.click({ user: ben, channel, actionId: 'answer_vote_up' });
    await slack.click({ user: anna, channel, actionId: 'answer_vote_down' });
    await whispered(world, anna, 'Attach what was missing and ask again.');
    const { connection, teamId } = milepost;
    const votes = await connection.collection('votes').find({ teamId }).toArray();
    expect(votes.map(({ userId, vote }) => [userId, vote]).sort()).toEqual(
      [
        [anna, 'down'],
        [ben, 'up'],
      ].sort(),
    );
  });

  it('follows its question when that is edited, in the same message', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'Wat?') });
    const [first] = await slack.until(() => {
      const answers = slack.thread(channel, Outline).filter((message) => message.ts > ts);
      return answers.length > 0 && answers;
    }, 'the first answer');
    await slack.edit({ channel, ts, text: at(world, 'What now?') });
    await slack.until(() => reads(world, first?.ts ?? '').includes('What now?'), 'the answer to the edit');
    await world.ask({ thread: Outline, text: 'Next?' });
    expect(world.answersAfter(Outline, ts)).toHaveLength(2);
    expect(lastSent(world)).toContain('Answer to: anna: @Milepost What now?');
    expect(lastSent(world)).not.toContain('Wat?');
  });

  it('is given to a message that became a mention by an edit', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: 'How long is it?' });
    await slack.edit({ channel, ts, text: at(world, 'How long is it?') });
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the answer');
    expect(world.answersAfter(Outline, ts)[0]).toContain('How long is it?');
  });

  it('belongs to the newest form of a question that is edited while the model is at work', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.hold();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'Wat?') });
    await provider.until(1);
    await slack.edit({ channel, ts, text: at(world, 'What now?') });
    provider.release();
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the answer');
    expect(world.answersAfter(Outline, ts)[0]).toContain('What now?');
    await world.ask({ thread: Outline, text: 'Next?' });
    expect(world.answersAfter(Outline, ts)).toHaveLength(2);
  });

  it('is not given to a question that is deleted while the model is at work', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.hold();
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: at(world, 'Oops?') });
    await provider.until(1);
    await slack.remove({ channel, ts });
    provider.release();
    await world.ask({ thread: Outline, text: 'Next?' });
    expect(world.answersAfter(Outline, ts)).toEqual([expect.stringContaining('Next?')]);
    expect(lastSent(world)).not.toContain('Oops');
  });
});

describe('An answer that fails', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  for (const [why, error, tries] of [
    ['the provider refuses the request', 401, 1],
    ['the provider stays overloaded', 503, 8],
  ] as const) {
    it(`because ${why} says so with a reference, and Try again puts the answer in its place`, async () => {
      const { slack, ben, channel, provider, log } = world;
      const { Outline = '' } = await world.setUp();
      provider.answer('Why', { error, message: 'RAW-PROVIDER-ERROR' }, { times: tries });
      const failed = await world.ask({ thread: Outline, text: 'Why?' });
      expect(failed).toContain('I could not answer this one');
      expect(failed).not.toContain('RAW-PROVIDER-ERROR');
      const reference = /Reference: ([0-9a-f]{8})/u.exec(failed)?.[1];
      const logged = log.lines.find((line) => line.event === 'answer_failed');
      expect(logged?.fields.reference).toBe(reference);
      expect(provider.requests()).toHaveLength(tries);

      const { ts } = newest(world, Outline);
      await slack.click({ user: ben, channel, actionId: 'answer_try_again' });
      await slack.until(() => reads(world, ts).includes('Answer to: anna: @Milepost Why?'), 'the answer');
      await world.ask({ thread: Outline, text: 'Next?' });
      expect(world.answersAfter(Outline, Outline)).toHaveLength(2);
      expect(provider.requests()).toHaveLength(tries + 2);
    });
  }
});

describe('When not everything fits the budget', () => {
  let world: World;
  let Outline = '';
  inFreshWorld({ env: { CONTEXT_BUDGET_TOKENS: '1500' } }, (fresh) => {
    world = fresh;
  });

  const animals = ['heron', 'otter', 'beaver', 'trout', 'dipper', 'kingfisher', 'newt', 'mayfly'];

  /** One long document here, a secret one at the neighbour's. */
  async function begin(): Promise<void> {
    const threads = await world.setUp();
    Outline = threads.Outline ?? '';
    const chapters = animals.map(
      (animal) => `The ${animal} lives by the river. ${`More about the ${animal}. `.repeat(45)}`,
    );
    const { slack, anna, channel } = world;
    const files = [{ name: 'animals.md', content: chapters.join('\n\n') }];
    await slack.say({ user: anna, channel, threadTs: Outline, text: '', files });
    await whispered(world, anna, 'animals.md');
    await world.paste(threads.Cover ?? '', 'The walrus is a secret.', 'Secret');
  }

  const toolsOf = (request: ChatRequest | undefined) => (request === undefined ? [] : offeredTools(request));
  const resultOf = (request: ChatRequest | undefined) => String(request?.messages.at(-1)?.content);

  it('the passages that fit the question best are sent, all is named, and the receipt says so', async () => {
    await begin();
    const { slack, anna, channel, provider } = world;
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    const answer = await world.ask({ thread: Outline, text: 'Where does the kingfisher live?' });
    expect(lastSent(world)).toContain('The kingfisher lives by the river.');
    expect(
      animals.filter((animal) => !lastSent(world).includes(`The ${animal} lives`)).length,
    ).toBeGreaterThan(3);
    expect(lastSent(world)).toContain('[1] animals.md\n[2] Chapters');
    expect(toolsOf(provider.requests()[0])).toEqual([
      'read_attachment',
      'search_attachments',
      'remember',
      'propose_specialist',
      'propose_task',
    ]);
    expect(answer).toContain('of 2 attachments in *Outline*');
    await slack.click({ user: anna, channel, actionId: 'answer_receipt' });
    expect(textOf(slack.modal(anna))).toContain('|animals.md>* · Outline · read in parts');
    expect(textOf(slack.modal(anna))).toContain('not read whole: over the budget for one answer');
  });

  it('the model reads on with its tools, and finds nothing that is not in scope', async () => {
    await begin();
    const { provider } = world;
    const rounds = [
      [call('read_attachment', { number: 1, from_passage: 8 })],
      [call('search_attachments', { query: 'walrus secret' })],
      [call('read_attachment', { number: 2 })],
      [call('forget_everything', 'not JSON'), call('read_attachment', 'not JSON')],
    ];
    provider.script('Where does the heron live?', rounds, 'I have read it.');
    const answer = await world.ask({ thread: Outline, text: 'Where does the heron live?' });
    expect(answer).toContain('I have read it.');
    const [, read, searched, foreign, last] = provider.requests();
    expect(resultOf(read)).toContain('The mayfly lives by the river.');
    expect(resultOf(read)).toContain('That is the end of attachment [1].');
    expect(resultOf(searched)).toBe('No attachment here holds any of these words.');
    expect(resultOf(foreign)).toBe(
      'There is no attachment [2] here. The attachments here have the numbers 1 to 1.',
    );
    const [unknown, broken] = last === undefined ? [] : toolResults(last).slice(-2);
    expect(unknown?.result).toContain('There is no tool of that name.');
    expect(broken?.result).toContain('not valid JSON');
    expect(toolsOf(last)).toEqual([]);
    expect(provider.requests()).toHaveLength(5);
    expect(provider.requests().map(sent).join()).not.toContain('The walrus is');
  });
});

describe('Without a model key', () => {
  let world: World;
  inFreshWorld({ model: 'offline' }, (fresh) => {
    world = fresh;
  });

  it('the offline model quotes what fits best and says that it is the offline model', async () => {
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.\n\nChapter four is missing.', 'Chapters');
    const answer = await world.ask({ thread: Outline, text: 'How many words has chapter three?' });
    expect(answer).toMatch(/^_Offline model: no model key is set/u);
    expect(answer).toContain('[1] Chapters');
    expect(answer).toContain('Chapter three has 4,200 words.');
    expect(answer).toContain('1 of 1 attachment in *Outline*');
    expect(world.provider.requests()).toEqual([]);
  });

  it('what a neighbour holds is "not in this milestone", and the project level finds it', async () => {
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Cover, 'The cover shows a heron.', 'Brief');
    const answer = await world.ask({ thread: Outline, text: 'What does the cover show?' });
    expect(answer).toContain('*not in this milestone*');
    expect(answer).not.toMatch(/heron|Brief/u);
    expect(await world.ask({ thread: project, text: 'What does the cover show?' })).toContain(
      'The cover shows a heron.',
    );
  });

  it('what was said in the thread is found as well, and what was attached meanwhile', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await slack.say({ user: ben, channel, threadTs: Outline, text: 'The printer is called Gutenberg.' });
    expect(await world.ask({ thread: Outline, text: 'What is the printer called?' })).toContain(
      'The printer is called Gutenberg.',
    );
    await share(world, Outline, '<https://example.com/printer|Printer prices>');
    const answer = await world.ask({ thread: Outline, text: 'Where are the printer prices?' });
    expect(answer).toContain('Printer prices');
    expect(linksOf(newest(world, Outline))).toContain('https://example.com/printer');
    expect(await openList(world, project)).toContain('Printer prices');
  });
});
