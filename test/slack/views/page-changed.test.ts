import { describe, expect, it } from 'vitest';
import { render } from '../../../src/slack/render.ts';
import { attachment } from '../../domain/builders.ts';
import { live, markup, messageProblems, NASTY, unguarded } from './sheet.ts';

const page = (title: string) =>
  attachment({ kind: 'link', url: 'https://example.com/plan', linkType: 'website', title });

describe('A page that changed under a plan', () => {
  it('is named with a link, and with what can be done about it', () => {
    const { text, blocks } = render({ kind: 'page-changed', attachment: page('The <plan>') });
    expect(text).toBe('The &lt;plan&gt; says something else than before');
    expect(markup(blocks)).toContain(
      '*<https://example.com/plan|The &lt;plan&gt;>* says something else now than when I read it before.',
    );
    expect(markup(blocks)).toContain('If the plan still holds, go on');
    expect(markup(blocks)).toContain('write in the planning thread of this task');
  });

  it('keeps Slack’s limits and calls nobody, whatever it is called', () => {
    const { text, blocks } = render({ kind: 'page-changed', attachment: page(NASTY) });
    expect(messageProblems(blocks)).toEqual([]);
    expect(unguarded(blocks)).toEqual([]);
    expect(live(blocks)).toEqual([expect.stringMatching(/^<https:\/\/example\.com\/plan\|/u)]);
    expect(text).not.toMatch(/<[@!#h]/u);
  });
});
