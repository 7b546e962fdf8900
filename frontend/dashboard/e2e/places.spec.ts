import { emptyGraph } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

const csv = '\uFEFFID;Name;Lat;Lng;Radius;Tags\r\ns1;서울역;37.5547;126.9707;300;station\r\ns2;Nowhere;99;1;300;\r\n';

describe('places', () => {
  it('are added, uploaded, found, changed and deleted', { timeout: 120_000 }, async () => {
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'places' });
    await page.goto('/settings?tab=places');
    await page.getByRole('heading', { name: 'No places yet' }).waitFor();

    await page.getByRole('button', { name: 'Add place' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('강남점');
    await dialog.getByLabel('ID', { exact: true }).fill('gangnam');
    await dialog.getByLabel('Latitude').fill('37.498');
    await dialog.getByLabel('Longitude').fill('127.0276');
    await dialog.getByLabel('Tags').fill('store, seoul');
    await dialog.getByRole('button', { name: 'Save place' }).click();
    await page.getByText('Place saved', { exact: true }).waitFor();
    await page.getByText('200 m around 37.49800, 127.02760').waitFor();

    await page.getByRole('button', { name: 'Upload CSV' }).click();
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'places.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText('lat: “99” isn’t a latitude from -90 to 90.').waitFor();
    await page.getByRole('button', { name: 'Save 1 place' }).click();
    await page.getByText('2 places', { exact: true }).waitFor();

    await page.getByRole('searchbox', { name: 'Find a place by name or ID' }).fill('서울');
    await page.getByRole('button', { name: 'Edit 강남점' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Edit 서울역' }).click();
    await dialog.getByLabel('Radius (m)').fill('450');
    await dialog.getByRole('button', { name: 'Save place' }).click();
    await page.getByText('450 m around').waitFor();
    await page.getByRole('button', { name: 'Edit 서울역' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('Nobody enters or leaves it any more').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No places match' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('are chosen for an entry by name and by tag', { timeout: 120_000 }, async () => {
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'place-entry' });
    const places = [
      { externalId: 'hongdae', name: '홍대점', lat: 37.55, lng: 126.92, radius: 200, tags: ['store'] },
      { externalId: 'busan', name: 'Busan Station', lat: 35.11, lng: 129.04, radius: 300, tags: ['station'] },
    ];
    expect((await product.chain.owner.send('PUT', '/api/places', { places })).status).toBe(200);
    const config = { on: 'entered', tags: [], places: ['closed'] };
    const graph: Graph = {
      ...emptyGraph(),
      nodes: {
        door: {
          id: 'door',
          type: 'wend/entry-place',
          version: 1,
          name: 'At a place',
          config,
          position: { x: 0, y: 0 },
        },
      },
    };
    const id = await createJourney({ product, name: 'Visitors', graph });
    const saved = async () =>
      (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft.nodes.door.config as typeof config;
    await page.goto(`/journeys/${id}`);
    await page.getByTestId('card-door').click();
    await page.getByRole('button', { name: 'Remove closed (no such place)' }).click();
    await page.getByLabel('Or one of these places').click();
    await page.keyboard.type('부산');
    await page.getByText('No places match').waitFor();
    await page.getByRole('combobox', { name: 'Search by name or ID' }).fill('busan');
    await page.getByRole('option', { name: /Busan Station/ }).click();
    await page.getByRole('button', { name: 'Remove Busan Station' }).waitFor();
    await page.getByLabel('With one of these tags').click();
    await page.getByRole('option', { name: /^store/ }).click();
    await page.getByLabel('With one of these tags').click();
    await page.keyboard.type('cafe');
    await page.getByRole('option', { name: /Use “cafe”/ }).click();
    await page.getByRole('button', { name: 'Remove cafe' }).waitFor();
    expect(await check(page, 'aside')).toEqual([]);
    await until(async () => (await saved()).tags.includes('cafe'), 'the entry to be saved');
    expect(await saved()).toMatchObject({ tags: ['store', 'cafe'], places: ['busan'] });
    expect(faults).toEqual([]);
    await close();
  });
});
