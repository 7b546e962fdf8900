import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setupToken } from '../../../backend/test/api.js';
import { keepPictureOfFailure, startNewInstallation } from './browser.js';

let installation: Awaited<ReturnType<typeof startNewInstallation>>;
let page: Page;
beforeAll(async () => {
  installation = await startNewInstallation();
  const context = await installation.browser.newContext({
    baseURL: installation.url,
    viewport: { width: 1280, height: 900 },
    timezoneId: 'America/Lima',
    locale: 'pt-BR',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
});
afterAll(() => installation?.close());

/** Both schemes, for whoever wants to look: `WEND_PICTURES` names a folder. */
async function picture(name: string): Promise<void> {
  const folder = process.env['WEND_PICTURES'];
  if (!folder) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

it('is set up by whoever has the token, in the zone and language of their browser', async () => {
  keepPictureOfFailure({ page, name: 'doors-setup' });
  await page.goto('/');
  await page.waitForURL('**/setup');
  await page.getByLabel('Workspace').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('Email').fill('ann@acme.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByLabel('Setup token').fill('a guess of a visitor');
  await expect.poll(() => page.getByLabel('Time zone').inputValue()).toBe('America/Lima');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByText('This is not the set-up token.', { exact: true }).waitFor();
  await picture('setup');
  await page.goto(`/setup?token=${encodeURIComponent(setupToken)}`);
  expect(await page.getByLabel('Setup token').count()).toBe(0);
  await page.getByLabel('Workspace').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('Email').fill('ann@acme.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.waitForURL('**/journeys');
  const [workspace] = await installation.api.database.query('select name, time_zone, language from workspaces');
  expect(workspace).toEqual({ name: 'Acme', time_zone: 'America/Lima', language: 'pt-BR' });
});

it('lets its owner change name, zone and language, and says what is wrong with a zone', async () => {
  keepPictureOfFailure({ page, name: 'doors-workspace' });
  await page.goto('/settings?tab=workspace');
  await page.getByLabel('Name').fill('Acme Ltd');
  await page.getByLabel('Time zone').fill('Mars/Base');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('must be a time zone of the IANA list').waitFor();
  await page.getByLabel('Time zone').fill('Europe/Lisbon');
  await page.getByLabel('Language').click();
  await page.getByRole('option', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Workspace saved').first().waitFor();
  await picture('settings-workspace');
  await page.reload();
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Lisbon');
  const [workspace] = await installation.api.database.query('select name, time_zone, language from workspaces');
  expect(workspace).toEqual({ name: 'Acme Ltd', time_zone: 'Europe/Lisbon', language: 'en' });
});

it('says beside each key whose role bounds it, and that it stopped when that member is gone', async () => {
  keepPictureOfFailure({ page, name: 'doors-keys' });
  await page.goto('/settings?tab=keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('Shop');
  expect(await page.getByText('Start journeys').count()).toBe(0);
  await picture('settings-keys-new');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('row', { name: /Shop/ }).getByText('owner').waitFor();
  await installation.api.database.query(
    `insert into api_keys (workspace_id, name, prefix, hash, scopes, made_by) select workspace_id, 'Old shop',
        'wk_old', 'x', '{ingest,journeys:trigger}', gen_random_uuid()
      from api_keys
      limit 1`,
  );
  await page.reload();
  await page
    .getByRole('row', { name: /Old shop/ })
    .getByText('Inactive: creator removed')
    .waitFor();
  await picture('settings-keys');
});

it('shows its pages beside hundreds of slow requests of strangers', async () => {
  const { port } = new URL(installation.url);
  const sockets: Socket[] = [];
  try {
    for (const head of [
      'GET /api/setup HTTP/1.1\r\n',
      'POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{',
    ]) {
      for (let count = 0; count < 300; count += 1) {
        const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
        socket.write(head);
      }
    }
    await page.goto('/journeys');
    await page.getByRole('heading', { name: 'Journeys', level: 1 }).waitFor();
    const bad = await fetch(`${installation.url}/%zz`);
    expect([bad.status, (await bad.json()).code]).toEqual([400, 'bad-path']);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});
