import { describe, expect, it } from 'vitest';
import { linksOf, textOf } from '../support/fake-slack/index.ts';
import { fieldsOf, listOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import {
  applyToList,
  filledIn,
  hastyClock,
  inFreshWorld,
  lastSent,
  openList,
  optionsOf,
  reads,
  whispered,
  whispersTo,
} from './acting.ts';
import { toldHow } from './reading-acts.ts';

/** Shares something in a thread and waits for the line that says what was attached. */
async function share(world: World, thread: string, text: string, user = world.anna): Promise<string> {
  const { slack, channel } = world;
  const told = slack.ephemerals(channel, user).length;
  const { ts } = await slack.say({ user, channel, threadTs: thread, text });
  await slack.until(
    () => slack.ephemerals(channel, user).length > told,
    `the line about what "${text}" attached`,
  );
  return ts;
}

/** Titles and addresses of the lines in the list of attachments, by place. */
function linesOf(list: string): string[] {
  return list
    .split('\n')
    .filter((line) => line.includes(' · '))
    .slice(1);
}

describe('A link shared in a milestone thread', () => {
  let world: World;
  let Outline = '';
  let Cover = '';
  let project = '';
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });
  const begin = async () => {
    ({ Outline = '', Cover = '', project = '' } = await world.setUp());
  };

  it('is attached there: a paperclip for all, and for its author a line with Undo', async () => {
    await begin();
    const { slack, anna, ben, channel } = world;
    const ts = await share(
      world,
      Outline,
      'See <https://example.com/plan|the plan> and https://example.com/b.',
    );
    expect(slack.reactions(channel, ts)).toEqual(['paperclip']);
    const [line] = slack.ephemerals(channel, anna);
    expect(line?.thread_ts).toBe(Outline);
    expect(textOf(line)).toContain('Attached to *Outline*:');
    expect(textOf(line)).toContain('the plan');
    expect(textOf(line)).toContain('Undo');
    expect(linksOf(line)).toEqual(['https://example.com/plan', 'https://example.com/b']);
    expect(whispersTo(world, ben)).toEqual([]);
    const list = await openList(world, project, ben);
    expect(list).toContain('*Outline*\n:link: *<https://example.com/plan|the plan>* · Website');
    expect(list).toContain(`<@${anna}>`);
  });

  it('is found in plain text as well, when a message has no rich text', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const text = 'Old client: <https://example.com/a|A &amp; B>, https://example.com/b?x=1&y=2.';
    await slack.say({ user: anna, channel, threadTs: Outline, text, blocks: [] });
    const line = await whispered(world, anna, 'Attached to *Outline*');
    expect(line).toContain('<https://example.com/a|A &amp;');
    expect(line).toContain('https://example.com/b?x=1&amp;y=2|');
  });

  it('is not attached in the top level of the channel, nor in a thread that is no milestone', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const { ts } = await slack.say({ user: anna, channel, text: 'https://example.com/top' });
    await slack.say({ user: anna, channel, threadTs: ts, text: 'https://example.com/reply' });
    await world.ask({ thread: project, text: 'Does https://example.com/question count?' });
    await share(world, Outline, 'https://example.com/milestone');
    expect(linesOf(await openList(world, project))).toHaveLength(1);
    expect(slack.reactions(channel, ts)).toEqual([]);
  });

  it('is taken back by Undo, and stays so when Slack tells of the message again', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const said = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: 'https://example.com/plan',
    });
    await whispered(world, anna, 'Attached to');
    await slack.click({ user: anna, channel, actionId: 'attachment_undo' });
    await whispered(world, anna, 'Taken back: example.com/plan');
    expect(slack.reactions(channel, said.ts)).toEqual([]);
    await slack.deliver(said.events.message ?? {});
    await slack.edit({ channel, ts: said.ts, text: 'https://example.com/plan. (typo mended)' });
    await slack.edit({ channel, ts: said.ts, text: 'The plan (https://example.com/plan), typo mended.' });
    await slack.edit({ channel, ts: said.ts, text: 'The plan is at https://example.com/plan, mended.' });
    await world.ask({ thread: Outline, text: 'Is anything attached?' });
    expect(lastSent(world)).toContain('Attachments: none.');
    expect(whispersTo(world, anna)).toEqual(['Taken back: example.com/plan']);
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('is the same in another spelling, and another one where it leads elsewhere', async () => {
    await begin();
    await share(
      world,
      Outline,
      [
        'https://example.com/plan?id=1',
        'HTTPS://Example.COM:443/plan?id=1#part-2',
        'https://example.com/plan?utm_source=mail&id=1&fbclid=x&gclid=y&mc_cid=z',
        'https://www.example.com/plan?id=1',
        'https://example.com/Plan?id=1',
      ].join(' '),
    );
    const list = await openList(world, project);
    expect(list).toContain('3 attachments');
    expect(linksOf(world.slack.modal(world.anna))).toEqual([
      'https://example.com/plan?id=1',
      'https://www.example.com/plan?id=1',
      'https://example.com/Plan?id=1',
    ]);
  });

  it('shared by two messages is one attachment that stays until both are gone', async () => {
    await begin();
    const { slack, channel } = world;
    const first = await share(world, Outline, 'https://example.com/plan');
    const second = await share(world, Outline, 'Again: https://example.com/plan?utm_medium=chat', world.ben);
    expect(linesOf(await openList(world, project))).toHaveLength(1);
    await slack.remove({ channel, ts: first });
    expect(linesOf(await openList(world, project))).toHaveLength(1);
    await slack.remove({ channel, ts: second });
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('in two milestones is two attachments, and each goes alone', async () => {
    await begin();
    const { slack, channel } = world;
    const first = await share(world, Outline, 'https://example.com/plan');
    await share(world, Cover, 'https://example.com/plan');
    expect(linesOf(await openList(world, project))).toHaveLength(2);
    await slack.remove({ channel, ts: first });
    const list = await openList(world, project);
    expect(list).toContain('*Cover*\n:link: *<https://example.com/plan');
    expect(linesOf(list)).toHaveLength(1);
  });

  it('to the same workspace, to a mailbox or with another scheme is not attached', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const { ts } = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: `https://${slack.domain}.slack.com/archives/C1/p1 <mailto:a@example.com|write> slack://open`,
    });
    await share(world, Outline, 'https://other.slack.com/archives/C2/p2');
    expect(slack.reactions(channel, ts)).toEqual([]);
    const list = await openList(world, project);
    expect(linesOf(list)).toEqual([expect.stringContaining(':speech_balloon: *<https://other.slack.com/')]);
  });

  it('follows the edits of its message', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const ts = await share(world, Outline, 'https://example.com/a and https://example.com/b.');
    await slack.edit({ channel, ts, text: 'https://example.com/b, and https://example.com/c' });
    await whispered(world, anna, 'example.com/c');
    expect(whispersTo(world, anna).at(-1)).not.toContain('example.com/b');
    await openList(world, project);
    expect(linksOf(slack.modal(anna))).toEqual(['https://example.com/b', 'https://example.com/c']);
    await slack.edit({ channel, ts, text: 'nothing any more' });
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('goes with its message, also when that leaves a tombstone or was never delivered', async () => {
    await begin();
    const { slack, anna, channel } = world;
    const ts = await share(world, Outline, 'https://example.com/a');
    await slack.remove({ channel, ts, tombstone: true });
    const lost = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: 'https://example.com/lost',
      deliver: false,
    });
    await slack.remove({ channel, ts: lost.ts });
    await slack.deliver(lost.events.message ?? {});
    await share(world, Outline, 'https://example.com/b');
    await openList(world, project);
    expect(linksOf(slack.modal(anna))).toEqual(['https://example.com/b']);
  });

  it('has the icon and the name of its kind in the list', async () => {
    await begin();
    const kinds = {
      'https://acme.sharepoint.com/sites/x': 'SharePoint',
      'https://docs.google.com/document/d/1/edit': 'Google Doc',
      'https://docs.google.com/spreadsheets/d/1': 'Google Sheet',
      'https://docs.google.com/presentation/d/1': 'Google Slides',
      'https://drive.google.com/file/d/1': 'Google Drive',
      'https://www.notion.so/page': 'Notion',
      'https://acme.atlassian.net/wiki/spaces/A': 'Confluence',
      'https://acme.atlassian.net/browse/A-1': 'Jira',
      'https://linear.app/acme/issue/A-1': 'Linear',
      'https://www.figma.com/file/1': 'Figma',
      'https://miro.com/app/board/1': 'Miro',
      'https://github.com/acme/book': 'GitHub',
      'https://gitlab.com/acme/book': 'GitLab',
      'https://www.loom.com/share/1': 'Loom',
      'https://youtu.be/1': 'YouTube',
      'https://vimeo.com/1': 'Vimeo',
      'https://www.dropbox.com/s/1': 'Dropbox',
      'https://app.box.com/s/1': 'Box',
      'https://airtable.com/app1': 'Airtable',
      'https://trello.com/b/1': 'Trello',
      'https://app.asana.com/0/1': 'Asana',
      'https://acme.slack.com/archives/1': 'Slack',
      'https://example.com/paper.pdf': 'PDF',
      'https://example.com/heron.png': 'Image',
      'https://notion.so.example.com/': 'Website',
    };
    await share(world, Outline, Object.keys(kinds).join('\n'));
    const lines = linesOf(await openList(world, project));
    expect(lines.map((line) => line.split(' · ')[1])).toEqual(Object.values(kinds));
    const icons = lines.map((line) => /^:[a-z_]+:/u.exec(line)?.[0]);
    expect(new Set(icons).size).toBe(icons.length);
  });

  it('is named with what is not known of it, to people and to the model', async () => {
    await begin();
    await share(world, Outline, '<https://example.com/plan|The plan>');
    expect(await openList(world, project)).toContain(
      '*<https://example.com/plan|The plan>* · Website · not read: its server could not be reached',
    );
    await world.ask({ thread: Outline, text: 'What does the plan say?' });
    expect(lastSent(world)).toContain(
      '[1] The plan <https://example.com/plan> (not read: its server could not be reached)',
    );
  });
});

