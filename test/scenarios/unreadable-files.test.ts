import { beforeAll, describe, expect, it } from 'vitest';
import { lyingZipBombDocx, zipBombDocx } from '../support/files/bombs.ts';
import { encryptedOffice } from '../support/files/office.ts';
import { emptyPdf, encryptedPdf, pdfOf, scannedPdf } from '../support/files/pdf.ts';
import { type World, warmReader } from '../support/world.ts';
import { inFreshWorld, lastSent } from './acting.ts';
import { lineOf, openReceipt, passageTexts, toldHow } from './reading-acts.ts';

beforeAll(warmReader);

const PASSWORD = 'it is protected by a password';
const PICTURES = 'it holds pictures of text only, as from a scanner';
const EMPTY = 'there is no text in it';
const DAMAGED = 'the file is damaged or not what its name says';
const TOO_LARGE = 'it is larger than the limit';
const NOT_SUPPORTED = 'this type of file cannot be read';
const NOT_HANDED_OUT = 'Slack did not hand it out, as with files that are kept elsewhere';

interface Bad {
  name: string;
  content: string | Uint8Array;
  reason: string;
  /** What Slack says the size is. */
  size?: number;
}

const BAD: Bad[] = [
  { name: 'locked.pdf', content: encryptedPdf(), reason: PASSWORD },
  { name: 'locked.docx', content: encryptedOffice(), reason: PASSWORD },
  { name: 'scan.pdf', content: scannedPdf({ pages: 3 }), reason: PICTURES },
  { name: 'blank.pdf', content: emptyPdf(), reason: EMPTY },
  { name: 'nothing.txt', content: '', reason: EMPTY },
  { name: 'broken.pdf', content: pdfOf({ pages: ['Lost'] }).slice(0, 300), reason: DAMAGED },
  { name: 'broken.docx', content: 'This is no archive at all.\u0000\u0001', reason: DAMAGED },
  { name: 'bomb.docx', content: zipBombDocx(), reason: TOO_LARGE },
  { name: 'liar.docx', content: lyingZipBombDocx({ declared: 1_000 }), reason: DAMAGED },
  { name: 'huge.pdf', content: pdfOf({ pages: ['x'] }), size: 10_000_001, reason: TOO_LARGE },
  { name: 'liar.txt', content: 'x'.repeat(10_000_001), size: 10, reason: TOO_LARGE },
  { name: 'heron.png', content: 'not really a picture', reason: NOT_SUPPORTED },
  { name: 'heron', content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), reason: NOT_SUPPORTED },
  { name: 'old.doc', content: encryptedOffice().fill(0, 1000), reason: NOT_SUPPORTED },
];

describe('A file that cannot be read', () => {
  let world: World;
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  it.each(BAD)('such as $name is kept by name with the reason, for people and the model', async (bad) => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const { name, content, reason, size } = bad;
    const files = [{ name, content: Buffer.from(content), ...(size === undefined ? {} : { size }) }];
    await slack.say({ user: anna, channel, threadTs: Outline, text: 'Look', files });
    await toldHow(world, anna, `|${name}>*`, reason);
    expect(await lineOf(world, project, `|${name}>*`)).toContain(`not read: ${reason} · <@${anna}>`);
    await world.ask({ thread: Outline, text: 'What is in it?' });
    expect(lastSent(world)).toContain(`[1] ${name} (not read: ${reason})`);
    expect(lastSent(world)).not.toContain('<attachment n="1"');
    const receipt = await openReceipt(world);
    expect(receipt).toContain(`|${name}>* · Outline · by name only (${reason})`);
    expect(receipt).toContain('• 1 attachment whose content could not be read: the reason stands above');
    expect(await passageTexts(world)).toEqual([]);
  });

  it('because it is gone from Slack is kept by name, and those beside it are read', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const files = [
      { name: 'gone.txt', content: 'Nobody reads this.' },
      { name: 'locked.pdf', content: Buffer.from(encryptedPdf()) },
      { name: 'notes.txt', content: 'The dipper nests under the second weir.' },
    ];
    const said = await slack.say({ user: anna, channel, threadTs: Outline, text: '', files, deliver: false });
    await slack.deleteFile(String(said.message.files?.[0]?.id), { deliver: false });
    await slack.deliver(said.events.message ?? {});
    await toldHow(world, anna, 'gone.txt', NOT_HANDED_OUT);
    await toldHow(world, anna, 'locked.pdf', PASSWORD);
    await toldHow(world, anna, 'notes.txt', 'read');
    expect(await lineOf(world, project, 'gone.txt')).toContain(`not read: ${NOT_HANDED_OUT}`);
    await world.ask({ thread: Outline, text: 'Where does the dipper nest?' });
    expect(lastSent(world)).toContain(`[1] gone.txt (not read: ${NOT_HANDED_OUT})`);
    expect(lastSent(world)).toContain('under the second weir');
    expect(await openReceipt(world)).toContain(
      '• 2 attachments whose content could not be read: the reason stands above',
    );
  });
});
