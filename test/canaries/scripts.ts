import {
  type ChatRequest,
  isPlanning,
  offeredTools,
  type Reply,
  type ScriptedCall,
} from '../support/model-provider.ts';
import { canariesIn, type Said } from './model.ts';
import { taskAskedFor } from './planning-requests.ts';
import type { Stage } from './stage.ts';

/** What the model is to say and do when it is asked about a word, drawn from the seed before it is asked. */
export interface Script {
  /** The word that stands in the question, or in the task of a specialist. */
  asked: string;
  answer: string;
  /** Which of the canaries that it is sent it repeats: none, or one for each number. */
  picks: number[];
  /** What it may repeat. */
  sources: Set<string>;
  remember: RememberScript | null;
  propose: ProposeScript | null;
  /** For a specialist: what it is to do. */
  work: Proposal | null;
  made: Made;
}

interface RememberScript {
  about: 'conversation' | 'person';
  key: string;
  own: string;
  /** Each thing on its own, or all in one sentence. */
  looks: 'list' | 'sentence';
  /** Whether the model says that it learned it from no attachment; else it says nothing. */
  names: boolean;
  picks: number[];
}

interface ProposeScript {
  specialist: string;
  task: string;
  summary: string;
  action: string;
  destructive: boolean;
  picks: number[];
}

/** What came of it. */
export interface Made {
  /** Empty while it has not answered. */
  text: string;
  quotes: string[];
  entry: { about: RememberScript['about']; key: string; value: string; quotes: string[] } | null;
  proposal: Proposal | null;
}

export interface Proposal {
  specialist: string;
  task: string;
  summary: string;
  actions: string[];
  destructive: boolean;
  quotes: string[];
}

/** A model that repeats all in a summary, reads whenever it is offered to, and otherwise does as its script says. */
export function replyTo(stage: Stage, request: ChatRequest): Reply {
  if (isPlanning(request)) return draftFor(stage, request);
  const { messages } = request;
  const text = JSON.stringify(messages);
  if (text.includes('Summarise this conversation')) return [...canariesIn(text)].join(' ');
  const script = scriptFor(stage, request);
  const sent = [...canariesIn(text)];
  const isFirst = !messages.some((message) => message.role === 'tool');
  const toolCalls = isFirst ? callsFor(stage, script, request, sent) : [];
  if (toolCalls.length > 0) return { toolCalls };
  const { made } = script;
  if (made.text === '') {
    made.quotes = picked(script, script.picks, sent);
    made.text = [script.answer, ...made.quotes].join(' and ');
  }
  return { text: made.text, promptTokens: 1_234 };
}

/** The script of a request: of the task that a specialist is at work on, or else of the newest question in it. */
export function scriptFor({ scripts }: Stage, { messages }: ChatRequest): Script {
  const last = JSON.stringify(messages.findLast((message) => message.role === 'user'));
  const found = scripts.findLast(({ asked }) => canariesIn(last).has(asked));
  if (found === undefined) throw new Error(`Nobody asked for this: ${last}`);
  return found;
}

function picked({ sources }: Script, picks: number[], sent: string[]): string[] {
  const all = sent.filter((canary) => sources.has(canary)).sort();
  return [...new Set(picks.flatMap((at) => all[at % Math.max(1, all.length)] ?? []))];
}

