import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emptyGraph } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, publish, track, until } from '../../../backend/test/chain.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
let journeyId: string;
/** What a provider's server was asked to send. */
let gateway: Server;
const texts: object[] = [];
const soon = { timeout: 20_000 };
const people = ['Ada', 'Ben', 'Cleo'];
beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      texts.push(JSON.parse(body) as object);
      response.end('{"taken":true}');
    });
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  product = await startProduct({ chain: { WEND_OUTBOUND_ALLOW: gatewayHost() } });
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
afterAll(async () => {
  await product?.close();
  gateway?.close();
});

const gatewayHost = (): string => `127.0.0.1:${(gateway.address() as AddressInfo).port}`;

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

/** A step by a locked template whose field is empty. */
async function textStep(): Promise<string> {
  const { owner } = product.chain;
  await owner.send('POST', '/api/connections', {
    kind: 'sms-http',
    settings: { label: 'Gateway', sender: '15881234', baseUrl: `http://${gatewayHost()}`, key: 'k' },
  });
  await owner.send('PUT', '/api/channels/sandbox', { channel: 'sms', sandbox: true });
  const template = await owner.send('POST', '/api/channel-templates', {
    channel: 'sms',
    name: 'Notice',
    definition: {
      kind: 'http',
      fields: [{ name: 'message', label: 'Message', kind: 'text' }],
      call: {
        method: 'POST',
        url: '/send',
        bodyKind: 'json',
        body: '{"to":"{{ recipient }}","text":"{{ fields.message }}"}',
      },
    },
  });
  expect(template.status).toBe(201);
  return createJourney({
    product,
    name: 'Notices',
    graph: {
      ...emptyGraph(),
      nodes: {
        entry: { id: 'entry', type: 'wend/entry-event', version: 1, name: 'In', config: { event: 'Noticed' }, position: { x: 0, y: 0 } }, // prettier-ignore
        text: {
          id: 'text',
          type: 'wend/sms',
          version: 1,
          name: 'Tell them',
          config: { text: '', template: { id: template.body.id, fields: {} } },
          position: { x: 0, y: 160 },
        },
      },
      edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'text' }],
    },
  });
}

it('a step says what its template lacks, and sends a test of what was not saved yet', { timeout: 90_000 }, async () => {
  const id = await textStep();
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'send-test' });
  await page.goto(`/journeys/${id}`);
  await page
    .getByTestId('problem-bar')
    .getByText('“Tell them”: “Message” of the template “Notice” is empty.')
    .waitFor();
  await page.getByTestId('card-text').click();
  const panel = page.getByTestId('side-panel');
  const dialog = page.getByRole('dialog');
  const send = async (to: string) => {
    await panel.getByRole('button', { name: 'Send a test…' }).click();
    await dialog.getByLabel('Send to').fill(to);
    await page.keyboard.press('Enter');
  };
  await send('+82 10-1234-5678');
  await dialog.getByText('is empty for this person').waitFor();
  await page.keyboard.press('Escape');
  // Nothing is saved from here on.
  await page.route('**/api/journeys/*/draft', () => undefined);
  await panel.getByRole('textbox', { name: 'Message' }).fill('Hi {{ profile.first_name }}, as typed');
  await send('no number');
  await dialog.getByText('“no number” is no valid phone number.').waitFor();
  expect(texts).toEqual([]);
  await dialog.getByLabel('Send to').fill('+82 10-1234-5678');
  await page.keyboard.press('Enter');
  await dialog.getByText('Gateway has taken the message.').waitFor();
  await dialog.getByText('{"taken":true}').waitFor();
  expect(texts).toEqual([{ to: '+821012345678', text: 'Hi Mina, as typed' }]);
  expect(faults.filter((each) => !each.includes('422'))).toEqual([]);
  await close();
});
