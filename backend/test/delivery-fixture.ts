import { randomUUID } from 'node:crypto';
import { personChannels } from '@wend/contract';
import type { Channel, JsonObject } from '@wend/contract';
import type { ProviderDefinition } from '@wend/node-sdk';
import {
  ChannelRegistry,
  ChannelsService,
  Composer,
  ConnectionHealthService,
  ConnectionRepository,
  FeedbackListeners,
  OpenConnections,
  Providers,
  WarmUps,
} from '../src/channels/index.js';
import { WarmUpRepository } from '../src/channels/warm-up/warm-up.repository.js';
import { HealthRepository } from '../src/channels/health.repository.js';
import { Renderer, TrackingLinks } from '../src/content/index.js';
import { HeldRepository, ZoneWatch } from '../src/delivery-rules/index.js';
import { CapsRepository } from '../src/delivery-rules/caps.repository.js';
import { CapsService } from '../src/delivery-rules/caps.service.js';
import { QuietSettingsService } from '../src/delivery-rules/quiet-settings.service.js';
import { QuietService } from '../src/delivery-rules/quiet.service.js';
import { RuleSettingsRepository } from '../src/delivery-rules/rule-settings.repository.js';
import { RuleSettings } from '../src/delivery-rules/rule-settings.service.js';
import { EventsService } from '../src/events/index.js';
import { DeliveryLoop, FeedbackService } from '../src/messages/index.js';
import { FeedbackRepository } from '../src/messages/feedback.repository.js';
import { Attempts } from '../src/messages/attempts.service.js';
import { BeginRepository } from '../src/messages/begin.repository.js';
import { ClaimRepository } from '../src/messages/claim.repository.js';
import { DeliveryContextRepository } from '../src/messages/delivery-context.repository.js';
import { Endings } from '../src/messages/endings.service.js';
import { FailOver } from '../src/messages/fail-over.service.js';
import { Handover } from '../src/messages/handover.service.js';
import { MessageTurns } from '../src/messages/message-turns.service.js';
import { RequeueRepository } from '../src/messages/requeue.repository.js';
import { MessageRules } from '../src/messages/rules.service.js';
import { ConsentRepository } from '../src/consents/consent.repository.js';
import { ConsentService } from '../src/consents/consent.service.js';
import { DeliveryService } from '../src/messages/delivery.service.js';
import type { DeliveryOptions } from '../src/messages/work.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { LedgerRepository } from '../src/messages/ledger.repository.js';
import { LedgerService } from '../src/messages/ledger.service.js';
import { MessageRepository } from '../src/messages/message.repository.js';
import { MessagesService } from '../src/messages/messages.service.js';
import { ResendBatchRepository } from '../src/messages/resend-batch.repository.js';
import { ResendBatchesService } from '../src/messages/resend-batches.service.js';
import { ResendRepository } from '../src/messages/resend.repository.js';
import { ResendService } from '../src/messages/resend.service.js';
import { HitRepository } from '../src/messages/hit.repository.js';
import { HitsService } from '../src/messages/hits.service.js';
import { OutcomeRepository } from '../src/messages/outcome.repository.js';
import { OutcomesService } from '../src/messages/outcomes.service.js';
import { MessageRates } from '../src/rates/index.js';
import { RateBucketRepository } from '../src/rates/rate-buckets.repository.js';
import { RateLimitRepository } from '../src/rates/rate-limits.repository.js';
import { SuppressionRepository, Suppressions } from '../src/suppressions/index.js';
import { Config } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import { Destinations, SafeHttpClient } from '../src/platform/outbound/index.js';
import { TemplateReader } from '../src/channels/locked-template/template-reader.js';
import { TemplateRepository } from '../src/channels/locked-template/template.repository.js';
import { Watches } from '../src/changes/index.js';
import { WatchRepository } from '../src/changes/watch.repository.js';
import { ShortLinkRepository } from '../src/channels/short-links/short-link.repository.js';
import { ShortLinks } from '../src/channels/short-links/short-links.js';
import { Secrets } from '../src/platform/secrets/index.js';
import { testDatabase } from './database.js';

/** What runs here is told of a message as a commit tells it. */
const loops = new Set<DeliveryLoop>();

export const publicUrl = 'https://wend.example';

/**
 * Everything that delivery is made of, on a database of its own or a given one; `allow` opens local fakes of providers.
 */
