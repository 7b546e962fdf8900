import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareNamespace } from '@wend/temporal';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { until } from './chain.js';
import { testDatabase } from './database.js';
import { freePorts } from './processes.js';

const clone = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(join(clone, 'docker', 'Dockerfile'), 'utf8').replace(/\\\n/g, ' ');
const runs = [...dockerfile.matchAll(/^RUN (.+)$/gm)].map(([, command]) => command!.trim());
/**
 * `nobody`, as `node` is in the image: owns none of the files. Who is not root stays who it is, before files that
 * nobody may write.
 */
const stranger = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let database: Awaited<ReturnType<typeof testDatabase>>;
const trees: string[] = [];
let child: ChildProcess | undefined;
beforeAll(async () => {
  database = await testDatabase();
  await prepareNamespace({ address: process.env['TEMPORAL_ADDRESS']!, namespace: process.env['TEMPORAL_NAMESPACE']! });
});
afterEach(async () => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});
afterAll(async () => {
  await database?.drop();
  for (const tree of trees) {
    execFileSync('chmod', ['-R', 'u+w', tree]);
    rmSync(tree, { recursive: true, force: true });
  }
});

/** The command of a target. */
function commandOf(target: string): string[] {
  const stage = dockerfile.split(/^FROM /m).find((each) => each.split('\n', 1)[0]!.endsWith(` AS ${target}`));
  return JSON.parse(/^CMD (.+)$/m.exec(stage ?? '')![1]!) as string[];
}

/**
 * What the image of api and worker holds, by the Dockerfile's own commands; the packages of others are those of this
 * clone.
 */
function fileTree({ without }: { without?: string } = {}): string {
  const tree = mkdtempSync(join(tmpdir(), 'wend-image-'));
  trees.push(tree);
  for (const command of runs.filter((each) => each.startsWith('node ') || each.startsWith('mkdir /packages'))) {
    execFileSync('sh', ['-c', command.replace(/^mkdir \/packages/, 'true').replaceAll('/packages', tree)], {
      cwd: clone,
    });
  }
  const modules = join(clone, 'node_modules');
  mkdirSync(join(tree, 'node_modules'));
  for (const name of readdirSync(modules)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@wend')) symlinkSync(join(modules, name), join(tree, 'node_modules', name));
    else {
      mkdirSync(join(tree, 'node_modules', name));
      for (const own of readdirSync(join(modules, name)))
        symlinkSync(readlinkSync(join(modules, name, own)), join(tree, 'node_modules', name, own));
    }
  }
  const nested = join('backend', 'node_modules');
  if (existsSync(join(clone, nested))) symlinkSync(join(clone, nested), join(tree, nested));
  if (without) rmSync(join(tree, without), { recursive: true });
  execFileSync('chmod', ['-R', 'a-w', tree]);
  chmodSync(tree, 0o555);
  return tree;
}

let whole: string | undefined;
/** What no test changes is made once. */
const wholeTree = () => (whole ??= fileTree());

/** Starts a target's command as the image does, and waits until its health answers. Returns what it wrote. */
async function start(
  target: string,
  { tree, ports: { api, worker } }: { tree: string; ports: { api: number; worker: number } },
): Promise<string> {
  const [command, ...args] = commandOf(target);
  expect(command).toBe('node');
  child = spawn(process.execPath, args, {
    cwd: tree,
    ...stranger,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      TZ: 'UTC',
      DATABASE_URL: database.url,
      WEND_SECRET_KEY: '5'.repeat(64),
      WEND_NODE_PACKAGES: '@wend-examples/loyalty-points',
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'],
      WEND_API_HOST: '127.0.0.1',
      WEND_API_PORT: String(api),
      WEND_WORKER_HEALTH_PORT: String(worker),
    },
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${target === 'api' ? api : worker}/health`;
  await until(
    () => {
      if (child!.exitCode !== null) throw new Error(`The ${target} ended:\n${output}`);
      return fetch(url).then(
        (answer) => answer.ok,
        () => false,
      );
    },
    `the ${target} of the image`,
    50_000,
  );
  return output;
}

const ports = async () => {
  const first = await freePorts();
  return { api: first, worker: first + 1 };
};

it('the worker starts from the files of its image, which it may not write', async () => {
  expect(await start('worker', { tree: wholeTree(), ports: await ports() })).not.toContain('cannot be kept');
});

it('a worker whose image lacks the workflow bundle, and cannot keep one, makes it and says so', async () => {
  expect(
    await start('worker', { tree: fileTree({ without: 'workflows/temporal/dist/bundle' }), ports: await ports() }),
  ).toContain('the workflow bundle cannot be kept');
});

it('the api starts from the files of its image, and says how the installation gets its owner', async () => {
  let output = await start('api', { tree: wholeTree(), ports: await ports() });
  child!.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => /\/setup\?token=[\w-]{24} /.test(output), 'its log to name the way to set up');
});

it('installs each workspace of this clone', () => {
  const { workspaces } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const folder of workspaces) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/`);
});

it('gives the web image each package of this clone that the dashboard runs with', () => {
  const { dependencies } = JSON.parse(readFileSync(join(clone, 'frontend', 'dashboard', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const [, stage = ''] = dockerfile.split(/^FROM base AS web$/m);
  for (const name of Object.keys(dependencies).filter((each) => each.startsWith('@wend/'))) {
    const folder = readlinkSync(join(clone, 'node_modules', name)).replaceAll('../', '');
    const isCopied =
      stage.includes(` ${folder}/`) || stage.includes(`/${folder.split('/')[0]} ${folder.split('/')[0]}\n`);
    expect(isCopied, `the web image has ${name}`).toBe(true);
  }
});
