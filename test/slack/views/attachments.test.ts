import { describe, expect, it } from 'vitest';
import type { Attachment, SlackFile } from '../../../src/domain/attachment.ts';
import { attachmentsModal } from '../../../src/slack/views/attachments.ts';
import { attachment, milestone, project } from '../../domain/builders.ts';
import { fieldsOf, listOf, stringOf } from '../../support/fake-slack/json.ts';
import { elements, live, markup, NASTY, problemsOf, unguarded } from './sheet.ts';

const FILE: SlackFile = {
  id: 'F1',
  name: 'notes.txt',
  size: 10,
  url: 'https://files.slack.com/f1',
  permalink: 'https://acme.slack.com/files/U1/F1/notes.txt',
};
const READ = new Date('2026-03-05T09:00:00Z');
const link = (over: Partial<Attachment> = {}): Attachment =>
  attachment({
    kind: 'link',
    url: 'https://example.com/plan',
    linkType: 'website',
    title: 'The plan',
    readAt: READ,
    ...over,
  });
const list = (attachments: Attachment[], milestones = [milestone()]) => ({
  project: project(),
  milestones,
  attachments,
});
const linesOf = (attachments: Attachment[], asked: string | null = null): string[] =>
  markup(attachmentsModal(list(attachments), asked)).split('\n');
const choices = (view: { blocks: unknown }): string[] =>
  elements(view.blocks)
    .flatMap((element) => [
      ...listOf(element.options),
      ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
    ])
    .map((one) => stringOf(fieldsOf(one.text).text));

describe('The list of attachments', () => {
  it('says of each what it is, where it leads, how its reading went, by whom and when', () => {
    const lines = linesOf([
      link({ milestoneId: null }),
      attachment({ title: 'notes.txt', file: FILE, state: 'pending', unread: null }),
    ]);
    expect(lines).toEqual([
      '*Book* · 2 attachments',
      '*The whole project*',
      ':link: *<https://example.com/plan|The plan>* · Website · read · <@U1>, 2026-03-01',
      '*Outline*',
      `:page_with_curl: *<${FILE.permalink}|notes.txt>* · Text · being read · <@U1>, 2026-03-01`,
    ]);
  });

  it.each([
    [{ state: 'ready', unread: null }, 'read'],
    [{ state: 'pending', unread: null }, 'being read'],
    [{ state: 'failed', unread: 'needs_sign_in' }, 'not read: it can only be read after signing in'],
    [
      { state: 'ready', unread: 'unreachable' },
      'as it was when it could last be read; tried again on 2026-03-05: its server could not be reached',
    ],
  ] as const)('says %o as a person would', (state, words) => {
    expect(linesOf([link(state)])[2]).toContain(` · Website · ${words} · `);
  });

  it('says of what was just asked for that it is being read, although its old text is there', () => {
    const lines = linesOf([link({ id: 'A1' }), link({ id: 'A2', title: 'Other' })], 'A1');
    expect(lines[2]).toContain('being read again');
    expect(lines[3]).toContain(' · read · ');
  });

  it.each([
    ['report.PDF', 'PDF'],
    ['offer.docx', 'Word'],
    ['budget.xlsx', 'Spreadsheet'],
    ['list.csv', 'Spreadsheet'],
    ['talk.pptx', 'Slides'],
    ['page.html', 'Web page'],
    ['photo.png', 'Image'],
    ['main.ts', 'Code'],
    ['minutes.md', 'Text'],
    ['backup.zip', 'File'],
    ['README', 'File'],
  ])('tells the file %s to be: %s', (name, kind) => {
    expect(linesOf([attachment({ title: name, file: { ...FILE, name } })])[2]).toContain(` · ${kind} · `);
  });

  it('tells a pasted text to be a text', () => {
    expect(linesOf([attachment({ title: 'What Anna said, v1.2' })])[2]).toContain(' · Text · ');
  });

  it('offers to remove, to read again and to move', () => {
    const view = attachmentsModal(list([link()]));
    expect(choices(view)).toEqual([
      'The plan (Website)',
      'Remove',
      'Read again (retry)',
      'Move to The whole project',
      'Move to Outline',
    ]);
  });

  it('calls nobody and leads nowhere by a title', () => {
    const view = attachmentsModal(
      list([attachment({ title: NASTY }), link({ id: 'A2', title: NASTY })], [milestone({ title: NASTY })]),
    );
    expect(problemsOf(view)).toEqual([]);
    expect(unguarded(view)).toEqual([]);
    const constructs = live(view).filter((one) => one !== '<@U1>');
    expect(constructs).toEqual([expect.stringContaining('<https://example.com/plan|')]);
  });

  const many = (count: number, over: Partial<Attachment>): Attachment[] =>
    Array.from({ length: count }, (_, n) => link({ id: `A${n}`.padEnd(24, '0'), ...over }));
  const PLACES = Array.from({ length: 120 }, (_, n) => milestone({ id: `M${n}`, title: `${n} ${NASTY}` }));

  it.each<[string, Partial<Attachment>]>([
    ['plain ones', {}],
    ['long addresses', { url: `https://example.com/${'x'.repeat(1_970)}` }],
    ['long titles', { title: '&'.repeat(120), state: 'failed', unread: 'not_found' }],
    ['titles in other scripts', { title: '計'.repeat(120), url: `https://example.com/${'x'.repeat(500)}` }],
  ])('shows 200 whole within Slack’s limits: %s', (_, over) => {
    for (const milestones of [[milestone()], PLACES]) {
      const of = many(200, over).map((one, n) => ({
        ...one,
        milestoneId: milestones[n % milestones.length]?.id ?? null,
      }));
      const view = attachmentsModal(list(of, milestones));
      expect(problemsOf(view)).toEqual([]);
      expect(markup(view).match(/, 2026-03-01$/gmu)).toHaveLength(200);
    }
  });

  it('counts what it has no room for', () => {
    const view = attachmentsModal(list(many(900, { title: '計'.repeat(120) })));
    expect(problemsOf(view)).toEqual([]);
    const shown = markup(view).match(/, 2026-03-01$/gmu)?.length ?? 0;
    expect(markup(view)).toContain(`…and ${900 - shown} more`);
  });
});