export async function deliveryFixture({
  allow = [],
  database: given,
  secretKey = '7'.repeat(64),
  brought = [],
}: { allow?: string[]; database?: Database; secretKey?: string; brought?: ProviderDefinition[] } = {}) {
  const { database, drop, url } = given
    ? { database: given, drop: async () => undefined, url: '' }
    : await testDatabase();
  const config = new Config({
    publicUrl,
    secretKey: Buffer.from(secretKey, 'hex'),
    outboundAllow: allow,
  } as unknown as Config);
  const secrets = new Secrets(config);
  const renderer = new Renderer();
  const links = new TrackingLinks(config, secrets);
  const http = new SafeHttpClient({ allow });
  const registry = new ChannelRegistry({ channels: [], providers: brought });
  const templates = new TemplateReader(new TemplateRepository(database));
  const providers = new Providers(registry, http, new Destinations({ allow }), templates);
  const events = new EventsService(database);
  const outcomes = new OutcomesService(new OutcomeRepository(database), events);
  const hits = new HitsService(new HitRepository(database), outcomes);
  const claims = new ClaimRepository(database);
  const contexts = new DeliveryContextRepository(database);
  const begins = new BeginRepository(database);
  const requeue = new RequeueRepository(database);
  const connections = new OpenConnections(new ConnectionRepository(database), secrets, config);
  const channels = new ChannelsService(registry, connections, providers);
  const composer = new Composer(
    registry,
    renderer,
    links,
    config,
    templates,
    new ShortLinks(new ShortLinkRepository(database), secrets),
  );
  const health = new ConnectionHealthService(new HealthRepository(database));
  const suppressions = new Suppressions(new SuppressionRepository(database), secrets, registry);
  const rules = new RuleSettings(new RuleSettingsRepository(database));
  const rates = new MessageRates(new RateLimitRepository(database), new RateBucketRepository(database));
  const held = new HeldRepository(database);
  const consents = new ConsentService(new ConsentRepository(database), events);
  const endings = new Endings(outcomes, requeue, registry, suppressions, consents);
  const caps = new CapsService(new CapsRepository(database), rules);
  const watches = new Watches(new WatchRepository(database));
  const zones = new ZoneWatch(new RuleSettingsRepository(database), watches);
  const messageRules = new MessageRules(caps, new QuietService(rules), rules, held, zones, requeue, endings);
  const handover = new Handover(begins, requeue, outcomes, endings, health, suppressions, rates);
  const turns = new MessageTurns(rates, requeue);
  const attempts = new Attempts(registry, composer, messageRules, turns, rates, handover, endings);
  const warmUps = new WarmUps(new WarmUpRepository(database));
  const failOver = new FailOver(health, warmUps, attempts, requeue, endings);
  const delivery = new DeliveryService(
    contexts,
    requeue,
    channels,
    registry,
    templates,
    suppressions,
    messageRules,
    failOver,
    endings,
  );
  const listeners = new FeedbackListeners();
  const feedback = new FeedbackService(
    new FeedbackRepository(database),
    outcomes,
    hits,
    listeners,
    registry,
    new ConnectionRepository(database),
  );
  const own: DeliveryLoop[] = [];
  const outcomeRepository = new OutcomeRepository(database);
  const resends = new ResendService(new ResendRepository(database), outcomeRepository);
  const batches = new ResendBatchRepository(database);
  const messages = new MessagesService(new MessageRepository(database), outcomes);
  const audit = new AuditLog(new AuditEntryRepository(database));
  return {
    database,
    /** Of a database of its own. */
    url,
    channels,
    registry,
    connections,
    feedback,
    health,
    listeners,
    /** Sends to the missing, as the worker does. */
    batches: new ResendBatchesService(batches, resends),
    ledger: new LedgerService(new LedgerRepository(database), batches, resends, messages, audit),
    messages,
    hits,
    links,
    outcomes,
    providers,
    claims,
    begins,
    requeue,
    rules,
    quietSettings: new QuietSettingsService(new RuleSettingsRepository(database), rules, watches),
    secrets,
    suppressions,
    loop(options: Partial<DeliveryOptions> = {}): DeliveryLoop {
      const loop = new DeliveryLoop(database, claims, contexts, requeue, delivery, channels, health, held);
      own.push(loop);
      loops.add(loop);
      loop.start(options);
      return loop;
    },
    async close() {
      await Promise.all(own.map((loop) => loops.delete(loop) && loop.stop()));
      await providers.onApplicationShutdown();
      await http.close();
      await renderer.close();
      await drop();
    },
  };
}

export type Node = { type: string; config: JsonObject };

