import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Graph } from '@wend/contract';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { onTestFailed } from 'vitest';
import { password } from '../../../backend/test/api.js';
import type { TestWorkspace } from '../../../backend/test/api.js';
import { startChain, until } from '../../../backend/test/chain.js';
import type { Chain } from '../../../backend/test/chain.js';

const dashboard = fileURLToPath(new URL('..', import.meta.url));
const next = fileURLToPath(new URL('../../../node_modules/next/dist/bin/next', import.meta.url));
const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** The whole product and a browser before it. */
export type Product = { chain: Chain; url: string; browser: Browser; close: () => Promise<void> };

/** Starts api and worker in this process, the built dashboard beside it and a headless browser. Call `close` at the end. */
export async function startProduct(): Promise<Product> {
  if (!existsSync(`${dashboard}/.next/BUILD_ID`)) throw new Error('The dashboard is not built: run the tests with `npm test`, which builds it.');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [chain, browser] = await Promise.all([
    startChain({ WEND_PUBLIC_URL: url }),
    chromium.launch({ executablePath: process.env['WEND_CHROMIUM'] ?? '/usr/bin/chromium', args: chromiumArguments }),
  ]);
  const web = startWeb({ port, apiUrl: chain.api.url });
  const close = async (): Promise<void> => {
    await browser.close();
    await stop(web);
    await chain.close();
  };
  try {
    await until(() => { if (web.exitCode !== null) throw new Error(`The dashboard ended with code ${web.exitCode}.`); return answers(url); }, 'the dashboard to answer', 60_000);
  } catch (error) {
    await close();
    throw error;
  }
  return { chain, url, browser, close };
}

function startWeb({ port, apiUrl }: { port: number; apiUrl: string }): ChildProcess {
  const child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: dashboard, stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', TZ: 'UTC', NEXT_TELEMETRY_DISABLED: '1', WEND_API_URL: apiUrl },
  });
  process.once('exit', () => child.kill());
  return child;
}

/** A dashboard before a product that nobody has set up: all that its first page asks for. */
export async function startFreshDashboard(): Promise<{ url: string; close: () => Promise<void> }> {
  const api = createHttpServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"needed":true}'); }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const web = startWeb({ port, apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
  await until(() => fetch(`${url}/setup`).then((response) => response.ok, () => false), 'the fresh dashboard to answer', 60_000);
  return { url: `${url}/setup`, close: async () => { await stop(web); api.close(); } };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const answers = (url: string) => fetch(`${url}/sign-in`).then((response) => response.ok, () => false);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const pictures = fileURLToPath(new URL('../../../test-results', import.meta.url));

/** Call in a test: when it fails, a picture of the page is kept under `test-results`. */
export function keepPictureOfFailure({ page, name }: { page: Page; name: string }): void {
  onTestFailed(async () => {
    const path = `${pictures}/${name}.png`;
    await page.screenshot({ path }).then(() => console.error(`The page as it was then: ${path}`), () => undefined);
  });
}

/** A page of a browser of its own; what goes wrong in it is collected in `faults`. */
export type Visit = { page: Page; faults: string[]; close: () => Promise<void> };

export async function openPage({ product }: { product: Product }): Promise<Visit> {
  const context = await product.browser.newContext({ baseURL: product.url, viewport: { width: 1440, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce', timezoneId: 'UTC', locale: 'en-GB' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('console', (message) => { if (message.type() === 'error') faults.push(`console: ${message.text()} (${page.url()})`); });
  return { page, faults, close: () => context.close() };
}

/** A page whose cookies say that the owner signed in. */
export async function openSignedIn({ product }: { product: Product }): Promise<Visit> {
  const visit = await openPage({ product });
  const answer = await visit.page.request.post('/api/session', { data: { email: product.chain.workspace.ownerEmail, password } });
  if (!answer.ok()) throw new Error(`Sign-in failed: ${await answer.text()}`);
  return visit;
}

/** Signs in by the form. */
export async function signInByForm({ page, workspace }: { page: Page; workspace: TestWorkspace }): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail').fill(workspace.ownerEmail);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/journeys');
}

/** Makes a journey by the api; returns its id. */
export async function createJourney({ product, name, graph }: { product: Product; name: string; graph: Graph }): Promise<string> {
  const created = await product.chain.owner.send('POST', '/api/journeys', { name, graph });
  if (created.status !== 201) throw new Error(`The journey was not created: ${JSON.stringify(created.body)}`);
  return created.body.id as string;
}
