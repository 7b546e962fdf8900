/** The pages that `npm run screenshots` takes pictures of: where each is, and what to do and wait for there. */

import { deliveryPages } from './screenshot-delivery.mjs';

/**
 * @typedef {(method: string, path: string, data?: unknown) => Promise<any>} Client
 * @typedef {{ page: import('playwright-core').Page, narrow: boolean }} Place
 * @typedef {{ name: string, path: string, ready: (place: Place) => Promise<unknown>, signedOut?: boolean, answers?:
 * Record<string, unknown> }} PageToShow
 */

const nothing = { items: [], next: null };
const card = (page, id) => page.getByTestId(`card-${id}`);
const dialog = (page) => page.getByRole('dialog').waitFor();
/** A button of the top bar, or what stands for it in its menu where there is little room. */
const press = async ({ page }, name) => page.getByRole('button', { name }).first().click();

/** Replay at a moment of the run, counted from 1. */
const atMoment = async (page, number) => {
  const slider = page.getByRole('slider', { name: 'Moment of the run' });
  await slider.focus();
  await page.keyboard.press('Home');
  for (let at = 1; at < number; at += 1) {
    await page.keyboard.press('ArrowRight');
    await page.locator(`[role="slider"][aria-valuenow="${at + 1}"]`).waitFor();
  }
  await slider.blur();
};

/** A journey of two cards: for pictures of a draft and of a journey that nobody has entered. */
const smallGraph = (settings) => ({
  ...settings,
  nodes: {
    entry: {
      id: 'entry',
      type: 'wend/entry-event',
      version: 1,
      name: 'Asked for a quote',
      config: { event: 'Quote Requested' },
      position: { x: 0, y: 0 },
    },
    mail: {
      id: 'mail',
      type: 'wend/email',
      version: 1,
      name: 'Thank you',
      config: { subject: 'Your quote', body: '<p>We are on it.</p>' },
      position: { x: 0, y: 144 },
    },
  },
  edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
});

/**
 * What the demo lacks: a journey that nobody entered, a draft with a problem, and a test run that waits. `cleanUp`
 * removes them.
 */
const prepare = async (client) => {
  const undo = [];
  const cleanUp = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const create = async (name, graph) => {
    const journey = await client('POST', '/api/journeys', { name, graph });
    undo.push(() => client('DELETE', `/api/journeys/${journey.id}`));
    return journey;
  };
  try {
    const welcome = (await client('GET', '/api/journeys')).items.find(({ name }) => name === 'Welcome series');
    if (!welcome)
      throw new Error(
        'The demo workspace has no journey "Welcome series". Is its data complete (`npm start` says so)?',
      );
    const { nodes: _nodes, edges: _edges, ...settings } = (await client('GET', `/api/journeys/${welcome.id}`)).draft;
    const quiet = await create('Quote follow-up', smallGraph(settings));
    const { token } = await client('POST', `/api/journeys/${quiet.id}/publish/preview`);
    await client('POST', `/api/journeys/${quiet.id}/publish`, { token });
    undo.push(() => client('POST', `/api/journeys/${quiet.id}/control`, { action: 'stop' }));
    const broken = smallGraph(settings);
    broken.nodes.mail.config.subject = '';
    const unfinished = await create('Quote reminder', broken);
    const { enrollmentId: test } = await client('POST', `/api/journeys/${welcome.id}/test-runs`, {
      traits: { name: 'Test Person', first_name: 'Test', email: 'test.person@example.com', plan: 'free' },
      properties: { plan: 'free' },
    });
    // By then it may have ended.
    undo.push(() =>
      client('POST', `/api/enrollments/${test}/cancel`, { reason: 'The picture was taken' }).catch(() => undefined),
    );
    const { segment, manual } = await prepareSegments({ client, undo });
    await prepareTopics({ client, undo });
    return { welcome, quiet, unfinished, test, segment, manual, cleanUp };
  } catch (error) {
    await cleanUp();
    throw error;
  }
};

