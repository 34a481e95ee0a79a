/** Scripts written without spaces, and Korean, whose words carry their particles with them. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const UNSPACED_RUN = new RegExp(`[${UNSPACED}]`, 'u');
const PARTS = new RegExp(`[${UNSPACED}\\p{M}]+|[^${UNSPACED}]+`, 'gu');
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const ACCENTS = /[\u0300-\u036f]/gu;

/** Lower case, without accents, digit groups closed up: "Élan 4,200" and "elan 4200" are the same. */
export function fold(text: string): string {
  const closed = text.toLowerCase().replace(/(?<=\d)[,.'’\u00a0\u202f](?=\d{3}(?!\d))/gu, '');
  return /[\u0080-\uffff]/u.test(closed)
    ? closed.normalize('NFD').replace(ACCENTS, '').normalize('NFC')
    : closed;
}

/** True for a word of a script that is written without spaces between words. */
export function isUnspaced(word: string): boolean {
  return UNSPACED_RUN.test(word);
}

/** The words of a text for an index, folded; what is written without spaces comes as pairs of characters. */
export function words(text: string): string[] {
  const found = fold(text).match(WORD) ?? [];
  if (!isUnspaced(text)) return found;
  return found.flatMap((word) => (isUnspaced(word) ? (word.match(PARTS) ?? []).flatMap(pairs) : [word]));
}

function pairs(run: string): string[] {
  const points = Array.from(run);
  if (points.length < 3 || !isUnspaced(run)) return [run];
  return points.slice(1).map((point, at) => `${points[at] ?? ''}${point}`);
}

/** Folded English words that say nothing about a subject. `may` is not among them: it is a month, too. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any anyone anything are as at be because been before being below
  between both but by can cannot could d did do does doing don down during each either else ever every few find for
  from further get give gives had has have having he her here hers him his how i if in into is it its itself just know
  let like ll look m many me might mine more most much must my need no nor not now of off on once only or other our
  ours out over own per please re s said same say says she should show so some someone something still such t tell than
  thank thanks that the their theirs them then there these they this those through to too under until up us ve very want
  was we were what when where which while who whom whose why will with would yes you your yours describe explain
  summarise summarize im ive id dont doesnt isnt whats wheres whos hows lets`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);

/** True for one of these. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
