import { randomUUID } from 'node:crypto';
import type { Channel, JsonObject } from '@wend/contract';
import { ChannelsService } from '../src/channels/index.js';
import { ConnectionRepository } from '../src/channels/connection.repository.js';
import { OpenConnections } from '../src/channels/open-connections.js';
import { SandboxProvider } from '../src/channels/sandbox.provider.js';
import { SmtpProvider } from '../src/channels/smtp.provider.js';
import { WebhookProvider } from '../src/channels/webhook.provider.js';
import { Composer, Renderer, TrackingLinks } from '../src/content/index.js';
import { EventsService } from '../src/events/index.js';
import { DeliveryLoop } from '../src/messages/index.js';
import { DeliveryRepository } from '../src/messages/delivery.repository.js';
import { DeliveryService } from '../src/messages/delivery.service.js';
import type { DeliveryOptions } from '../src/messages/delivery.service.js';
import { OutcomeRepository } from '../src/messages/outcome.repository.js';
import { OutcomesService } from '../src/messages/outcomes.service.js';
import { Config } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import { Destinations, SafeHttpClient } from '../src/platform/outbound/index.js';
import { Secrets } from '../src/platform/secrets/index.js';
import { testDatabase } from './database.js';

export const publicUrl = 'https://wend.example';

/** Everything that delivery is made of, on a database of its own or a given one; `allow` opens local fakes of providers. */
export async function deliveryFixture({ allow = [], database: given, secretKey = '7'.repeat(64) }: { allow?: string[]; database?: Database; secretKey?: string } = {}) {
  const { database, drop } = given ? { database: given, drop: async () => undefined } : await testDatabase();
  const config = new Config({ publicUrl, secretKey: Buffer.from(secretKey, 'hex'), outboundAllow: allow } as unknown as Config);
  const secrets = new Secrets(config);
  const renderer = new Renderer();
  const links = new TrackingLinks(config, secrets);
  const http = new SafeHttpClient({ allow });
  const smtp = new SmtpProvider(new Destinations({ allow }));
  const events = new EventsService(database);
  const outcomes = new OutcomesService(new OutcomeRepository(database), events);
  const repository = new DeliveryRepository(database);
  const channels = new ChannelsService(new OpenConnections(new ConnectionRepository(database), secrets), new SandboxProvider(), smtp, new WebhookProvider(http));
  const delivery = new DeliveryService(repository, outcomes, channels, new Composer(renderer, links, config));
  const loops: DeliveryLoop[] = [];
  return {
    database, links, outcomes, repository, secrets, smtp,
    loop(options: Partial<DeliveryOptions> = {}): DeliveryLoop {
      const loop = new DeliveryLoop(database, repository, delivery);
      loops.push(loop);
      loop.start(options);
      return loop;
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await smtp.onApplicationShutdown();
      await http.close();
      await renderer.close();
      await drop();
    },
  };
}

export type Node = { type: string; config: JsonObject };

/** A live journey that has these nodes, in a workspace of its own or a given one. */
export async function makeJourney(database: Database, nodes: Record<string, Node>, workspace?: string): Promise<{ workspaceId: string; journeyId: string; versionId: string }> {
  const workspaceId = workspace ?? (await database.query<{ id: string }>(`insert into workspaces (name) values ('Shop') returning id`))[0]!.id;
  const graph = { nodes: Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, { id, version: 1, name: `Node ${id}`, position: { x: 0, y: 0 }, ...node }])), edges: [] };
  const [journey] = await database.query<{ id: string }>(`insert into journeys (workspace_id, name, draft) values ($1, 'Welcome', '{}') returning id`, [workspaceId]);
  await database.query(`insert into journey_control (workspace_id, journey_id) values ($1, $2)`, [workspaceId, journey!.id]);
  await database.query(`insert into programs (workspace_id, hash, format, program) values ($1, 'h', 1, '{}')`, [workspaceId]);
  const [version] = await database.query<{ id: string }>(`insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, trigger, reentry) values ($1, $2, 1, $3, 'h', '{}', '{}') returning id`, [workspaceId, journey!.id, JSON.stringify(graph)]);
  return { workspaceId, journeyId: journey!.id, versionId: version!.id };
}

export type Journey = Awaited<ReturnType<typeof makeJourney>>;
export type Queued = { id: string; enrollmentId: string; profileId: string };

/** A person in the journey. */
export async function enroll(database: Database, { journey, traits = {}, origin = 'live', status = 'running', offsetMs = 0 }: { journey: Journey; traits?: JsonObject; origin?: string; status?: string; offsetMs?: number }): Promise<{ enrollmentId: string; profileId: string }> {
  const [profile] = await database.query<{ id: string }>('insert into profiles (workspace_id, external_id, traits) values ($1, $2, $3) returning id', [journey.workspaceId, randomUUID(), JSON.stringify(traits)]);
  const [enrollment] = await database.query<{ id: string }>(
    `insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status, workflow_id, entered_at, run_offset_ms)
     values ($1, $2, $3, $4, $5, now(), $6, $7, 'w', now(), $8) returning id`,
    [journey.workspaceId, journey.journeyId, journey.versionId, profile!.id, randomUUID(), origin, status, offsetMs],
  );
  return { enrollmentId: enrollment!.id, profileId: profile!.id };
}

/** Queues a message as a commit does. */
export async function queue(database: Database, { journey, person, node, channel, origin = 'live', visit = 1, entry = {}, run = {}, offsetMs = 0 }: { journey: Journey; person: { enrollmentId: string; profileId: string }; node: string; channel: Channel; origin?: string; visit?: number; entry?: JsonObject; run?: JsonObject; offsetMs?: number }): Promise<Queued> {
  const [row] = await database.query<{ id: string }>(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at, run_offset_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now(), $11) returning id`,
    [journey.workspaceId, person.enrollmentId, journey.journeyId, journey.versionId, person.profileId, node, visit, channel, origin, JSON.stringify({ entry, run }), offsetMs],
  );
  await database.query(`select pg_notify('wend_messages', '')`);
  return { id: row!.id, enrollmentId: person.enrollmentId, profileId: person.profileId };
}

export type StoredMessage = { status: string; reason: string | null; error: string | null; attempts: number; provider: string | null; recipient: string | null; content: JsonObject | null; next_attempt_at: Date; lease_owner: string | null };

export async function messageRow(database: Database, { workspaceId }: Journey, id: string): Promise<StoredMessage> {
  const [row] = await database.query<StoredMessage>('select status, reason, error, attempts, provider, recipient, content, next_attempt_at, lease_owner from messages where workspace_id = $1 and id = $2', [workspaceId, id]);
  return row!;
}

export async function historyOf(database: Database, { workspaceId }: Journey, id: string): Promise<string[]> {
  return (await database.query<{ status: string }>('select status from message_events where workspace_id = $1 and message_id = $2 order by id', [workspaceId, id])).map(({ status }) => status);
}

export async function eventsOf(database: Database, { workspaceId }: Journey, profileId: string): Promise<{ name: string; properties: JsonObject; origin: string; enrollment_id: string | null }[]> {
  return database.query('select name, properties, origin, enrollment_id from events where workspace_id = $1 and profile_id = $2 order by position', [workspaceId, profileId]);
}
