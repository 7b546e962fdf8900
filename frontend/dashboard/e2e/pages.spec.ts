import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, publish, runsOf, track, until } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import {
  createJourney,
  keepPictureOfFailure,
  openPage,
  openSignedIn,
  startFreshDashboard,
  startProduct,
} from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

type Story = { journeyId: string; run: string; profile: string; message: string };

type BeginOptions = {
  name: string;
  event: string;
  mail: JsonObject;
  traits: JsonObject;
  properties: JsonObject;
  userId: string;
};

/** One person in a journey of an email and a wait, who got the email. */
async function begin({ name, event, mail, traits, properties, userId }: BeginOptions): Promise<Story> {
  const { chain } = product;
  const node = (id: string, type: string, config: JsonObject, y: number): GraphNode => ({
    id,
    type,
    version: 1,
    name: `${name} ${id}`.slice(0, 120),
    config,
    position: { x: 0, y },
  });
  const graph: Graph = {
    ...emptyGraph(),
    nodes: {
      entry: node('entry', 'wend/entry-event', { event }, 0),
      mail: node('mail', 'wend/email', mail, 160),
      wait: node(
        'wait',
        'wend/wait-for-events',
        {
          events: [{ id: 'ordered', label: 'Order Completed', trigger: { kind: 'event', event: 'Order Completed' } }],
          timeout: { amount: 1, unit: 'days' },
          lookBack: false,
        },
        320,
      ),
    },
    edges: [
      { id: 'e1', from: 'entry', port: 'next', to: 'mail' },
      { id: 'e2', from: 'mail', port: 'queued', to: 'wait' },
    ],
  };
  const journeyId = await publish(chain, { name, graph });
  await identify(chain, { userId, traits });
  await track(chain, { userId, event, properties });
  const message = await until(
    async () =>
      (await chain.owner.get(`/api/messages?journeyId=${journeyId}`)).body.items.find(
        (each: any) => each.status === 'delivered',
      ),
    'the email',
  );
  const [run] = await runsOf(chain, journeyId);
  return { journeyId, run: run.id, profile: run.profile.id, message: message.id };
}

let story: Story;
beforeAll(async () => {
  story = await begin({
    name: 'Welcome series',
    event: 'Signed Up',
    userId: 'mina',
    traits: { name: 'Mina Park', email: 'mina@example.com', plan: 'team' },
    properties: { plan: 'team' },
    mail: {
      subject: 'Welcome',
      preheader: 'Three things',
      body: '<h1>Welcome</h1><p><a href="https://example.com">Start</a></p>',
    },
  });
});

