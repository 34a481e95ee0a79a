/** Words that are written in several ways which have no beginning in common; the first stands for all. */
const GROUPS =
  `2 two|3 three third|4 four fourth|5 five fifth|6 six sixth|7 seven seventh|8 eight eighth|9 nine ninth
  10 ten tenth|11 eleven|12 twelve|begin began begun|break broke broken|bring brought|build built
  buy bought|catch caught|choose chose chosen|come came|draw drew drawn|drive drove driven|eat ate eaten
  fall fell fallen|feel felt|fly flew flown|foot feet|forget forgot|freeze froze frozen|go goes went gone|grow grew grown
  hang hung|hear heard|hold held|keep kept|lay laid|lead led|leave left|lend lent|lose lost|make made|man men|mean meant
  meet met|mouse mice|pay paid|rise rose risen|run ran|see saw seen|sell sold|send sent|sit sat|sleep slept
  speak spoke spoken|spend spent|stand stood|steal stole stolen|take took taken|teach taught|tell told|think thought
  tooth teeth|understand understood|wear wore worn|win won|woman women|write wrote written`
    .split(/[|\n]/u)
    .map((group) => group.trim().split(' '));
const GROUP_OF = new Map(GROUPS.flatMap((group) => group.map((word) => [word, group] as const)));

/** The other ways to write a word or its stem that begin in another way: `paid` for `pay`, `three` and `third` for `3`. */
export function otherForms(word: string): string[] {
  return GROUP_OF.get(word) ?? [];
}

/**
 * The part of a folded English word that stays when it is inflected, the same for the spellings of both sides of the
 * Atlantic; small numbers as digits. What is not written in plain Latin letters stays as it is.
 */
export function stem(word: string): string {
  const known = GROUP_OF.get(word)?.[0];
  if (known !== undefined) return known;
  if (word.length <= 3 || !/^[a-z]+$/u.test(word)) return word;
  const singular = word.replace(/ies$/u, 'y').replace(/(?<=sh|ch|ss|x|z)es$|(?<![sui])s$/u, '');
  const spelled = respelled(singular);
  const base = spelled.replace(/(?<=[a-z]{4})(?:ations?|ators?|ing|ed|ers?|ors?|ions?|ments?|ly)$/u, '');
  const single = base === spelled ? base : base.replace(/(?<=[a-z]{2})([bdglmnprt])\1$/u, '$1');
  const short = single.length > 3 ? single.replace(/e$/u, '').replace(/y$/u, 'i') : single;
  return GROUP_OF.get(short)?.[0] ?? short;
}

/** Where British and American spelling differ: licence, colour, centre, organise, programme, catalogue. */
function respelled(word: string): string {
  if (word.length < 6) return word;
  return word
    .replace(/(?<=[a-z]{2}en)ce(?=d?$)/u, 'se')
    .replace(/(?<=[a-z]{3})our(?=$|ed$|ing$)/u, 'or')
    .replace(/tre$/u, 'ter')
    .replace(/(?<=[a-z]{3})is(?=e$|ed$|er$|ing$|ation$)/u, 'iz')
    .replace(/mme$/u, 'm')
    .replace(/ogue$/u, 'og');
}
