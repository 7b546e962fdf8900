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
import { password, startTestApi } from '../../../backend/test/api.js';
import type { TestApi, TestWorkspace } from '../../../backend/test/api.js';
import { startChain, until } from '../../../backend/test/chain.js';
import type { Chain } from '../../../backend/test/chain.js';

const dashboard = fileURLToPath(new URL('..', import.meta.url));
const web = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));
const internalSecret = 'the secret of api and web in tests';
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The whole product and a browser before it. */
export type Product = { chain: Chain; url: string; browser: Browser; close: () => Promise<void> };

/** Settings beside the usual ones, of api and worker, and of the dashboard. */
type ProductOptions = { chain?: Record<string, string>; web?: Record<string, string> };

/**
 * Starts api and worker in this process, the built dashboard beside it and a headless browser. Call `close` at the end.
 */
export async function startProduct({ chain: settings = {}, web: more = {} }: ProductOptions = {}): Promise<Product> {
  if (!existsSync(`${dashboard}/.next/BUILD_ID`))
    throw new Error('The dashboard is not built: run the tests with `npm test`, which builds it.');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [chain, browser] = await Promise.all([
    startChain({ WEND_PUBLIC_URL: url, WEND_INTERNAL_SECRET: internalSecret, ...settings }),
    chromium.launch({ executablePath: process.env['WEND_CHROMIUM'] ?? '/usr/bin/chromium', args: chromiumArguments }),
  ]);
  const child = startWeb({ port, apiUrl: chain.api.url, settings: more });
  const close = async (): Promise<void> => {
    await browser.close();
    await stop(child);
    await chain.close();
  };
  try {
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`The dashboard ended with code ${child.exitCode}.`);
        return answers(url);
      },
      'the dashboard to answer',
      60_000,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { chain, url, browser, close };
}

type StartWebOptions = { port: number; apiUrl: string; settings?: Record<string, string> };

function startWeb({ port, apiUrl, settings = {} }: StartWebOptions): ChildProcess {
  const child = spawn(process.execPath, [web], {
    cwd: dashboard,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      TZ: 'UTC',
      NEXT_TELEMETRY_DISABLED: '1',
      WEND_WEB_HOST: '127.0.0.1',
      WEND_WEB_PORT: String(port),
      WEND_API_URL: apiUrl,
      WEND_INTERNAL_SECRET: internalSecret,
      ...settings,
    },
  });
  process.once('exit', () => child.kill());
  return child;
}

/** Api, dashboard and browser of an installation that nobody owns yet. */
export async function startNewInstallation(): Promise<{
  api: TestApi;
  url: string;
  browser: Browser;
  close: () => Promise<void>;
}> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [api, browser] = await Promise.all([
    startTestApi({ environment: { WEND_PUBLIC_URL: url, WEND_INTERNAL_SECRET: internalSecret } }),
    chromium.launch({ executablePath: process.env['WEND_CHROMIUM'] ?? '/usr/bin/chromium', args: chromiumArguments }),
  ]);
  const child = startWeb({ port, apiUrl: api.url });
  await until(
    () =>
      fetch(`${url}/setup`).then(
        (response) => response.ok,
        () => false,
      ),
    'the dashboard to answer',
    60_000,
  );
  return {
    api,
    url,
    browser,
    close: async () => {
      await browser.close();
      await stop(child);
      await api.close();
    },
  };
}

/** A dashboard before a product that nobody has set up: all that its first page asks for. */
export async function startFreshDashboard(): Promise<{ url: string; close: () => Promise<void> }> {
  const api = createHttpServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"needed":true}');
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = startWeb({ port, apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
  await until(
    () =>
      fetch(`${url}/setup`).then(
        (response) => response.ok,
        () => false,
      ),
    'the fresh dashboard to answer',
    60_000,
  );
  return {
    url: `${url}/setup`,
    close: async () => {
      await stop(child);
      api.close();
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const answers = (url: string) =>
  fetch(`${url}/sign-in`).then(
    (response) => response.ok,
    () => false,
  );

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
    await page.screenshot({ path }).then(
      () => console.error(`The page as it was then: ${path}`),
      () => undefined,
    );
  });
}

/** A page of a browser of its own; what goes wrong in it is collected in `faults`. */
export type Visit = { page: Page; faults: string[]; close: () => Promise<void> };

export async function openPage({ product }: { product: Product }): Promise<Visit> {
  const context = await product.browser.newContext({
    baseURL: product.url,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${page.url()})`);
  });
  return { page, faults, close: () => context.close() };
}

/** A page whose cookies say that the owner signed in. */
export async function openSignedIn({ product }: { product: Product }): Promise<Visit> {
  const visit = await openPage({ product });
  const answer = await visit.page.request.post('/api/session', {
    data: { email: product.chain.workspace.ownerEmail, password },
  });
  if (!answer.ok()) throw new Error(`Sign-in failed: ${await answer.text()}`);
  return visit;
}

/** Signs in by the form. */
export async function signInByForm({ page, workspace }: { page: Page; workspace: TestWorkspace }): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Email').fill(workspace.ownerEmail);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/journeys');
}

type CreateJourneyOptions = {
  product: Product;
  name: string;
  graph: Graph;
};

/** Makes a journey by the api; returns its id. */
export async function createJourney({ product, name, graph }: CreateJourneyOptions): Promise<string> {
  const created = await product.chain.owner.send('POST', '/api/journeys', { name, graph });
  if (created.status !== 201) throw new Error(`The journey was not created: ${JSON.stringify(created.body)}`);
  return created.body.id as string;
}
