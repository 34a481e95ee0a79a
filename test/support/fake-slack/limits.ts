import { fieldsOf, isFields, listOf, stringOf } from './json.ts';
import {
  all,
  anyText,
  anything,
  array,
  byType,
  type Check,
  flag,
  object,
  plain,
  rule,
  type Sheet,
  type Surface,
  string,
} from './limits/checks.ts';
import { accessory, actionElement, feedbackElement, inputElement } from './limits/elements.ts';
import { richTextPart } from './limits/rich-text.ts';
import type { Features } from './state.ts';

const MAX_TEXT_IN_BLOCKS = 13_200;
const MAX_MARKDOWN = 12_000;
const MAX_VIEW_BYTES = 250_000;

const block_id = string(255);

const onlyInMessages = rule((_block, sheet) =>
  sheet.surface === 'message' ? undefined : `is not allowed in a ${sheet.surface}`,
);

const blocksByType: Record<string, Check> = {
  section: all(
    object({ block_id, text: anyText(3000), fields: array(anyText(2000), 1, 10), accessory, expand: flag }),
    rule((block) =>
      block.text === undefined && block.fields === undefined ? 'needs text or fields' : undefined,
    ),
  ),
  header: object({ block_id, text: plain(150) }, ['text']),
  divider: object({ block_id }),
  context: object({ block_id, elements: array(anyText(3000), 1, 10) }, ['elements']),
  actions: object({ block_id, elements: array(actionElement, 1, 25) }, ['elements']),
  input: object(
    {
      block_id,
      label: plain(2000),
      hint: plain(2000),
      element: inputElement,
      optional: flag,
      dispatch_action: flag,
    },
    ['label', 'element'],
  ),
  rich_text: object({ block_id, elements: array(richTextPart, 1, 1000) }, ['elements']),
  markdown: all(object({ block_id, text: string(MAX_MARKDOWN) }, ['text']), onlyInMessages),
  context_actions: all(
    object({ block_id, elements: array(feedbackElement, 1, 5) }, ['elements']),
    onlyInMessages,
    rule((_block, sheet) =>
      sheet.features.contextActions ? undefined : 'is switched off in this workspace',
    ),
  ),
};

const block = byType(blocksByType, 'a block');

interface Verdict {
  problems: string[];
  tooLong: boolean;
}

export function checkMessageBlocks(blocks: unknown, features: Features): Verdict {
  const sheet: Sheet = { surface: 'message', features, problems: [] };
  checkBlocks(blocks, sheet, 50);
  const markdown = listOf(blocks).filter((b) => b.type === 'markdown');
  if (sum(markdown.map((b) => stringOf(b.text).length)) > MAX_MARKDOWN) {
    sheet.problems.push(`blocks have more than ${MAX_MARKDOWN} characters of markdown`);
  }
  const length = textLength(blocks);
  const tooLong = length > MAX_TEXT_IN_BLOCKS;
  if (tooLong)
    sheet.problems.push(`blocks have ${length} characters of text, more than ${MAX_TEXT_IN_BLOCKS}`);
  return { problems: sheet.problems, tooLong };
}

const viewFields: Record<string, Check> = {
  blocks: anything,
  callback_id: string(255, 0),
  external_id: string(255, 0),
  private_metadata: string(3000, 0),
};
const homeView = object(viewFields, ['blocks']);
const modalView = object(
  {
    ...viewFields,
    title: plain(24),
    submit: plain(24),
    close: plain(24),
    clear_on_close: flag,
    notify_on_close: flag,
  },
  ['blocks', 'title'],
);

export function checkView(view: unknown, type: Surface, features: Features): Verdict {
  const sheet: Sheet = { surface: type, features, problems: [] };
  if (!isFields(view) || view.type !== type) {
    return { problems: [`view must be an object of type ${type}`], tooLong: false };
  }
  (type === 'home' ? homeView : modalView)(view, 'view', sheet);
  checkBlocks(view.blocks, sheet, 100);
  const asks = listOf(view.blocks).some((b) => b.type === 'input');
  if (type === 'modal' && asks && view.submit === undefined) {
    sheet.problems.push('view has input blocks and no submit');
  }
  const bytes = Buffer.byteLength(JSON.stringify(view));
  const tooLong = bytes > MAX_VIEW_BYTES;
  if (tooLong) sheet.problems.push(`view has ${bytes} bytes, more than ${MAX_VIEW_BYTES}`);
  return { problems: sheet.problems, tooLong };
}

function checkBlocks(blocks: unknown, sheet: Sheet, max: number) {
  array(block, 0, max)(blocks, 'blocks', sheet);
  noRepeats(listOf(blocks), 'block_id', 'blocks', sheet);
  for (const [index, each] of listOf(blocks).entries()) {
    noRepeats(elementsOf(each), 'action_id', `blocks/${index}`, sheet);
  }
  const focused = listOf(blocks)
    .flatMap(elementsOf)
    .filter((element) => element.focus_on_load === true);
  if (focused.length > 1) sheet.problems.push('blocks have more than one focus_on_load');
}

function noRepeats(items: Record<string, unknown>[], field: string, path: string, sheet: Sheet) {
  const seen = new Set<unknown>();
  for (const item of items) {
    const id = item[field];
    if (id === undefined) continue;
    if (seen.has(id)) sheet.problems.push(`${path} uses the ${field} ${JSON.stringify(id)} twice`);
    seen.add(id);
  }
}

/** The interactive elements of a block, wherever the block keeps them. */
export function elementsOf(each: Record<string, unknown>): Record<string, unknown>[] {
  if (each.type === 'rich_text' || each.type === 'context') return [];
  const single = [each.accessory, each.element].filter(isFields);
  return [...single, ...listOf(each.elements)];
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return sum(value.map(textLength));
  const fields = fieldsOf(value);
  return sum(
    Object.entries(fields).map(([name, field]) =>
      name === 'text' && typeof field === 'string' ? field.length : textLength(field),
    ),
  );
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
