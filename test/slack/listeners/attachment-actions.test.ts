import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { attachmentActions } from '../../../src/slack/listeners/attachment-actions.ts';
import { readingEnded } from '../../../src/slack/views/whispers.ts';
import { attachment, milestone, project } from '../../domain/builders.ts';
import { startBench } from '../../support/fake-slack/testing.ts';
import { markup, messageProblems, offers } from '../views/sheet.ts';
import { IN_THREAD, press, pressed, refusable, TEAM } from './pressing.ts';

const idOf = (n: number): string => String(n).padStart(24, 'a');
const failed = (n: number): Attachment =>
  attachment({ id: idOf(n), title: `Page ${n}`, state: 'failed', unread: 'needs_sign_in' });

async function begin(held: Attachment[]) {
  const bench = await startBench();
  await bench.stop();
  const readAgain = refusable();
  const list = refusable();
  const handlers = attachmentActions({
    useCases: {
      attachments: {
        async readAgain(...args) {
          await readAgain.call(...args);
          return { ...failed(1), state: 'pending', unread: null };
        },
        async list(...args) {
          await list.call(...args);
          return { project: project(), milestones: [milestone()], attachments: held };
        },
        undo: async () => [],
      },
    },
    workspace: { client: bench.client, installation: { teamId: TEAM } },
  });
  return { readAgain, list, handlers };
}

/** The value of the button of the first of these lines. */
const firstValue = (attachments: Attachment[]): string =>
  offers(readingEnded({ attachments, section: 'Outline' }))[0]?.value ?? '';

describe('Try again', () => {
  it('has it read again for this thread, and says so in place of the line', async () => {
    const { readAgain, list, handlers } = await begin([]);
    const { replaced, refused } = await press(
      handlers[ACTION.readAgain],
      pressed(firstValue([failed(1)]), IN_THREAD),
    );
    expect(refused).toBeNull();
    expect(readAgain.calls).toEqual([[{ teamId: TEAM, id: idOf(1) }, 'U1', '1.000001']]);
    expect(list.calls).toEqual([]);
    expect(replaced.map(({ blocks }) => markup(blocks))).toEqual(['Reading *Page 1* again.']);
  });

  it('leaves the lines beside it with their buttons', async () => {
    const all = [failed(1), failed(2), failed(3)];
    const meanwhile = { ...failed(3), state: 'pending', unread: null } as const;
    const { list, handlers } = await begin([failed(1), failed(2), meanwhile, failed(4)]);
    const { replaced } = await press(handlers[ACTION.readAgain], pressed(firstValue(all), IN_THREAD));
    expect(list.calls).toEqual([[{ teamId: TEAM, id: 'P1' }, 'U1']]);
    const blocks = replaced[0]?.blocks ?? [];
    expect(messageProblems(blocks)).toEqual([]);
    expect(markup(blocks).split('\n')).toEqual([
      'Reading *Page 1* again.',
      ':warning: I could not read *Page 2*: it can only be read after signing in. Answers know it by its name only.',
      'Attached to *Outline*.',
    ]);
    expect(offers(blocks).map(({ value }) => value)).toEqual([idOf(2)]);
  });

  it('that is refused leaves the line as it is, and says why', async () => {
    const { readAgain, handlers } = await begin([]);
    readAgain.refuse('attachment_not_found', 'It was removed in the meantime.');
    const { replaced, refused } = await press(
      handlers[ACTION.readAgain],
      pressed(firstValue([failed(1), failed(2)]), IN_THREAD),
    );
    expect(replaced).toEqual([]);
    expect(refused).toBe('It was removed in the meantime.');
  });
});
