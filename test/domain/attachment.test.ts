import { describe, expect, it } from 'vitest';
import { isPlainTextFile, UNREAD_SENTENCE } from '../../src/domain/attachment.ts';

describe('A file', () => {
  it('is read as it is when its name says that it is text', () => {
    for (const name of ['a.txt', 'README.md', 'DATA.CSV', 'package.lock.json', 'ملاحظات.txt', '🚀.markdown'])
      expect(isPlainTextFile(name)).toBe(true);
  });

  it('is not taken for text by the beginning or the middle of its name', () => {
    for (const name of ['a.pdf', 'txt', 'a.txt.exe', 'a.docx', 'a.', '', 'report.md/..', 'json.png'])
      expect(isPlainTextFile(name)).toBe(false);
  });
});

describe('An attachment whose content was not read', () => {
  it('says why in words that end no sentence', () => {
    for (const sentence of Object.values(UNREAD_SENTENCE)) expect(sentence).toMatch(/^[a-zS].*[^.]$/u);
  });
});
