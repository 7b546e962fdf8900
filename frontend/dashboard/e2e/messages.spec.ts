import { emptyGraph } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, publish, track, until } from '../../../backend/test/chain.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
let journeyId: string;
const soon = { timeout: 20_000 };
const people = ['Ada', 'Ben', 'Cleo'];
beforeAll(async () => {
  product = await startProduct();
  const { chain } = product;
  const at = (y: number) => ({ x: 0, y });
  const graph: Graph = {
    ...emptyGraph(),
    nodes: {
      entry: { id: 'entry', type: 'wend/entry-event', version: 1, name: 'In', config: { event: 'Ordered' }, position: at(0) }, // prettier-ignore
      mail: {
        id: 'mail',
        type: 'wend/email',
        version: 1,
        name: 'Receipt',
        config: { subject: 'Receipt for {{ profile.name }}', body: '<p>Thanks</p>' },
        position: at(160),
      },
    },
    edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
  };
  journeyId = await publish(chain, { name: 'Orders', graph });
  for (const name of people) {
    await identify(chain, { userId: name, traits: { name, email: `${name.toLowerCase()}@example.com` } });
    await track(chain, { userId: name, event: 'Ordered', properties: {} });
  }
  await until(async () => (await messages('delivered')).length === people.length, 'the emails');
  await chain.api.database.query(
    `update messages set status = 'failed', reason = 'rejected', error = 'Mailbox away' where workspace_id = $1`,
    [chain.workspace.id],
  );
});
afterAll(() => product?.close());

async function messages(status: string): Promise<{ resendNumber: number }[]> {
  const { body } = await product.chain.owner.get(`/api/messages?journeyId=${journeyId}&status=${status}`);
  return body.items;
}

describe('messages', () => {
  it('are found by filters, looked at and sent again with a reason', { timeout: 90_000 }, async () => {
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'messages-resend' });
    await page.goto('/outbox');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Delivered').check();
    await page.getByRole('heading', { name: 'No messages match' }).waitFor();
    await page.getByLabel('Delivered').uncheck();
    const statuses = () => page.evaluate(() => new URLSearchParams(location.search).get('status'));
    // As fast as can be: the later one keeps the earlier one, and the address has both at once.
    for (const name of ['Bounced', 'Failed'])
      await page.getByLabel(name, { exact: true }).evaluate((box: HTMLElement) => box.click());
    expect(await statuses()).toBe('bounced,failed');
    await page.getByLabel('Bounced', { exact: true }).uncheck();
    await page.keyboard.press('Escape');
    expect(await statuses()).toBe('failed');
    await page.getByPlaceholder('Person, address or text').fill('ada@example.com');
    await expect.poll(() => page.getByRole('link', { name: /^Receipt for/ }).count(), soon).toBe(1);
    await page.getByRole('link', { name: 'Receipt for Ada' }).click();
    await page.getByText('Mailbox away').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByText('must say why').waitFor();
    await dialog.getByLabel('Reason').fill('They called us');
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText(/They called us/).waitFor();
    await expect.poll(async () => (await messages('delivered')).map(({ resendNumber }) => resendNumber), soon).toEqual([1]); // prettier-ignore
    await page.getByText('Sent again, no. 1').waitFor();
    expect(faults).toEqual(faults.filter((each) => /400/.test(each)));
    await close();
  });

  it('are counted in the ledger, and go only to the missing', { timeout: 90_000 }, async () => {
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'messages-ledger' });
    await page.goto(`/journeys/${journeyId}/ledger`);
    const row = page.getByRole('row').filter({ hasText: 'Receipt' });
    await row.waitFor();
    const figures = async () => (await row.getByRole('cell').allInnerTexts()).slice(1, 10).map(Number);
    await expect.poll(figures, soon).toEqual([3, 0, 0, 0, 0, 1, 0, 2, 0]);
    await row.getByRole('button', { name: 'Send only to the missing' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Failed (2)').waitFor();
    await dialog.getByLabel('Reason').fill('Outage on Monday');
    await dialog.getByRole('button', { name: 'Send to 2 people' }).click();
    await page.getByText('2 queued again').waitFor();
    await expect.poll(async () => (await messages('delivered')).length, soon).toBe(3);
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect.poll(figures, soon).toEqual([3, 0, 0, 0, 0, 3, 0, 0, 0]);
    await row.getByRole('link', { name: '3' }).last().click();
    await expect.poll(() => page.getByRole('link', { name: /^Receipt for/ }).count(), soon).toBe(3);
    expect(faults).toEqual([]);
    await close();
  });
});