function callsFor(stage: Stage, script: Script, request: ChatRequest, sent: string[]): ScriptedCall[] {
  const offered = new Set(offeredTools(request));
  const { made, remember, propose } = script;
  const calls: ScriptedCall[] = [];
  if (offered.has('read_attachment'))
    calls.push({
      name: 'read_attachment',
      arguments: { number: 1 + (stage.scripts.length % 12), from_passage: 1 },
    });
  if (offered.has('search_attachments'))
    calls.push({ name: 'search_attachments', arguments: { query: 'canary river' } });
  const tool = remember?.about === 'person' ? 'remember_about_person' : 'remember';
  if (remember !== null && offered.has(tool)) {
    const { key, own, looks, names, about } = remember;
    const quotes = picked(script, remember.picks, sent);
    const value = looks === 'list' ? [own, ...quotes] : [own, ...quotes].join(' as well as ');
    made.entry = { about, key, value: JSON.stringify(value), quotes };
    const type = 'project';
    calls.push({ name: tool, arguments: { key, type, value, ...(names ? { sources: [] } : {}) } });
  }
  if (propose !== null && offered.has('propose_specialist')) {
    const quotes = picked(script, propose.picks, sent);
    const { specialist, task, summary, action, destructive } = propose;
    const words = (own: string) => [own, ...quotes].join(' with ');
    made.proposal = {
      ...{ specialist, destructive, quotes },
      task: words(task),
      summary: words(summary),
      actions: [words(action)],
    };
    const { quotes: _, ...wanted } = made.proposal;
    calls.push({ name: 'propose_specialist', arguments: wanted });
  }
  return calls;
}

/** Another plan every time. Its canaries are counted on their own: when plans are made is no choice of the seed. */
function draftFor({ drafts, seed }: Stage, request: ChatRequest): Reply {
  const title = taskAskedFor(request);
  const all = drafts.get(title) ?? [];
  let count = [...drafts.values()].flat().length * 10;
  const canary = () => {
    count += 1;
    return `canary${seed}p${count}z`;
  };
  const firstLine = `First ${canary()}`;
  const plan = {
    firstLine,
    text: `# ${firstLine}\n\nThen ${canary()} follows.`,
    checklist: [`Do ${canary()}`, `See ${canary()}`],
  };
  drafts.set(title, [...all, plan]);
  return JSON.stringify({ plan: plan.text, checklist: plan.checklist });
}

export interface Wishes {
  /** In percent. */
  quote: number;
  remember: number;
  propose: number;
  about: RememberScript['about'];
  /** Keys that are in use. */
  keys: string[];
}

/** Draws what the model is going to do with a question that is about to be asked. */
export function writeScript(stage: Stage, asked: string, sources: Set<string>, wishes: Wishes): Script {
  const { random, canary } = stage;
  const picks = (): number[] => Array.from({ length: random.pick([0, 0, 1, 2]) }, () => random.below(1_000));
  const remember: RememberScript | null = random.chance(wishes.remember)
    ? {
        about: wishes.about,
        key: wishes.keys.length > 0 && random.chance(30) ? random.pick(wishes.keys) : `key ${canary()}`,
        own: canary(),
        looks: random.pick(['list', 'sentence']),
        names: random.chance(50),
        picks: picks(),
      }
    : null;
  const propose: ProposeScript | null = random.chance(wishes.propose)
    ? {
        specialist: random.pick(['researcher', 'writer', 'reviewer', 'analyst', 'planner']),
        task: `Work on ${canary()}`,
        summary: `I would ${canary()}`,
        action: `Take ${canary()}`,
        destructive: random.chance(20),
        picks: picks(),
      }
    : null;
  const script: Script = {
    asked,
    answer: `The answer ${canary()}`,
    picks: random.chance(wishes.quote) ? [random.below(1_000), random.below(1_000)] : [],
    sources,
    remember,
    propose,
    work: null,
    made: { text: '', quotes: [], entry: null, proposal: null },
  };
  stage.scripts.push(script);
  return script;
}

/** All that an answer repeats, in its text or in what it proposes: it goes as one. What is remembered goes by itself. */
export const quotesOf = ({ made }: Script): string[] => [
  ...new Set([...made.quotes, ...(made.proposal?.quotes ?? [])]),
];

/** A text of the bot as something said: what repeats anything goes with it. */
export function saidByBot(ts: string, text: string, quotes: string[], madeFor: Said['madeFor'] = null): Said {
  const own = { ts, user: '', text, links: [], kept: true, fixed: true, madeFor };
  return quotes.length === 0 ? own : { ...own, quotes };
}