describe('accessibility', () => {
  /** A dialog over a page that was looked at; closed afterwards. */
  async function dialogs(
    page: Page,
    openers: Record<string, () => Promise<unknown>>,
  ): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const [name, open] of Object.entries(openers)) {
      await open();
      await page.getByRole('dialog').waitFor();
      found[name] = await check(page, '[role="dialog"]');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    return found;
  }

  /** Connections with all that belongs to one, templates, tests, and what is done with messages. */
  async function channelScreens(page: Page): Promise<Record<string, string[]>> {
    const { owner } = product.chain;
    const added = await owner.send('POST', '/api/connections', {
      kind: 'smtp',
      settings: { host: 'mail.example.com', security: 'starttls', port: 587, from: 'shop@example.com' },
      name: 'Shop mail',
    });
    expect(added.status).toBe(201);
    await owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
    const item = {
      found: [],
      problems: ['There is no record.'],
      record: { host: 'a.example', type: 'TXT', value: 'v=1' },
    };
    await page.route('**/api/email-domains/check*', (route) =>
      route.fulfill({
        json: {
          domain: 'example.com',
          checkedAt: new Date().toISOString(),
          items: [
            { ...item, check: 'spf', state: 'error' },
            { ...item, check: 'dkim', state: 'warning' },
            { ...item, check: 'dmarc', state: 'unknown', record: null },
            { ...item, check: 'mx', state: 'ok', problems: [], record: null },
          ],
        },
      }),
    );
    await page.goto('/settings?tab=channels');
    const row = page.getByTestId(`connection-${added.body.id}`);
    await row.getByRole('button', { name: 'Open' }).click();
    await row.getByRole('button', { name: 'Check DNS' }).click();
    await row.getByText('Needs a fix').waitFor();
    await row.getByRole('switch', { name: 'Limit messages per day' }).click();
    await page.getByRole('combobox', { name: 'Provider' }).click();
    await page.getByRole('option', { name: 'SMS through a template' }).click();
    await page.getByRole('button', { name: 'New template' }).click();
    await page.getByRole('region', { name: 'New template' }).waitFor();
    const found = { 'channels: all open': await check(page) };
    const trial = await dialogs(page, {
      'rotate secrets': () => row.getByRole('button', { name: 'Rotate' }).click(),
      'remove a connection': () => row.getByRole('button', { name: 'Remove', exact: true }).click(),
      'try a template': () => page.getByRole('region', { name: 'New template' }).getByRole('button', { name: 'Send a test' }).click(), // prettier-ignore
    });
    await page.getByRole('button', { name: 'Back' }).click();
    // Whoever came by keyboard is where they were.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('New template');
    await page.getByRole('button', { name: 'New approved text' }).click();
    await page.getByRole('button', { name: 'Add button' }).click();
    const approved = await check(page, '[aria-label="New approved text"]');
    await page.goto('/outbox');
    const outbox = await dialogs(page, {
      'outbox: filters': () => page.getByRole('button', { name: 'Filters', exact: true }).click(),
      'outbox: send again': () => page.getByRole('button', { name: 'Send again' }).click(),
    });
    await page.goto(`/journeys/${story.journeyId}`);
    await page.getByTestId('card-mail').click();
    const editor = await dialogs(page, {
      'send a test': () => page.getByRole('button', { name: 'Send a test…' }).click(),
    });
    await owner.send('DELETE', `/api/connections/${added.body.id}`);
    return { ...found, ...trial, 'new approved text': approved, ...outbox, ...editor };
  }

  it('has no serious violation on any page: light, dark, on a phone', { timeout: 420_000 }, async () => {
    const stranger = await openPage({ product });
    await stranger.page.goto('/sign-in');
    await stranger.page.getByLabel('Email').waitFor();
    const found: Record<string, string[]> = { 'sign-in': await check(stranger.page) };
    const fresh = await startFreshDashboard();
    await stranger.page.goto(fresh.url);
    await stranger.page.getByLabel('Workspace').waitFor();
    found['set up'] = await check(stranger.page);
    await fresh.close();
    await stranger.close();
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'accessibility' });
    const editor = `/journeys/${story.journeyId}`;
    const settings = 'start workspace keys suppressions topics delivery alarms members account dead-letters'
      .split(' ')
      .map(
        (tab) =>
          [
            `settings ${tab}`,
            `/settings?tab=${tab}`,
            () => page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor(),
          ] as const,
      );
    const draft = await createJourney({ product, name: 'Unfinished', graph: emptyGraph() });
    const test = await product.chain.owner.send('POST', `/api/journeys/${story.journeyId}/test-runs`, {
      traits: { name: 'Noor Aziz', email: 'noor@example.com' },
      properties: {},
    });
    const pages: (readonly [string, string, () => Promise<unknown>])[] = [
      ['journeys', '/journeys', () => page.getByRole('link', { name: 'Welcome series' }).waitFor()],
      [
        'new journey',
        '/journeys',
        async () => {
          await page.getByRole('button', { name: 'New journey' }).first().click();
          await page.getByRole('dialog').waitFor();
        },
      ],
      [
        'publish',
        editor,
        async () => {
          await page.getByRole('button', { name: 'Publish…' }).click();
          await page.getByRole('dialog').waitFor();
        },
      ],
      [
        'test run',
        editor,
        async () => {
          await page.getByRole('button', { name: 'Test run' }).click();
          await page.getByRole('dialog').waitFor();
        },
      ],
      [
        'build',
        editor,
        async () => {
          await page.getByTestId('card-mail').click();
          await page.getByRole('textbox', { name: 'Subject' }).waitFor();
        },
      ],
      ['problem', `/journeys/${draft}`, () => page.getByTestId('problem-bar').waitFor()],
      [
        'shortcuts',
        editor,
        async () => {
          await page.getByTestId('card-mail').waitFor();
          await page.keyboard.press('?');
          await page.getByRole('dialog').waitFor();
        },
      ],
      ['live: not published', `/journeys/${draft}?layer=live`, () => page.getByText('Not published yet').waitFor()],
      [
        'live: a node',
        `${editor}?layer=live`,
        async () => {
          await page.getByTestId('card-wait').getByText('1 waiting').waitFor();
          await page.getByTestId('card-wait').click({ position: { x: 20, y: 20 } });
          await page.getByTestId('side-panel').getByText('Waiting now').waitFor();
        },
      ],
      ['live', `${editor}?layer=live`, () => page.getByTestId('card-wait').getByText('1 waiting').waitFor()],
      [
        'replay: runs',
        `${editor}?layer=replay`,
        () => page.getByRole('list', { name: 'Runs' }).getByText('Mina Park').waitFor(),
      ],
      [
        'replay',
        `${editor}?layer=replay&run=${story.run}`,
        () => page.getByRole('slider', { name: 'Moment of the run' }).waitFor(),
      ],
      [
        'replay: a test run',
        `${editor}?layer=replay&origin=test&run=${test.body.enrollmentId}`,
        () => page.getByRole('group', { name: 'Skip time' }).waitFor(),
      ],
      ['alarms', '/alarms', () => page.getByText('Nothing is wrong').waitFor()],
      ['approvals', '/approvals', () => page.getByText('Nothing waits for an answer').waitFor()],
      ['delivery', '/delivery', () => page.getByRole('table', { name: 'Sending rates' }).waitFor()],
      ['backlog: none', '/delivery/backlog', () => page.getByText('Nothing waits', { exact: true }).waitFor()],
      ['profiles', '/profiles', () => page.getByRole('link', { name: 'Mina Park' }).waitFor()],
      [
        'profile: journeys',
        `/profiles/${story.profile}?tab=journeys`,
        () => page.getByRole('tabpanel').getByText('Welcome series').waitFor(),
      ],
      [
        'profile: messages',
        `/profiles/${story.profile}?tab=messages`,
        () => page.getByRole('tabpanel').getByText('Welcome').first().waitFor(),
      ],
      ['ledger', `${editor}/ledger`, () => page.getByRole('row').nth(1).waitFor()],
      ['outbox: none', '/outbox?channel=sms', () => page.getByText('No messages match').waitFor()],
      ['profile', `/profiles/${story.profile}`, () => page.getByRole('tab', { name: 'Activity' }).waitFor()],
      ['outbox', `/outbox?message=${story.message}`, () => page.locator('iframe[title^="Email"]').waitFor()],
      ...settings,
    ];
    for (const [name, path, ready] of pages) {
      await page.goto(path);
      await ready();
      found[name] = await check(page);
    }
    Object.assign(found, await channelScreens(page));
    expect(Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0))).toEqual({});
    expect(faults).toEqual([]);
    await close();
  });

  it('lets time pass in a test run and cancels it with the keyboard alone', async () => {
    const node = (id: string, type: string, config: JsonObject, y: number): GraphNode => ({
      id,
      type,
      version: 1,
      name: id,
      config,
      position: { x: 0, y },
    });
    const graph: Graph = {
      ...emptyGraph(),
      nodes: {
        entry: node('entry', 'wend/entry-event', { event: 'Daily' }, 0),
        mail: node('mail', 'wend/email', { subject: 'Day', body: '<p>Day</p>' }, 160),
        wait: node('wait', 'wend/wait', { duration: { amount: 1, unit: 'days' } }, 320),
      },
      edges: [
        { id: 'e1', from: 'entry', port: 'next', to: 'mail' },
        { id: 'e2', from: 'mail', port: 'queued', to: 'wait' },
        { id: 'e3', from: 'wait', port: 'next', to: 'mail' },
      ],
    };
    const journeyId = await createJourney({ product, name: 'Daily', graph });
    const test = await product.chain.owner.send('POST', `/api/journeys/${journeyId}/test-runs`, {
      traits: { name: 'Noor Aziz', email: 'noor@example.com' },
      properties: {},
    });
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'pass-time' });
    await page.goto(`/journeys/${journeyId}?layer=replay&origin=test&run=${test.body.enrollmentId}`);
    const pass = page.getByRole('group', { name: 'Skip time' });
    const bar = page.getByRole('region', { name: 'Test run' });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await bar.getByText('at “wait”').waitFor();
    await pass.getByRole('button', { name: 'To the end' }).focus();
    await page.keyboard.press('Enter');
    await pass.getByRole('progressbar', { name: 'Skipping to the end' }).waitFor();
    await pass.getByText(/^[2-9] waits passed$/).waitFor();
    expect(await focused()).toBe('Cancel');
    expect(await bar.getByRole('button', { name: 'Send event…' }).isDisabled()).toBe(true);
    expect(await check(page)).toEqual([]);
    await pass.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await bar.getByText(/^Cancelled after \d+ waits\. The run continues from here\.$/).waitFor();
    expect(await focused()).toBe('+1 h');
    expect(await check(page)).toEqual([]);
    await pass.getByRole('button', { name: '+1 day' }).click();
    await bar.getByText('Cancelled after').waitFor({ state: 'detached' });
    await pass.getByRole('button', { name: '+1 day' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

describe('the outbox', () => {
  it('opens its newest message beside the list, finds messages by words, and leaves test runs out until they are asked for', async () => {
    await product.chain.owner.send('POST', `/api/journeys/${story.journeyId}/test-runs`, {
      traits: { name: 'Only Tested', email: 'tested@example.com' },
      properties: {},
    });
    await until(
      async () =>
        (await product.chain.owner.get('/api/messages?test=true&search=tested@example.com')).body.items.length > 0,
      'the message of the test run',
    );
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'outbox' });
    await page.goto('/outbox');
    const about = page.getByRole('complementary', { name: 'Message details' });
    const list = page.getByRole('region', { name: 'Messages' });
    await about.getByText('mina@example.com').waitFor();
    await page.getByRole('searchbox', { name: 'Search messages' }).fill('mina@');
    await page.waitForURL(/search=mina/);
    await list.getByText('Mina Park').waitFor();
    await page.getByRole('searchbox', { name: 'Search messages' }).fill('tested@');
    await page.getByRole('button', { name: 'Clear filters' }).waitFor();
    await page.getByRole('button', { name: 'Filters', exact: true }).click();
    await page.getByLabel('Test runs').check();
    await page.keyboard.press('Escape');
    await list.getByText('Only Tested').waitFor();
    await about.getByText('tested@example.com').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

describe('dialogs', () => {
  it('close with the first Escape', async () => {
    const { page, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'dialogs' });
    await page.goto(`/journeys/${story.journeyId}`);
    await page.getByTestId('card-mail').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 5_000 });
    await close();
  });
});

describe('what strangers write', () => {
  const hostile = (where: string): string =>
    `<img src=x onerror="new Image().src='/ran'"><script>alert(1)</script>${where}`;

  it('shows as text wherever it is shown and never runs', async () => {
    const event = hostile('event');
    const story = await begin({
      name: hostile('journey').slice(0, 120),
      event,
      userId: hostile('id'),
      traits: { name: hostile('name'), email: 'mallory@example.com', [hostile('trait')]: hostile('value') },
      properties: { [hostile('key')]: hostile('property') },
      mail: {
        subject: `${hostile('subject')} {{ profile.name }}`,
        preheader: hostile('preheader'),
        body: `${hostile('body')}<p>Dear {{ profile.name }}</p><a href="javascript:alert(2)">Odd link</a>`,
      },
    });
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'hostile-content' });
    const ran: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/ran')) ran.push(page.url());
    });
    const reads = async (path: string, ...texts: string[]): Promise<void> => {
      await page.goto(path);
      for (const text of texts)
        await page.getByText(hostile(text), { exact: false }).filter({ visible: true }).first().waitFor();
    };
    const editor = `/journeys/${story.journeyId}`;
    await reads('/journeys', 'journey', 'event');
    await reads(editor, 'journey', 'event');
    await page.getByTestId('card-mail').click();
    await page.frameLocator('iframe').getByText(`Dear`).waitFor();
    await reads(`${editor}?layer=live`, 'journey', 'name');
    await reads(`${editor}?layer=replay`, 'name');
    await reads(`${editor}?layer=replay&run=${story.run}`, 'name', 'event');
    await reads('/profiles', 'name', 'id');
    await reads(`/profiles/${story.profile}`, 'name', 'event', 'property', 'trait', 'value');
    await page.getByRole('button', { name: hostile('event') }).click();
    await reads(`/profiles/${story.profile}?tab=messages`, 'subject');
    await reads(`/profiles/${story.profile}?tab=journeys`, 'journey');
    await reads('/outbox', 'subject');
    await reads(`/outbox?message=${story.message}`, 'subject', 'preheader', 'name', 'journey');
    const letter = page.frameLocator('iframe[title^="Email"]');
    // What the marketer wrote is the letter's own HTML, which a frame without scripts shows; what the person wrote is
    // text in it.
    await letter.getByText(`Dear ${hostile('name')}`).waitFor();
    await letter.getByText('Odd link').click();
    for (const view of ['Dark', 'Text', 'Light']) await page.getByRole('radio', { name: view }).click();
    expect(ran).toEqual([]);
    expect(faults.filter((fault) => !fault.startsWith('console:'))).toEqual([]);
    await close();
  });
});
