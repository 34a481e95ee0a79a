/** Deeper levels are not moved further to the right: their indentation would outgrow their content. */
const MAX_INDENT = 20;
const LONG_LINE = 1000;

/** JSON that nobody laid out for people, laid out; every other text as it is. Numbers keep all their digits. */
export function readableJson(text: string): string {
  if (!text.split('\n').some((line) => line.length > LONG_LINE) && text.trim().includes('\n')) return text;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return layOut(text);
}

function layOut(json: string): string {
  const out: string[] = [];
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.min(depth, MAX_INDENT))}`;
  let opened = false;
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gsu)) {
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    if (closes ? !opened : opened) out.push(newLine());
    opened = token === '{' || token === '[';
    if (opened) depth += 1;
    if (token === ',') out.push(',', newLine());
    else if (token === ':') out.push(': ');
    else out.push(token.includes('\\u') ? JSON.stringify(JSON.parse(token)) : token);
  }
  return out.join('');
}
