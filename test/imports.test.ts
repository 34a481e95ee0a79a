import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const cruised = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string(), from: z.unknown() })) }),
  }),
});

describe('The direction of imports', () => {
  it('holds for every file of src, and every folder has a rule', async () => {
    const { stdout } = await run(
      process.execPath,
      [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        'src',
        '--config',
        '.dependency-cruiser.cjs',
        '-T',
        'json',
      ],
      { maxBuffer: 50_000_000 },
    );
    const { modules, summary } = cruised.parse(JSON.parse(stdout));
    expect(summary.violations).toEqual([]);

    const files = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
    const seen = new Set(modules.map((module) => module.source));
    expect(files.filter((file) => !seen.has(`src/${file}`))).toEqual([]);

    const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    const rules = JSON.stringify(summary.ruleSetUsed.forbidden.map((rule) => rule.from));
    expect([...folders].filter((folder) => !rules.includes(`^src/${folder}/`))).toEqual([]);
  });
});
