/** The demo workspace: its login before the start is announced, its people in the background afterwards. */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runScript } from './build.mjs';
import { indent, lastLines, say, show, step } from './log.mjs';
import { inClone, stateDirectory } from './paths.mjs';

const script = inClone('backend', 'dist', 'bin', 'seed-demo.js');
/** How to sign in to the demo, and its write key. */
export const loginFile = join(stateDirectory, 'demo-login.json');

/**
 * Makes workspace, member and key; quick, and harmless when they are there.
 * @param {Record<string, string>} environment
 * @returns {Promise<{ email: string, password: string, writeKey: string }>}
 */
export const seedAccounts = (environment) =>
  step(
    'Demo workspace ready',
    async () => {
      const env = { ...environment, WEND_DEMO_LOGIN_FILE: loginFile };
      await runScript({
        title: 'Making the demo workspace',
        name: 'seed-accounts',
        script,
        args: ['--accounts-only'],
        env,
      });
      return JSON.parse(readFileSync(loginFile, 'utf8'));
    },
    'Making the demo workspace',
  );

/**
 * Fills the demo workspace with people in the background.
 * @param {Record<string, string>} environment
 * @returns {{ stop: () => Promise<void> }}
 */
export const seedPeople = (environment) => {
  const log = join(stateDirectory, 'logs', 'seed.log');
  const output = createWriteStream(log);
  output.on('error', () => undefined);
  const child = spawn(process.execPath, [script], {
    cwd: inClone(),
    env: { ...process.env, ...environment, WEND_DEMO_LOGIN_FILE: loginFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stopping = false;
  let last = '';
  child.stderr.pipe(output, { end: false });
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.write(`${line}\n`);
    if (line.trim()) last = line.trim();
    show(`  … Demo data: ${last}`);
  });
  const ended = new Promise((done) => {
    child.once('error', done);
    child.once('close', (code) => {
      output.end();
      if (!stopping) report({ code, last, log });
      done();
    });
  });
  const stop = async () => {
    stopping = true;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(force);
  };
  return { stop };
};

const report = ({ code, last, log }) => {
  if (code === 0) return say(`  ✓ Demo data: ${last || 'complete'}`);
  say(
    `  ✗ The demo data is not complete; everything else works. The next start goes on where it stopped. Its log: ${log}`,
  );
  say(indent(lastLines(log, 0, 8)));
};
