/** One attachment cited in an answer, with the place in it when the answer gives one. */
export interface Cited {
  n: number;
  /** As it is written, such as `page 3`; empty when there is none. */
  place: string;
}

/** A bracket that cites: where it stands in the text, and what it names. */
export interface Citation {
  from: number;
  to: number;
  cited: Cited[];
}

/** A bracket that begins with a number; what follows is looked at more closely. No other brackets stand in it. */
const BRACKET = /\[(\d{1,4}(?:(?:[^\S\n]|[,;])[^[\]\n]{0,200})?)\]/gu;
const NUMBER = /^\d{1,4}$/u;
/** "2 p. 3" and the like: a number, then a place without a comma. */
const NUMBER_AND_PLACE = /^(\d{1,4})\s+((?:p\.|pp\.|pages?\b|slides?\b|rows?\b|sheet\b|§|[“"'‘«]).*)$/iu;

/**
 * The citations in an answer: `[2]`, `[2, 5]`, `[2, page 3]`, `[2, rows 4–8; 5]`. What is no citation by its form, such
 * as `[2 apples]`, is left out; whether there is an attachment of that number is for the reader to say.
 */
export function findCitations(text: string): Citation[] {
  const found: Citation[] = [];
  for (const match of text.matchAll(BRACKET)) {
    const cited = readCitation(match[1] ?? '');
    if (cited !== null) found.push({ from: match.index, to: match.index + match[0].length, cited });
  }
  return found;
}

/** A text without its citations: their numbers are those of the moment it was written in. */
export function withoutCitations(text: string): string {
  let kept = '';
  let at = 0;
  for (const { from, to } of findCitations(text)) {
    kept += text.slice(at, from).trimEnd();
    at = to;
  }
  return kept + text.slice(at);
}

function readCitation(inside: string): Cited[] | null {
  const cited: Cited[] = [];
  for (const piece of piecesOf(inside)) {
    const last = cited.at(-1);
    const both = NUMBER_AND_PLACE.exec(piece);
    if (NUMBER.test(piece)) cited.push({ n: Number(piece), place: '' });
    else if (both !== null) cited.push({ n: Number(both[1]), place: both[2] ?? '' });
    else if (last === undefined || piece === '') return null;
    else last.place = last.place === '' ? piece : `${last.place}, ${piece}`;
  }
  return cited;
}

/** Split at commas, but not within quotation marks. */
function piecesOf(inside: string): string[] {
  return (inside.match(/(?:“[^”]*”|[^,;“]|“)+|(?<=[,;])$/gu) ?? []).map((part) => part.trim());
}
