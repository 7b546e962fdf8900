import { emptyGraph } from '@wend/contract';
import type { Graph, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify, runsOf, track, until } from '../../../backend/test/chain.js';
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

const node = (id: string, type: string, place: number, config: JsonObject) => ({
  id,
  type: `wend/${type}`,
  version: 1,
  name: id,
  config,
  position: { x: 0, y: place * 180 },
});
const lines = (...all: string[]): Graph['edges'] =>
  all.map((line, index) => {
    const [from = '', port = '', to = ''] = line.split(' ');
    return { id: `e${index}`, from, port, to };
  });
const called: Graph = {
  ...emptyGraph(),
  nodes: {
    in: node('in', 'entry-journey', 0, { fields: [{ id: 'f', path: 'order' }] }),
    note: node('note', 'set-trait', 1, { traits: [{ name: 'thanked', value: 'yes' }] }),
    pause: node('pause', 'wait-for-events', 2, {
      events: [{ id: 'came', label: 'Paid', trigger: { kind: 'event', event: 'Paid' } }],
      timeout: { amount: 1, unit: 'days' },
    }),
    paid: node('paid', 'exit', 3, { reason: 'Paid', result: 'paid' }),
  },
  edges: lines('in next note', 'note next pause', 'pause came paid'),
};
const caller: Graph = {
  ...emptyGraph(),
  nodes: {
    entry: node('entry', 'entry-event', 0, { event: 'Ordered' }),
    thank: {
      ...node('thank', 'sub-journey', 1, { journey: { id: '', name: '', version: 1, results: [] }, inputs: [] }),
      name: 'Thank them',
    },
    end: node('end', 'exit', 2, { reason: 'Finished' }),
  },
  edges: lines('entry next thank', 'thank done end'),
};

it('a journey calls another one: its version, inputs and ways out are chosen, and people are seen inside', async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'sub-journeys' });
  const { chain } = product;
  const child = await createJourney({ product, name: 'Thanks', graph: called });
  expect((await publishDraft(chain.owner, child)).status).toBe(201);
  await createJourney({ product, name: 'Never published', graph: called });
  const id = await createJourney({ product, name: 'Orders', graph: caller });
  const config = async () => (await chain.owner.get(`/api/journeys/${id}`)).body.draft.nodes['thank'].config;

  await page.goto(`/journeys/${id}`);
  const card = page.getByTestId('card-thank');
  await card.click();
  const choose = async (name: string) => {
    await page.getByLabel('Journey', { exact: true }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await choose('Never published');
  await page.getByText('This journey was never published.').waitFor();
  await choose('Thanks');
  await card.getByText('Thanks').waitFor();
  await page.getByText('Version 1 (latest)').waitFor();
  // The ways out of the card follow the ends of what it calls, and its inputs what the entry asks for.
  await until(async () => (await config()).journey.results[0]?.id === 'paid', 'the result to be saved');
  expect(await config()).toMatchObject({
    journey: { id: child, name: 'Thanks', version: 1 },
    inputs: [{ name: 'order', value: '' }],
  });
  await page.getByRole('textbox', { name: 'Value' }).first().fill('{{ entry.id }}');
  await until(async () => (await config()).inputs[0]?.value === '{{ entry.id }}', 'the input to be saved');
  await page.screenshot({ path: 'test-results/sub-journey-panel.png' });

  await page.getByText('continues as “Done”').first().waitFor();

  // A newer version is offered, not taken.
  const changed = structuredClone(called);
  changed.nodes['late'] = node('late', 'exit', 4, { reason: 'Late', result: 'late' });
  changed.edges.push(...lines('pause timeout late').map((edge) => ({ ...edge, id: 'late' })));
  const { revision } = (await chain.owner.get(`/api/journeys/${child}`)).body;
  await chain.owner.send('PUT', `/api/journeys/${child}/draft`, { graph: changed, revision });
  expect((await publishDraft(chain.owner, child)).status).toBe(201);
  await page.reload();
  await card.click();
  await page.getByRole('button', { name: 'Version 2 is published: use it' }).click();
  await page.getByText('Version 2 (latest)').waitFor();
  await until(async () => (await config()).journey.results.length === 2, 'the other result to be saved');
  await page.getByTestId('save-state').filter({ hasText: 'Draft saved' }).waitFor();

  expect((await publishDraft(chain.owner, id)).status).toBe(201);
  await identify(chain, { userId: 'ann', traits: { first_name: 'Ann' } });
  await track(chain, { userId: 'ann', event: 'Ordered', properties: { id: 7 } });
  await until(async () => (await runsOf(chain, id))[0]?.node === 'thank~pause', 'the run to wait inside');
  await page.goto(`/journeys/${id}?layer=live`);
  await card.getByText('1 waiting').waitFor();
  await card.click();
  const inside = page.getByRole('region', { name: 'Steps inside' });
  await inside.getByRole('row', { name: 'pause 1 1' }).waitFor();
  await page.screenshot({ path: 'test-results/sub-journey-live.png' });

  await track(chain, { userId: 'ann', event: 'Paid' });
  await until(async () => (await runsOf(chain, id))[0]?.status === 'completed', 'the run to end');
  const [run] = await runsOf(chain, id);
  await page.goto(`/journeys/${id}?layer=replay&run=${run.id}`);
  // The run is seen at its end; the moment before the last but one is the wait inside.
  await page.getByRole('button', { name: 'Step back' }).click();
  await page.getByRole('button', { name: 'Step back' }).click();
  await page.getByText('Thank them › pause').first().waitFor();
  await page.screenshot({ path: 'test-results/sub-journey-replay.png' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: 'test-results/sub-journey-replay-phone.png' });
  expect(faults).toEqual([]);
});