/** Two segments, as marketers have them. `undo`: what removes them again. */
const prepareSegments = async ({ client, undo }) => {
  const create = async (name, description, rule) => {
    const segment = await client('POST', '/api/segments', { name, description, rule });
    undo.push(() => client('DELETE', `/api/segments/${segment.id}`));
    return segment;
  };
  const manual = await create('Beta testers', 'Invited by the product team', null);
  const { items } = await client('GET', '/api/profiles?limit=5');
  const profileIds = items.map(({ id }) => id);
  await client('POST', `/api/segments/${manual.id}/members`, { profileIds, tell: false });
  const segment = await create('Engaged shoppers', 'Ordered lately, or opens what we send', {
    op: 'any',
    rules: [
      {
        op: 'compare',
        left: { source: 'eventCount', event: 'Order Completed', withinSeconds: 2_592_000 },
        is: 'atLeast',
        value: 1,
      },
      {
        op: 'compare',
        left: { source: 'messages', state: 'opened', withinSeconds: 2_592_000 },
        is: 'atLeast',
        value: 2,
      },
    ],
  });
  for (let tries = 0; (await client('GET', `/api/segments/${segment.id}`)).build !== null; tries += 1) {
    if (tries > 100) throw new Error('The segment was not built within half a minute.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return { segment, manual };
};

/** Two topics, one with its name in another language. `undo`: what removes them again. */
const prepareTopics = async ({ client, undo }) => {
  const create = async (topic) => {
    await client('POST', '/api/topics', topic);
    undo.push(() => client('DELETE', `/api/topics/${topic.key}`));
  };
  await create({
    key: 'screenshot-offers',
    name: 'Offers',
    description: 'Sales, coupons and price drops.',
    channels: ['email', 'sms', 'push'],
    starts: 'subscribed',
    texts: { ko: { name: '할인·쿠폰', description: '세일과 쿠폰, 가격 인하 소식' } },
  });
  await create({
    key: 'screenshot-magazine',
    name: 'The magazine',
    description: 'Four times a year.',
    channels: ['email'],
    starts: 'unsubscribed',
  });
};

/** @param {{ client: Client }} context @returns {Promise<{ pages: PageToShow[], cleanUp: () => Promise<void> }>} */
export const pagesOf = async ({ client }) => {
  const { cleanUp, ...made } = await prepare(client);
  const first = async (path) => (await client('GET', path)).items[0];
  const run =
    (await first(`/api/journeys/${made.welcome.id}/enrollments?status=completed&limit=1`)) ??
    (await first(`/api/journeys/${made.welcome.id}/enrollments?limit=1`));
  const [email, sms, push] = await Promise.all(
    ['email', 'sms', 'push'].map((channel) => first(`/api/messages?channel=${channel}&limit=1`)),
  );
  const { url: preferences } = await client('POST', `/api/profiles/${run.profile.id}/preferences-link`);
  const pages = [
    ...doors(),
    ...journeyPages(made),
    ...editorPages({ ...made, run }),
    ...audiencePages(made),
    ...otherPages({ run, email, sms, push }),
    ...deliveryPages(made),
    ...settingsPages(),
    ...consentPages({ run, preferences: new URL(preferences).pathname }),
  ];
  return { pages, cleanUp };
};

const doors = () => [
  { name: 'sign-in', path: '/sign-in', signedOut: true, ready: ({ page }) => page.getByLabel('Email').waitFor() },
  { name: 'not-found', path: '/nowhere', ready: ({ page }) => page.getByRole('heading').first().waitFor() },
];

const journeyPages = ({ welcome }) => [
  {
    name: 'journeys',
    path: '/journeys',
    ready: ({ page }) => page.getByRole('link', { name: welcome.name }).waitFor(),
  },
  {
    name: 'journeys-new',
    path: '/journeys',
    ready: async (place) => {
      await press(place, 'New journey');
      await dialog(place.page);
    },
  },
  {
    name: 'journeys-empty',
    path: '/journeys',
    answers: { '**/api/journeys*': nothing },
    ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor(),
  },
];

const editorPages = ({ welcome, quiet, unfinished, run, test }) => {
  const editor = `/journeys/${welcome.id}`;
  const drawn = (page) => page.locator('[data-testid^="card-"]').first().waitFor();
  return [
    { name: 'editor', path: editor, ready: ({ page }) => drawn(page) },
    {
      name: 'editor-node',
      path: editor,
      ready: async ({ page }) => {
        await page.locator('[data-testid^="card-"]', { hasText: 'Welcome' }).first().click();
        await page.getByRole('textbox', { name: 'Subject' }).waitFor();
        await page.locator('iframe').first().waitFor();
      },
    },
    {
      name: 'editor-problem',
      path: `/journeys/${unfinished.id}`,
      ready: async ({ page }) => {
        await card(page, 'mail').click();
        await page
          .getByText(/problem/)
          .first()
          .waitFor();
      },
    },
    {
      name: 'editor-publish',
      path: editor,
      ready: async (place) => {
        await press(place, 'Publish…');
        await dialog(place.page);
      },
    },
    {
      name: 'editor-shortcuts',
      path: editor,
      ready: async ({ page }) => {
        await drawn(page);
        await page.keyboard.press('?');
        await dialog(page);
      },
    },
    {
      name: 'live',
      path: `${editor}?layer=live`,
      ready: ({ page }) =>
        page
          .getByText(/entered/)
          .first()
          .waitFor(),
    },
    {
      name: 'live-node',
      path: `${editor}?layer=live`,
      ready: async ({ page }) => {
        await page
          .getByText(/\d+ waiting/)
          .first()
          .waitFor();
        await page
          .locator('[data-testid^="card-"]', { hasText: 'Wait for a click' })
          .click({ position: { x: 20, y: 20 } });
        await page.getByTestId('side-panel').getByText('Waiting now').waitFor();
      },
    },
    {
      name: 'live-empty',
      path: `/journeys/${quiet.id}?layer=live`,
      ready: ({ page }) => page.getByText('Nobody has entered yet').waitFor(),
    },
    {
      name: 'live-draft',
      path: `/journeys/${unfinished.id}?layer=live`,
      ready: ({ page }) => page.getByText('Not published yet').waitFor(),
    },
    {
      name: 'ledger',
      path: `${editor}/ledger`,
      ready: ({ page }) => page.getByRole('row').nth(1).waitFor(),
    },
    {
      name: 'runs',
      path: `${editor}?layer=replay`,
      ready: ({ page }) => page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first().waitFor(),
    },
    {
      name: 'runs-empty',
      path: `/journeys/${quiet.id}?layer=replay`,
      ready: ({ page }) => page.getByText('No runs yet').waitFor(),
    },
    { name: 'replay', path: `${editor}?layer=replay&run=${run.id}`, ready: ({ page }) => atMoment(page, 3) },
    {
      name: 'test-run-start',
      path: editor,
      ready: async (place) => {
        await press(place, 'Test run');
        await dialog(place.page);
      },
    },
    {
      name: 'test-run',
      path: `${editor}?layer=replay&origin=test&run=${test}`,
      ready: async ({ page }) => {
        await page.getByRole('region', { name: 'Test run' }).waitFor();
        await page.getByRole('slider', { name: 'Moment of the run' }).waitFor();
      },
    },
  ];
};

const audiencePages = ({ segment, manual }) => [
  {
    name: 'segments',
    path: '/segments',
    ready: ({ page }) => page.getByRole('link', { name: segment.name }).waitFor(),
  },
  {
    name: 'segments-empty',
    path: '/segments',
    answers: { '**/api/segments?*': nothing },
    ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor(),
  },
  {
    name: 'segment-rule',
    path: `/segments/${segment.id}`,
    ready: ({ page }) => page.getByTestId('segment-size').waitFor(),
  },
  {
    name: 'segment-members',
    path: `/segments/${segment.id}?tab=members`,
    ready: async ({ page }) => {
      await page
        .getByRole('button', { name: /^Why .* is in this segment$/ })
        .first()
        .click();
      await page.getByText(/is in, since/).waitFor();
    },
  },
  {
    name: 'segment-manual',
    path: `/segments/${manual.id}`,
    ready: ({ page }) => page.getByRole('table', { name: 'Members' }).waitFor(),
  },
  {
    name: 'imports-empty',
    path: '/profiles/imports',
    answers: { '**/api/imports?*': nothing },
    ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor(),
  },
  {
    name: 'events-live',
    path: '/events',
    ready: ({ page }) => page.getByText('Listening').waitFor(),
  },
  {
    name: 'events-catalog',
    path: '/events?tab=catalog',
    ready: ({ page }) => page.getByRole('table', { name: 'Events' }).waitFor(),
  },
  {
    name: 'events-business',
    path: '/events?tab=business',
    ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor(),
  },
];

const otherPages = ({ run, email, sms, push }) => [
  {
    name: 'profiles',
    path: '/profiles',
    ready: ({ page }) => page.getByRole('main').getByRole('link').first().waitFor(),
  },
  {
    name: 'profiles-empty',
    path: '/profiles',
    answers: { '**/api/profiles?*': nothing },
    ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor(),
  },
  ...['events', 'journeys', 'messages'].map((tab) => ({
    name: `profile-${tab}`,
    path: `/profiles/${run.profile.id}?tab=${tab}`,
    ready: ({ page }) => page.getByRole('tabpanel').waitFor(),
  })),
  {
    name: 'demo-shop',
    path: '/demo-shop',
    ready: ({ page }) => page.getByText('Delivered').first().waitFor(),
  },
  {
    name: 'outbox',
    path: '/outbox',
    ready: ({ page, narrow }) =>
      (narrow
        ? page.getByRole('region', { name: 'Messages' }).getByRole('link').first()
        : page.getByRole('complementary', { name: 'Message details' })
      ).waitFor(),
  },
  {
    name: 'outbox-email',
    path: `/outbox?message=${email.id}`,
    ready: ({ page }) => page.locator('iframe[title^="Email"]').waitFor(),
  },
  {
    name: 'outbox-sms',
    path: `/outbox?message=${sms.id}`,
    ready: ({ page }) => page.getByRole('complementary', { name: 'Message details' }).waitFor(),
  },
  {
    name: 'outbox-push',
    path: `/outbox?message=${push.id}`,
    ready: ({ page }) => page.getByRole('complementary', { name: 'Message details' }).waitFor(),
  },
  {
    name: 'outbox-empty',
    path: '/outbox',
    answers: { '**/api/messages?*': nothing },
    ready: ({ page }) => page.getByText('No messages yet').waitFor(),
  },
];

const settingsPages = () =>
  ['start', 'workspace', 'keys', 'email', 'topics', 'delivery', 'alarms', 'members', 'account', 'dead-letters'].map(
    (tab) => ({
      name: `settings-${tab}`,
      path: `/settings?tab=${tab}`,
      ready: ({ page }) => page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor(),
    }),
  );

/** Topics, a person's consent, and the page that they see themselves. */
const consentPages = ({ run, preferences }) => [
  {
    name: 'topic',
    path: '/settings?tab=topics',
    ready: async ({ page }) => {
      await page.getByRole('button', { name: 'Edit Offers' }).click();
      await dialog(page);
    },
  },
  {
    name: 'consent',
    path: `/profiles/${run.profile.id}`,
    ready: ({ page }) =>
      page.getByRole('region', { name: 'Consent' }).getByText('Preferences link').scrollIntoViewIfNeeded(),
  },
  {
    name: 'preferences',
    path: preferences,
    signedOut: true,
    ready: ({ page }) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
];
