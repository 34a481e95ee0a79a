import { expect, it } from 'vitest';
import { appended, conversation, madeWith, message, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';

describeStores('messages', (opened) => {
  it('keeps a message once', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    expect(await messages.keep(message(teamId, '101.0'))).toEqual({ as: 'new', settled: false });
    expect(await messages.keep(message(teamId, '101.0', { content: 'late' }))).toEqual({
      as: 'known',
      settled: false,
    });
    const { threadTs, clientMsgId, ...kept } = message(teamId, '101.0');
    expect(await messages.find(teamId, 'C1', '101.0')).toEqual({
      ...kept,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      type: 'text',
      editedTs: null,
      deleted: false,
      arrival: null,
    });
    expect(await messages.find(teamId, 'C1', '102.0')).toBeNull();
  });

  it('is new to one of twenty that keep it at once', async () => {
    const teamId = newTeam();
    const kept = await atOnce(opened(), 20, ({ messages }) =>
      messages.keep(message(teamId, '101.0', { clientMsgId: 'c1' })),
    );
    expect(kept.map((one) => one.as).sort()).toEqual([...Array(19).fill('known'), 'new']);
  });

  it('counts the same client_msg_id under twenty ts as one message', async () => {
    const teamId = newTeam();
    const kept = await atOnce(opened(), 20, ({ messages }, n) =>
      messages.keep(message(teamId, `${n}.0`, { clientMsgId: 'c1' })),
    );
    expect(kept.map((one) => one.as).sort()).toEqual([...Array(19).fill('duplicate'), 'new']);
    const { messages } = opened().stores;
    const again = await Promise.all(
      kept.map((_, n) => messages.keep(message(teamId, `${n}.0`, { clientMsgId: 'c1' }))),
    );
    expect(again.map((one) => one.as)).toEqual(kept.map((one) => (one.as === 'new' ? 'known' : 'duplicate')));
  });

  it('keeps messages without a client_msg_id, and the same one in two channels, apart', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const kept = [
      await messages.keep(message(teamId, '101.0')),
      await messages.keep(message(teamId, '102.0')),
      await messages.keep(message(teamId, '103.0', { clientMsgId: 'c1' })),
      await messages.keep(message(teamId, '103.0', { clientMsgId: 'c1', channelId: 'C2' })),
    ];
    expect(kept.map((one) => one.as)).toEqual(['new', 'new', 'new', 'new']);
  });

  it('remembers that the links and files of a message were taken in', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    await messages.keep(message(teamId, '101.0'));
    await messages.settle(teamId, 'C1', '101.0');
    await messages.settle(teamId, 'C1', '102.0');
    expect(await messages.keep(message(teamId, '101.0'))).toEqual({ as: 'known', settled: true });
    expect(await messages.keep(message(teamId, '102.0'))).toEqual({ as: 'new', settled: false });
    await messages.erase(teamId, 'C1', '101.0');
    expect(await messages.keep(message(teamId, '101.0'))).toEqual({ as: 'deleted', settled: true });
  });

  it('gives the newest and the oldest of a conversation between two ts, ascending, without deleted ones', async () => {
    const { conversations, messages } = opened().stores;
    const teamId = newTeam();
    const { id } = await conversations.findOrCreate(conversation(teamId));
    for (const n of [5, 3, 1, 4, 2, 6])
      await messages.keep(message(teamId, `10${n}.0`, { conversationId: id }));
    await messages.keep(message(teamId, '104.5', { conversationId: UNKNOWN }));
    await messages.erase(teamId, 'C1', '104.0');
    const stamps = (list: { ts: string }[]) => list.map((one) => one.ts);
    const ref = { teamId, id };
    expect(stamps(await messages.newest(ref, '', '106.0', 3))).toEqual(['102.0', '103.0', '105.0']);
    expect(stamps(await messages.newest(ref, '102.0', '106.0', 9))).toEqual(['103.0', '105.0']);
    expect(stamps(await messages.oldest(ref, '', '106.0', 3))).toEqual(['101.0', '102.0', '103.0']);
    expect(stamps(await messages.oldest(ref, '101.0', '103.0', 9))).toEqual(['102.0']);
  });

  it('gives a question the answers to earlier ones, also those that came after it', async () => {
    const { conversations, messages } = opened().stores;
    const teamId = newTeam();
    const { id } = await conversations.findOrCreate(conversation(teamId));
    const keep = (ts: string, answerTo: string | null = null) =>
      messages.keep(message(teamId, ts, { conversationId: id, answerTo }));
    for (const ts of ['101.0', '102.0', '103.0']) await keep(ts);
    for (const [ts, question] of [
      ['104.0', '101.0'],
      ['105.0', '102.0'],
      ['106.0', '103.0'],
    ])
      await keep(ts ?? '', question);
    const seen = async (questionTs: string, limit = 9) =>
      (await messages.newest({ teamId, id }, '', questionTs, limit)).map((one) => one.ts);
    expect(await seen('101.0')).toEqual([]);
    expect(await seen('102.0')).toEqual(['101.0', '104.0']);
    expect(await seen('103.0')).toEqual(['101.0', '102.0', '104.0', '105.0']);
    expect(await seen('103.0', 2)).toEqual(['104.0', '105.0']);
  });

  it('follows the newest edit, whatever the order of arrival', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    expect(await messages.edit(teamId, 'C1', '101.0', 'unknown', '110.0')).toBeNull();
    await messages.keep(message(teamId, '101.0'));
    expect(await messages.edit(teamId, 'C1', '101.0', 'second', '112.0')).toMatchObject({
      content: 'second',
      editedTs: '112.0',
    });
    expect(await messages.edit(teamId, 'C1', '101.0', 'first', '111.0')).toBeNull();
    expect(await messages.edit(teamId, 'C1', '101.0', 'second', '112.0')).toMatchObject({
      content: 'second',
    });
    const edits = Array.from({ length: 20 }, (_, n) => `2${String(n).padStart(2, '0')}.0`);
    await atOnce(opened(), 20, (stores, n) =>
      stores.messages.edit(teamId, 'C1', '101.0', edits[n] ?? '', edits[n] ?? ''),
    );
    expect(await messages.find(teamId, 'C1', '101.0')).toMatchObject({ content: '219.0', editedTs: '219.0' });
  });

  it('empties a deleted message, keeps its ts, and never brings it back', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    await messages.keep(message(teamId, '101.0', { clientMsgId: 'c1', metadata: madeWith(['A1']) }));
    const before = await messages.find(teamId, 'C1', '101.0');
    expect(await messages.erase(teamId, 'C1', '101.0')).toEqual(before);
    const erased = { ...before, content: '', deleted: true, metadata: null };
    expect(await messages.find(teamId, 'C1', '101.0')).toEqual(erased);
    expect(await messages.edit(teamId, 'C1', '101.0', 'back', '999.0')).toBeNull();
    expect(await messages.keep(message(teamId, '101.0', { clientMsgId: 'c1' }))).toMatchObject({
      as: 'deleted',
    });
    expect(await messages.keep(message(teamId, '102.0', { clientMsgId: 'c1' }))).toMatchObject({
      as: 'duplicate',
    });
    expect(await messages.erase(teamId, 'C1', '101.0')).toEqual(erased);
  });

  it('remembers a deletion that arrives before its message', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    expect(await messages.erase(teamId, 'C1', '101.0')).toBeNull();
    expect(await messages.erase(teamId, 'C1', '101.0')).toBeNull();
    expect(await messages.keep(message(teamId, '101.0'))).toEqual({ as: 'deleted', settled: false });
    expect(await messages.find(teamId, 'C1', '101.0')).toMatchObject({ deleted: true, content: '' });
  });

  it('ends with an empty message when it is kept and deleted at once', async () => {
    const { messages } = opened().stores;
    for (let round = 0; round < 10; round += 1) {
      const teamId = newTeam();
      await atOnce(opened(), 6, async (stores, n) => {
        if (n % 3 === 0) await stores.messages.erase(teamId, 'C1', '101.0');
        else await stores.messages.keep(message(teamId, '101.0'));
      });
      expect(await messages.find(teamId, 'C1', '101.0')).toMatchObject({ deleted: true, content: '' });
    }
  });
});

