import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { fcmEdge, fcmRefusal, serviceAccountJson } from '../../test/fcm-edge.js';
import type { FcmEdge } from '../../test/fcm-edge.js';
import { ChannelRegistry, openProvider, servicesOf } from '../channels/index.js';
import { Destinations, SafeHttpClient } from '../platform/outbound/index.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let google: FcmEdge;
let journey: Journey;

beforeAll(async () => {
  [fixture, google] = await Promise.all([deliveryFixture(), fcmEdge()]);
  const { database, secrets, providers } = fixture;
  // The provider itself, but for where Google is.
  const services = servicesOf({
    http: new SafeHttpClient({ allow: [] }),
    destinations: new Destinations({ allow: [] }),
  });
  const provider = openProvider(new ChannelRegistry().provider('fcm')!, {
    ...services,
    http: google.http,
    connectTls: google.connectTls,
  });
  (providers as unknown as { open: Map<string, typeof provider> }).open.set('fcm', provider);
  journey = await makeJourney(database, {
    note: {
      type: 'wend/push',
      config: { title: 'Hi {{ profile.name }}', body: 'There', link: 'https://shop.example/cart' },
    },
    last: { type: 'wend/push', config: { title: 'Hi', body: 'There', devices: 'last' } },
  });
  await database.query('delete from channel_settings where workspace_id = $1', [journey.workspaceId]);
  const id = randomUUID();
  await database.query(
    `insert into connections (workspace_id, id, kind, name, settings, secrets, secret_names)
      values ($1, $2, 'fcm', 'Firebase', $3, $4, '{serviceAccount}')`,
    [
      journey.workspaceId,
      id,
      JSON.stringify({ android: 'system', mode: 'send' }),
      secrets.seal({
        purpose: 'connection',
        context: `${journey.workspaceId}:${id}`,
        plain: JSON.stringify({ serviceAccount: serviceAccountJson }),
      }),
    ],
  );
  fixture.loop();
});
afterAll(async () => {
  await fixture?.close();
  await google?.close();
});

/** The one that was in use last first. */
async function personWith(...tokens: string[]) {
  const person = await enroll(fixture.database, { journey, traits: { name: 'Ana' } });
  for (const [hours, token] of tokens.entries())
    await fixture.database.query(
      `insert into devices (workspace_id, profile_id, kind, token, last_active_at)
        values ($1, $2, 'fcm', $3, now() - $4 * interval '1 hour')`,
      [journey.workspaceId, person.profileId, token, hours],
    );
  return person;
}
async function sentTo(person: Awaited<ReturnType<typeof personWith>>, { node = 'note' } = {}) {
  const { id } = await queue(fixture.database, { journey, person, node, channel: 'push' });
  return id;
}
const status = async (id: string) => (await messageRow(fixture.database, journey, id)).status;
const tokensOf = async ({ profileId }: { profileId: string }) =>
  (
    await fixture.database.query<{ token: string }>(
      'select token from devices where workspace_id = $1 and profile_id = $2 order by token',
      [journey.workspaceId, profileId],
    )
  ).map(({ token }) => token);
const arrived = (...tokens: string[]) => google.sent.filter(({ token }) => tokens.includes(token ?? ''));

it('goes to every device, and forgets those that are gone', async () => {
  google.answer('a-old', fcmRefusal({ http: 404, status: 'NOT_FOUND', code: 'UNREGISTERED' }));
  google.answer('a-bad', fcmRefusal({ http: 400, status: 'INVALID_ARGUMENT', code: 'INVALID_ARGUMENT' }));
  const person = await personWith('a-phone', 'a-old', 'a-bad');
  const id = await sentTo(person);
  await vi.waitFor(async () => expect(await status(id)).toBe('sent'), { timeout: 10_000 });
  expect(await tokensOf(person)).toEqual(['a-bad', 'a-phone']);
  const { message } = arrived('a-phone')[0]!;
  expect(message.android.notification.title).toBe('Hi Ana');
  expect(JSON.parse(message.data.wend)).toEqual({
    id,
    link: 'https://shop.example/cart',
    report: expect.stringMatching(/^https:\/\/wend\.example\/t\/p\//),
  });
});

it('goes again only to who has not taken it', async () => {
  google.answer('b-later', fcmRefusal({ http: 503, status: 'UNAVAILABLE', code: 'UNAVAILABLE' }));
  const person = await personWith('b-phone', 'b-later');
  const id = await sentTo(person);
  await vi.waitFor(() => expect(arrived('b-phone', 'b-later')).toHaveLength(2), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await status(id)).toBe('queued'), { timeout: 10_000 });
  google.answer('b-later', { status: 200, body: { name: 'projects/p/messages/1' } });
  await fixture.database.query('update messages set next_attempt_at = now() where id = $1', [id]);
  await vi.waitFor(async () => expect(await status(id)).toBe('sent'), { timeout: 10_000 });
  expect(
    arrived('b-phone', 'b-later')
      .map(({ token }) => token)
      .sort(),
  ).toEqual(['b-later', 'b-later', 'b-phone']);
});

it('goes to the device that was in use last where the step says so', async () => {
  const id = await sentTo(await personWith('c-last', 'c-older'), { node: 'last' });
  await vi.waitFor(async () => expect(await status(id)).toBe('sent'), { timeout: 10_000 });
  expect(arrived('c-last', 'c-older').map(({ token }) => token)).toEqual(['c-last']);
});

it('is not sent to somebody whose devices are all gone', async () => {
  google.answer('d-old', fcmRefusal({ http: 404, status: 'NOT_FOUND', code: 'UNREGISTERED' }));
  const person = await personWith('d-old');
  const id = await sentTo(person);
  await vi.waitFor(async () => expect(['bounced', 'suppressed']).toContain(await status(id)), { timeout: 10_000 });
  expect(await tokensOf(person)).toEqual([]);
});
