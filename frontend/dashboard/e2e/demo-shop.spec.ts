import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyGraph } from '@wend/contract';
import type { Graph, JsonObject } from '@wend/contract';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, until } from '../../../backend/test/chain.js';
import { pushService } from '../../../backend/test/push-service.js';
import { keepPictureOfFailure, startProduct } from './browser.js';
import type { Product } from './browser.js';
import { listener, ownShop, usePushService, workerOf } from './web-push.js';

let product: Product;
let folder: string;
let service: Awaited<ReturnType<typeof pushService>>;
let writeKey: string;
/** That of web push. */
let connection: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wend-demo-shop-'));
  const loginFile = join(folder, 'login.json');
  service = await pushService();
  product = await startProduct({
    chain: { WEND_OUTBOUND_ALLOW: service.allow },
    web: { WEND_DEMO_LOGIN_FILE: loginFile },
  });
  ({ key: writeKey } = await product.chain.workspace.key('ingest'));
  writeFileSync(loginFile, JSON.stringify({ writeKey }));
  await saysThatItIsNotSetUp();
  const { owner } = product.chain;
  const added = await owner.send('POST', '/api/connections', {
    kind: 'vapid',
    settings: { contact: 'webmaster@shop.example' },
  });
  expect(added.status).toBe(201);
  connection = added.body.id;
  expect((await owner.send('PUT', '/api/channels/sandbox', { channel: 'webpush', sandbox: false })).status).toBe(200);
});
afterAll(async () => {
  await product?.close();
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Before there are keys, the shop offers nothing that it cannot do, and says where to set it up. */
async function saysThatItIsNotSetUp(): Promise<void> {
  const { page, close } = await visit();
  await page.getByText('Web push isn’t set up in this workspace').waitFor();
  expect(await page.getByRole('link', { name: 'Settings → Channels' }).getAttribute('href')).toBe(
    '/settings?tab=channels',
  );
  await add(page, 'Desk planner');
  await page.getByText('Delivered').nth(1).waitFor();
  expect(await prompt(page).count()).toBe(0);
  await close();
}

type Visit = {
  context: BrowserContext;
  page: Page;
  cdp: CDPSession;
  /** What the page said on its console that it should not have. */
  faults: string[];
  allow: (setting: 'granted' | 'denied' | 'prompt') => Promise<void>;
  open: () => Promise<Page>;
  close: () => Promise<void>;
};

/** A browser of its own before the shop. */
async function newContext(): Promise<BrowserContext> {
  const context = await product.browser.newContext({ baseURL: product.url, reducedMotion: 'reduce', locale: 'en-GB' });
  context.setDefaultTimeout(15_000);
  await usePushService(context, service);
  return context;
}

async function visit(): Promise<Visit> {
  const context = await newContext();
  const faults: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
    await page.goto('/demo-shop');
    await page.getByText('Delivered').first().waitFor();
    return page;
  };
  const page = await open();
  const cdp = await context.newCDPSession(page);
  const { targetInfo } = await cdp.send('Target.getTargetInfo');
  const allow = async (setting: 'granted' | 'denied' | 'prompt'): Promise<void> => {
    await cdp.send('Browser.setPermission', {
      permission: { name: 'notifications' },
      setting,
      origin: product.url,
      ...(targetInfo.browserContextId ? { browserContextId: targetInfo.browserContextId } : {}),
    });
  };
  return { context, page, cdp, faults, allow, open, close: () => context.close() };
}

const add = (page: Page, name: string) => page.getByRole('button', { name: `Add ${name}` }).click();
const prompt = (page: Page) => page.getByRole('dialog', { name: 'Shall we keep your cart in mind?' });

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('First name').fill('Mina');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(`Signed in as ${email}`).waitFor();
}

/** The person as Wend knows them; null before it does. */
async function person(email: string): Promise<any> {
  const { owner } = product.chain;
  const { items } = (await owner.get(`/api/profiles?search=${encodeURIComponent(email)}`)).body;
  return items.length === 0 ? null : (await owner.get(`/api/profiles/${items[0].id}`)).body;
}