describe('"Attach to…" in the menu of a message', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  const attachTo = (ts: string, user = world.anna) =>
    world.slack.shortcut({ user, callbackId: 'attach_to', channel: world.channel, ts });

  it('attaches its links where the person chooses, and they go with the message', async () => {
    const { slack, anna, ben, channel } = world;
    const { project = '' } = await world.setUp();
    const text = `Read https://example.com/a and https://example.com/b, not https://${slack.domain}.slack.com/x`;
    const { ts } = await slack.say({ user: ben, channel, text });
    await attachTo(ts);
    const form = slack.modal(anna);
    expect(filledIn(form, 'content')).toBe('https://example.com/a\nhttps://example.com/b');
    expect([filledIn(form, 'place'), optionsOf(form)]).toEqual([
      'project',
      ['The whole project', 'Outline', 'Cover'],
    ]);
    await slack.submit(anna, { place: 'Cover' });
    expect(await openList(world, project)).toContain('*Cover*\n:link: *<https://example.com/a');
    await slack.remove({ channel, ts });
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('attaches its text when it has no links, in the milestone whose thread it stands in', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const { ts } = await slack.say({ user: ben, channel, threadTs: Outline, text: 'Deadline is in May.' });
    await attachTo(ts);
    await slack.submit(anna, { title: 'Deadline' });
    await world.ask({ thread: Outline, text: 'When?' });
    expect(lastSent(world)).toContain('[1] Deadline');
    expect(lastSent(world)).toContain('<attachment n="1" title="Deadline">\nDeadline is in May.');
  });

  it('says so when a message is longer than the form takes, and never cuts a link in two', async () => {
    const { slack, anna, ben, channel } = world;
    await world.setUp();
    const links = ['a', 'b', 'c'].map((name) => `https://example.com/${name}/${'x'.repeat(1_200)}`);
    const linked = await slack.say({ user: ben, channel, text: links.join(' ') });
    await attachTo(linked.ts);
    expect(filledIn(slack.modal(anna), 'content')).toBe(links.slice(0, 2).join('\n'));
    expect(textOf(slack.modal(anna))).toContain('Only the first 2 of 3 links fit');
    const written = await slack.say({ user: ben, channel, text: 'word '.repeat(1_000) });
    await attachTo(written.ts);
    expect(String(filledIn(slack.modal(anna), 'content')).length).toBeLessThanOrEqual(3_000);
    expect(textOf(slack.modal(anna))).toContain('Only the first 3,000 characters');
  });
});

