import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that takes Slack's events. */
export interface Target {
  port: number;
  stop(): Promise<void>;
}

/** Starts `target.ts` as a process of its own. @throws when it ends before it listens. */
export async function startTarget(kind: string, mongoUri: string, apiUrl: string): Promise<Target> {
  const child = fork(fileURLToPath(new URL('./target.ts', import.meta.url)), [kind, mongoUri, apiUrl], {
    execArgv: ['--import', 'tsx'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then((): never => {
    throw new Error(`The process measured as “${kind}” ended by itself.`);
  });
  // It ends by our own signal later, when nobody waits for this any more.
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  return {
    port: message.port,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
