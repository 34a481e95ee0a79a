import path from 'node:path';
import type { Milepost } from '../../src/compose.ts';
import type { Milestone, Project } from '../../src/domain/project.ts';
import {
  type DemoMilestone,
  type DemoProject,
  PROJECTS,
  readDocument,
  readUpload,
} from './content/projects.ts';
import { type Control, until } from './control.ts';
import { BOT, CHANNELS, PEOPLE, TEAM_ID } from './workspace.ts';

/** What is needed to act as people do. */
interface Tools {
  milepost: Milepost;
  control: Control;
  /** Address of the demo's own site. */
  site: string;
}

/** Sets the projects up as people would: forms, pasted documents, messages with links and files. */
export async function seed(tools: Tools): Promise<void> {
  await Promise.all(PROJECTS.map((project) => seedProject(tools, project)));
}

async function seedProject(tools: Tools, plan: DemoProject): Promise<void> {
  const { milepost, control } = tools;
  const { setUpProject } = milepost.useCases;
  const project = await setUpProject(CHANNELS[plan.channel].id, {
    teamId: TEAM_ID,
    userId: PEOPLE[plan.owner].id,
    name: plan.name,
    purpose: plan.purpose,
    milestones: plan.milestones.map((milestone) => milestone.title).join('\n'),
    attachments: '',
  });
  await attach(milepost, plan.owner, project.id, null, plan.documents);
  const milestones = await untilCardsArePosted(milepost, project);
  const both = milestones.flatMap((milestone) => {
    const planned = plan.milestones.find((one) => one.title === milestone.title);
    return planned === undefined ? [] : [{ milestone, planned }];
  });
  for (const { milestone, planned } of both) await seedMilestone(tools, plan, milestone, planned);
  // Last, so that the receipt of the answer counts everything.
  for (const { milestone, planned } of both) await ask(control, plan, milestone, planned);
}

/** A milestone has its thread when its card is posted. */
function untilCardsArePosted(
  milepost: Milepost,
  { id }: Project,
): Promise<(Milestone & { threadTs: string })[]> {
  return until(async () => {
    const all = await milepost.useCases.milestonesOf.listByProject(TEAM_ID, id);
    const posted = all.flatMap((one) => (one.threadTs === null ? [] : [{ ...one, threadTs: one.threadTs }]));
    return posted.length === all.length ? posted : undefined;
  }, 'The posting of the milestone cards');
}

async function seedMilestone(
  { milepost, control, site }: Tools,
  plan: DemoProject,
  milestone: Milestone & { threadTs: string },
  { title, description, dueOn, documents, said }: DemoMilestone,
): Promise<void> {
  const { id, projectId, threadTs } = milestone;
  const owner = PEOPLE[plan.owner].id;
  await milepost.useCases.milestones.change({ teamId: TEAM_ID, id }, owner, {
    title,
    description,
    dueOn,
    mode: null,
  });
  await attach(milepost, plan.owner, projectId, id, documents);
  const channel = CHANNELS[plan.channel].id;
  for (const { by, text, file } of said) {
    const ts = await control.say({
      channel,
      user: PEOPLE[by].id,
      text: text.replaceAll('{site}', site),
      threadTs,
      ...(file === undefined ? {} : { file: await readUpload(file) }),
    });
    await untilAttached(control, channel, ts);
  }
}

async function ask(
  control: Control,
  plan: DemoProject,
  { threadTs }: { threadTs: string },
  { asked }: DemoMilestone,
): Promise<void> {
  if (asked === undefined) return;
  const text = `<@${BOT.id}> ${asked.question}`;
  await control.say({ channel: CHANNELS[plan.channel].id, user: PEOPLE[asked.by].id, text, threadTs });
}

async function attach(
  { useCases }: Milepost,
  by: DemoProject['owner'],
  projectId: string,
  milestoneId: string | null,
  documents: string[],
): Promise<void> {
  for (const file of documents) {
    await useCases.attachByHand({
      teamId: TEAM_ID,
      place: { projectId, milestoneId },
      userId: PEOPLE[by].id,
      title: path.basename(file),
      content: await readDocument(file),
    });
  }
}

/** The bot marks a message whose links and files it attached with a paperclip, and says to its author what it read. */
function untilAttached(control: Control, channel: string, ts: string): Promise<true> {
  return until(async () => {
    const all = await control.messages(channel);
    const message = all.find((one) => one.ts === ts);
    const isMarked = message?.reactions?.some(({ name }) => name === 'paperclip') === true;
    const isTold = all.some(
      (one) => one.ephemeral_to === message?.user && one.thread_ts === message?.thread_ts && one.ts > ts,
    );
    return isMarked && isTold ? true : undefined;
  }, 'The attaching of links and files');
}