/** A live journey that has these nodes, in a workspace of its own or a given one. */
export async function makeJourney(
  database: Database,
  nodes: Record<string, Node>,
  workspace?: string,
  hash = 'h',
): Promise<{ workspaceId: string; journeyId: string; versionId: string }> {
  const workspaceId =
    workspace ??
    (await database.query<{ id: string }>(`insert into workspaces (name) values ('Shop') returning id`))[0]!.id;
  if (workspace === undefined) await useSandbox(database, workspaceId);
  const graph = {
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => [
        id,
        { id, version: 1, name: `Node ${id}`, position: { x: 0, y: 0 }, ...node },
      ]),
    ),
    edges: [],
  };
  const [journey] = await database.query<{ id: string }>(
    `insert into journeys (workspace_id, name, draft) values ($1, 'Welcome', '{}') returning id`,
    [workspaceId],
  );
  await database.query(`insert into journey_control (workspace_id, journey_id) values ($1, $2)`, [
    workspaceId,
    journey!.id,
  ]);
  await database.query(`insert into programs (workspace_id, hash, format, program) values ($1, $2, 1, '{}')`, [
    workspaceId,
    hash,
  ]);
  const [version] = await database.query<{ id: string }>(
    `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, entries, reentry)
      values ($1, $2, 1, $3, $4, '[]', '{}')
      returning id`,
    [workspaceId, journey!.id, JSON.stringify(graph), hash],
  );
  return { workspaceId, journeyId: journey!.id, versionId: version!.id };
}

/** Puts every channel that has an address into the sandbox, as somebody does who tries things out. */
export async function useSandbox(database: Database, workspaceId: string): Promise<void> {
  await new ConnectionRepository(database).sandboxUndecided({ workspaceId }, personChannels());
}

export type Journey = Awaited<ReturnType<typeof makeJourney>>;
export type Queued = { id: string; enrollmentId: string; profileId: string };

/** A person in the journey. */
export async function enroll(
  database: Database,
  {
    journey,
    traits = {},
    origin = 'live',
    status = 'running',
    offsetMs = 0,
  }: { journey: Journey; traits?: JsonObject; origin?: string; status?: string; offsetMs?: number },
): Promise<{ enrollmentId: string; profileId: string }> {
  const [profile] = await database.query<{ id: string }>(
    'insert into profiles (workspace_id, external_id, traits) values ($1, $2, $3) returning id',
    [journey.workspaceId, randomUUID(), JSON.stringify(traits)],
  );
  const [enrollment] = await database.query<{ id: string }>(
    `insert into enrollments (
       workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status, workflow_id,
         entered_at, run_offset_ms
     )
     values ($1, $2, $3, $4, $5, now(), $6, $7, 'w', now(), $8) returning id`,
    [journey.workspaceId, journey.journeyId, journey.versionId, profile!.id, randomUUID(), origin, status, offsetMs],
  );
  return { enrollmentId: enrollment!.id, profileId: profile!.id };
}

type QueueOptions = {
  journey: Journey;
  person: { enrollmentId: string; profileId: string };
  node: string;
  channel: Channel;
  origin?: string;
  visit?: number;
  entry?: JsonObject;
  run?: JsonObject;
  offsetMs?: number;
};

/** Queues a message as a commit does. */
export async function queue(
  database: Database,
  { journey, person, node, channel, origin = 'live', visit = 1, entry = {}, run = {}, offsetMs = 0 }: QueueOptions,
): Promise<Queued> {
  const [row] = await database.query<{ id: string }>(
    `insert into messages (
        workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at,
          run_offset_ms
      )
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now(), $11)
      returning id`,
    [
      journey.workspaceId,
      person.enrollmentId,
      journey.journeyId,
      journey.versionId,
      person.profileId,
      node,
      visit,
      channel,
      origin,
      JSON.stringify({ entry, run }),
      offsetMs,
    ],
  );
  for (const loop of loops) loop.nudge();
  return { id: row!.id, enrollmentId: person.enrollmentId, profileId: person.profileId };
}

export type StoredMessage = {
  status: string;
  reason: string | null;
  error: string | null;
  attempts: number;
  provider: string | null;
  recipient: string | null;
  content: JsonObject | null;
  next_attempt_at: Date;
  lease_owner: string | null;
};

export async function messageRow(database: Database, { workspaceId }: Journey, id: string): Promise<StoredMessage> {
  const [row] = await database.query<StoredMessage>(
    `select status, reason, error, attempts, provider, recipient, content, next_attempt_at, lease_owner
      from messages
      where workspace_id = $1 and id = $2`,
    [workspaceId, id],
  );
  return row!;
}

export async function historyOf(database: Database, { workspaceId }: Journey, id: string): Promise<string[]> {
  return (
    await database.query<{ status: string }>(
      'select status from message_events where workspace_id = $1 and message_id = $2 order by id',
      [workspaceId, id],
    )
  ).map(({ status }) => status);
}

export async function eventsOf(
  database: Database,
  { workspaceId }: Journey,
  profileId: string,
): Promise<{ name: string; properties: JsonObject; origin: string; enrollment_id: string | null }[]> {
  return database.query(
    `select name, properties, origin, enrollment_id
      from events
      where workspace_id = $1 and profile_id = $2
      order by position`,
    [workspaceId, profileId],
  );
}
