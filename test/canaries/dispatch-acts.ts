import { expect } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type DispatchModel, isPrivate } from './dispatch-model.ts';
import { scopeOf, type ThreadModel } from './model.ts';
import type { Act } from './picks.ts';
import { checkPrivateRequests } from './private-requests.ts';
import { checkRequests, type Measure } from './questions.ts';
import { saidByBot } from './scripts.ts';
import { nameOf, quiet, type Stage, somebody } from './stage.ts';

const whereOf = ({ where }: DispatchModel): string =>
  isPrivate(where) ? `the direct messages of ${where.user}` : nameOf(where);

/** Open ones that can be decided now. */
const openOnes = ({ dispatches }: Stage): DispatchModel[] =>
  dispatches.filter(({ open, where }) => open && (isPrivate(where) || !where.project.archived));

/** Someone decides on what was proposed; when they approve, the specialist does its work. */
export const decide =
  (measure: Measure): Act =>
  async (stage) => {
    const { random, world } = stage;
    const all = openOnes(stage);
    if (all.length === 0) return false;
    const dispatch = random.pick(all);
    const { id, channel, cardTs, where, proposal } = dispatch;
    const { stores, teamId } = world.milepost;
    if ((await stores.dispatches.findById({ teamId, id }))?.state !== 'proposed') {
      // Taken back with what it repeats.
      expect(proposal.quotes).not.toEqual([]);
      dispatch.open = false;
      return false;
    }
    const user = isPrivate(where) ? where.user : somebody(stage);
    const approves = random.chance(75);
    stage.log(`${approves ? 'Approve' : 'Decline'} "${dispatch.proposal.task}" in ${whereOf(dispatch)}`);
    const before = world.provider.requests().length;
    const actionId = approves ? 'dispatch_approve' : 'dispatch_decline';
    await world.slack.click({ user, channel, ts: cardTs, actionId });
    await quiet(stage);
    dispatch.open = false;
    const requests = world.provider.requests().slice(before);
    if (!approves) {
      expect(requests).toEqual([]);
      return true;
    }
    const { script } = dispatch;
    if (isPrivate(where))
      checkPrivateRequests(stage, measure, requests, { person: where, script, thread: null });
    else checkRequests(stage, measure, requests, [{ thread: where, script }]);
    await keepResult(stage, dispatch);
    return true;
  };

/** The result is in a thread of its own, and a summary of it where it was proposed. */
async function keepResult({ world, model }: Stage, dispatch: DispatchModel): Promise<void> {
  const { id, where, proposal, script, channel, madeFor } = dispatch;
  const { stores, teamId } = world.milepost;
  const stored = await stores.dispatches.findById({ teamId, id });
  expect(stored?.state).toBe('succeeded');
  const thread = await stores.conversations.findById({ teamId, id: stored?.taskThreadId ?? '' });
  const ts = thread?.threadTs ?? '';
  const { text, quotes } = script.made;
  expect(world.slack.thread(channel, ts).map(textOf).join('\n')).toContain(script.answer);
  const now = isPrivate(where) ? null : scopeOf(where);
  const isPlain = proposal.quotes.length === 0;
  const asked = {
    ...saidByBot(`task ${id}`, proposal.task, proposal.quotes, madeFor),
    ...(isPlain ? { madeFor: undefined } : {}),
  };
  const { madeFor: _, ...plain } = asked;
  const said = [isPlain ? plain : asked, saidByBot(`result ${id}`, text, quotes, now)];
  where.said.push(saidByBot(`summary ${id}`, text, quotes, now));
  if (isPrivate(where)) {
    where.threads.push({ ts, said });
    return;
  }
  const opened: ThreadModel = { project: where.project, ts, opened: true, said, entries: [], parent: where };
  model.threads.push(opened);
}
