import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { toPrivateHost } from './domain/private-host.ts';

/** Everything the process is told from outside, checked. */
export interface Config {
  slack: {
    botToken: string;
    apiUrl: string | undefined;
    /** How events arrive: a socket we open, or requests to our port. */
    delivery: { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string };
    /** Bots whose messages count as a person's. */
    heardBots: string[];
  };
  /** Null: an embedded MongoDB keeps its data in `.data/`. */
  mongoUri: string | null;
  /** Null: the offline model answers. */
  model: {
    apiKey: string;
    baseUrl: string | undefined;
    name: string;
    deadlineMs: number;
    firstTokenMs: number;
    idleMs: number;
  } | null;
  /** Who plans: the built-in planner, or bots through the API. */
  planner: 'built-in' | 'external';
  /** Folder with one file for each specialist. */
  specialistsDir: string;
  /** Requests a minute that one API key may make. */
  apiRatePerMinute: number;
  port: number;
  logLevel: string;
  limits: { contextTokens: number; attachments: number; fileBytes: number };
  links: {
    /** Bytes of one page, after decompression. */
    pageBytes: number;
    /** Hosts inside, as `host` or `host:port`, that may be opened all the same. */
    privateHosts: string[];
  };
  jobs: { concurrency: number; leaseMs: number; backoffMs: number };
}

/** Every wrong or missing variable, each with its fix. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((one) => `  - ${one}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const empty = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(empty, schema.optional());

/** The entries of a list separated by commas or spaces. */
const listOf = (value: string): string[] => value.split(/[\s,]+/u).filter((entry) => entry !== '');

function count(fallback: number, min: number, max: number) {
  const fix = `Give a whole number from ${min} to ${max}, or leave it out for ${fallback}.`;
  return z.preprocess(
    empty,
    z.coerce.number({ error: fix }).int(fix).min(min, fix).max(max, fix).default(fallback),
  );
}

