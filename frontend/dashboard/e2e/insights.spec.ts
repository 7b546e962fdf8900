import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify, publish, runsOf, track, until } from '../../../backend/test/chain.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
let journeyId: string;
let runs: Record<string, { id: string; profile: { id: string } }>;
beforeAll(async () => {
  product = await startProduct();
  const { chain } = product;
  const node = (id: string, type: string, name: string, config: JsonObject, y: number): GraphNode => ({
    id,
    type,
    version: 1,
    name,
    config,
    position: { x: 0, y },
  });
  const graph: Graph = {
    ...emptyGraph(),
    nodes: {
      entry: node('entry', 'wend/entry-event', 'Signed up', { event: 'Signed Up' }, 0),
      mail: node('mail', 'wend/email', 'Welcome mail', { subject: 'Welcome', body: '<p>Hello</p>' }, 160),
      wait: node('wait', 'wend/wait', 'A day', { duration: { amount: 1, unit: 'days' } }, 320),
    },
    edges: [
      { id: 'e1', from: 'entry', port: 'next', to: 'mail' },
      { id: 'e2', from: 'mail', port: 'queued', to: 'wait' },
    ],
  };
  journeyId = await publish(chain, { name: 'Welcome series', graph });
  const enter = async (userId: string, name: string, traits: JsonObject) => {
    await identify(chain, { userId, traits: { name, timezone: 'Asia/Seoul', ...traits } });
    await track(chain, { userId, event: 'Signed Up' });
  };
  await enter('mina', 'Mina Park', { email: 'mina@example.com' });
  await enter('noor', 'Noor Aziz', { email: 'noor@example.com' });
  await enter('nobody', 'No Address', {});
  await until(
    async () =>
      (await chain.owner.get(`/api/messages?journeyId=${journeyId}&status=delivered`)).body.items.length === 2,
    'the emails',
  );
  // Version 2 has one person; Noor's mail failed.
  const { body: changed } = await chain.owner.get(`/api/journeys/${journeyId}`);
  await chain.owner.send('PUT', `/api/journeys/${journeyId}/draft`, {
    graph: { ...graph, nodes: { ...graph.nodes, wait: { ...graph.nodes['wait']!, name: 'One day' } } },
    revision: changed.revision,
  });
  await publishDraft(chain.owner, journeyId);
  await enter('late', 'Late Comer', { email: 'late@example.com' });
  await until(
    async () =>
      (await chain.owner.get(`/api/messages?journeyId=${journeyId}&status=delivered`)).body.items.length === 3,
    'the third email',
  );
  runs = Object.fromEntries((await runsOf(chain, journeyId)).map((run) => [run.profile.externalId, run]));
  const { database } = chain.api;
  const [failed] = await database.query<{ id: string; version_id: string }>(
    `update messages
      set status = 'failed', reason = 'rejected', error = 'No such mailbox'
      where enrollment_id = $1
      returning id, version_id`,
    [runs['noor']!.id],
  );
  await database.query(`update message_events set status = 'failed' where message_id = $1 and status = 'delivered'`, [
    failed!.id,
  ]);
  await database.query(
    `insert into message_events (workspace_id, message_id, status, at, detail, by, sign) select workspace_id, id, 'clicked',
        now(), 'https://example.com', 'machine', 'burst'
      from messages
      where enrollment_id = $1`,
    [runs['mina']!.id],
  );
  await database.query(
    `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count) select $1, $2, 'mail', m,
        date_trunc('hour', now()), n
      from (values ('message:failed', 1), ('message:sent', -1), ('message:delivered', -1)) v(m, n)`,
    [chain.workspace.id, failed!.version_id],
  );
  await track(chain, { userId: 'mina', event: 'Page Viewed' });
});
afterAll(() => product?.close());