describe('A document', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it('attached in two places is stored once', async () => {
    const { milepost } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    for (const place of [Outline, Cover, project])
      await world.paste(place, 'The same style guide for all of us.', 'Style');
    const { teamId, stores } = milepost;
    const { id = '' } = (await stores.projects.findByChannel(teamId, world.channel)) ?? {};
    const all = await stores.attachments.listByProject(teamId, id);
    expect(new Set(all.map((one) => one.milestoneId)).size).toBe(3);
    expect(new Set(all.map((one) => one.documentId)).size).toBe(1);
    expect(linesOf(await openList(world, project))).toHaveLength(3);
  });

  it('cannot be attached to a milestone of another project', async () => {
    const { slack, anna, channel } = world;
    const other = slack.addChannel({ name: 'other', members: [anna] });
    const { Outline = '' } = await world.setUp();
    const { Secret = '' } = await world.setUp({ channel: other, milestones: ['Secret'] });
    await slack.click({ user: anna, channel: other, ts: Secret, actionId: 'attachment_add' });
    const foreign = filledIn(slack.modal(anna), 'place');
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    const place = slack.modal(anna)?.blocks.find((block) => block.block_id === 'place');
    for (const option of listOf(fieldsOf(place?.element).options)) option.value = foreign;

    const done = await slack.submit(anna, { place: 'Cover', content: 'Into the neighbour.' });

    expect(done.errors).toEqual({
      place: 'That milestone does not belong to this project. Choose one of its own.',
    });
    expect(reads(world, Secret, other)).toContain('0 attachments');
  });

  it('is not made from nothing', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    const done = await slack.submit(anna, { content: ' \n ' });
    expect(done.errors?.content).toBe('There is nothing to attach yet. Paste a text, or links one a line.');
  });
});

