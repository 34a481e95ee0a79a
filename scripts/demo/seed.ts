import path from 'node:path';
import type { Milepost } from '../../src/compose.ts';
import type { Milestone, Project } from '../../src/domain/project.ts';
import { type DemoMilestone, type DemoProject, PROJECTS, readDocument } from './content/projects.ts';
import { type Control, until } from './control.ts';
import { BOT, CHANNELS, PEOPLE, TEAM_ID } from './workspace.ts';

/** Sets the projects up as people would: forms, pasted documents, messages with links. */
export async function seed(milepost: Milepost, control: Control): Promise<void> {
  await Promise.all(PROJECTS.map((project) => seedProject(milepost, control, project)));
}

async function seedProject(milepost: Milepost, control: Control, plan: DemoProject): Promise<void> {
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
  for (const { milestone, planned } of both) await seedMilestone(milepost, control, plan, milestone, planned);
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
  milepost: Milepost,
  control: Control,
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
  for (const { by, text } of said) {
    const ts = await control.say({ channel, user: PEOPLE[by].id, text, threadTs });
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

/** The bot marks a message whose links it attached with a paperclip. */
function untilAttached(control: Control, channel: string, ts: string): Promise<true> {
  return until(async () => {
    const message = (await control.messages(channel)).find((one) => one.ts === ts);
    return message?.reactions?.some(({ name }) => name === 'paperclip') ? true : undefined;
  }, 'The attaching of the links');
}