/** Pictures for whoever wants to look at them. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['WEND_TEST_PICTURES'];
  if (!folder) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

it('marks a journey whose messages fail, and leads from the number to its people', async () => {
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'failing' });
  await page.goto('/journeys');
  const mark = page.getByRole('link', { name: '1 message failed or may not have gone out in the last 24 hours' });
  await mark.waitFor();
  await picture(page, 'journeys');
  await mark.click();
  const card = page.getByTestId('card-mail');
  await card.getByText('1 failed').waitFor();
  await card.click({ position: { x: 20, y: 20 } });
  const table = page.getByRole('table', { name: 'Messages of this step' });
  const figure = async (label: string) => (await table.getByRole('row').filter({ hasText: label }).textContent()) ?? '';
  expect(await figure('Sent')).toMatch(/^Sent2/);
  expect(await figure('Failed')).toMatch(/^Failed1/);
  expect(await figure('Not reachable')).toMatch(/^Not reachable1/);
  await page.getByRole('region', { name: 'Paths taken' }).getByText('Continued').waitFor();
  await picture(page, 'live-node');
  await table.getByRole('row').filter({ hasText: 'Failed' }).getByRole('button').click();
  const list = page.getByRole('list', { name: 'Runs' });
  await list.getByText('Noor Aziz').waitFor();
  expect(await list.getByRole('listitem').count()).toBe(1);
  await picture(page, 'runs-failed');
  await page
    .getByRole('list', { name: 'Active filters' })
    .getByRole('button', { name: /Message failed/ })
    .click();
  await until(async () => (await list.getByRole('listitem').count()) === 4, 'everybody who came there');
  expect(faults).toEqual([]);
  await close();
});

it('shows the figures of all versions, or of one', async () => {
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'versions' });
  await page.goto(`/journeys/${journeyId}?layer=live`);
  await page.getByTestId('card-entry').getByText('4 entered').waitFor();
  await page.getByTestId('card-wait').getByText('One day').waitFor();
  await picture(page, 'live-all');
  await page.getByRole('combobox', { name: 'Version' }).click();
  await page.getByRole('option', { name: /^Version 1/ }).click();
  await page.getByTestId('card-entry').getByText('3 entered').waitFor();
  await page.getByTestId('card-wait').getByText('A day').waitFor();
  await page.reload();
  await page.getByTestId('card-entry').getByText('3 entered').waitFor();
  expect(faults).toEqual([]);
  await close();
});

it('goes along a run by the arrows at once, in the viewer’s time, and says what was known', async () => {
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'arrows' });
  await page.goto(`/journeys/${journeyId}?layer=replay&run=${runs['nobody']!.id}`);
  const time = page.getByRole('slider', { name: 'Moment of the run' });
  await time.waitFor();
  const now = async () => Number(await time.getAttribute('aria-valuenow'));
  const last = await now();
  await page.keyboard.press('ArrowLeft');
  await until(async () => (await now()) === last - 1, 'the moment before');
  await page.keyboard.press('ArrowRight');
  await until(async () => (await now()) === last, 'the moment after');
  while ((await now()) > 2) {
    const before = await now();
    await page.keyboard.press('ArrowLeft');
    await until(async () => (await now()) < before, 'the moment before');
  }
  const panel = page.getByTestId('side-panel');
  await panel.getByText('no valid email address on file').waitFor();
  // The page is in UTC, the person in Seoul.
  const entered = panel.getByText(/entered/).first();
  const at = new Date(
    (await product.chain.owner.get(`/api/enrollments/${runs['nobody']!.id}`)).body.enteredAt as string,
  );
  expect(await entered.textContent()).toContain(at.toISOString().slice(11, 16));
  expect(await entered.getAttribute('title')).toContain('(Asia/Seoul)');
  await picture(page, 'replay');
  expect(faults).toEqual([]);
  await close();
});

it('names what events of messages are about, tells machines from people, and archives instead of deleting', async () => {
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'archive' });
  const { id: message } = (await product.chain.owner.get(`/api/messages?journeyId=${journeyId}&search=mina`)).body
    .items[0];
  await page.goto(`/profiles/${runs['mina']!.profile.id}`);
  const events = page.getByRole('tabpanel');
  await events.getByText('Welcome mail · Welcome series · email').first().waitFor();
  const names = await events.getByRole('listitem').allTextContents();
  const place = (name: string) => names.findIndex((each) => each.includes(name));
  expect(place('Message Delivered')).toBeLessThan(place('Message Sent'));
  await picture(page, 'profile');
  await page.goto(`/outbox?message=${message}`);
  await page.getByText('Link checked by a bot').waitFor();
  await page.getByText('A link scanner: many links within a moment. Not counted.').waitFor();
  await picture(page, 'outbox');
  await page.goto('/journeys');
  await page.getByRole('button', { name: 'Actions for Welcome series' }).click();
  expect(await page.getByRole('menuitem', { name: 'Delete…' }).count()).toBe(0);
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  await page.getByRole('dialog').getByText('4 people').waitFor();
  await picture(page, 'archive');
  await page.getByRole('dialog').getByRole('button', { name: 'Archive journey' }).click();
  await page.getByText('Draw your first journey').waitFor();
  await page.getByRole('radio', { name: 'Archived' }).click();
  await page.getByRole('link', { name: 'Welcome series' }).waitFor();
  await picture(page, 'archived');
  await page.getByRole('button', { name: 'Actions for Welcome series' }).click();
  await page.getByRole('menuitem', { name: 'Restore' }).click();
  await page.getByText('No archived journeys').waitFor();
  await page.goto(`/journeys/${journeyId}?layer=replay&run=${runs['mina']!.id}`);
  await page.getByRole('slider', { name: 'Moment of the run' }).waitFor();
  expect(faults).toEqual([]);
  await close();
});
