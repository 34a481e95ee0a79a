/** Says of an element whether a person who opens the page sees it, by its own attributes. */
export type IsHidden = (attribute: (name: string) => string | null) => boolean;

/**
 * By `hidden`, by its own style, and by rules for single classes in the styles of the page. Where a page can show it
 * later, or fades it in, it counts as seen: to lose what people read is worse.
 * @param css all styles of the page
 */
export function hiddenBy(css: string): IsHidden {
  const classes = hiddenClasses(css);
  return (attribute) => {
    if (attribute('hidden') !== null) return true;
    const style = attribute('style') ?? '';
    if (style !== '' && hides(style)) return true;
    if (classes.size === 0) return false;
    const names = (attribute('class') ?? '').split(/\s+/u);
    return names.some((name) => classes.has(name)) && !/display\s*:/iu.test(style);
  };
}

function hides(style: string): boolean {
  const declared = declarations(style);
  if (/^none\b/u.test(declared.get('display') ?? '')) return true;
  if (/^(?:hidden|collapse)\b/u.test(declared.get('visibility') ?? '')) return true;
  if (/^0(?:\.0+)?(?:px|em|rem|pt|%)?(?:\s|!|$)/u.test(declared.get('font-size') ?? '')) return true;
  const isClear = /^(?:0|0?\.0+)%?(?:\s*!.*)?$/u.test(declared.get('opacity') ?? '1');
  return isClear && !/\b(?:transform|transition|animation|will-change)\b/iu.test(style);
}

function declarations(style: string): Map<string, string> {
  return new Map(
    style.split(';').map((one) => {
      const colon = one.indexOf(':');
      return [
        one.slice(0, colon).trim().toLowerCase(),
        one
          .slice(colon + 1)
          .trim()
          .toLowerCase(),
      ];
    }),
  );
}

/** Classes that a rule hides by their name alone, always, and that no other rule is about. */
function hiddenClasses(css: string): Set<string> {
  const hidden = new Set<string>();
  const shown = new Set<string>();
  for (const { selector, body, isNested } of rules(css.replace(/\/\*[\s\S]*?(?:\*\/|$)/gu, ''))) {
    const isHiding = hides(body);
    if (!isHiding && !/display|visibility|opacity|font-size/iu.test(body)) continue;
    for (const one of selector.split(',').map((part) => part.trim())) {
      const [, name] = /^\.([\w-]+)$/u.exec(one) ?? [];
      if (isHiding && !isNested && name !== undefined) hidden.add(name);
      else if (!isHiding) for (const [, mentioned = ''] of one.matchAll(/\.([\w-]+)/gu)) shown.add(mentioned);
    }
  }
  return new Set([...hidden].filter((name) => !shown.has(name)));
}

/** @yields rules, and whether they only count under a condition, such as a size of the screen. */
function* rules(css: string): Generator<{ selector: string; body: string; isNested: boolean }> {
  let depth = 0;
  let at = 0;
  let selector = '';
  for (const { 0: sign, index } of css.matchAll(/[{};]/gu)) {
    const before = css.slice(at, index).trim();
    if (sign === '{') {
      depth += 1;
      selector = before;
    } else if (sign === '}') {
      if (selector !== '')
        yield { selector, body: css.slice(css.lastIndexOf('{', index) + 1, index), isNested: depth > 1 };
      depth = Math.max(0, depth - 1);
      selector = '';
    }
    at = sign === ';' && selector !== '' ? at : index + 1;
  }
}
