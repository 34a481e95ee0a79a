import type { Milestone } from '../../src/domain/project.ts';
import { call } from '../support/model-provider.ts';
import type { Side, TwoApps } from './two-apps.ts';

/** What people do in one of two workspaces, and what they see there. */
export function createSideActs(apps: () => TwoApps) {
  /** Sets the channel up through the form. */
  async function setUp({ slack, milepost, mark }: Side) {
    const { anna, channel } = apps();
    await slack.command({ user: anna, channel, command: '/project' });
    await slack.submit(anna, {
      name: `Book ${mark('name')}`,
      purpose: `Why ${mark('purpose')}`,
      milestones: 'Outline; Cover',
      attachments: `Shared text ${mark('shared')}`,
    });
    const { projects, milestones } = milepost.stores;
    return slack.until(async () => {
      const project = await projects.findByChannel(milepost.teamId, channel);
      const all = await milestones.listByProject(milepost.teamId, project?.id ?? '');
      const [outline, cover] = all.filter((one) => one.cardTs !== null);
      return project?.cardTs != null && outline !== undefined && cover !== undefined
        ? { project, outline, cover }
        : undefined;
    }, 'the cards are posted');
  }

  /** Sets up and attaches a text, links and a file, and another text to the neighbour. */
  async function fill(side: Side): Promise<Milestone> {
    const { anna, channel } = apps();
    const { slack, mark } = side;
    const { outline, cover } = await setUp(side);
    for (const [name, { cardTs }] of Object.entries({ outline, cover })) {
      await slack.click({ user: anna, channel, ts: cardTs ?? '', actionId: 'attachment_add' });
      await slack.submit(anna, { content: `Text ${mark(name)}`, title: 'The same name' });
    }
    const threadTs = outline.threadTs ?? '';
    const text = `<https://example.com/same|${mark('label')}> and <https://example.com/${mark('url')}>`;
    await slack.say({ user: anna, channel, threadTs, text });
    const files = [{ name: 'same.txt', content: mark('file') }];
    await slack.say({ user: anna, channel, threadTs, text: 'And a file', files });
    await shown(side, 'same.txt');
    return outline;
  }

  /** Plans a task, gives feedback on it and marks it ready. */
  async function plan(side: Side, milestoneId: string) {
    const { anna, channel } = apps();
    const { slack, provider, milepost, mark } = side;
    const plans = ['first', 'second'].map((name) => ({
      plan: `Plan ${mark(name)}`,
      checklist: [mark('item')],
    }));
    provider.plans(plans);
    await slack.command({ user: anna, channel, command: '/plan', text: `Draw ${mark('task')}` });
    await slack.submit(anna, { details: `So ${mark('details')}`, place: milestoneId });
    await shown(side, mark('first'));
    const { teamId, stores } = milepost;
    const [task] = await stores.tasks.list({ teamId, limit: 2 });
    const [planning] = await stores.conversations.findByKeys(teamId, [`planning:${task?.id}`]);
    const threadTs = planning?.threadTs ?? '';
    await slack.say({ user: anna, channel, threadTs, text: `And ${mark('feedback')}` });
    await shown(side, mark('second'));
    const card = () => JSON.stringify(slack.message(channel, threadTs)?.blocks ?? []);
    await slack.until(() => card().includes('Plan v2'), 'the card shows the second plan');
    await slack.click({ user: anna, channel, ts: threadTs, actionId: 'task_ready' });
    await slack.until(
      async () => (await stores.tasks.list({ teamId, limit: 2 }))[0]?.status === 'ready',
      'the task is ready',
    );
    return { taskId: task?.id ?? '', planningTs: threadTs };
  }

  /** A mention whose answer remembers something and proposes a specialist. */
  async function propose({ slack, provider, milepost, mark }: Side, threadTs: string) {
    const { anna, channel } = apps();
    const wanted = { specialist: 'analyst', task: `Compare ${mark('work')}`, destructive: false };
    const told = { summary: `It compares ${mark('summary')}`, actions: [`Read ${mark('action')}`] };
    provider.script(
      mark('ask'),
      [
        [
          call('remember', { key: 'tone', type: 'preference', value: mark('entry'), sources: [] }),
          call('propose_specialist', { ...wanted, ...told }),
        ],
      ],
      'I propose the analyst.',
    );
    provider.answer(/What was approved/u, `It came to ${mark('outcome')}.`);
    const text = `<@${slack.botUserId}> Compare them: ${mark('ask')}`;
    await slack.say({ user: anna, channel, threadTs, text });
    const { stores, teamId } = milepost;
    return slack.until(async () => {
      const conversation = await stores.conversations.findByThread(teamId, channel, threadTs);
      const ref = { teamId, id: conversation?.id ?? '' };
      const [waiting] = await stores.dispatches.listByConversation(ref, ['proposed'], 2);
      const [entry] = await stores.contextEntries.list(ref, { limit: 2 });
      return waiting !== undefined && waiting.cardTs !== null && entry !== undefined
        ? { dispatchId: waiting.id, entryId: entry.id, entryAt: entry.updatedAt.getTime() }
        : undefined;
    }, 'the proposal and what is remembered');
  }

  const visibleIn = ({ slack }: Side): string =>
    JSON.stringify([slack.messages(apps().channel), slack.ephemerals(), slack.home(apps().anna) ?? null]);

  const shown = (side: Side, text: string): Promise<boolean> =>
    side.slack.until(() => visibleIn(side).includes(text), `"${text}" is shown`);

  return { setUp, fill, plan, propose, visibleIn, shown };
}
