/* global document, requestAnimationFrame -- what runs in the page */
/**
 * `npm run screenshots [-- names]`: a picture of every page of a running demo, light and dark, at 1440 and 390 px, into
 * docs/screenshots. Names (or beginnings of names) choose pages. WEND_URL says where Wend runs (default
 * http://localhost:3000), WEND_DEMO_LOGIN_FILE where its login lies (default .wend/demo-login.json, which `npm start`
 * writes). What the pictures need and the demo lacks is made for them and removed at the end.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
// Next brings it.
import sharp from 'sharp';
import { findChromium } from '../../../docker/tests/chromium.mjs';
import { inClone, stateDirectory } from '../../../docker/launcher/paths.mjs';
import { pagesOf } from './screenshot-pages.mjs';

const url = process.env.WEND_URL ?? 'http://localhost:3000';
const loginFile = process.env.WEND_DEMO_LOGIN_FILE ?? `${stateDirectory}/demo-login.json`;
const folder = inClone('docs', 'screenshots');
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

const readLogin = () => {
  try {
    const { email, password } = JSON.parse(readFileSync(loginFile, 'utf8'));
    return { email, password };
  } catch (error) {
    throw new Error(`There is no login of a demo workspace at ${loginFile}: run \`npm start\` first.`, {
      cause: error,
    });
  }
};

/** Calls the api as the demo's owner. @param {import('playwright-core').APIRequestContext} request */
const clientOf = (request) => async (method, path, data) => {
  const answer = await request.fetch(path, { method, data });
  if (!answer.ok()) throw new Error(`${method} ${path} was answered with ${answer.status()}: ${await answer.text()}`);
  return answer.status() === 204 ? undefined : answer.json();
};

/** Everything has come: data, fonts, images; nothing moves any more. @param {import('playwright-core').Page} page */
const settle = async (page) => {
  await page.waitForFunction(
    () => !document.querySelector('[role="status"][aria-label^="Loading"], [role="status"][aria-label^="Opening"]'),
  );
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((each) => each.playState === 'finished' || each.effect?.getComputedTiming().iterations === Infinity),
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
};

/** What sticks out at the side, where nobody can scroll to it or everybody must. */
const overflowing = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** A palette of 128 colours: flat pictures look the same at a third of the size. */
const save = async ({ picture, name }) =>
  sharp(picture).png({ palette: true, colours: 128, effort: 7, dither: 0.4 }).toFile(`${folder}/${name}.png`);

/** Both schemes of a page at one size; they differ in colours only, so it is opened once. */
const shoot = async ({ browser, page: wanted, size, cookies }) => {
  const narrow = size.width < 600;
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    hasTouch: narrow,
  });
  context.setDefaultTimeout(15_000);
  if (!wanted.signedOut) await context.addCookies(cookies);
  const page = await context.newPage();
  try {
    for (const [pattern, body] of Object.entries(wanted.answers ?? {}))
      await page.route(pattern, (route) =>
        route.request().method() === 'GET' ? route.fulfill({ json: body }) : route.fallback(),
      );
    await page.goto(wanted.path);
    await wanted.ready({ page, narrow });
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await settle(page);
      await save({ picture: await page.screenshot(), name: `${wanted.name}-${scheme}-${size.width}` });
    }
    const over = await overflowing(page);
    if (over > 0) console.warn(`  ! ${wanted.name} at ${size.width} px is ${over} px too wide`);
  } finally {
    await context.close();
  }
};

const main = async () => {
  const names = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  const context = await browser.newContext({ baseURL: url });
  const client = clientOf(context.request);
  let failed = false;
  try {
    await client('POST', '/api/session', readLogin());
    const cookies = await context.cookies();
    const { pages, cleanUp } = await pagesOf({ client });
    try {
      for (const page of pages.filter(
        ({ name }) => names.length === 0 || names.some((each) => name.startsWith(each)),
      )) {
        for (const size of sizes)
          await shoot({ browser, page, size, cookies }).catch((error) => {
            failed = true;
            console.error(`  ✗ ${page.name} at ${size.width} px: ${error.message}`);
          });
        console.log(`  ✓ ${page.name}`);
      }
    } finally {
      await cleanUp();
    }
  } finally {
    await browser.close();
  }
  if (failed) throw new Error('Some pictures could not be taken.');
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