describeStores('messages that do not come from Slack', (opened) => {
  it('are one for each client_msg_id when twenty append it at once', async () => {
    const teamId = newTeam();
    const news = appended(teamId, { type: 'agent_result', arrival: 4 });
    const made = await atOnce(opened(), 20, ({ messages }, n) =>
      messages.append({ ...news, content: `Content ${n}` }),
    );
    const [first] = made;
    const { clientMsgId, ...kept } = news;
    expect(made).toEqual(Array(20).fill(first));
    expect(first).toEqual({
      ...kept,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      content: expect.stringMatching(/^Content \d+$/u),
      ts: expect.stringMatching(/^\d{10}\.\d{7}$/u),
      ...{ editedTs: null, deleted: false, settled: true, answerTo: null },
    });
    const { messages } = opened().stores;
    expect(await messages.findById({ teamId, id: first?.id ?? '' })).toEqual(first);
    expect(await messages.findById({ teamId, id: UNKNOWN })).toBeNull();
  });

  it('come at the end of their conversation, in the order they were appended', async () => {
    const { conversations, messages } = opened().stores;
    const teamId = newTeam();
    const { id: conversationId } = await conversations.findOrCreate(conversation(teamId));
    await messages.keep(message(teamId, '101.0', { conversationId }));
    const wanted = ['said at 101.0'];
    for (let n = 0; n < 30; n += 1) {
      const { content } = await messages.append(
        appended(teamId, { conversationId, clientMsgId: `a${n}`, content: `Content ${n}` }),
      );
      wanted.push(content);
    }
    const latest = await messages.latest({ teamId, id: conversationId }, 99);
    expect(latest.map((one) => one.content)).toEqual(wanted);
    expect(new Set(latest.map((one) => one.ts)).size).toBe(31);
  });

  it('are all kept when two processes append them at the same moment', async () => {
    const teamId = newTeam();
    await atOnce(opened(), 40, ({ messages }, n) =>
      messages.append(appended(teamId, { clientMsgId: `a${n}` })),
    );
    const { messages } = opened().stores;
    expect(await messages.latest({ teamId, id: UNKNOWN }, 99)).toHaveLength(40);
  });

  it('are never taken for a message that stands in Slack at the same moment', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const made = await messages.append(appended(teamId, { content: 'A plan.' }));
    const ts = made.ts.slice(0, -1);
    expect(ts).toMatch(/^\d{10}\.\d{6}$/u);
    expect(await messages.keep(message(teamId, ts))).toMatchObject({ as: 'new' });
    await messages.edit(teamId, 'C1', ts, 'An answer.', ts);
    await messages.erase(teamId, 'C1', ts);
    expect(await messages.findById(made)).toEqual(made);
  });

  it('keep their place, and are found by the ts that Slack gave them when they are deleted there', async () => {
    const { conversations, messages } = opened().stores;
    const teamId = newTeam();
    const { id: conversationId } = await conversations.findOrCreate(conversation(teamId));
    const made = await messages.append(appended(teamId, { conversationId }));
    await messages.posted(made, '300.0');
    await messages.posted(made, '300.0');
    await messages.posted({ teamId, id: UNKNOWN }, '400.0');
    expect(await messages.findById(made)).toEqual(made);
    expect(await messages.append(appended(teamId, { conversationId }))).toEqual(made);
    expect(await messages.erase(teamId, 'C1', '300.0')).toMatchObject({ id: made.id });
    expect(await messages.findById(made)).toMatchObject({ deleted: true, content: '' });
    expect(await messages.latest({ teamId, id: conversationId }, 9)).toEqual([]);
  });

  it('are empty when they were deleted in Slack before their ts was known here', async () => {
    const { conversations, messages } = opened().stores;
    const teamId = newTeam();
    const { id: conversationId } = await conversations.findOrCreate(conversation(teamId));
    const made = await messages.append(appended(teamId, { conversationId }));
    await messages.erase(teamId, 'C1', '300.0');
    await messages.posted(made, '300.0');
    await messages.posted(made, '300.0');
    expect(await messages.findById(made)).toMatchObject({ deleted: true, content: '' });
    expect(await messages.find(teamId, 'C1', '300.0')).toMatchObject({ deleted: true, content: '' });
    expect(await messages.latest({ teamId, id: conversationId }, 9)).toEqual([]);
  });
});

