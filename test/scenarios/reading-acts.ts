import type { Attachment } from '../../src/domain/attachment.ts';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { openList, whispersTo } from './acting.ts';

/** Longer than the wait before somebody who was told that something is being read hears of it again. */
const PATIENCE_MS = 28_000;

/**
 * Waits until a person was told how the reading of an attachment ended: in the line under the message, or, when that
 * had to be said earlier, in a later one.
 * @param how `read`, or why it was not.
 */
export function toldHow(world: World, user: string, title: string, how: string): Promise<string> {
  const said = (line: string): boolean =>
    how === 'read'
      ? line.endsWith('· read') || line.includes('I have read')
      : line.includes(`not read: ${how}`) ||
        (line.includes('I could not read') && line.includes(`: ${how}.`));
  return world.slack.until(
    () =>
      whispersTo(world, user)
        .flatMap((text) => text.split('\n'))
        .find((line) => line.includes(title) && said(line)),
    `${user} is told of ${title}: ${how}`,
    PATIENCE_MS,
  );
}

/** What is attached in the channel's project, as it is stored. */
export async function attachedIn({ milepost, channel }: World): Promise<Attachment[]> {
  const { teamId, stores } = milepost;
  const project = await stores.projects.findByChannel(teamId, channel);
  return project === null ? [] : stores.attachments.listByProject(teamId, project.id);
}

/** Waits until nothing is being read any more. */
export async function allRead(world: World): Promise<Attachment[]> {
  return world.slack.until(async () => {
    const all = await attachedIn(world);
    return all.length > 0 && all.every((one) => one.state !== 'pending') ? all : undefined;
  }, 'everything attached was read or could not be');
}

/** The line of the list of attachments that names this. */
export async function lineOf(world: World, project: string, title: string): Promise<string> {
  const list = await openList(world, project);
  const line = list.split('\n').find((one) => one.includes(title) && one.includes(' · '));
  if (line === undefined) throw new Error(`The list has no ${title}: ${list}`);
  return line;
}

/** What "What was read" under the newest answer shows. */
export async function openReceipt({ slack, channel, anna }: World, user = anna): Promise<string> {
  await slack.click({ user, channel, actionId: 'answer_receipt' });
  return textOf(slack.modal(user));
}

/** The texts of all passages that are stored. */
export async function passageTexts({ milepost }: World): Promise<string[]> {
  const all = await milepost.connection.collection('passages').find({ teamId: milepost.teamId }).toArray();
  return all.map((passage) => String(passage.text));
}

/** Says something in a thread. @returns its ts. */
export async function sayLink(
  { slack, anna, channel }: World,
  threadTs: string,
  text: string,
  user = anna,
): Promise<string> {
  return (await slack.say({ user, channel, threadTs, text })).ts;
}
