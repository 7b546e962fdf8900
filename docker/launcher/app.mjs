/** Wend's own processes: api, worker, web; what each gets in its environment and when each is ready. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loginFile } from './demo.mjs';
import { nodePackages } from './node-packages.mjs';
import { inClone } from './paths.mjs';

/**
 * The key that encrypts the credentials of connections: made once, kept beside the data it protects.
 * @param {string} file
 */
export const secretKey = (file) => {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const secret = randomBytes(32).toString('hex');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
};

/** @typedef {{ web: number, api: number, workerHealth: number }} AppPorts */

/** Of this start: by it the api knows that the dashboard speaks, and the first visitor that this person started it. */
const secretOfThisStart = () => randomBytes(24).toString('base64url');

/**
 * @param {{ databaseUrl: string, temporalAddress: string, namespace: string, ports: AppPorts, secret: string, demo:
 * boolean }} options
 * @returns {Record<string, string>}
 */
export const appEnvironment = ({ databaseUrl, temporalAddress, namespace, ports, secret, demo }) => ({
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: namespace,
  WEND_API_HOST: '127.0.0.1',
  WEND_API_PORT: String(ports.api),
  WEND_WORKER_HEALTH_PORT: String(ports.workerHealth),
  WEND_PUBLIC_URL: `http://localhost:${ports.web}`,
  WEND_SECRET_KEY: secret,
  WEND_INTERNAL_SECRET: secretOfThisStart(),
  WEND_SETUP_TOKEN: process.env.WEND_SETUP_TOKEN ?? secretOfThisStart(),
  WEND_NODE_PACKAGES: nodePackages().join(','),
  ...(demo ? { WEND_DEMO: '1' } : {}),
  NODE_ENV: 'production',
  TZ: 'UTC',
});

const answers = async (url) =>
  (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(3000) })).status === 200;

/**
 * The three processes by name.
 * @param {{ environment: Record<string, string>, ports: AppPorts, dependsOn: string[] }} options `dependsOn`: the
 * servers that
 *   run here
 * @returns {Record<'api' | 'worker' | 'web', import('./processes.mjs').Service>}
 */
export const appServices = ({ environment, ports, dependsOn }) => {
  const node = (script) => () => ({
    command: process.execPath,
    args: [script],
    cwd: inClone(),
    env: { ...process.env, ...environment },
  });
  return {
    api: {
      name: 'api',
      title: 'API',
      dependsOn,
      command: node(inClone('backend', 'dist', 'main.api.js')),
      isReady: () => answers(`http://127.0.0.1:${ports.api}/health`),
      // It gives open requests ten seconds to finish.
      grace: 12_000,
    },
    worker: {
      name: 'worker',
      title: 'Worker',
      dependsOn,
      command: node(inClone('backend', 'dist', 'main.worker.js')),
      isReady: () => answers(`http://127.0.0.1:${ports.workerHealth}/health`),
      // It finishes what it has in hand.
      grace: 20_000,
    },
    web: {
      name: 'web',
      title: 'Dashboard',
      command: () => ({
        command: process.execPath,
        args: [inClone('frontend', 'dashboard', 'dist', 'server', 'main.js')],
        cwd: inClone('frontend', 'dashboard'),
        env: {
          ...process.env,
          NODE_ENV: 'production',
          TZ: 'UTC',
          NEXT_TELEMETRY_DISABLED: '1',
          WEND_WEB_HOST: '127.0.0.1',
          WEND_WEB_PORT: String(ports.web),
          WEND_API_URL: `http://127.0.0.1:${ports.api}`,
          WEND_INTERNAL_SECRET: environment.WEND_INTERNAL_SECRET,
          // For the demo shop.
          ...(environment.WEND_DEMO ? { WEND_DEMO_LOGIN_FILE: loginFile } : {}),
        },
      }),
      isReady: () => answers(`http://127.0.0.1:${ports.web}/sign-in`),
      grace: 5000,
    },
  };
};
