import { expect, it } from 'vitest';
import type { MessageMetadata } from '../../src/domain/message-metadata.ts';
import { appended, madeWith, message, UNKNOWN } from './builders.ts';
import { describeStores, newTeam } from './drivers.ts';

const REQUEST: MessageMetadata = {
  ...{ dispatchId: UNKNOWN, specialist: 'reviewer', task: 'Review it.', summary: 'A review' },
  ...{ actions: ['Read chapter three'], destructive: false, used: [] },
};

describeStores('what goes with a message', (opened) => {
  it('is kept and appended with it, and changes with an edit that says so', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const made = madeWith(['A1']);
    await messages.keep(message(teamId, '101.0', { metadata: made }));
    expect(await messages.find(teamId, 'C1', '101.0')).toMatchObject({ metadata: made });
    const request = await messages.append(appended(teamId, { type: 'agent_request', metadata: REQUEST }));
    expect(request.metadata).toEqual(REQUEST);
    expect(await messages.findById(request)).toEqual(request);
    const edit = async (editedTs: string, metadata?: MessageMetadata | null) =>
      (await messages.edit(teamId, 'C1', '101.0', `edited ${editedTs}`, editedTs, metadata))?.metadata;
    expect(await edit('110.0')).toEqual(made);
    expect(await edit('111.0', madeWith(['A2']))).toEqual(madeWith(['A2']));
    expect(await edit('112.0', null)).toBeNull();
  });

  it('goes when the message is deleted, also one that is known by another ts in Slack', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const early = await messages.append(appended(teamId, { metadata: madeWith(['A1']) }));
    await messages.posted(early, '300.0');
    expect(await messages.erase(teamId, 'C1', '300.0')).toEqual(early);
    expect(await messages.findById(early)).toMatchObject({ deleted: true, content: '', metadata: null });
    const late = await messages.append(
      appended(teamId, { clientMsgId: 'a2', type: 'agent_request', metadata: REQUEST }),
    );
    await messages.erase(teamId, 'C1', '400.0');
    await messages.posted(late, '400.0');
    expect(await messages.findById(late)).toMatchObject({ deleted: true, content: '', metadata: null });
    expect(await messages.find(teamId, 'C1', '400.0')).toMatchObject({ metadata: null });
  });
});

describeStores('messages that use an attachment which is removed', (opened) => {
  it('are emptied in every conversation, and told as they were', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    await messages.keep(message(teamId, '101.0', { metadata: madeWith(['A1', 'A2']) }));
    await messages.keep(message(teamId, '102.0', { metadata: { ...madeWith([]), sources: ['A2'] } }));
    await messages.keep(message(teamId, '103.0'));
    const added = await messages.append(
      appended(teamId, {
        ...{ conversationId: 'e'.repeat(24), type: 'agent_result' },
        metadata: { ...madeWith(['A2']), dispatchId: UNKNOWN, specialist: 'reviewer', summary: 'Done.' },
      }),
    );
    const kept = await messages.find(teamId, 'C1', '101.0');
    const stay = await Promise.all(['102.0', '103.0'].map((ts) => messages.find(teamId, 'C1', ts)));
    const listed = await messages.listMadeFrom(teamId, 'A2');
    const were = await messages.eraseMadeFrom(teamId, 'A2');
    expect(listed).toHaveLength(were.length);
    expect(listed).toEqual(
      expect.arrayContaining(were.map(({ conversationId, ts }) => ({ teamId, conversationId, ts }))),
    );
    expect(await messages.listMadeFrom(teamId, 'A2')).toEqual([]);
    expect(were).toHaveLength(2);
    expect(were).toEqual(expect.arrayContaining([kept, added]));
    for (const one of were) {
      const emptied = { ...one, deleted: true, content: '', metadata: null };
      expect(await messages.findById(one)).toEqual(emptied);
    }
    expect(await Promise.all(['102.0', '103.0'].map((ts) => messages.find(teamId, 'C1', ts)))).toEqual(stay);
    expect(await messages.eraseMadeFrom(teamId, 'A2')).toEqual([]);
    expect(await messages.eraseMadeFrom(teamId, 'A1')).toEqual([]);
  });
});

describeStores('the messages of a conversation that is emptied', (opened) => {
  it('are removed up to a moment, with what is deleted already, and stay elsewhere', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const talk = { teamId, id: 'V1' };
    const keep = (ts: string, more = {}) =>
      messages.keep(message(teamId, ts, { conversationId: 'V1', ...more }));
    for (const ts of ['101.0', '102.0', '103.0', '104.0']) await keep(ts);
    await messages.erase(teamId, 'C1', '102.0');
    await keep('102.5', { conversationId: 'V2' });
    expect(await messages.removeThrough(talk, '103.0')).toBe(3);
    expect(await messages.removeThrough(talk, '103.0')).toBe(0);
    const left = await messages.latest(talk, 9);
    expect(left.map((one) => one.ts)).toEqual(['104.0']);
    expect(await messages.find(teamId, 'C1', '102.0')).toBeNull();
    expect(await messages.find(teamId, 'C1', '102.5')).not.toBeNull();
  });

  it('take our later answers to them along, and what stands in Slack before that moment', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const talk = { teamId, id: 'V1' };
    const answer = (ts: string, answerTo: string) =>
      messages.keep(message(teamId, ts, { conversationId: 'V1', role: 'assistant', answerTo }));
    await answer('110.0', '101.0');
    await answer('111.0', '105.0');
    const news = { conversationId: 'V1', channelId: 'D1' };
    const old = await messages.append(appended(teamId, { ...news, clientMsgId: 'a1' }));
    await messages.posted(old, '102.0');
    const recent = await messages.append(appended(teamId, { ...news, clientMsgId: 'a2' }));
    await messages.posted(recent, '106.0');
    const unposted = await messages.append(appended(teamId, { ...news, clientMsgId: 'a3' }));
    expect(await messages.removeThrough(talk, '104.0')).toBe(2);
    const left = await messages.latest(talk, 9);
    expect(left.map((one) => one.ts)).toEqual(['111.0', recent.ts, unposted.ts]);
  });

  it('can be asked for the newest, wherever it stands', async () => {
    const { messages } = opened().stores;
    const teamId = newTeam();
    const talk = { teamId, id: 'V1' };
    expect(await messages.newestTs(talk)).toBe('0');
    for (const ts of ['102.0', '101.0']) await messages.keep(message(teamId, ts, { conversationId: 'V1' }));
    await messages.keep(message(teamId, '109.0', { conversationId: 'V2' }));
    expect(await messages.newestTs(talk)).toBe('102.0');
    await messages.erase(teamId, 'C1', '102.0');
    expect(await messages.newestTs(talk)).toBe('102.0');
    const added = await messages.append(appended(teamId, { conversationId: 'V1' }));
    expect(await messages.newestTs(talk)).toBe(added.ts);
    await messages.posted(added, '9000000000.000100');
    expect(await messages.newestTs(talk)).toBe('9000000000.000100');
    await messages.removeThrough(talk, '9000000000.000100');
    expect(await messages.newestTs(talk)).toBe('0');
  });
});
