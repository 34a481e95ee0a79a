import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSpecialists, SpecialistFilesError } from '../src/read-specialists.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'specialists-'));
});
afterEach(() => rm(dir, { recursive: true }));

const RIGHT = `key: writer
name: Writer
when_to_use: To write a text.
instructions: |
  You write.
  Nothing else.
tools: [read_attachment]
`;

const put = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);

/** The lines of the error, with the directory left out. */
async function problems(where = dir): Promise<string[]> {
  const error = await readSpecialists(where).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SpecialistFilesError)) throw new Error('Nothing was found wrong.');
  return error.message.split('\n').map((line) => line.replace(`${dir}/`, ''));
}

async function problemsOf(text: string): Promise<string[]> {
  await put('writer.yml', text);
  return problems();
}

describe('the specialists that are shipped', () => {
  it('are five, with instructions, and they read attachments', async () => {
    const shipped = await readSpecialists('manifests/specialists');
    expect(shipped.map((one) => one.key)).toEqual(['analyst', 'planner', 'researcher', 'reviewer', 'writer']);
    for (const { instructions, tools, whenToUse } of shipped) {
      expect(instructions.split('\n').length).toBeGreaterThanOrEqual(8);
      expect(tools).toEqual(['read_attachment', 'search_attachments']);
      expect(whenToUse).not.toContain('\n');
    }
  });
});

