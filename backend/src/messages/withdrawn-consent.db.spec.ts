import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineProvider } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFixture, enroll, historyOf, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { logger } from '../platform/logging/index.js';

/** Keeps each message in hand until the test lets it go on; `left` has what was handed over. */
const inHand: { key: string; goOn: () => void }[] = [];
const left: string[] = [];
const held = defineProvider({
  channel: 'sms',
  name: 'held',
  title: 'Held',
  description: 'A provider that waits before it hands over.',
  idempotent: false,
  settings: z.object({}),
  open: () => ({
    async send({ handingOver, idempotencyKey }) {
      await new Promise<void>((goOn) => inHand.push({ key: idempotencyKey, goOn }));
      await handingOver();
      left.push(idempotencyKey);
      return { status: 'sent' };
    },
  }),
});

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture({ brought: [held] });
  journey = await makeJourney(fixture.database, {
    text: { type: 'wend/sms', config: { text: 'Hi', topic: 'offers' } },
    code: { type: 'wend/sms', config: { text: 'Hi', messageClass: 'transactional' } },
  });
  await fixture.database.query(`update channel_settings set sandbox = false where workspace_id = $1`, [
    journey.workspaceId,
  ]);
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings) values ($1, $2, 'held', 'Held', '{}')`,
    [journey.workspaceId, randomUUID()],
  );
  fixture.loop();
});
afterAll(() => fixture?.close());

const says = (profileId: string, topic: string, everything = false) =>
  fixture.database.query(
    `insert into consents (workspace_id, profile_id, channel, topic, state, everything)
     values ($1, $2, 'sms', $3, 'unsubscribed', $4)`,
    [journey.workspaceId, profileId, topic, everything],
  );
/** Between the claim and the hand-over: the provider has it in hand. */
async function inProvidersHand(node: 'text' | 'code') {
  const person = await enroll(fixture.database, { journey, traits: { phone: '+49 30 1234567' } });
  const { id } = await queue(fixture.database, { journey, person, node, channel: 'sms' });
  await expect.poll(() => inHand.some(({ key }) => key === id), { timeout: 10_000 }).toBe(true);
  return { id, profileId: person.profileId, goOn: inHand.find(({ key }) => key === id)!.goOn };
}
const ended = (id: string) =>
  expect.poll(async () => (await messageRow(fixture.database, journey, id)).status, { timeout: 10_000 });

it.each([
  ['the channel', ''],
  ['its topic', 'offers'],
])('consent to %s that is withdrawn while its provider has the message in hand stops it', async (_, topic) => {
  const { id, profileId, goOn } = await inProvidersHand('text');
  await says(profileId, topic);
  goOn();
  await ended(id).toBe('suppressed');
  expect(left).not.toContain(id);
  expect(await messageRow(fixture.database, journey, id)).toMatchObject({ reason: 'unsubscribed', attempts: 0 });
  // It was never on its way.
  expect(await historyOf(fixture.database, journey, id)).toEqual(['suppressed']);
});

it('a transactional message is stopped by who wants nothing at all, not by who left marketing', async () => {
  const [marketing, all] = await Promise.all([inProvidersHand('code'), inProvidersHand('code')]);
  await says(marketing.profileId, '');
  await says(all.profileId, '', true);
  marketing.goOn();
  all.goOn();
  await ended(marketing.id).toBe('sent');
  await ended(all.id).toBe('suppressed');
  expect(left).not.toContain(all.id);
});