describe('calls', () => {
  it('arrive as those of any website, once, also those made offline', async () => {
    const { context, page, close } = await visit();
    keepPictureOfFailure({ page, name: 'demo-shop-calls' });
    await signIn(page, 'calls@shop.example');
    await context.setOffline(true);
    await add(page, 'Desk planner');
    await page.getByText('Retrying').waitFor();
    // Nothing of it is lost when the page goes while there is no network.
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
    await context.setOffline(false);
    await until(async () => (await person('calls@shop.example'))?.events.length === 3, 'page, identify and track');
    await page.getByRole('button', { name: 'Place order' }).click();
    const { events, traits } = await until(async () => {
      const found = await person('calls@shop.example');
      return found?.events.some(({ name }: any) => name === 'Order Completed') ? found : null;
    }, 'the order');
    expect(traits).toMatchObject({ email: 'calls@shop.example', first_name: 'Mina' });
    expect(events.filter(({ name }: any) => name === 'Product Added')).toHaveLength(1);
    await close();
  });

  it('of two tabs arrive once each, as one person’s', async () => {
    const { page, open, close } = await visit();
    await signIn(page, 'tabs@shop.example');
    const other = await open();
    // A page has one mouse: two clicks at once would be none of the two.
    const both = add(page, 'Desk planner').then(() => add(page, 'Project binder'));
    await Promise.all([both, add(other, 'Fine pens')]);
    const { events } = await until(async () => {
      const found = await person('tabs@shop.example');
      return found?.events.filter(({ name }: any) => name === 'Product Added').length >= 3 ? found : null;
    }, 'what both tabs sent');
    expect(events.filter(({ name }: any) => name === 'Product Added')).toHaveLength(3);
    await close();
  });
});