describeStores('the messages of a planning conversation', (opened) => {
  it('know how much feedback had come with them, and are settled by it', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    await messages.keep(message(teamId, '101.0'));
    const before = await messages.find(teamId, 'C1', '101.0');
    await messages.arrived(teamId, 'C1', '101.0', 3);
    await messages.arrived(teamId, 'C1', '102.0', 4);
    const counted = { ...before, arrival: 3, settled: true };
    expect(await messages.find(teamId, 'C1', '101.0')).toEqual(counted);
    expect(await messages.find(teamId, 'C1', '102.0')).toBeNull();
    expect(await messages.keep(message(teamId, '101.0'))).toEqual({ as: 'known', settled: true });
  });

  it('can be read to the newest, ascending, without deleted ones', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    for (const n of [5, 3, 1, 4, 2]) await messages.keep(message(teamId, `10${n}.0`));
    await messages.keep(message(teamId, '106.0', { conversationId: 'e'.repeat(24) }));
    await messages.erase(teamId, 'C1', '104.0');
    const latest = async (limit: number) =>
      (await messages.latest({ teamId, id: UNKNOWN }, limit)).map((one) => one.ts);
    expect(await latest(9)).toEqual(['101.0', '102.0', '103.0', '105.0']);
    expect(await latest(2)).toEqual(['103.0', '105.0']);
  });
});
