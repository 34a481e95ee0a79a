import type { LocalSlackConfig } from './local-slack.ts';

/** The people of the demo. Cleo is in neither project. */
export const PEOPLE = {
  ada: { id: 'U0ADA', name: 'ada', real_name: 'Ada Okafor' },
  ben: { id: 'U0BEN', name: 'ben', real_name: 'Ben Tanaka' },
  cleo: { id: 'U0CLEO', name: 'cleo', real_name: 'Cleo Haddad' },
} as const;

export type PersonKey = keyof typeof PEOPLE;

/** The bot as people mention it. */
export const BOT = { id: 'U0MILEPOST', name: 'Milepost' } as const;

export const CHANNELS = {
  fieldGuide: { id: 'C0FIELDGUIDE', name: 'field-guide' },
  riverApp: { id: 'C0RIVERAPP', name: 'river-app' },
  general: { id: 'C0GENERAL', name: 'general' },
} as const;

export type ChannelKey = keyof typeof CHANNELS;

export const TEAM_ID = 'T0ALDER';
/** Not secrets: they open nothing but the local Slack of one run. */
export const TOKENS = { bot: 'xoxb-demo', app: 'xapp-demo' } as const;

const { ada, ben, cleo } = PEOPLE;
const TOPICS: Record<ChannelKey, { topic: string; members: string[] }> = {
  fieldGuide: { topic: 'A guide to Alder Creek', members: [ada.id, ben.id, BOT.id] },
  riverApp: { topic: 'The River Watch app', members: [ada.id, ben.id, BOT.id] },
  general: { topic: 'For everybody; not a project yet', members: [ada.id, ben.id, cleo.id, BOT.id] },
};

/** The workspace of a small publisher, as local-slack reads it. */
export const WORKSPACE: LocalSlackConfig = {
  workspace: { name: 'Alder Press', domain: 'alder-press', teamId: TEAM_ID },
  apps: [
    {
      appId: 'A0MILEPOST',
      botUserId: BOT.id,
      botName: BOT.name,
      botToken: TOKENS.bot,
      appToken: TOKENS.app,
      signingSecret: 'demo-signing-secret',
      mode: 'socket',
    },
  ],
  users: [ada, ben, cleo],
  channels: (Object.keys(CHANNELS) as ChannelKey[]).map((key) => ({ ...CHANNELS[key], ...TOPICS[key] })),
};
