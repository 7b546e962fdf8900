import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { password, publishDraft } from '../../../backend/test/api.js';
import { runsOf, track, until } from '../../../backend/test/chain.js';
import { entry, graphOf } from '../../../backend/test/graph-of.js';
import type { Step } from '../../../backend/test/graph-of.js';
import { check } from './accessibility.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
});
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const pictures = process.env['WEND_PICTURES'];
const wait = (id: string, days: number, to: string): Step => ({
  id,
  type: 'wend/wait',
  config: { duration: { amount: days, unit: 'days' } },
  to: { next: to },
});
const note = (id: string): Step => ({
  id,
  type: 'wend/set-trait',
  config: { traits: [{ name: 'came_by', value: id }] },
});
const after: Step[] = [entry('Signed Up', 'first'), wait('first', 20, 'later'), wait('later', 5, 'end'), note('end')];

async function draft(id: string, graph: Graph): Promise<void> {
  const { owner } = product.chain;
  const { revision } = (await owner.get(`/api/journeys/${id}`)).body;
  const saved = await owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
}
const standing = async (id: string) =>
  (await runsOf(product.chain, id)).map(({ version, node }) => `${version} ${node}`).sort();

it('follows a step, leads from another to a chosen one, shows how far that is, and takes it back', async () => {
  const { page } = visit;
  const { chain } = product;
  keepPictureOfFailure({ page, name: 'moves' });
  const id = await createJourney({
    product,
    name: '환영 여정',
    graph: graphOf([entry('Signed Up', 'first'), wait('first', 30, 'second'), wait('second', 30, 'end'), note('end')]),
  });
  await publishDraft(chain.owner, id);
  for (const who of ['mina', 'jun', 'seo']) await track(chain, { userId: who, event: 'Signed Up' });
  await until(async () => (await standing(id)).join() === '1 first,1 first,1 first', 'three to wait');
  // From a second version on people begin at “second”, which the third one has no more.
  await draft(
    id,
    graphOf([entry('Signed Up', 'second'), wait('second', 30, 'end'), wait('first', 30, 'end'), note('end')]),
  );
  await publishDraft(chain.owner, id);
  await track(chain, { userId: 'ara', event: 'Signed Up' });
  await until(async () => (await standing(id)).join() === '1 first,1 first,1 first,2 second', 'one to wait elsewhere');
  await draft(id, graphOf(after));

  await page.goto(`/journeys/${id}`);
  await page.getByRole('button', { name: 'Publish…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish version 3' });
  const inside = dialog.getByTestId('people-inside');
  await inside.getByText('Nobody goes on in version 3').waitFor();
  await inside.getByRole('radio', { name: 'Follow the new version' }).click();
  await inside.getByText('3 people go on in version 3, 1 stays on their version.').waitFor();
  await inside.getByText('1 person at “second”: the new version has no such step to wait at').waitFor();
  await inside.getByText('Waits count from when each person got to the step').waitFor();
  await inside.getByRole('combobox', { name: 'Where people at “second” go' }).click();
  await page.getByRole('option', { name: 'Move to “later”' }).click();
  await inside.getByText('4 people go on in version 3, nobody stays').waitFor();
  await page.waitForFunction(
    () => !document.querySelector('[data-testid="confirm-publish"]')?.hasAttribute('disabled'),
  );
  expect(await check(page)).toEqual([]);
  if (pictures) {
    await inside.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${pictures}/moves-dialog.png` });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await inside.getByTestId('moves-outcome').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${pictures}/moves-dialog-phone.png` });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  // Nobody moves while no worker is there: how far it is can be seen.
  await chain.stopWorker();
  await page.getByTestId('confirm-publish').click();
  const strip = page.getByTestId('move-strip');
  await strip.getByText('Moving people from versions 1, 2 to version 3').waitFor();
  await strip.getByText('0 of 4').waitFor();
  await strip.getByRole('button', { name: 'Stop' }).waitFor();
  expect(await check(page)).toEqual([]);
  if (pictures) await page.screenshot({ path: `${pictures}/moves-strip.png` });
  await chain.restartWorker();
  await strip.getByText('4 people moved from versions 1, 2 to version 3').waitFor({ timeout: 60_000 });
  await strip.getByText('can be taken back until').waitFor();
  expect(await standing(id)).toEqual(['3 first', '3 first', '3 first', '3 later']);

  // The list of versions tells of it.
  await page.getByRole('radio', { name: 'Versions' }).click();
  const row = page.getByTestId('side-panel').getByTestId('version-3');
  await row.getByTestId('move-moved').waitFor();
  if (pictures) await page.screenshot({ path: `${pictures}/moves-versions.png` });

  // Who may not publish sees it, and who may.
  const analyst = await product.browser.newContext({
    baseURL: product.url,
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  const other = await analyst.newPage();
  await chain.workspace.member('analyst');
  const [analystRow] = await chain.api.database.query<{ email: string }>(
    `select email from members where workspace_id = $1 and role = 'analyst'`,
    [chain.workspace.id],
  );
  await other.request.post('/api/session', { data: { email: analystRow!.email, password } });
  await other.goto(`/journeys/${id}`);
  await other.getByTestId('move-strip').getByText('Only these roles can stop this or take it back').waitFor();
  expect(await other.getByTestId('move-strip').getByRole('button', { name: 'Take back' }).count()).toBe(0);
  if (pictures) await other.screenshot({ path: `${pictures}/moves-phone.png` });
  await analyst.close();

  await strip.getByRole('button', { name: 'Take back' }).click();
  const asked = page.getByRole('dialog', { name: 'Take people back from version 3?' });
  await asked.getByText('4 people go back to the step and version they came from').waitFor();
  await asked.getByRole('button', { name: 'Take back' }).click();
  await strip.getByText('4 people were taken back from version 3 to versions 1, 2').waitFor({ timeout: 60_000 });
  expect(await standing(id)).toEqual(['1 first', '1 first', '1 first', '2 second']);
  await strip.getByRole('button', { name: 'Close' }).click();
  await until(async () => (await strip.count()) === 0, 'the strip to be gone');
  expect(visit.faults).toEqual([]);
});
