import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './chain.js';

/** What `npm start` runs, by the name of its pid file, with the name that it has for people. */
const titles = { postgres: 'PostgreSQL', temporal: 'Temporal', api: 'API', worker: 'Worker', web: 'Dashboard' };
export type ProcessName = keyof typeof titles;

/** The product as a person runs it: under `npm start`, with data and ports of its own. */
export type Launcher = {
  url: string;
  databaseUrl: string;
  temporalAddress: string;
  pid: (name: ProcessName) => number;
  /** As a power cut ends it: this process alone, at once. Resolves with the pid that it had. */
  kill: (name: ProcessName) => Promise<number>;
  /** Waits until what was killed is back, by itself. */
  back: (name: ProcessName) => Promise<void>;
  /** How often it was started again. */
  restarts: (name: ProcessName) => number;
  /** As Ctrl-C ends it. Resolves with the exit code and with what is left of any process that it ever started. */
  stop: () => Promise<{ code: number | null; left: ProcessName[] }>;
  /** Ends whatever is left, and deletes the data. */
  destroy: () => Promise<void>;
  output: () => string;
};

/** Starts docker/launcher/start.mjs with `environment` and waits until it says that Wend is ready. */
export async function startLauncher(environment: Record<string, string>): Promise<Launcher> {
  const data = mkdtempSync(join(tmpdir(), 'wend-launcher-'));
  // PostgreSQL runs as a user of its own where this is root.
  chmodSync(data, 0o755);
  const port = await freePorts();
  const file = fileURLToPath(new URL('../../docker/launcher/start.mjs', import.meta.url));
  // Nothing of the servers that the tests have: it starts its own.
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'WEND_CACHE'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const child = spawn(process.execPath, [file, '--no-demo', '--port', String(port)], {
    env: { ...inherited, WEND_DATA: data, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let ended = false;
  void gone.then(() => (ended = true));
  const began = new Map<number, ProcessName>();
  const pid = (name: ProcessName): number => {
    const { pid: number } = JSON.parse(readFileSync(join(data, 'run', `${name}.pid`), 'utf8')) as { pid: number };
    began.set(number, name);
    return number;
  };
  const count = (text: string) => output.split(text).length - 1;
  const comebacks = (name: ProcessName) => count(`${titles[name]} is back after`);
  const killed = new Map<ProcessName, number>();
  const signal = (target: number, what: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(target, what);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      return false;
    }
  };
  /** Each child leads a group of its own, which holds all that it started. */
  const left = () => [...began].flatMap(([leader, name]) => (signal(-leader, 0) ? [name] : []));
  const stop = async () => {
    if (!ended) child.kill('SIGINT');
    const code = await gone;
    await until(() => left().length === 0, 'the processes to end', 5_000).catch(() => undefined);
    return { code, left: left() };
  };
  const destroy = async () => {
    if (!ended) child.kill('SIGINT');
    const force = setTimeout(() => child.kill('SIGKILL'), 60_000);
    await gone;
    clearTimeout(force);
    for (const leader of began.keys()) signal(-leader, 'SIGKILL');
    await until(() => left().length === 0, 'the processes to end').catch(() => undefined);
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    // A clone whose dashboard was never built builds it now.
    await until(() => ended || output.includes('Wend is ready'), 'npm start', 280_000);
    if (ended) throw new Error('It ended before it was ready.');
    for (const name of Object.keys(titles) as ProcessName[]) pid(name);
    const { postgres, frontend } = JSON.parse(readFileSync(join(data, 'run', 'ports.json'), 'utf8')) as {
      postgres: number;
      frontend: number;
    };
    const password = readFileSync(join(data, 'postgres', 'password'), 'utf8').trim();
    return {
      url: `http://localhost:${port}`,
      databaseUrl: `postgres://postgres:${password}@127.0.0.1:${postgres}/wend`,
      temporalAddress: `127.0.0.1:${frontend}`,
      pid,
      kill: async (name) => {
        const target = pid(name);
        killed.set(name, comebacks(name));
        process.kill(target, 'SIGKILL');
        await until(() => !signal(target, 0), `${name} to die`);
        return target;
      },
      back: async (name) => {
        await until(() => ended || comebacks(name) > (killed.get(name) ?? 0), `${name} to come back`, 60_000);
        if (ended) throw new Error(`npm start gave up:\n${output.slice(-4_000)}`);
        pid(name);
      },
      restarts: (name) => count(`${titles[name]} was killed`) + count(`${titles[name]} ended with`),
      stop,
      destroy,
      output: () => output,
    };
  } catch (error) {
    await destroy();
    throw new Error(`npm start failed: ${(error as Error).message}\n${output.slice(-4_000)}`, { cause: error });
  }
}

/**
 * A free port with a free one after it, below the range that outgoing connections are given: a process finds it free
 * again when it comes back.
 */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => void server.close(() => resolve(true)));
  });
