import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify } from '../../../backend/test/chain.js';
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

const nodeOf = (node: Omit<GraphNode, 'version'>): GraphNode => ({ ...node, version: 1 });
const graph = (subject: string): Graph => ({
  ...emptyGraph(),
  nodes: {
    entry: nodeOf({
      id: 'entry',
      type: 'wend/entry-event',
      name: 'Signs up',
      config: { event: 'Signed Up' },
      position: { x: 0, y: 0 },
    }),
    mail: nodeOf({
      id: 'mail',
      type: 'wend/email',
      name: '환영 메일',
      config: { subject, body: '<p>Hello</p>' },
      position: { x: 0, y: 160 },
    }),
  },
  edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
});

it('are published with a note after a look, compared, and restored with an undo', async () => {
  const { page } = visit;
  const { owner } = product.chain;
  keepPictureOfFailure({ page, name: 'versions' });
  await identify(product.chain, { userId: 'mina', traits: { city: '서울' } });
  const id = await createJourney({ product, name: 'Versions', graph: graph('Welcome') });
  await publishDraft(owner, id, { note: 'The first' });
  // Somebody else edits, and this member publishes: they are told whose draft it is.
  const other = await product.chain.workspace.member('marketer');
  await other.send('PUT', `/api/journeys/${id}/draft`, { graph: graph('Hi {{ profile.first_name }}'), revision: 1 });
  await page.goto(`/journeys/${id}`);
  await page.getByRole('button', { name: 'Publish…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish version 2' });
  await dialog.getByTestId('not-yours').getByText('last changed this draft').waitFor();
  await dialog.getByTestId('affected').getByText('Nobody is in the journey now.').waitFor();
  await dialog.getByText('is empty for').waitFor();
  const changed = dialog.getByRole('list', { name: 'Changes' });
  await changed.getByText('환영 메일').click();
  await changed.getByText('Welcome', { exact: true }).waitFor();
  await dialog.getByLabel('What’s new (optional)').fill('이름으로 인사');
  expect(await check(page)).toEqual([]);
  // A save between the look and the click: nothing is published, and the next look is at the new draft.
  await other.send('PATCH', `/api/journeys/${id}`, { name: 'Versions renamed' });
  await page.getByTestId('confirm-publish').click();
  await page.getByText('Version 2 is live').first().waitFor();

  await page.getByRole('radio', { name: 'Versions' }).click();
  const panel = page.getByTestId('side-panel');
  await panel.getByText('이름으로 인사').waitFor();
  await panel.getByRole('button', { name: 'Version 1' }).click();
  await panel.getByText('The first').waitFor();
  await panel.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: 'Version 2' }).click();
  await panel.getByText('Version 1 → Version 2').waitFor();
  await page.getByTestId('card-mail').getByText('changed: Subject').waitFor();
  expect(await page.getByTestId('card-entry').getAttribute('data-state')).toBe('dim');
  expect(await check(page)).toEqual([]);

  await panel.getByRole('button', { name: 'Restore into draft' }).click();
  await page.getByText('The draft is version 1 again').first().waitFor();
  const { draft } = (await owner.get(`/api/journeys/${id}`)).body;
  expect(draft.nodes.mail.config.subject).toBe('Welcome');
  await page.getByRole('button', { name: 'Undo: Restore version 1' }).click();
  await page.getByTestId('save-state').getByText('Draft saved').waitFor();
  await page.waitForFunction(
    async ({ path }) => (await (await fetch(path)).json()).draft.nodes.mail.config.subject.startsWith('Hi'),
    { path: `/api/journeys/${id}` },
  );
  expect(visit.faults).toEqual([]);
});

it('show a second writer what the first one saved, and lose neither', async () => {
  const { page } = visit;
  const { owner } = product.chain;
  keepPictureOfFailure({ page, name: 'draft-conflict' });
  const id = await createJourney({ product, name: 'Two at once', graph: graph('Welcome') });
  await page.goto(`/journeys/${id}`);
  await page.getByTestId('card-mail').click();
  const other = await product.chain.workspace.member('marketer');
  await other.send('PUT', `/api/journeys/${id}/draft`, { graph: graph('Theirs'), revision: 1 });
  await page.getByRole('textbox', { name: 'Subject' }).fill('Mine');
  const conflict = page.getByTestId('conflict');
  await conflict.getByText('saved a newer draft').waitFor();
  await conflict.getByRole('button', { name: 'See the difference' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your changes and the newer draft' });
  await dialog.getByText('환영 메일').click();
  await dialog.getByText('Theirs', { exact: true }).waitFor();
  await dialog.getByText('Mine', { exact: true }).waitFor();
  expect(await check(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep mine as a copy' }).click();
  await page.getByText('“Two at once (my changes)” holds your changes').first().waitFor();
  const { items } = (await owner.get('/api/journeys')).body;
  const copy = items.find(({ name }: { name: string }) => name === 'Two at once (my changes)');
  expect((await owner.get(`/api/journeys/${copy.id}`)).body.draft.nodes.mail.config.subject).toBe('Mine');
  expect((await owner.get(`/api/journeys/${id}`)).body.draft.nodes.mail.config.subject).toBe('Theirs');
  expect(await conflict.count()).toBe(0);
  // The refused save is what the browser notes of it.
  expect(visit.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
});
