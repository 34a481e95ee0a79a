import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Api, connect, Refused } from '../../scripts/example-bot.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import { planTask, taskWhen, threadOf } from './planning-acts.ts';

const Item = z.object({
  basedOn: z.string(),
  planningConversation: z.array(z.object({ id: z.string(), content: z.string() })),
});
const Page = z.object({ items: z.array(Item) });
const Planned = z.object({ status: z.string(), planDocument: z.object({ version: z.number() }).nullable() });

describe('What a bot says its plan is based on', () => {
  let world: World;
  let api: Api;
  let id: string;
  let thread: string;
  inFreshWorld({ overrides: { now: hastyClock() }, env: { PLANNER: 'external' } }, (fresh) => {
    world = fresh;
  });
  beforeEach(async () => {
    await world.setUp();
    const { milepost } = world;
    const { secret } = await createApiKeys(milepost.stores).create(milepost.teamId, 'Mill');
    api = connect(`http://127.0.0.1:${milepost.port}`, secret);
    await planTask(world, { title: 'Choose the paper' });
    const task = await taskWhen(world, 'Choose the paper', 'there', () => true);
    id = task.id;
    thread = await threadOf(world, task, 'planning');
  });

  const say = async (text: string): Promise<string> =>
    (await world.slack.say({ user: world.ben, channel: world.channel, threadTs: thread, text })).ts;

  async function read() {
    const [item] = Page.parse(await api('GET', '/tasks/planning-items')).items;
    if (item === undefined) throw new Error('Nothing is to be planned.');
    return item;
  }

  async function complete(plan: string, basedOn: string) {
    const planned = Planned.parse(await api('POST', `/tasks/${id}/planning-complete`, { plan, basedOn }));
    return [planned.status, planned.planDocument?.version];
  }

  it('leaves the task in planning when feedback has come since, and lets it go when that is known', async () => {
    const before = await read();
    await say('It must take water.');
    expect(await complete('Any paper.', before.basedOn)).toEqual(['planning', 1]);
    const after = await read();
    expect(after.planningConversation.map(({ content }) => content)).toEqual([
      'It must take water.',
      'Any paper.',
    ]);
    expect(await complete('Waterproof paper.', after.basedOn)).toEqual(['backlog', 2]);
  });

  it('leaves it there when the feedback it had seen was edited since', async () => {
    const { slack, ben, channel } = world;
    const ts = await say('It must be white.');
    const { basedOn } = await read();
    await slack.edit({ user: ben, channel, ts, text: 'It must be cream.' });
    expect(await complete('White paper.', basedOn)).toEqual(['planning', 1]);
    expect(await complete('Cream paper.', (await read()).basedOn)).toEqual(['backlog', 2]);
  });

  it('lets it go when the feedback that came since, or was seen last, is deleted', async () => {
    const { slack, channel } = world;
    await say('It must be thin.');
    const { basedOn } = await read();
    const ts = await say('It must be thick.');
    await slack.remove({ channel, ts });
    expect(await complete('Thin paper.', basedOn)).toEqual(['backlog', 1]);

    const last = await say('It must be blue.');
    await slack.remove({ channel, ts: last });
    expect(await complete('Thin paper after all.', (await read()).basedOn)).toEqual(['backlog', 2]);
  });

  it('may be the id of the message seen last alone', async () => {
    await say('It must be thin.');
    const seen = (await read()).planningConversation.at(-1)?.id ?? '';
    await say('And cheap.');
    expect(await complete('Thin paper.', seen)).toEqual(['planning', 1]);
    const newest = (await read()).planningConversation.at(-1)?.id ?? '';
    expect(await complete('Thin and cheap paper.', newest)).toEqual(['backlog', 2]);
  });

  it('is refused when it is of another conversation, or nothing at all', async () => {
    await planTask(world, { title: 'Choose the ink' });
    const other = await taskWhen(world, 'Choose the ink', 'there', () => true);
    await world.slack.say({
      user: world.ben,
      channel: world.channel,
      threadTs: await threadOf(world, other, 'planning'),
      text: 'Black.',
    });
    const items = Page.parse(await api('GET', '/tasks/planning-items')).items;
    const foreign = items.flatMap((item) => item.planningConversation)[0]?.id ?? '';
    for (const basedOn of [foreign, `${foreign}:1`, 'e'.repeat(24), 'yesterday']) {
      const refused = await complete('A plan.', basedOn).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Refused);
      expect(refused).toMatchObject({ code: 'message_not_found' });
    }
    expect((await taskWhen(world, 'Choose the paper', 'there', () => true)).plan).toBeNull();
  });
});
