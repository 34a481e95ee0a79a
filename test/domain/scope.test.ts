import { describe, expect, it } from 'vitest';
import { inScope } from '../../src/domain/scope.ts';

const at = (milestoneId: string | null, projectId = 'P1', teamId = 'T1') => ({
  teamId,
  projectId,
  milestoneId,
});

describe('What may be read', () => {
  it('in a milestone is the milestone and what the project shares', () => {
    expect(inScope(at('M1'), at('M1'))).toBe(true);
    expect(inScope(at('M1'), at(null))).toBe(true);
    expect(inScope(at('M1'), at('M2'))).toBe(false);
  });

  it('at the project level is every place of the project', () => {
    expect(inScope(at(null), at(null))).toBe(true);
    expect(inScope(at(null), at('M1'))).toBe(true);
  });

  it('is never in another project or workspace, even under the same ids', () => {
    for (const scope of [at('M1'), at(null)]) {
      for (const record of [at('M1', 'P2'), at(null, 'P2'), at('M1', 'P1', 'T2'), at(null, 'P1', 'T2')])
        expect(inScope(scope, record)).toBe(false);
    }
  });
});