describe('Files shared in a milestone thread', () => {
  let world: World;
  inFreshWorld({ env: { FILE_LIMIT_MB: '1' } }, (fresh) => {
    world = fresh;
  });

  it('are read when they are text, whatever its form', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const files = [
      { name: 'notes.txt', kind: 'Text', content: 'The heron waits.' },
      { name: 'plan.md', kind: 'Text', content: '# Plan\n\nThe otter swims.' },
      { name: 'prices.csv', kind: 'Spreadsheet', content: 'item,price\npaper,12' },
      { name: 'setup.json', kind: 'Code', content: '{"fonts":"Garamond"}' },
    ];
    const { ts } = await slack.say({ user: anna, channel, threadTs: Outline, text: '', files });
    const line = await whispered(world, anna, 'Attached to *Outline*');
    expect(slack.reactions(channel, ts)).toEqual(['paperclip']);
    for (const { name, kind } of files) {
      expect(line).toContain(`|${name}>* · ${kind} · `);
      await toldHow(world, anna, `|${name}>*`, 'read');
    }
    await world.ask({ thread: Outline, text: 'What do we have?' });
    for (const text of ['The heron waits.', '# Plan\nThe otter swims.', 'paper | 12', 'Garamond'])
      expect(lastSent(world)).toContain(text);
  });

  it('are kept by name with the reason when they cannot be read, and the model is told', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const files = [
      { name: 'heron.png', content: 'not really a picture' },
      { name: 'empty.txt', content: ' \n' },
      { name: 'huge.txt', content: 'x', size: 1_000_001 },
      { name: 'liar.txt', content: 'x'.repeat(1_000_001), size: 10 },
      { name: 'gone.txt', content: 'x', fields: { url_private_download: 'https://evil.example/gone.txt' } },
    ];
    await slack.say({ user: anna, channel, threadTs: Outline, text: 'Look', files });
    const reasons = [
      ['heron.png', 'Image', 'this type of file cannot be read'],
      ['empty.txt', 'Text', 'there is no text in it'],
      ['huge.txt', 'Text', 'it is larger than the limit'],
      ['liar.txt', 'Text', 'it is larger than the limit'],
      ['gone.txt', 'Text', 'Slack did not hand it out, as with files that are kept elsewhere'],
    ];
    await world.ask({ thread: Outline, text: 'What is on the picture?' });
    const list = await openList(world, project);
    for (const [name = '', kind = '', reason = ''] of reasons) {
      await toldHow(world, anna, `|${name}>*`, reason);
      expect(list).toContain(`|${name}>* · ${kind} · not read: ${reason}`);
      expect(lastSent(world)).toContain(`${name} (not read: ${reason})`);
    }
  });

  it('of other workspaces are asked for by their id, and named as what they are', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    const files = [
      { name: 'partner.txt', content: 'The dipper dips.', checkFileInfo: true },
      { name: 'lost.txt', content: 'x', checkFileInfo: true },
    ];
    const said = await slack.say({
      user: anna,
      channel,
      threadTs: Outline,
      text: '',
      files,
      deliver: false,
    });
    const lost = String(said.message.files?.[1]?.id);
    await slack.deleteFile(lost, { deliver: false });
    await slack.deliver(said.events.message ?? {});
    const line = await whispered(world, anna, 'Attached to *Outline*');
    await toldHow(world, anna, '|partner.txt>*', 'read');
    expect(line).toContain(`*${lost}* · File · not read: there is nothing at its address any more`);
    await world.ask({ thread: Outline, text: 'Who dips?' });
    expect(lastSent(world)).toContain('The dipper dips.');
  });

  it('go with their message, and twice the same file in one thread is one attachment', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const files = [{ name: 'notes.txt', content: 'The heron waits.' }];
    const first = await slack.say({ user: anna, channel, threadTs: Outline, text: '', files });
    await whispered(world, anna, 'notes.txt');
    const second = await slack.say({ user: ben, channel, threadTs: Outline, text: '', files });
    await whispered(world, ben, 'notes.txt');
    expect(linesOf(await openList(world, project))).toHaveLength(1);
    await slack.remove({ channel, ts: first.ts });
    await world.ask({ thread: Outline, text: 'Who waits?' });
    expect(lastSent(world)).toContain('The heron waits.');
    await slack.remove({ channel, ts: second.ts });
    await world.ask({ thread: Outline, text: 'Who waits now?' });
    expect(lastSent(world)).not.toContain('The heron waits.');
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });
});