describe('specialist files', () => {
  it('are read in order of their names, whether they end in .yml or .yaml; other files are no specialists', async () => {
    await put('b.yaml', RIGHT.replace('key: writer', 'key: second'));
    await put('a.yml', RIGHT);
    await put('.a.yml', 'an editor left this: [');
    await put('README.md', '# not one');
    const found = await readSpecialists(dir);
    expect(found.map((one) => one.key)).toEqual(['writer', 'second']);
    expect(found[0]).toEqual({
      key: 'writer',
      name: 'Writer',
      whenToUse: 'To write a text.',
      instructions: 'You write.\nNothing else.',
      tools: ['read_attachment'],
    });
  });

  it('name the tool that does not exist, with file and line', async () => {
    const text = RIGHT.replace('tools: [read_attachment]', 'tools:\n  - read_attachment\n  - browse');
    expect(await problemsOf(text)).toEqual([
      'writer.yml, line 9: tools: there is no tool "browse"; the tools are read_attachment and search_attachments.',
    ]);
  });

  it('are named relative to the working directory', async () => {
    const inside = await mkdtemp('specialists-');
    try {
      await writeFile(join(inside, 'writer.yml'), RIGHT.replace('key: writer', 'key: A'));
      const [line] = await problems(inside);
      expect(line).toMatch(new RegExp(`^${inside}/writer\\.yml, line 1: key: use lower-case letters`, 'u'));
    } finally {
      await rm(inside, { recursive: true });
    }
  });

  it.each([
    ['key: writer', 'key: Writer', 'line 1: key: use lower-case letters'],
    ['key: writer', 'key: 7up', 'line 1: key: use lower-case letters'],
    ['key: writer', `key: ${'a'.repeat(41)}`, 'line 1: key: use lower-case letters'],
    ['key: writer', 'key: __proto__', 'line 1: key: use lower-case letters'],
    ['key: writer', 'key: 7', 'line 1: key: give a text in quotes'],
    ['name: Writer', 'name:', 'line 2: name: give a text of 1 to 60 characters.'],
    ['name: Writer', 'name: "  "', 'line 2: name: give a text of 1 to 60 characters.'],
    ['name: Writer', `name: ${'x'.repeat(61)}`, 'line 2: name: give a text of 1 to 60 characters.'],
    ['name: Writer', 'name: [Writer]', 'line 2: name: give a text of 1 to 60 characters.'],
    ['name: Writer', 'name: *nobody', 'line 2: name: give a text'],
    ['name: Writer\n', '', 'line 1: name: it is missing; give a text of 1 to 60 characters.'],
    ['To write a text.', 'x'.repeat(401), 'line 3: when_to_use: give a text of 1 to 400 characters.'],
    ['  You write.', `  ${'x'.repeat(8_001)}`, 'line 4: instructions: give a text of 1 to 8,000 characters.'],
    ['tools: [read_attachment]', '', 'line 1: tools: it is missing; give a list of tools, or [] for none.'],
    ['tools: [read_attachment]', 'tools: read_attachment', 'line 7: tools: give a list of tools'],
    [
      '[read_attachment]',
      '[read_attachment, read_attachment]',
      'line 7: tools: "read_attachment" stands there',
    ],
    ['[read_attachment]', '[null]', 'line 7: tools: there is no tool "null"'],
    ['tools:', 'colour: red\ntools:', 'line 7: colour: there is no such field; the fields are key, name,'],
    ['tools:', '__proto__: {}\ntools:', 'line 7: __proto__: there is no such field'],
    ['tools:', '? [a, b]\n: c\ntools:', 'line 7: ?: there is no such field'],
    ['name: Writer', 'name: Writer\nname: Scribe', 'line 3: name: the field stands there twice.'],
  ])('with "%s" written as "%.40s" are refused: %s', async (right, wrong, problem) => {
    const found = await problemsOf(RIGHT.replace(right, wrong));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`writer.yml, ${problem}`);
  });

  it.each([
    ['name: Writer', 'name: "Writer', 'line '],
    ['name: Writer', 'name: a: b', 'line 2: this is not proper YAML: Nested mappings are not allowed'],
    ['name: Writer', 'name: !person Writer', 'line 2: this is not proper YAML: Unresolved tag'],
    ['tools:', '---\ntools:', 'line 7: this is not proper YAML: Source contains multiple documents'],
  ])('that are no YAML are refused with their line: %s written as %s', async (right, wrong, problem) => {
    const found = await problemsOf(RIGHT.replace(right, wrong));
    expect(found[0]).toContain(`writer.yml, ${problem}`);
    expect(found[0]).toContain('this is not proper YAML');
  });

  it.each(['', '# nothing yet\n', 'just words', '- a\n- b'])(
    'without any field are refused: %j',
    async (text) => {
      expect(await problemsOf(text)).toEqual([
        'writer.yml, line 1: the file holds no fields: give key, name, when_to_use, instructions and tools.',
      ]);
    },
  );

  it('tell every problem of every file at once', async () => {
    await put('a.yml', RIGHT.replace('name: Writer', 'name:').replace('[read_attachment]', '[browse, fly]'));
    await put('b.yml', 'key: b');
    await mkdir(join(dir, 'c.yml'));
    const found = await problems();
    expect(found.filter((line) => line.startsWith('a.yml'))).toHaveLength(3);
    expect(found.filter((line) => line.startsWith('b.yml, line 1:'))).toHaveLength(4);
    expect(found.at(-1)).toBe('c.yml, line 1: the file cannot be read (EISDIR).');
  });

  it('with the same key are refused, and both are named, whatever else is wrong', async () => {
    await put('a.yml', RIGHT.replace('name: Writer', 'name:'));
    await put('b.yml', `# Another one\n${RIGHT}`);
    const found = await problems();
    expect(found[1]?.replaceAll(`${dir}/`, '')).toBe(
      'b.yml, line 2: key: "writer" is the key of a.yml as well; give each specialist its own.',
    );
  });

  it('have to be somewhere', async () => {
    expect(await problems()).toEqual([
      `The directory of the specialists, ${dir}, holds none. Put at least one .yml file there.`,
    ]);
    expect(await problems('no/such/place')).toEqual([
      'The directory of the specialists, no/such/place, does not exist.',
    ]);
    await put('writer.yml', RIGHT);
    expect((await problems(join(dir, 'writer.yml')))[0]).toContain('cannot be read (ENOTDIR)');
  });

  it('do not run away with aliases that grow', async () => {
    const row = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`;
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const bomb = ['a: &a [x]', ...names.map((name, at) => row(name, names[at - 1] ?? 'a'))].join('\n');
    const found = await problemsOf(
      `${RIGHT.replace('name: Writer', 'name: *i')}`.replace('key:', `${bomb}\nkey:`),
    );
    expect(found.some((line) => line.includes('name: give a text'))).toBe(true);
  });
});
