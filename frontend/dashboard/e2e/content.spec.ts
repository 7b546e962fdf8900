import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    mail: nodeOf({
      id: 'mail',
      type: 'wend/email',
      name: 'Welcome email',
      config: { subject: 'Hi {{ profile.first_name | shout }}', body: '<p>{{ user.name }}</p>' },
      position: { x: 0, y: 160 },
    }),
    sms: nodeOf({ id: 'sms', type: 'wend/sms', name: 'Reminder', config: { text: 'Hi' }, position: { x: 0, y: 320 } }),
    end: nodeOf({ id: 'end', type: 'wend/exit', name: 'End', config: { reason: 'Done' }, position: { x: 0, y: 480 } }),
  },
  edges: [
    { id: 'e1', from: 'entry', port: 'next', to: 'mail' },
    { id: 'e2', from: 'mail', port: 'queued', to: 'sms' },
    { id: 'e3', from: 'sms', port: 'queued', to: 'end' },
  ],
};

describe('what is wrong with a message', () => {
  it('is said on its step, in the bar and when publishing, with the same counts, and goes when it is mended', async () => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: 'content-problems' });
    await product.chain.api.database.query(
      `update channel_settings set sandbox = false where workspace_id = $1 and channel = 'sms'`,
      [product.chain.workspace.id],
    );
    const id = await createJourney({ product, name: 'Broken texts', graph });
    await page.goto(`/journeys/${id}`);
    const bar = page.getByTestId('problem-bar');
    await bar.getByText('2 problems, 1 note').waitFor();
    await page.getByTestId('card-mail').getByText('2', { exact: true }).waitFor();
    await page.getByTestId('card-sms').getByText('1', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Publish…' }).click();
    const refused = page.getByRole('dialog', { name: 'This draft can’t be published yet' });
    await refused.getByText('Fix 2 problems first.').waitFor();
    await refused.getByRole('button', { name: /There is no filter “shout”/ }).click();
    const panel = page.getByTestId('side-panel');
    await panel.getByText('Subject, line 1, column 4: There is no filter “shout”.').waitFor();
    await panel.getByText('Did you mean {{ profile.name }}?').waitFor();
    await panel.getByTestId('follows-notReachable').getByText('continues as “Sent”').waitFor();

    const subject = page.getByRole('textbox', { name: 'Subject' });
    await subject.fill('Hi {{ profile.first_name }}');
    await bar.getByText('1 problem, 1 note').waitFor();
    await page.getByRole('textbox', { name: 'Body' }).fill('<p>Hello</p>');
    await bar.getByText('1 note', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish version 1' });
    await dialog.getByText('One message step has no provider').waitFor();
    await dialog.getByText('1 note', { exact: true }).waitFor();
    await dialog.getByRole('link', { name: 'Set up channels' }).click();

    const row = page.getByTestId('channel-sms');
    await row.getByText('No provider', { exact: true }).waitFor();
    await row.getByRole('switch', { name: 'Use the sandbox for SMS' }).click();
    await row.getByText('Kept in the Outbox').waitFor();
    await page.goto(`/journeys/${id}`);
    await page.getByTestId('card-sms').waitFor();
    await page.getByRole('button', { name: 'Publish…' }).click();
    await page.getByTestId('confirm-publish').click();
    await page.getByText('Version 1 is live').first().waitFor();
    expect(await bar.count()).toBe(0);
    expect(visit.faults).toEqual([]);
  });
});
