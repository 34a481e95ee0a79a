import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import { buildContext, type ContextRecords } from '../../src/domain/context.ts';
import { asksNothing, reachText } from '../../src/domain/reach.ts';
import { attachment, milestone, records } from './builders.ts';

const reach = (given: ContextRecords, milestoneId: string | null = 'M1'): string =>
  reachText(buildContext({ teamId: 'T1', projectId: 'P1', milestoneId }, given, 1_000, rank));

describe('A mention', () => {
  it('asks nothing when there is no word in it besides the name of the bot', () => {
    for (const text of ['@Milepost', ' @Milepost ', '@Milepost ?!', '', '…'])
      expect(asksNothing(text)).toBe(true);
  });

  it('asks something in any script, and with a sign or an emoji', () => {
    for (const text of [
      '@Milepost why',
      '@Milepost ماذا؟',
      '@Milepost 何',
      '@Milepost 7',
      '@Milepost 🚀',
      '@Ben',
    ])
      expect(asksNothing(text)).toBe(false);
  });
});

describe('What can be read here', () => {
  it('names what is in scope and nothing of the neighbour', () => {
    const text = reach(
      records({
        milestones: [milestone(), milestone({ id: 'M2', title: 'Cover' })],
        attachments: [
          attachment({ id: 'A1', title: 'Chapters' }),
          attachment({ id: 'A2', title: 'Plan', url: 'https://example.com/a', unread: 'page_not_opened' }),
          attachment({ id: 'A3', title: 'Heron', milestoneId: 'M2' }),
        ],
      }),
    );
    expect(text).toContain('I can read 2 attachments');
    expect(text).toContain('- Chapters\n- [Plan](<https://example.com/a>) (');
    expect(text).not.toMatch(/Heron|Cover/u);
  });

  it('says how to attach something where there is nothing', () => {
    expect(reach(records())).toContain('Nothing is attached to **Outline** yet: share a link');
    expect(reach(records(), null)).toContain('Nothing is attached to this project yet');
  });

  it('lists twenty and counts the others', () => {
    const attachments = Array.from({ length: 23 }, (_, at) =>
      attachment({ id: `A${at}`, title: `Paper ${at}` }),
    );
    const text = reach(records({ attachments }));
    expect(text.match(/^- Paper/gmu)).toHaveLength(20);
    expect(text).toContain('- and 3 more');
  });

  it('shows titles as they are, never as Markdown', () => {
    const text = reach(records({ attachments: [attachment({ title: '*a* [b](https://evil.example)' })] }));
    expect(text).toContain('\\*a\\* \\[b\\](https://evil.example)');
  });
});
