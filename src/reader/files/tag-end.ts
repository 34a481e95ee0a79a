/**
 * Where the tag ends whose inside begins at `from`: the place of its `>`, those in quoted values (`="a > b"`) not counted, or -1.
 * Over a whole file this costs one pass: a quote that is never closed is only looked for once.
 */
export function tagEnd(source: string, from: number): number {
  let before = 0;
  for (let at = from; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === END) return at;
    if ((code === DOUBLE || code === SINGLE) && before === EQUALS) {
      const close = source.indexOf(code === DOUBLE ? '"' : "'", at + 1);
      if (close === -1) return source.indexOf('>', at);
      at = close;
    }
    if (code > SPACE) before = code;
  }
  return -1;
}

const SPACE = 0x20;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const EQUALS = 0x3d;
const END = 0x3e;