function address(protocols: RegExp, fix: string) {
  return optional(z.string().refine((value) => URL.canParse(value) && protocols.test(value), fix));
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const Environment = z.object({
  SLACK_BOT_TOKEN: z.preprocess(
    empty,
    z
      .string(
        'Copy the "Bot User OAuth Token" from your app\'s "OAuth & Permissions" page; without a Slack workspace run `npm run demo`.',
      )
      .startsWith('xoxb-', 'It begins with xoxb-. Copy the "Bot User OAuth Token", not a user or app token.'),
  ),
  SLACK_APP_TOKEN: optional(
    z
      .string()
      .startsWith(
        'xapp-',
        'It begins with xapp-. Make an app-level token with connections:write under "Basic Information".',
      ),
  ),
  SLACK_SIGNING_SECRET: optional(
    z.string().min(8, 'Copy the "Signing Secret" from your app\'s "Basic Information" page.'),
  ),
  SLACK_API_URL: address(
    /^https?:/u,
    'Give the whole address, such as http://localhost:3900/api/, or leave it out.',
  ),
  MONGODB_URI: address(
    /^mongodb(\+srv)?:/u,
    'It begins with mongodb:// or mongodb+srv://. Leave it out to use the embedded MongoDB.',
  ),
  OPENAI_API_KEY: optional(z.string()),
  OPENAI_BASE_URL: address(
    /^https?:/u,
    'Give the whole address of an OpenAI-compatible endpoint, such as http://localhost:11434/v1.',
  ),
  OPENAI_MODEL: optional(z.string()),
  SPECIALISTS_DIR: optional(z.string()),
  PORT: count(3000, 0, 65_535),
  LOG_LEVEL: z.preprocess(empty, z.enum(LEVELS, `Use one of ${LEVELS.join(', ')}.`).default('info')),
  PLANNER: z.preprocess(
    empty,
    z
      .enum(
        ['built-in', 'external'],
        'Use external to leave planning to bots on the HTTP API, or leave it out for the built-in planner.',
      )
      .default('built-in'),
  ),
  API_RATE_PER_MINUTE: count(600, 1, 1_000_000),
  CONTEXT_BUDGET_TOKENS: count(8_000, 500, 1_000_000),
  ATTACHMENT_LIMIT: count(200, 1, 10_000),
  FILE_LIMIT_MB: count(10, 1, 100),
  PAGE_LIMIT_MB: count(5, 1, 50),
  LINK_PRIVATE_HOSTS: optional(
    z
      .string()
      .refine(
        (value) => listOf(value).every((host) => toPrivateHost(host) !== null),
        'Name hosts such as wiki.example.org or wiki.example.org:8443, separated by commas, without https://.',
      ),
  ),
  LISTEN_TO_BOTS: optional(z.string()),
  MODEL_DEADLINE_SECONDS: count(120, 1, 900),
  MODEL_FIRST_TOKEN_SECONDS: count(60, 1, 900),
  MODEL_IDLE_SECONDS: count(30, 1, 300),
  JOB_CONCURRENCY: count(16, 1, 256),
  JOB_LEASE_SECONDS: count(30, 2, 600),
  JOB_BACKOFF_MS: count(500, 1, 60_000),
});

/**
 * Reads the environment.
 * @throws ConfigError naming every wrong variable at once, each with its fix.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const parsed = Environment.safeParse(environment);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
  problems.push(...deliveryProblems(environment), ...modelProblems(environment));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const env = parsed.data;
  return {
    slack: {
      botToken: env.SLACK_BOT_TOKEN,
      apiUrl: env.SLACK_API_URL,
      delivery:
        env.SLACK_APP_TOKEN === undefined
          ? { mode: 'http', signingSecret: env.SLACK_SIGNING_SECRET ?? '' }
          : { mode: 'socket', appToken: env.SLACK_APP_TOKEN },
      heardBots: listOf(env.LISTEN_TO_BOTS ?? ''),
    },
    mongoUri: env.MONGODB_URI ?? null,
    model: modelOf(env),
    planner: env.PLANNER,
    specialistsDir: env.SPECIALISTS_DIR ?? SHIPPED_SPECIALISTS,
    apiRatePerMinute: env.API_RATE_PER_MINUTE,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    limits: {
      contextTokens: env.CONTEXT_BUDGET_TOKENS,
      attachments: env.ATTACHMENT_LIMIT,
      fileBytes: env.FILE_LIMIT_MB * 1_000_000,
    },
    links: {
      pageBytes: env.PAGE_LIMIT_MB * 1_000_000,
      privateHosts: listOf(env.LINK_PRIVATE_HOSTS ?? '').map((host) => host.toLowerCase()),
    },
    jobs: {
      concurrency: env.JOB_CONCURRENCY,
      leaseMs: env.JOB_LEASE_SECONDS * 1_000,
      backoffMs: env.JOB_BACKOFF_MS,
    },
  };
}

/** What tools that work on the database alone are told. Without a token they cannot ask Slack whose workspace it is. */
export interface DatabaseConfig {
  mongoUri: string | null;
  slack: { botToken: string; apiUrl: string | undefined } | null;
}

/** @throws ConfigError naming every wrong variable at once, each with its fix. */
export function readDatabase(environment: Record<string, string | undefined>): DatabaseConfig {
  const { MONGODB_URI, SLACK_API_URL, SLACK_BOT_TOKEN } = Environment.shape;
  const parsed = z
    .object({ MONGODB_URI, SLACK_API_URL, SLACK_BOT_TOKEN: optional(SLACK_BOT_TOKEN) })
    .safeParse(environment);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`));
  const { MONGODB_URI: uri, SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: botToken } = parsed.data;
  return { mongoUri: uri ?? null, slack: botToken === undefined ? null : { botToken, apiUrl } };
}

function deliveryProblems(environment: Record<string, string | undefined>): string[] {
  if (environment.SLACK_APP_TOKEN || environment.SLACK_SIGNING_SECRET) return [];
  return [
    'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET: set the first for Socket Mode (no public address needed), or the second to receive requests over HTTP.',
  ];
}

function modelProblems(environment: Record<string, string | undefined>): string[] {
  if (!environment.OPENAI_BASE_URL || environment.OPENAI_MODEL) return [];
  return ['OPENAI_MODEL: name the model that your OPENAI_BASE_URL serves, such as llama3.2.'];
}

/** Those that come with Milepost. */
const SHIPPED_SPECIALISTS = fileURLToPath(new URL('../manifests/specialists', import.meta.url));

const DEFAULT_MODEL = 'gpt-4.1-mini';

function modelOf(env: z.infer<typeof Environment>): Config['model'] {
  if (env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined) return null;
  return {
    // Local servers ask for no key, but the SDK insists on one.
    apiKey: env.OPENAI_API_KEY ?? 'none',
    baseUrl: env.OPENAI_BASE_URL,
    name: env.OPENAI_MODEL ?? DEFAULT_MODEL,
    deadlineMs: env.MODEL_DEADLINE_SECONDS * 1_000,
    firstTokenMs: env.MODEL_FIRST_TOKEN_SECONDS * 1_000,
    idleMs: env.MODEL_IDLE_SECONDS * 1_000,
  };
}
