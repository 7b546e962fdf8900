import { isDeepStrictEqual } from 'node:util';
import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
  const { chain } = product;
  const { key } = await chain.workspace.key('ingest');
  const traits = { address: { city: 'Oslo' }, 'crm.id': 'c-1', my_plan: 'x', plan: 'gold', plan_since: '2026-01-01' };
  const answer = await fetch(`${chain.api.url}/v1/identify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ userId: 'u-1', traits }),
  });
  expect(answer.status).toBe(200);
});
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const nodeOf = (node: Omit<GraphNode, 'version'>): GraphNode => ({ ...node, version: 1 });
const graph: Graph = {
  ...emptyGraph(),
  nodes: {
    entry: nodeOf({
      id: 'entry',
      type: 'wend/entry-event',
      name: 'Signed up',
      config: { event: 'Signed Up' },
      position: { x: 0, y: 0 },
    }),
    branch: nodeOf({
      id: 'branch',
      type: 'wend/branch',
      name: 'Branch',
      config: { branches: [{ id: 'first', label: 'Yes', rule: { op: 'all', rules: [] } }] },
      position: { x: 0, y: 160 },
    }),
  },
  edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'branch' }],
};

it('a condition takes the trait that is typed, is refused while it can never hold, and is printed on its card', async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'rules' });
  const id = await createJourney({ product, name: 'Rules', graph });
  await page.goto(`/journeys/${id}`);
  const card = page.getByTestId('card-branch');
  await card.click();
  await page.getByRole('button', { name: 'Condition', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Trait', exact: true }).click();
  const trait = page.getByRole('combobox', { name: 'Trait', exact: true });
  const draft = async () =>
    (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft.nodes.branch.config.branches[0].rule.rules[0];

  await trait.click();
  await page.getByRole('option', { name: 'address.city' }).waitFor();
  await page.keyboard.type('plan');
  await until(
    async () => (await page.getByRole('option').allTextContents()).join() === 'plan,my_plan,plan_since',
    'the suggestions, the exact one first',
  );
  expect(await page.getByRole('option', { selected: true }).allTextContents()).toEqual(['plan']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await trait.inputValue()).toBe('plan');
  await page.getByRole('textbox', { name: 'Value' }).fill('gold');
  await card.getByText('plan is gold').waitFor();

  const comparison = page.getByRole('combobox', { name: 'Comparison' });
  const compare = async (name: RegExp) => {
    await comparison.click();
    await page.getByRole('option', { name }).click();
  };
  await page.getByRole('checkbox', { name: 'Ignore case' }).check();
  await card.getByText('plan is gold (any case)').waitFor();
  await page.screenshot({ path: 'test-results/rules-case.png' });

  await compare(/^is more than/);
  await page.getByTestId('side-panel').getByText('This comparison needs a number, such as 10.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Value' }).getAttribute('aria-invalid')).toBe('true');
  await page.getByTestId('problem-bar').getByText('1 problem').waitFor();
  await page.screenshot({ path: 'test-results/rules-problem.png' });
  await page.getByRole('textbox', { name: 'Value' }).fill('10');
  await page.getByTestId('problem-bar').waitFor({ state: 'detached' });

  await compare(/^is on or before/);
  await page.getByLabel('Date', { exact: true }).fill('2026-05-01');
  await card.getByText('plan is on or before 2026-05-01').waitFor();
  await page.screenshot({ path: 'test-results/rules-date.png' });
  await compare(/^is any of/);
  await page.getByRole('textbox', { name: 'Values, separated by commas' }).fill('gold, 12');
  await compare(/^starts with/);
  await page.getByRole('textbox', { name: 'Value' }).fill('49');

  await trait.fill('crm');
  await page.getByRole('option', { name: '["crm.id"]' }).click();
  await until(
    async () =>
      isDeepStrictEqual(await draft(), {
        op: 'compare',
        left: { source: 'trait', path: '["crm.id"]' },
        is: 'startsWith',
        value: '49',
      }),
    'the draft to be saved',
  );
  await page.emulateMedia({ colorScheme: 'dark' });
  await comparison.click();
  await page.screenshot({ path: 'test-results/rules-dark.png' });
  await page.keyboard.press('Escape');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(faults).toEqual([]);
});
