import { describe, expect, it } from 'vitest';
import type { SlackFile } from '../../../src/domain/attachment.ts';
import { attachSubmission } from '../../../src/slack/inbound/forms.ts';
import { type AttachTarget, attachForm } from '../../../src/slack/views/attach-form.ts';
import { milestone } from '../../domain/builders.ts';
import { live, markup, NASTY, problemsOf, unguarded } from './sheet.ts';

const files = (count: number, name = (n: number) => `notes-${n}.pdf`): SlackFile[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `F${String(n).padStart(10, '0')}`,
    name: name(n),
    size: 10,
    url: `https://files.slack.com/${n}`,
    permalink: '',
  }));
const form = (over: Partial<AttachTarget> = {}) =>
  attachForm({
    ...{ projectId: 'f'.repeat(24), milestoneId: null, milestones: [milestone()] },
    message: { channelId: 'C1', ts: '1700000000.000100' },
    ...over,
  });
const submitted = (over: Partial<AttachTarget>) =>
  attachSubmission({ private_metadata: form(over).private_metadata, state: { values: {} } });

describe('Attach to…', () => {
  it.each<[Partial<AttachTarget>, string]>([
    [
      { files: files(2), content: ['https://example.com/'] },
      'This attaches *2 files and 1 link* of the message: notes-0.pdf, notes-1.pdf.',
    ],
    [{ files: files(1), content: [] }, 'This attaches *1 file* of the message: notes-0.pdf.'],
    [{ content: ['https://a.example/', 'https://b.example/'] }, 'This attaches *2 links* of the message.'],
    [{ content: 'Some words' }, 'This attaches the *text of the message*.'],
    [{ content: '' }, ''],
  ])('says what it attaches: %#', (over, words) => {
    expect(markup(form(over))).toBe(words);
    expect(problemsOf(form(over))).toEqual([]);
  });

  it('carries the ids of the files, and asks for nothing else where there are some', () => {
    expect(submitted({ files: files(3), content: [] })).toMatchObject({
      fileIds: ['F0000000000', 'F0000000001', 'F0000000002'],
      content: '',
      message: { channelId: 'C1' },
    });
    const content = (over: Partial<AttachTarget>) =>
      form(over).blocks.find((block) => block.block_id === 'content');
    expect(content({ files: files(1) })).toMatchObject({ optional: true });
    expect(content({})).toMatchObject({ optional: false });
  });

  it('carries as many as fit a form, and says how many do not', () => {
    const view = form({ files: files(400), content: [] });
    expect(problemsOf(view)).toEqual([]);
    const { fileIds } = submitted({ files: files(400), content: [] });
    expect(fileIds.length).toBeGreaterThan(100);
    expect(markup(view)).toContain(`${400 - fileIds.length} further files did not fit`);
    expect(markup(view)).toContain(`*${fileIds.length} files* of the message: notes-0.pdf,`);
  });

  it('calls nobody by the name of a file', () => {
    const view = form({ files: files(12, () => NASTY), content: ['https://example.com/'] });
    expect(problemsOf(view)).toEqual([]);
    expect(unguarded(view)).toEqual([]);
    expect(live(view)).toEqual([]);
  });
});
