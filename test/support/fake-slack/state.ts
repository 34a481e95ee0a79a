import type { Fields } from './json.ts';

export type Block = Fields & { type: string; block_id: string };
export type FormValues = Record<string, Record<string, Fields>>;

export interface User {
  id: string;
  name: string;
  realName: string;
  isBot: boolean;
  isGuest: boolean;
  teamId: string;
}

export interface FileObject extends Fields {
  id: string;
  name: string;
  mimetype: string;
  url_private_download: string;
}

export interface Message {
  type: 'message';
  ts: string;
  user: string;
  team: string;
  text: string;
  subtype?: string | undefined;
  bot_id?: string | undefined;
  app_id?: string | undefined;
  bot_profile?: Fields | undefined;
  client_msg_id?: string | undefined;
  blocks?: Block[] | undefined;
  files?: Fields[] | undefined;
  metadata?: Fields | undefined;
  thread_ts?: string | undefined;
  edited?: { user: string; ts: string } | undefined;
  reactions?: { name: string; users: string[] }[] | undefined;
  user_team?: string | undefined;
  source_team?: string | undefined;
  hidden?: boolean | undefined;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'channel' | 'group' | 'im';
  members: Set<string>;
  creator: string;
  created: number;
  isArchived: boolean;
  isDeleted: boolean;
  messages: Map<string, Message>;
  lostRoots: Set<string>;
}

export interface Ephemeral {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks?: Block[] | undefined;
  thread_ts?: string | undefined;
}

export interface View extends Fields {
  id: string;
  type: string;
  hash: string;
  callback_id: string;
  private_metadata: string;
  blocks: Block[];
}

export interface StoredFile {
  object: FileObject;
  content: Buffer;
}

interface Trigger {
  user: string;
  expires: number;
  used: boolean;
  fromModal: boolean;
}

/** One workspace, as the one app sees it through its bot token. */
export interface Team {
  id: string;
  name: string;
  domain: string;
  botToken: string;
  botUserId: string;
  botId: string;
  tokenError: string | undefined;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  files: Map<string, StoredFile>;
  ephemerals: Ephemeral[];
  modals: Map<string, View[]>;
  homes: Map<string, View>;
  triggers: Map<string, Trigger>;
  statuses: Map<string, string>;
  values: Map<string, FormValues>;
}

export interface AppIdentity {
  appId: string;
  appToken: string;
  signingSecret: string;
}

export interface Features {
  /** assistant.threads.setStatus exists */
  status: boolean;
  /** context_actions with feedback_buttons exist */
  contextActions: boolean;
  /** the app is sent the events its own posts, edits and reactions cause, as Slack does */
  echo: boolean;
}

export interface Ids {
  ts(): string;
  next(prefix: string): string;
}

export function createIds(): Ids {
  let lastMicros = 0;
  let counter = 0;
  return {
    ts() {
      lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    next(prefix) {
      counter += 1;
      return `${prefix}${counter.toString(36).toUpperCase().padStart(8, '0')}`;
    },
  };
}

export interface TeamSpec {
  id?: string;
  name?: string;
  domain?: string;
  botToken?: string;
  botUserId?: string;
  botId?: string;
}

export function createTeam(spec: TeamSpec, ids: Ids): Team {
  const id = spec.id ?? ids.next('T');
  const team: Team = {
    id,
    name: spec.name ?? 'Milepost Test',
    domain: spec.domain ?? id.toLowerCase(),
    botToken: spec.botToken ?? `xoxb-${id.toLowerCase()}`,
    botUserId: spec.botUserId ?? ids.next('U'),
    botId: spec.botId ?? ids.next('B'),
    tokenError: undefined,
    users: new Map(),
    channels: new Map(),
    files: new Map(),
    ephemerals: [],
    modals: new Map(),
    homes: new Map(),
    triggers: new Map(),
    statuses: new Map(),
    values: new Map(),
  };
  team.users.set(team.botUserId, {
    id: team.botUserId,
    name: 'milepost',
    realName: 'Milepost',
    isBot: true,
    isGuest: false,
    teamId: id,
  });
  return team;
}

export function createChannel(spec: Pick<Channel, 'id' | 'name' | 'kind' | 'creator'>, members: string[]) {
  const channel: Channel = {
    ...spec,
    members: new Set(members),
    created: Math.floor(Date.now() / 1000),
    isArchived: false,
    isDeleted: false,
    messages: new Map(),
    lostRoots: new Set(),
  };
  return channel;
}

export function openDm(team: Team, user: string, ids: Ids): Channel {
  for (const channel of team.channels.values()) {
    if (channel.kind === 'im' && channel.members.has(user)) return channel;
  }
  const id = ids.next('D');
  const dm = createChannel({ id, name: '', kind: 'im', creator: user }, [user, team.botUserId]);
  team.channels.set(id, dm);
  return dm;
}

export function repliesOf(channel: Channel, rootTs: string): Message[] {
  return [...channel.messages.values()].filter((m) => m.thread_ts === rootTs && m.ts !== rootTs);
}

/** A message as Slack sends it: a root tells about its replies, a reply names its root's author. */
export function wireMessage(channel: Channel, message: Message, withMetadata = false): Fields {
  const { metadata, reactions, ...rest } = structuredClone(message);
  const wire: Fields = rest;
  if (withMetadata && metadata) wire.metadata = metadata;
  if (reactions && reactions.length > 0)
    wire.reactions = reactions.map((r) => ({ ...r, count: r.users.length }));
  if (message.thread_ts && message.thread_ts !== message.ts) {
    wire.parent_user_id = channel.messages.get(message.thread_ts)?.user;
    return wire;
  }
  const replies = repliesOf(channel, message.ts);
  if (replies.length > 0) {
    const users = [...new Set(replies.map((reply) => reply.user))];
    wire.thread_ts = message.ts;
    wire.reply_count = replies.length;
    wire.reply_users_count = users.length;
    wire.reply_users = users.slice(0, 5);
    wire.latest_reply = replies.at(-1)?.ts;
    wire.is_locked = false;
    wire.subscribed = true;
  }
  return wire;
}