describe('The list of attachments', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('moves an attachment to the project, to a milestone and to where it already is, and removes it', async () => {
    const { slack, anna } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await share(world, Cover, '<https://example.com/heron|Heron>');

    expect(await openList(world, project)).toContain('*Outline*\n:page_with_curl: *Chapters* · Text · read');
    expect((await applyToList(world, 'Chapters', 'Move to The whole project')).list).toContain(
      '*The whole project*\n:page_with_curl: *Chapters*',
    );
    await slack.until(
      () => reads(world, Outline).includes('0 attachments'),
      'the card of Outline is redrawn',
    );
    await world.ask({ thread: Cover, text: 'How long is chapter three?' });
    expect(lastSent(world)).toContain('Shared by the whole project:\n[1] Chapters');

    const moved = await applyToList(world, 'Chapters', 'Move to Cover');
    expect(moved.list).toContain('*Cover*\n:page_with_curl: *Chapters*');
    const again = await applyToList(world, 'Chapters', 'Move to Cover');
    expect([again.errors, again.list]).toEqual([undefined, moved.list]);
    await world.ask({ thread: Outline, text: 'How long is chapter three?' });
    expect(lastSent(world)).not.toContain('Chapters');

    expect((await applyToList(world, 'Heron', 'Remove')).list).not.toContain('Heron');
    expect((await applyToList(world, 'Chapters', 'Remove')).list).toContain('Nothing is attached yet.');
    await slack.until(() => reads(world, Cover).includes('0 attachments'), 'the card of Cover is redrawn');
    await world.ask({ thread: Cover, text: 'And now?' });
    expect(lastSent(world)).toContain('Attachments: none.');
    expect(slack.modal(anna)?.submit).toBeNull();
  });

  it('makes one of two when an attachment moves to where the same already is', async () => {
    const { slack, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    const first = await share(world, Outline, 'https://example.com/plan');
    const second = await share(world, Cover, 'https://example.com/plan');
    await openList(world, project);
    expect((await applyToList(world, 'example.com/plan', 'Move to Cover')).list).toContain('1 attachment');
    await slack.remove({ channel, ts: second });
    expect(linesOf(await openList(world, project))).toHaveLength(1);
    await slack.remove({ channel, ts: first });
    expect(await openList(world, project)).toContain('Nothing is attached yet.');
  });

  it('names every attachment, however many places they hang at', async () => {
    const { slack, anna, channel } = world;
    const milestones = Array.from({ length: 50 }, (_, n) => `Part ${n + 1}.`);
    const { project = '', ...threads } = await world.setUp({ milestones });
    await slack.command({ user: anna, channel, command: '/project' });
    const further = Array.from({ length: 50 }, (_, n) => `Part ${n + 51}.`);
    await slack.submit(anna, { milestones: further.join('\n') });
    const cards = await slack.until(() => {
      const found = slack.messages(channel).filter((message) => textOf(message).includes('Attach here'));
      return found.length === 100 && found;
    }, 'a hundred milestone cards');
    expect(Object.keys(threads)).toHaveLength(50);
    await Promise.all(
      cards.map(({ ts }) =>
        slack.say({ user: anna, channel, threadTs: ts, text: `https://example.com/${ts}` }),
      ),
    );
    const list = await openList(world, project);
    for (const title of [...milestones, ...further])
      expect(list).toContain(`*${title}*\n:link: *example.com/`);
  });

  it('says so when somebody else removed the attachment meanwhile', async () => {
    const { anna, ben } = world;
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    await openList(world, project, anna);
    await openList(world, project, ben);
    await applyToList(world, 'Chapters', 'Remove', ben);
    const { errors } = await applyToList(world, 'Chapters', 'Move to Cover', anna);
    expect(errors?.attachment).toContain('This attachment was removed in the meantime.');
  });

  it('names every attachment, however long their addresses are', async () => {
    const { slack, anna } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const names = Array.from({ length: 10 }, (_, at) => `Tree ${at + 1}.`);
    const address = (name: string) => `https://example.com/${'x'.repeat(1_900)}/${name.slice(5, -1)}`;
    await share(world, Outline, names.map((name) => `<${address(name)}|${name}>`).join(' '));
    await world.paste(Outline, `https://example.com/?${'a=1&'.repeat(490)}`);
    const line = whispersTo(world, anna).at(-1);
    const list = await openList(world, project);
    expect(linksOf(slack.modal(anna))).toEqual(names.map(address));
    await world.ask({ thread: Outline, text: 'Which trees?' });
    await slack.click({ user: anna, channel: world.channel, actionId: 'answer_receipt' });
    expect(linksOf(slack.modal(anna))).toEqual(names.map(address));
    for (const name of names) expect(line).toContain(`*${name}*`);
    for (const name of names) expect(list).toContain(`|${name}>`);
    expect(list).toMatch(/^:link: \*example\.com\S*\* · Website/mu);
  });
});

