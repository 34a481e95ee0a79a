import { type Fields, fieldsOf, listOf, parseJson, stringOf } from '../json.ts';
import { checkMessageBlocks, checkView } from '../limits.ts';
import { type Block, type Channel, type Features, type Ids, openDm, type Team } from '../state.ts';
import type { World } from '../world.ts';

export class SlackError extends Error {
  readonly code: string;
  readonly messages: string[];

  constructor(code: string, messages: string[] = []) {
    super(code);
    this.code = code;
    this.messages = messages;
  }
}

type ArgKind = 'string' | 'boolean' | 'number' | 'json';

export interface Ask {
  world: World;
  team: Team;
  args: Fields;
}

export interface Method {
  args: Record<string, ArgKind>;
  required?: string[];
  token?: 'app';
  feature?: keyof Features;
  run(ask: Ask): Fields;
}

/** Form bodies carry everything as text; JSON bodies may carry JSON values or text. */
export function decodeArgs(kinds: Record<string, ArgKind>, raw: Fields): Fields {
  const args: Fields = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || value === null || name === 'token') continue;
    const kind = kinds[name] ?? 'string';
    if (kind === 'json' && typeof value === 'string') args[name] = parseJson(value) ?? value;
    else if (kind === 'number') args[name] = Number(value);
    else if (kind === 'boolean')
      args[name] = value === true || value === 'true' || value === '1' || value === 1;
    else args[name] = value;
  }
  return args;
}

export function visibleChannel({ team, args }: Ask, id = stringOf(args.channel)): Channel {
  const channel = team.channels.get(id);
  const hidden = channel && channel.kind !== 'channel' && !channel.members.has(team.botUserId);
  if (!channel || channel.isDeleted || hidden) throw new SlackError('channel_not_found');
  return channel;
}

export function joinedChannel(ask: Ask): Channel {
  const channel = visibleChannel(ask);
  if (!channel.members.has(ask.team.botUserId)) throw new SlackError('not_in_channel');
  return channel;
}

/** Where a post goes: a channel the bot is in, or a person's direct messages by user id. */
export function writableChannel(ask: Ask): Channel {
  const { world, team, args } = ask;
  const id = stringOf(args.channel);
  if (team.users.has(id) && id !== team.botUserId) return openDm(team, id, world.ids);
  const channel = joinedChannel(ask);
  if (channel.isArchived) throw new SlackError('is_archived');
  return channel;
}

export function checkedBlocks({ world, args }: Ask, method: string): Block[] | undefined {
  if (args.blocks === undefined) return undefined;
  const { problems, tooLong } = checkMessageBlocks(args.blocks, world.features);
  for (const problem of problems) world.journal.violate(`${method}: ${problem}`);
  if (tooLong) throw new SlackError('msg_blocks_too_long', problems);
  if (problems.length > 0) throw new SlackError('invalid_blocks', problems);
  return completeBlocks(args.blocks, world.ids);
}

export function checkedView({ world, args }: Ask, method: string, type: 'modal' | 'home'): Fields {
  const { problems, tooLong } = checkView(args.view, type, world.features);
  for (const problem of problems) world.journal.violate(`${method}: ${problem}`);
  if (tooLong) throw new SlackError('view_too_large', problems);
  if (problems.length > 0) throw new SlackError('invalid_arguments', problems);
  return fieldsOf(args.view);
}

/** Slack gives every block a block_id and every interactive element an action_id. */
export function completeBlocks(blocks: unknown, ids: Ids): Block[] {
  return listOf(structuredClone(blocks)).map((block) => {
    const complete: Block = { ...block, type: stringOf(block.type), block_id: stringOf(block.block_id) };
    complete.block_id ||= ids.next('b');
    const interactive =
      block.type === 'actions' || block.type === 'context_actions' ? listOf(block.elements) : [];
    for (const element of [...interactive, block.accessory, block.element]) {
      const fields = fieldsOf(element);
      if (typeof fields.type === 'string') fields.action_id ??= ids.next('a');
    }
    return complete;
  });
}

export function page<T>(items: T[], { args }: Ask, defaultLimit: number, maxLimit: number) {
  const cursor = stringOf(args.cursor);
  const start = cursor ? Number(Buffer.from(cursor, 'base64').toString().replace('next:', '')) : 0;
  if (!Number.isInteger(start)) throw new SlackError('invalid_cursor');
  const asked = typeof args.limit === 'number' && args.limit > 0 ? args.limit : defaultLimit;
  const end = start + Math.min(asked, maxLimit);
  const hasMore = end < items.length;
  return {
    items: items.slice(start, end),
    hasMore,
    nextCursor: hasMore ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}
