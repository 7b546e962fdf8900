import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A process of the product as it runs in production: compiled, in a process of its own. */
export type Process = {
  child: ChildProcess;
  /** The end that nobody asked for, or null. */
  crash: () => string | null;
  /** As a power cut ends it. */
  kill: () => Promise<void>;
  /** As an operator ends it; resolves with the exit code. */
  stop: () => Promise<number | null>;
};

/** Starts `main.api.js` or `main.worker.js` and waits until it says that it is ready. */
export async function startProcess(main: 'api' | 'worker', environment: Record<string, string>): Promise<Process> {
  const file = fileURLToPath(new URL(`../dist/main.${main}.js`, import.meta.url));
  const child = spawn(process.execPath, [file], { env: { PATH: process.env['PATH'], WEND_LOG_LEVEL: 'info', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let asked = false;
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.length > 400) lines.shift();
      if (chunk.includes(`${main} is ready`)) resolve();
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    void gone.then((code) => reject(new Error(`The ${main} ended with ${code} before it was ready:\n${lines.join('')}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    asked = true;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return gone;
  };
  await ready;
  return {
    child,
    crash: () => (!asked && (child.exitCode !== null || child.signalCode !== null) ? `${main} ended by itself (${child.exitCode ?? child.signalCode}):\n${lines.join('').slice(-4_000)}` : null),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
