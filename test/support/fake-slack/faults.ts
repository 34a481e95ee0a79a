import type { Fields } from './json.ts';

export type Fault =
  | { kind: 'http500'; applied: boolean }
  | { kind: 'lostReply' }
  | { kind: 'refused' }
  | { kind: 'hang'; applied: boolean }
  | { kind: 'error'; error: string }
  | { kind: 'rateLimited'; retryAfter: number }
  | { kind: 'slow'; ms: number };

export interface Aim {
  times?: number;
  match?: (args: Fields) => boolean;
}

export type Hook = (args: Fields) => void | Promise<void>;

interface Planned<T> {
  method: string;
  team: string;
  what: T;
  left: number;
  match: (args: Fields) => boolean;
}

export interface Faults {
  fail(team: string, method: string, fault: Fault, aim?: Aim): () => void;
  hook(team: string, when: 'before' | 'after', method: string, hook: Hook, aim?: Aim): () => void;
  take(team: string, method: string, args: Fields): Fault | undefined;
  run(when: 'before' | 'after', team: string, method: string, args: Fields): Promise<void>;
  held(): Promise<void>;
  release(): void;
  clear(): void;
}

export function createFaults(): Faults {
  const faults: Planned<Fault>[] = [];
  const hooks = { before: [] as Planned<Hook>[], after: [] as Planned<Hook>[] };
  const holding = new Set<() => void>();

  function plan<T>(list: Planned<T>[], team: string, method: string, what: T, aim: Aim = {}) {
    const planned = { team, method, what, left: aim.times ?? 1, match: aim.match ?? (() => true) };
    list.push(planned);
    return () => {
      planned.left = 0;
    };
  }

  function takeFrom<T>(list: Planned<T>[], team: string, method: string, args: Fields): T | undefined {
    const planned = list.find((p) => p.left > 0 && p.team === team && p.method === method && p.match(args));
    if (!planned) return undefined;
    planned.left -= 1;
    return planned.what;
  }

  return {
    fail: (team, method, fault, aim) => plan(faults, team, method, fault, aim),
    hook: (team, when, method, hook, aim) => plan(hooks[when], team, method, hook, aim),
    take: (team, method, args) => takeFrom(faults, team, method, args),
    async run(when, team, method, args) {
      await takeFrom(hooks[when], team, method, args)?.(args);
    },
    held: () => new Promise((resolve) => holding.add(resolve)),
    release() {
      for (const letGo of holding) letGo();
      holding.clear();
    },
    clear() {
      for (const list of [faults, hooks.before, hooks.after]) list.length = 0;
    },
  };
}
