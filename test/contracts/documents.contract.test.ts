import { expect, it } from 'vitest';
import { attached, document, link, source, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

describeStores('documents', (opened) => {
  it('keeps a document with its passages in order', async () => {
    const { documents } = opened().stores;
    const teamId = newTeam();
    const { passages, awaitedBy, ...rest } = document(teamId);
    const kept = await documents.keep(document(teamId));
    expect(kept).toEqual({
      ...rest,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      createdAt: expect.any(Date),
    });
    const held = await documents.passagesOf(teamId, UNKNOWN, [kept.id]);
    expect(held).toEqual(
      passages.map((passage, n) => ({
        ...passage,
        id: expect.any(String),
        teamId,
        projectId: UNKNOWN,
        documentId: kept.id,
        n,
      })),
    );
    expect(await documents.passagesOf(teamId, '9'.repeat(24), [kept.id])).toEqual([]);
    expect(await documents.passagesOf(teamId, UNKNOWN, [])).toEqual([]);
  });

  it('keeps the same content once per project, also when twenty keep it at once', async () => {
    const teamId = newTeam();
    const texts = Array.from({ length: 30 }, (_, n) => ({ text: `Part ${n}.`, tokens: 3, place: {} }));
    const kept = await atOnce(opened(), 20, ({ documents }) =>
      documents.keep(document(teamId, { passages: texts })),
    );
    const ids = [...new Set(kept.map((one) => one.id))];
    expect(ids).toHaveLength(1);
    const held = await opened().stores.documents.passagesOf(teamId, UNKNOWN, ids);
    expect(held.map((one) => one.text)).toEqual(texts.map((one) => one.text));
  });

  it('keeps another name, another content and another project apart', async () => {
    const { documents } = opened().stores;
    const teamId = newTeam();
    const variants = [{}, { name: 'other.md' }, { hash: 'b2' }, { projectId: '9'.repeat(24) }];
    const kept = await Promise.all(variants.map((more) => documents.keep(document(teamId, more))));
    expect(new Set(kept.map((one) => one.id)).size).toBe(4);
  });

  it('removes a document with its last attachment, and keeps it while it hangs anywhere else', async () => {
    const { attachments, documents } = opened().stores;
    const teamId = newTeam();
    const kept = await documents.keep(document(teamId));
    const left = async () => (await documents.passagesOf(teamId, UNKNOWN, [kept.id])).length;
    const here = await attachments.attach(attached(teamId, kept.id), source('1.0'));
    const there = await attachments.attach(
      attached(teamId, kept.id, { milestoneId: '1'.repeat(24) }),
      source('2.0'),
    );
    await attachments.remove(here.attachment);
    expect(await left()).toBe(2);
    expect(await attachments.withdraw(teamId, source('2.0'), [there.attachment.id])).toHaveLength(1);
    expect(await left()).toBe(0);
    const again = await documents.keep(document(teamId));
    expect(again.id).not.toBe(kept.id);
    expect(await documents.passagesOf(teamId, UNKNOWN, [again.id])).toHaveLength(2);
  });

  it('keeps the document when its attachment is moved onto the same one elsewhere', async () => {
    const { attachments, documents } = opened().stores;
    const teamId = newTeam();
    const kept = await documents.keep(document(teamId));
    const here = await attachments.attach(attached(teamId, kept.id), source('1.0'));
    const there = await attachments.attach(
      attached(teamId, kept.id, { milestoneId: '1'.repeat(24) }),
      source('2.0'),
    );
    expect(await attachments.move(here.attachment, '1'.repeat(24))).toMatchObject({
      id: there.attachment.id,
    });
    expect(await documents.passagesOf(teamId, UNKNOWN, [kept.id])).toHaveLength(2);
    await attachments.remove(there.attachment);
    expect(await documents.passagesOf(teamId, UNKNOWN, [kept.id])).toEqual([]);
  });

  it('does not remove other documents that wait for their attachment', async () => {
    const { attachments, documents } = opened().stores;
    const teamId = newTeam();
    const waiting = await documents.keep(document(teamId, { hash: 'b2' }));
    const kept = await documents.keep(document(teamId));
    const { attachment } = await attachments.attach(attached(teamId, kept.id), source('1.0'));
    const other = await attachments.attach(link(teamId), source('1.0'));
    await attachments.remove(attachment);
    await attachments.remove(other.attachment);
    expect(await documents.passagesOf(teamId, UNKNOWN, [waiting.id])).toHaveLength(2);
  });

  it('does not remove a document that was kept again for an attachment to come', async () => {
    const { attachments, documents } = opened().stores;
    const teamId = newTeam();
    const kept = await documents.keep(document(teamId));
    const { attachment } = await attachments.attach(attached(teamId, kept.id), source('1.0'));
    const again = await documents.keep(document(teamId));
    await attachments.remove(attachment);
    expect(await attachments.attach(attached(teamId, again.id), source('2.0'))).toMatchObject({
      added: true,
    });
    expect(await documents.passagesOf(teamId, UNKNOWN, [again.id])).toHaveLength(2);
  });

  it('loses nothing when a document is shared again while its last attachment is removed', async () => {
    const { stores, twin } = opened();
    for (let round = 0; round < 25; round += 1) {
      const teamId = newTeam();
      const kept = await stores.documents.keep(document(teamId));
      const { attachment } = await stores.attachments.attach(attached(teamId, kept.id), source('1.0'));
      const share = async () => {
        const again = await twin.documents.keep(document(teamId));
        return (await twin.attachments.attach(attached(teamId, again.id), source('2.0'))).attachment;
      };
      const [shared] = await Promise.all([share(), stores.attachments.remove(attachment)]);
      const listed = await stores.attachments.listByProject(teamId, UNKNOWN);
      // Shared before the removal it went with it; otherwise it is there, whole.
      if (listed.length === 0) continue;
      expect(listed).toEqual([shared]);
      expect(await stores.documents.passagesOf(teamId, UNKNOWN, [shared.documentId ?? ''])).toHaveLength(2);
    }
  });

  it('refuses to attach a document that is not held in this project', async () => {
    const { attachments, documents } = opened().stores;
    const teamId = newTeam();
    const elsewhere = await documents.keep(document(teamId, { projectId: '9'.repeat(24) }));
    for (const id of [UNKNOWN, elsewhere.id, 'none']) {
      expect(await refusal(attachments.attach(attached(teamId, id), source('1.0')))).toMatchObject({
        code: 'attachment_not_found',
        message: 'This document was removed a moment ago. Add it again.',
      });
    }
    expect(await attachments.listByProject(teamId, UNKNOWN)).toEqual([]);
    expect(await attachments.listByMessage(teamId, 'C1', '1.0')).toEqual([]);
  });
});
