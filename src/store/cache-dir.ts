import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The folder for what is fetched once and can be fetched again (programs, never data):
 * `$XDG_CACHE_HOME/milepost`, else `~/.cache/milepost`; on Windows `%LOCALAPPDATA%\milepost`.
 * The folder is not created here.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const configured = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  // The XDG rules: a relative path in the variable counts as not set.
  const base = configured && path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache');
  return path.join(base, 'milepost');
}
