const OPENING = /^\s*<think(?:ing)?>/u;
/** A beginning that may still become the opening tag. */
const MAY_OPEN = /^\s*(?:<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?$/u;
const CLOSING = /<\/think(?:ing)?>/u;
const LONGEST_CLOSING = '</thinking>'.length;
/** Far more than anybody reads in a thread. */
const READABLE = 40_000;

/** Puts the text of an answer together from its pieces. */
export interface AnswerText {
  add(piece: string): void;
  /** What is meant for the reader: without the thinking that some models write in front of it. */
  text(): string;
  /** True when the text is longer than an answer may be; the rest is dropped. */
  full(): boolean;
}

export function createAnswerText(limit = READABLE): AnswerText {
  let state: 'beginning' | 'thinking' | 'answer' = 'beginning';
  let thought = false;
  let text = '';
  let full = false;

  return {
    add(piece) {
      if (full) return;
      text += piece;
      if (state === 'beginning') {
        if (OPENING.test(text)) {
          state = 'thinking';
          text = text.replace(OPENING, '');
        } else if (!MAY_OPEN.test(text)) {
          state = 'answer';
        }
      }
      if (state === 'thinking') {
        const end = CLOSING.exec(text);
        if (end === null) {
          text = text.slice(-LONGEST_CLOSING);
        } else {
          state = 'answer';
          thought = true;
          text = text.slice(end.index + end[0].length);
        }
      }
      full = state !== 'thinking' && text.length > limit;
      if (full) text = text.slice(0, limit).replace(/[\ud800-\udbff]$/u, '');
    },
    text() {
      if (state === 'thinking') return '';
      return thought ? text.trimStart() : text;
    },
    full: () => full,
  };
}
