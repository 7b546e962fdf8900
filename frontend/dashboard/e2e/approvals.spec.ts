import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
import { enroll, makeJourney } from '../../../backend/test/delivery-fixture.js';
import { entry, graphOf } from '../../../backend/test/graph-of.js';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct({});
});
afterAll(() => product?.close());

/** With its steps below each other. */
function apart(graph: ReturnType<typeof graphOf>): ReturnType<typeof graphOf> {
  const nodes = Object.values(graph.nodes).map((node, place) => [
    node.id,
    { ...node, position: { x: 0, y: place * 200 } },
  ]);
  return { ...graph, nodes: Object.fromEntries(nodes) as typeof graph.nodes };
}

const choices = [
  { id: 'yes', label: 'Send it' },
  { id: 'no', label: 'Do not send it' },
];

it('an approval is listed, filtered and answered, and kept with who answered', { timeout: 120_000 }, async () => {
  const { workspace } = product.chain;
  const { database } = product.chain.api;
  const ask = { type: 'wend/approval', config: { question: 'Q', choices } };
  const journey = await makeJourney(database, { ask }, workspace.id, 'approvals');
  const person = await enroll(database, { journey, traits: { name: '김민지' } });
  await database.query(
    `with asked as (
       insert into approvals (
         workspace_id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, due_at, state,
           question, details, choices
       )
       values ($1, $2, $3, $4, 'ask', 1, 'ask#1', 'live', '{}', now(), now() + interval '2 days', 'open',
         'Send 김민지 the voucher?', 'Order A-1 arrived late.', $5)
       returning workspace_id, id, enrollment_id
     )
     insert into approval_mails (workspace_id, approval_id, enrollment_id, address, name, state, error)
     select workspace_id, id, enrollment_id, 'partner@example.com', 'Partner', 'dropped', 'Mail has no connection.' from asked`,
    [workspace.id, person.enrollmentId, journey.journeyId, journey.versionId, JSON.stringify(choices)],
  );
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'approvals' });
  await page.goto('/journeys');
  await page.getByRole('link', { name: 'Approvals: 1 waiting' }).click();
  const list = page.getByRole('list', { name: 'Waiting' });
  const card = list.getByRole('article', { name: 'Send 김민지 the voucher?' });
  await card.getByText('Order A-1 arrived late.').waitFor();
  await card.getByText('Mail has no connection.').waitFor();
  expect(await card.getByRole('link', { name: 'Node ask' }).getAttribute('href')).toBe(
    `/journeys/${journey.journeyId}?layer=replay&run=${person.enrollmentId}`,
  );
  expect(await check(page)).toEqual([]);
  if (process.env['WEND_PICTURES'] !== undefined)
    for (const scheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: `${process.env['WEND_PICTURES']}/approvals-${scheme}-${width}.png` });
      }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 900 });

  await card.getByLabel('Note').fill('Fine with me');
  await card.getByRole('button', { name: 'Send it', exact: true }).click();
  await page.getByText('Answer saved: Send it').first().waitFor();
  await page.getByText('Nothing waits for an answer').waitFor();
  await page.getByRole('radio', { name: 'Done' }).click();
  const done = page.getByRole('list', { name: 'Done' });
  await done.getByText('Fine with me').waitFor();
  await done.getByText('in the dashboard').waitFor();
  await page.getByRole('combobox', { name: 'Journey' }).click();
  await page.getByRole('option', { name: 'Welcome' }).first().click();
  await done.getByText('Fine with me').waitFor();
  expect(await check(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

it('a step is set up, and a test run answered in its bar', { timeout: 120_000 }, async () => {
  const { owner } = product.chain;
  const created = await owner.send('POST', '/api/journeys', {
    name: 'Voucher',
    graph: apart(
      graphOf([
        entry('Complained', 'ask'),
        {
          id: 'ask',
          type: 'wend/approval',
          config: {
            question: 'Voucher for {{ profile.name }}?',
            choices,
            people: [],
            timeout: { amount: 2, unit: 'days' },
          },
          to: { yes: 'end', no: 'end', timeout: 'end' },
        },
        { id: 'end', type: 'wend/exit', config: { reason: 'Done' }, to: {} },
      ]),
    ),
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const started = await owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, {
    traits: { name: 'Ada', email: 'ada@example.com' },
    properties: {},
  });
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'approval-step' });
  await page.goto(`/journeys/${created.body.id}`);
  const card = page.getByTestId('card-ask');
  await card.getByText('Voucher for {{ profile.name }}?').waitFor();
  await card.click({ position: { x: 20, y: 20 } });
  const form = page.getByTestId('side-panel');
  await form.getByRole('button', { name: 'Ask someone' }).click();
  await form.getByRole('combobox', { name: 'Member', exact: true }).click();
  await page.getByRole('option').first().click();
  await until(async () => {
    const { body } = await owner.get(`/api/journeys/${created.body.id}`);
    return body.draft.nodes.ask.config.people[0]?.who.member;
  }, 'the member in the draft');
  await form.getByRole('switch', { name: 'Remind them' }).click();
  await form.getByLabel('After', { exact: true }).first().waitFor();
  expect(await check(page, '[data-testid="side-panel"]')).toEqual([]);
  if (process.env['WEND_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['WEND_PICTURES']}/approval-form.png` });
  await page.goto(`/journeys/${created.body.id}?layer=replay&run=${started.body.enrollmentId}`);
  const bar = page.getByRole('region', { name: 'Test run' });
  await bar.getByRole('button', { name: 'Answer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Voucher for Ada?').waitFor();
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  await dialog.getByLabel('Note').fill('네');
  await dialog.getByRole('button', { name: 'Do not send it' }).click();
  await page.getByText('Answered “Do not send it”').first().waitFor();
  // The run has ended: the moment before is the step that asked.
  await bar.getByText('Done').waitFor();
  await page.getByRole('button', { name: 'Step back' }).click();
  const why = page.getByTestId('side-panel');
  await why.getByText('answered “Do not send it”').first().waitFor();
  await why.getByText('“네”').first().waitFor();
  expect(faults).toEqual([]);
  await close();
});
