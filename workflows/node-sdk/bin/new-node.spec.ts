import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript: it runs before anything is built
import { createNode } from './create-node.mjs';
// @ts-expect-error plain JavaScript: it runs before anything is built
import { registerNode } from './register-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const run = promisify(execFile);
const made: string[] = [];
const temporary = (folder: string): string => {
  const path = mkdtempSync(folder);
  made.push(path);
  return path;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('npm run new:node', () => {
  it('makes a package that builds, passes its own test and can be loaded', async () => {
    const dir = relative(root, temporary(join(root, 'examples', 'new-node-test-')));
    const created = createNode({ root, type: 'acme/send-note', dir });
    expect(created).toMatchObject({
      packageName: '@acme/send-note',
      title: 'Send note',
      dir: dir.replaceAll('\\', '/'),
    });

    await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', join(root, dir)], {
      cwd: root,
    });
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'NODE_ENV'),
    );
    const { stdout } = await run(
      process.execPath,
      [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'unit', '--reporter', 'json', dir],
      { cwd: root, env },
    );
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { numPassedTests: number; success: boolean };
    expect(report).toMatchObject({ success: true, numPassedTests: 3 });

    const loaded = (await import(/* @vite-ignore */ join(root, dir, 'dist', 'index.js'))) as {
      nodes: { manifest: { type: string } }[];
    };
    expect(loaded.nodes.map((node) => node.manifest.type)).toEqual(['acme/send-note']);
  }, 240_000);

  it('leaves no placeholder behind and fits names that JavaScript keeps for itself', () => {
    const dir = relative(root, temporary(join(root, 'examples', 'new-node-test-')));
    createNode({ root, type: 'acme/switch', dir });
    const files = [
      'package.json',
      'tsconfig.json',
      'README.md',
      'src/index.ts',
      'src/switch.node.ts',
      'src/switch.node.spec.ts',
    ].map((file) => readFileSync(join(root, dir, file), 'utf8'));
    expect(files.join('\n')).not.toMatch(/__[a-z]+__/);
    expect(files[4]).toContain('export const switchNode = defineNode');
  });

  it.each([
    ['My Node', undefined, 'is not a node type'],
    ['acme', undefined, 'is not a node type'],
    ['wend/email', undefined, 'built-in'],
    ['acme/my-node', '../elsewhere', 'inside this repository'],
    ['acme/my-node', 'docs', 'is not empty'],
  ])('refuses %s in %s', (type, dir, message) => {
    expect(() => createNode({ root, type, dir })).toThrow(message);
  });
});

describe('registerNode', () => {
  it('makes the package a workspace without touching the rest, once', () => {
    const place = temporary(join(tmpdir(), 'wend-new-node-'));
    mkdirSync(join(place, 'docker'));
    for (const file of ['package.json', 'tsconfig.json', 'package-lock.json', 'docker/Dockerfile'])
      writeFileSync(join(place, file), readFileSync(join(root, file)));
    mkdirSync(join(place, 'node_modules'));
    mkdirSync(join(place, 'workflows', 'node-sdk'), { recursive: true });
    writeFileSync(
      join(place, 'workflows', 'node-sdk', 'package.json'),
      readFileSync(join(root, 'workflows', 'node-sdk', 'package.json')),
    );
    const created = createNode({ root: place, type: 'acme/send-note' });
    const lines = (file: string) => readFileSync(join(place, file), 'utf8').split('\n');
    const before = lines('package.json');

    registerNode({ root: place, ...created });
    registerNode({ root: place, ...created });

    const workspaces = (JSON.parse(lines('package.json').join('\n')) as { workspaces: string[] }).workspaces;
    expect(workspaces.filter((each) => each === 'examples/send-note')).toHaveLength(1);
    expect(lines('package.json')).toHaveLength(before.length + 1);
    expect(
      (JSON.parse(lines('tsconfig.json').join('\n')) as { references: { path: string }[] }).references.at(-1),
    ).toEqual({ path: 'examples/send-note' });
    const lock = JSON.parse(lines('package-lock.json').join('\n')) as {
      packages: Record<string, { workspaces?: string[]; link?: boolean; dependencies?: object }>;
    };
    expect(lock.packages['']?.workspaces).toEqual(workspaces);
    expect(lock.packages['node_modules/@acme/send-note']).toEqual({ resolved: 'examples/send-note', link: true });
    expect(lock.packages['examples/send-note']?.dependencies).toHaveProperty('@wend/node-sdk');
    expect(realpathSync(join(place, 'node_modules', '@acme', 'send-note'))).toBe(
      realpathSync(join(place, 'examples', 'send-note')),
    );
    const after = new Set(lines('package-lock.json'));
    const gone = readFileSync(join(root, 'package-lock.json'), 'utf8')
      .split('\n')
      .filter((line) => !after.has(line));
    // The last workspace gets a comma behind it; nothing else is written differently.
    expect(gone).toEqual([expect.stringMatching(/^ +"[^"]+"$/)]);
    expect(existsSync(join(place, 'examples', 'send-note', 'src', 'send-note.node.ts'))).toBe(true);
    // Its manifest decides what npm ci of the images installs, its dist is copied, the backend gets its dependencies.
    expect(lines('docker/Dockerfile').filter((line) => /examples\/send-note|@acme\/send-note/.test(line))).toEqual([
      'COPY examples/send-note/package.json examples/send-note/',
      expect.stringMatching(/^ && for package in workflows\/contract .* examples\/send-note; do \\$/),
      expect.stringMatching(/^ +npm ci .* --workspace @acme\/send-note$/),
    ]);
  });
});
