import { describe, expect, it } from 'vitest';
import type { SlackFile } from '../../../src/domain/attachment.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import { VIEW } from '../../../src/slack/ids.ts';
import { attachmentForms } from '../../../src/slack/listeners/attachment-forms.ts';
import { attachForm } from '../../../src/slack/views/attach-form.ts';
import { attachment, milestone, project } from '../../domain/builders.ts';
import { markup } from '../views/sheet.ts';
import { refusable, TEAM } from './pressing.ts';

const file = (id: string): SlackFile => ({
  ...{ id, name: `${id}.pdf`, size: 10, url: `https://files.slack.com/${id}`, permalink: '' },
});

function begin(known: string[] = []) {
  const deeds = { list: refusable(), remove: refusable(), move: refusable(), readAgain: refusable() };
  const attached: unknown[] = [];
  const one = attachment();
  const forms = attachmentForms({
    useCases: {
      attachments: {
        async list(...args) {
          await deeds.list.call(...args);
          return { project: project(), milestones: [milestone()], attachments: [one] };
        },
        remove: async (...args) => deeds.remove.call(...args).then(() => one),
        move: async (...args) => deeds.move.call(...args).then(() => one),
        readAgain: async (...args) => deeds.readAgain.call(...args).then(() => one),
      },
      attachByHand: async (what) => {
        attached.push(what);
        return [one];
      },
      slack: { file: async (_team, id) => (known.includes(id) ? file(id) : null) },
    },
    workspace: { installation: { teamId: TEAM } },
  });
  return { ...deeds, attached, forms };
}

const chosen = (act: string) => ({
  private_metadata: JSON.stringify({ projectId: 'P1' }),
  state: {
    values: {
      attachment: { attachment: { selected_option: { value: 'A1' } } },
      act: { act: { selected_option: { value: act } } },
    },
  },
});
const attachTo = (files: SlackFile[]) => ({
  private_metadata: attachForm({
    ...{ projectId: 'P1', milestoneId: 'M1', milestones: [milestone()], content: [], files },
    message: { channelId: 'C1', ts: '1700000000.000100' },
  }).private_metadata,
  state: { values: {} },
});

describe('The list of attachments', () => {
  it('has one read again, and shows it as being read', async () => {
    const { forms, readAgain } = begin();
    const form = forms[VIEW.attachments];
    await form?.submit('U1', chosen('read-again'));
    expect(readAgain.calls).toEqual([[{ teamId: TEAM, id: 'A1' }, 'U1']]);
    expect(markup(await form?.next?.('U1', chosen('read-again')))).toContain('· being read again ·');
  });

  it('says why one cannot be read again', async () => {
    const { forms, readAgain } = begin();
    readAgain.refuse('attachment_not_found', 'A pasted text is all there is of it.');
    await expect(forms[VIEW.attachments]?.submit('U1', chosen('read-again'))).rejects.toThrow(
      'A pasted text',
    );
  });

  it('removes and moves', async () => {
    const { forms, remove, move, readAgain } = begin();
    for (const act of ['remove', 'move:M2', 'move:project'])
      await forms[VIEW.attachments]?.submit('U1', chosen(act));
    const ref = { teamId: TEAM, id: 'A1' };
    expect(remove.calls).toEqual([[ref, 'U1']]);
    expect(move.calls).toEqual([
      [ref, 'M2', 'U1'],
      [ref, null, 'U1'],
    ]);
    expect(readAgain.calls).toEqual([]);
    expect(markup(await forms[VIEW.attachments]?.next?.('U1', chosen('remove')))).toContain('· read ·');
  });
});

describe('Attach to…', () => {
  it('attaches the files of the message, as Slack knows them now', async () => {
    const { forms, attached } = begin(['F1', 'F2']);
    await forms[VIEW.attach]?.submit('U1', attachTo([file('F1'), file('F2')]));
    expect(attached).toEqual([
      {
        ...{ teamId: TEAM, userId: 'U1', title: '', content: '' },
        place: { projectId: 'P1', milestoneId: 'M1' },
        message: { channelId: 'C1', ts: '1700000000.000100' },
        files: [file('F1'), file('F2')],
      },
    ]);
  });

  it('attaches nothing where one of them is gone, and says so', async () => {
    const { forms, attached } = begin(['F1']);
    const error = await forms[VIEW.attach]
      ?.submit('U1', attachTo([file('F1'), file('F2')]))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ message: expect.stringContaining('nothing was attached') });
    expect(attached).toEqual([]);
  });

  it('looks for no files of a project that the person may not see', async () => {
    const { forms, attached, list } = begin(['F1']);
    list.refuse('not_a_member', 'Only members of the channel see its attachments.');
    await expect(forms[VIEW.attach]?.submit('U1', attachTo([file('F1')]))).rejects.toThrow('Only members');
    expect(attached).toEqual([]);
  });
});
