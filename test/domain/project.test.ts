import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanTitle,
  cut,
  MILESTONES_AT_ONCE,
  NAME_LIMIT,
  oneLine,
  parseMilestoneLines,
} from '../../src/domain/project.ts';

describe('Milestone lines', () => {
  it('are one title a line, or separated by semicolons, without list marks', () => {
    expect(parseMilestoneLines('Outline\r\n- First draft\n2. Review\n• Print ; 4) Sale')).toEqual([
      'Outline',
      'First draft',
      'Review',
      'Print',
      'Sale',
    ]);
  });

  it('skip empty ones and count a repeated title once', () => {
    expect(parseMilestoneLines('\n  \nOutline\n\nOutline\n  Outline  ;;')).toEqual(['Outline']);
    expect(parseMilestoneLines('')).toEqual([]);
  });

  it('keep what only looks like a list mark, and leave out a mark with nothing behind it', () => {
    expect(parseMilestoneLines('2026 plan\n-5 degrees\n1.5 release\n- ')).toEqual([
      '2026 plan',
      '-5 degrees',
      '1.5 release',
    ]);
  });

  it('keep emoji and right-to-left titles', () => {
    expect(parseMilestoneLines('🚀 Launch\nخطة الإطلاق\n👩‍🚀')).toEqual(['🚀 Launch', 'خطة الإطلاق', '👩‍🚀']);
  });

  it('take fifty and refuse fifty-one', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `M${at}`).join('\n');
    expect(parseMilestoneLines(lines(MILESTONES_AT_ONCE))).toHaveLength(50);
    expect(() => parseMilestoneLines(lines(51))).toThrow('That is 51 milestones; at most 50');
    expect(parseMilestoneLines(`${lines(50)}\n${lines(50)}`)).toHaveLength(50);
  });

  it('are unique single lines of at most 120 characters, whatever was typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 12 }), (lines) => {
        const titles = parseMilestoneLines(lines.join('\n'));
        expect(new Set(titles).size).toBe(titles.length);
        for (const title of titles) expect(title).toBe(oneLine(title));
      }),
      { numRuns: 300 },
    );
  });
});

describe('A title', () => {
  it('is one trimmed line', () => {
    expect(cleanTitle('  First\n draft\t2 ', 'milestone')).toBe('First draft 2');
  });

  it('is refused when nothing is left of it, with what to do', () => {
    expect(() => cleanTitle(' \n\u00a0', 'project')).toThrow(
      'Give the project a name of at least one character.',
    );
  });

  it('is cut to 120 characters without cutting an emoji in half', () => {
    const title = cleanTitle('🚀'.repeat(130), 'document');
    expect(Array.from(title)).toHaveLength(NAME_LIMIT);
    expect(title).toBe(`${'🚀'.repeat(119)}…`);
  });
});

describe('Cutting', () => {
  it('leaves what fits as it is and marks what does not', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(cut('', 3)).toBe('');
  });

  it('never gives more characters than the limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 20 }),
        (text, limit) => Array.from(cut(text, limit)).length <= limit,
      ),
    );
  });
});