describe('A limit', () => {
  let world: World;
  inFreshWorld({ env: { ATTACHMENT_LIMIT: '2', FILE_LIMIT_MB: '1' } }, (fresh) => {
    world = fresh;
  });

  it('of attachments a project is said to whoever reaches it, and what is there still counts as there', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', Cover = '', project = '' } = await world.setUp();
    await share(world, Outline, 'https://example.com/1 https://example.com/2 https://example.com/3');
    const told = whispersTo(world, anna).at(-1) ?? '';
    expect(told).toContain('example.com/2');
    expect(told).not.toContain('example.com/3');
    expect(told).toContain('1 attachment not attached: the project has reached its limit.');
    const files = [{ name: 'notes.txt', content: 'The heron waits.' }];
    await slack.say({ user: anna, channel, threadTs: Cover, text: '', files });
    await slack.until(() => whispersTo(world, anna).length === 2, 'the line about the file');
    expect(whispersTo(world, anna).at(-1)).toMatch(/^:warning: 1 attachment not attached/);
    await share(world, Outline, 'Again https://example.com/1', world.ben);
    expect(whispersTo(world, world.ben).at(-1)).not.toContain('not attached');

    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    const done = await slack.submit(anna, { content: 'One more text.' });
    expect(done.errors?.content).toBe(
      'This project has 2 of at most 2 attachments. Remove some before you add 1 more.',
    );
    expect(await openList(world, project)).toContain('2 attachments');
  });

  it('of 2,000 characters an address is said, in a thread and in a form', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const long = `https://example.com/${'x'.repeat(2_980)}`;
    await share(world, Outline, `${long} https://example.com/short`);
    expect(whispersTo(world, anna).at(-1)).toContain(
      '1 link not attached: longer than 2,000 characters. Share a shorter form.',
    );
    await slack.click({ user: anna, channel, ts: Outline, actionId: 'attachment_add' });
    const done = await slack.submit(anna, { content: long });
    expect(done.errors?.content).toContain('That link has 3,000 characters; the limit is 2,000.');
    expect(linesOf(await openList(world, project))).toHaveLength(1);
  });
});
