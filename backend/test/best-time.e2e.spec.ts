import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { fastForward, runOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const dayMs = 86_400_000;
const profileOf = async (externalId: string) => {
  const { body } = await chain.owner.get(`/api/profiles?externalId=${externalId}`);
  return body.items[0] as { id: string } | undefined;
};

it(
  'waits until the hour at which a person usually visits, and says what it was learned from',
  { timeout: 120_000 },
  async () => {
    const created = await chain.owner.send('POST', '/api/journeys', {
      name: 'Best time',
      graph: graphOf([
        entry('Signed Up', 'best'),
        {
          id: 'best',
          type: 'wend/wait-best-time',
          config: { withinHours: 24, channel: 'email', otherwise: 'everybody' },
          to: { next: 'mail' },
        },
        { id: 'mail', type: 'wend/email', config: { subject: 'Hello', body: '<p>Hello</p>' }, to: {} },
      ]),
    });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const journey = `/api/journeys/${created.body.id}`;
    chain.analytics.identify({ userId: 'mina', traits: { email: 'mina@example.com', timezone: 'Asia/Kolkata' } });
    const mina = await until(() => profileOf('mina'), 'mina');
    expect((await chain.owner.get(`/api/profiles/${mina.id}`)).body.habits).toBe(null);
    // In the evening in India, at half past three of the world's clock.
    const today = Math.floor(Date.now() / dayMs) * dayMs;
    for (let ago = 20; ago >= 1; ago -= 1)
      await new Promise<void>((resolve, reject) =>
        chain.analytics.page(
          { userId: 'mina', timestamp: new Date(today - ago * dayMs + 15.75 * 3_600_000) },
          (error) => (error ? reject(error as Error) : resolve()),
        ),
      );
    const published = await publishDraft(chain.owner, journey.split('/').pop()!);
    expect(published.status, JSON.stringify(published.body)).toBe(201);
    const habits = await until(
      async () => {
        const { body } = await chain.owner.get(`/api/profiles/${mina.id}`);
        return body.habits?.times[0]?.visits === 20 && body.habits;
      },
      'what she did to be learned',
      60_000,
    );
    expect(habits.times).toEqual([
      { channel: null, hour: 21, confidence: expect.any(Number), helps: true, opens: 0, clicks: 0, visits: 20 },
    ]);
    expect(habits.times[0].confidence).toBeGreaterThan(0.5);
    const started = await chain.owner.send('POST', `${journey}/test-runs`, { profileId: mina.id, properties: {} });
    expect(started.status, JSON.stringify(started.body)).toBe(201);
    const id = started.body.enrollmentId as string;
    const wait = await until(async () => (await runOf(chain, id)).wait, 'the wait');
    const due = Date.parse(wait.until);
    expect(new Date(due).toISOString()).toContain('T15:30:00.000Z');
    expect(await fastForward(chain, id, 'next')).toMatchObject({ state: 'done' });
    const run = await until(async () => {
      const found = await runOf(chain, id);
      return found.messages.length === 1 && found;
    }, 'the mail');
    expect(Date.parse(run.messages[0].queuedAt)).toBeGreaterThanOrEqual(due);
    expect(Date.parse(run.messages[0].queuedAt)).toBeLessThan(due + 60_000);
    expect(run.visits.find(({ node }: { node: string }) => node === 'best')).toMatchObject({
      port: 'next',
      trace: {
        kind: 'timer',
        due,
        because: { at: due, hour: 21, from: 'own', visits: 20, opens: 0, confidence: expect.any(Number) },
      },
    });
  },
);
