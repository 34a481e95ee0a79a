import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../src/domain/tokens.ts';

describe('Counting tokens', () => {
  it('costs nothing for no text, and at least one for any', () => {
    expect(countTokens('')).toBe(0);
    expect(countTokens('a')).toBe(1);
    expect(countTokens('four')).toBe(1);
    expect(countTokens('fives')).toBe(2);
  });

  it('counts bytes, so that other scripts and emoji are not taken for cheap', () => {
    expect(countTokens('شكرا')).toBe(2);
    expect(countTokens('日本語で')).toBe(3);
    expect(countTokens('🚀🚀')).toBe(2);
  });

  it('never makes two texts together dearer than each alone', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (a, b) => countTokens(a + b) <= countTokens(a) + countTokens(b)),
      { numRuns: 500 },
    );
  });
});