describe('the soft prompt', () => {
  it('leads to the browser’s question and a subscription that Wend knows', async () => {
    const { page, allow, faults, close } = await visit();
    keepPictureOfFailure({ page, name: 'demo-shop-prompt' });
    await signIn(page, 'yes@shop.example');
    await add(page, 'Desk planner');
    await prompt(page).waitFor();
    await allow('granted');
    await prompt(page).getByRole('button', { name: 'Notify me' }).click();
    await page.getByText('This browser is subscribed').waitFor();
    const { devices } = await person('yes@shop.example');
    expect(devices).toMatchObject([{ kind: 'webpush', platform: 'web', permission: 'authorized' }]);
    // Asked and answered: it does not come again.
    await add(page, 'Fine pens');
    expect(await prompt(page).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('does not come again after “later”, on Escape, over a reload or in another tab', async () => {
    const { page, open, close } = await visit();
    await add(page, 'Desk planner');
    await prompt(page).waitFor();
    await page.keyboard.press('Escape');
    await prompt(page).waitFor({ state: 'detached' });
    const outcome = (each: Page): Promise<unknown> =>
      each.evaluate(() =>
        (window as any).wend.push.prompt({
          title: 'Shall we keep your cart in mind?',
          text: 'b',
          accept: 'c',
          later: 'd',
        }),
      );
    expect(await outcome(page)).toBe('asked');
    await page.reload();
    await page.getByText('Delivered').first().waitFor();
    expect(await outcome(page)).toBe('asked');
    expect(await outcome(await open())).toBe('asked');
    // Nor before the days are over; after them it may.
    await page.evaluate(() => {
      const key = Object.keys(localStorage).find((each) => each.endsWith('.asked'))!;
      const until = Number(localStorage.getItem(key));
      if (until < Date.now() + 6.9 * 86_400_000) throw new Error('It would come again within the week.');
      localStorage.setItem(key, String(Date.now() - 1));
    });
    await add(page, 'Fine pens');
    await prompt(page).waitFor();
    await prompt(page).getByRole('button', { name: 'Not now' }).click();
    expect(await outcome(page)).toBe('asked');
    await close();
  });

  it('is not shown to whom it could not lead anywhere', async () => {
    const { page, allow, close } = await visit();
    await allow('denied');
    await page.reload();
    await page.getByText('You blocked notifications').waitFor();
    await add(page, 'Desk planner');
    await page.getByText('Delivered').nth(1).waitFor();
    expect(await prompt(page).count()).toBe(0);
    await close();
  });
});

it('a person who turns notifications off, or blocks them, is no longer reachable by them', async () => {
  const { page, allow, close } = await visit();
  keepPictureOfFailure({ page, name: 'demo-shop-off' });
  await allow('granted');
  await page.reload();
  await signIn(page, 'off@shop.example');
  const devices = async () => (await person('off@shop.example'))?.devices.length;
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await until(async () => (await devices()) === 1, 'the device');
  await page.getByRole('button', { name: 'Turn off notifications' }).click();
  await until(async () => (await devices()) === 0, 'the device to be gone');
  // What they said holds on the next page too.
  await page.reload();
  await page.getByText('This browser isn’t subscribed').waitFor();
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await until(async () => (await devices()) === 1, 'the device again');
  await allow('denied');
  await page.reload();
  await until(async () => (await devices()) === 0, 'the device of the blocked site to be gone');
  await close();
});

it('a subscription that could not be told to Wend is told by the next page', async () => {
  const { page, context, allow, close } = await visit();
  await allow('granted');
  await page.reload();
  await signIn(page, 'later@shop.example');
  await context.route('**/v1/devices', (route) => route.abort());
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await page.getByRole('alert').filter({ hasText: /fetch/i }).waitFor();
  await context.unroute('**/v1/devices');
  await page.reload();
  await page.getByText('This browser is subscribed').waitFor();
  expect((await person('later@shop.example')).devices).toHaveLength(1);
  await close();
});

it('whoever signs out takes their messages with them', async () => {
  const { page, allow, close } = await visit();
  await allow('granted');
  await page.reload();
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await page.getByText('This browser is subscribed').waitFor();
  await signIn(page, 'out@shop.example');
  await until(
    async () => (await person('out@shop.example'))?.devices.length === 1,
    'the device of an anonymous visitor',
  );
  await page.getByRole('button', { name: 'Sign out' }).click();
  await until(
    async () => (await person('out@shop.example')).devices.length === 0,
    'the device to leave with the person',
  );
  await close();
});

it('subscribes anew when Wend’s key is another one, and lets Wend forget the old end-point', async () => {
  const { page, allow, close } = await visit();
  await allow('granted');
  await page.reload();
  await signIn(page, 'rotated@shop.example');
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  const [before] = await until(async () => {
    const found = await person('rotated@shop.example');
    return found?.devices.length === 1 ? found.devices : null;
  }, 'the device');
  const rotated = await product.chain.owner.send('POST', `/api/connections/${connection}/rotate`, {
    secrets: {},
    keepOldHours: 24,
  });
  expect(rotated.status).toBe(200);
  await page.reload();
  const [after] = await until(async () => {
    const { devices } = await person('rotated@shop.example');
    return devices.length === 1 && devices[0].token !== before.token ? devices : null;
  }, 'the device to be replaced');
  expect(after).toMatchObject({ kind: 'webpush', permission: 'authorized' });
  await close();
});

describe('web push', () => {
  /** A message with a button, a wait for its click, and a second message as proof that the journey has gone on. */
  const graph = (): Graph => {
    const step = (id: string, type: string, config: JsonObject, y: number) => ({
      [id]: { id, type, version: 1, name: id, config, position: { x: 0, y } },
    });
    return {
      ...emptyGraph(),
      nodes: {
        ...step('entry', 'wend/entry-event', { event: 'Product Added' }, 0),
        ...step(
          'reminder',
          'wend/web-push',
          {
            title: '{{ entry.name }} waits',
            body: 'It is still in your cart.',
            link: `${product.url}/demo-shop`,
            actions: [{ label: 'Order now', link: `${product.url}/demo-shop#order` }],
          },
          144,
        ),
        ...step(
          'clicked',
          'wend/wait-for-events',
          {
            events: [
              { id: 'clicked', label: 'Clicked', trigger: { kind: 'message', node: 'reminder', state: 'clicked' } },
            ],
            timeout: { amount: 1, unit: 'days' },
            lookBack: true,
          },
          288,
        ),
        ...step('thanks', 'wend/web-push', { title: 'Thank you', body: 'See you soon.' }, 432),
      },
      edges: [
        { id: 'e1', from: 'entry', port: 'next', to: 'reminder' },
        { id: 'e2', from: 'reminder', port: 'queued', to: 'clicked' },
        { id: 'e3', from: 'clicked', port: 'clicked', to: 'thanks' },
      ],
    };
  };

  it('of a journey is shown by the service worker, and the click moves the journey', async () => {
    await publish(product.chain, { name: 'Cart reminder', graph: graph() });
    const { page, allow, close, ...shop } = await visit();
    keepPictureOfFailure({ page, name: 'demo-shop-web-push' });
    await signIn(page, 'journey@shop.example');
    await allow('granted');
    await page.reload();
    await page.getByRole('button', { name: 'Turn on notifications' }).click();
    await page.getByText('This browser is subscribed').waitFor();
    const [device] = (await person('journey@shop.example')).devices;
    await add(page, 'Desk planner');
    const received = (count: number) =>
      until(() => {
        const ours = service.received.filter(({ endpoint }) => endpoint === device.token);
        return ours.length >= count ? ours : null;
      }, `message ${count} at the push service`);
    // VAPID was checked and the payload decrypted on the way; DevTools hands the worker what the browser would have.
    const [reminder] = await received(1);
    const worker = await workerOf({ ...shop, origin: product.url });
    await worker.deliver(reminder!.payload!);
    await until(async () => (await worker.shown()).length === 1, 'the notification');
    expect(await worker.shown()).toMatchObject([
      { title: 'Desk planner, undated waits', body: 'It is still in your cart.', actions: [{ title: 'Order now' }] },
    ]);
    const message = async () =>
      (await person('journey@shop.example')).messages.find((each: any) => each.node === 'reminder');
    await until(async () => (await message())?.status === 'delivered', 'the report that it was shown');
    await worker.click((await worker.shown())[0]!.actions[0]!.action);
    const [, thanks] = await received(2);
    expect(JSON.parse(thanks!.payload!)).toMatchObject({ title: 'Thank you', body: 'See you soon.' });
    expect((await message()).status).toBe('clicked');
    expect(shop.faults).toEqual([]);
    await close();
  });
});

describe('the service worker', () => {
  it('shows a message and reports it, follows the button that was clicked, and leaves what is not Wend’s alone', async () => {
    const reports = await listener();
    const { page, allow, close, ...shop } = await visit();
    await allow('granted');
    await page.reload();
    await page.getByRole('button', { name: 'Turn on notifications' }).click();
    await page.getByText('This browser is subscribed').waitFor();
    const worker = await workerOf({ ...shop, origin: product.url });
    const message = (id: string, more = {}) => ({
      wend: 1,
      id,
      title: `Your cart ${id}`,
      body: 'The desk planner waits.',
      actions: [{ action: 'buy', title: 'Buy now', link: '/demo-shop#checkout' }],
      link: '/demo-shop',
      report: { url: `${reports.url}/${id}`, token: id },
      ...more,
    });
    await worker.deliver('not of Wend');
    await worker.deliver(JSON.stringify({ title: 'of another library' }));
    await worker.deliver('');
    // Wend cannot be reached for a moment: the worker says it again.
    reports.statuses.push(503);
    await worker.deliver(JSON.stringify(message('1', { icon: `${product.url}/icon.svg`, requireInteraction: true })));
    await until(() => reports.said.length === 1, 'the report that it was shown');
    expect(await worker.shown()).toEqual([
      { title: 'Your cart 1', body: 'The desk planner waits.', actions: [{ action: 'buy', title: 'Buy now' }] },
    ]);
    await worker.click('buy');
    await until(() => reports.said.length === 2, 'the report of the click');
    expect(reports.said).toEqual([
      { path: '/t/p/1', kind: 'shown' },
      { path: '/t/p/1', kind: 'clicked', action: 'buy', link: `${product.url}/demo-shop#checkout` },
    ]);
    expect(await worker.shown()).toEqual([]);
    expect(shop.faults).toEqual([]);
    await close();
    reports.close();
  });
});

describe('a shop of its own origin', () => {
  it('sends what it called before the script had come, and subscribes with its own service worker', async () => {
    const shop = await ownShop({ host: product.url, writeKey });
    const context = await newContext();
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
    await context.grantPermissions(['notifications'], { origin: shop.url });
    await page.goto(shop.url);
    const outcome = await page.evaluate(() => {
      const { wend } = window as any;
      wend.identify('own@shop.example', { email: 'own@shop.example' });
      return wend.push.subscribe();
    });
    expect(outcome).toBe('subscribed');
    const { events, devices } = await until(async () => {
      const found = await person('own@shop.example');
      return found?.events.length >= 2 && found.devices.length === 1 ? found : null;
    }, 'the calls and the device');
    expect(events).toHaveLength(2);
    expect(devices).toMatchObject([{ kind: 'webpush', platform: 'web' }]);
    await page.evaluate(() => (window as any).wend.push.unsubscribe());
    await until(async () => (await person('own@shop.example')).devices.length === 0, 'the device to be gone');
    expect(faults).toEqual([]);
    await context.close();
    shop.close();
  });
});

it('is accessible, light and dark, with the prompt open, and fits on a phone', async () => {
  const { page, close } = await visit();
  await add(page, 'Desk planner');
  await prompt(page).waitFor();
  await page.locator('summary').first().click();
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((wanted) => matchMedia(`(prefers-color-scheme: ${wanted})`).matches, colorScheme);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]!.html}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  await close();
});
