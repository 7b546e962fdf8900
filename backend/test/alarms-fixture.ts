import { randomUUID } from 'node:crypto';
import type { AlarmKind } from '@wend/contract';
import type { ProviderDefinition } from '@wend/node-sdk';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { AlarmSettingsRepository } from '../src/alarms/alarm-settings.repository.js';
import { AlarmTargetRepository } from '../src/alarms/alarm-target.repository.js';
import { AlarmRepository } from '../src/alarms/alarm.repository.js';
import { Breaker } from '../src/alarms/breaker.js';
import { Evaluator } from '../src/alarms/evaluator.js';
import { MeasureRepository } from '../src/alarms/measure.repository.js';
import type { Notice } from '../src/alarms/notice.js';
import { NoticeRepository } from '../src/alarms/notice.repository.js';
import { TargetSender } from '../src/alarms/target-sender.js';
import { Teller } from '../src/alarms/teller.js';
import { ConnectionRepository } from '../src/channels/index.js';
import { EntryHooksRegistry, JourneyControlService } from '../src/journeys/index.js';
import { JourneyRepository } from '../src/journeys/journey.repository.js';
import { PauseRepository } from '../src/journeys/pause.repository.js';
import { StopRepository } from '../src/journeys/stop.repository.js';
import { VersionRepository } from '../src/journeys/version.repository.js';
import { Config } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import { SafeHttpClient } from '../src/platform/outbound/index.js';
import { deliveryFixture, makeJourney, publicUrl } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

export type AlarmRow = {
  id: string;
  kind: AlarmKind;
  journey_id: string | null;
  connection_id: string | null;
  summary: string;
  cleared_at: Date | null;
  tripped_at: Date | null;
  resumed_at: Date | null;
  trip: string | null;
};
export type Counts = { tried?: number; sent?: number; failed?: number; complained?: number };

/** What looks for alarms and tells of them, beside a delivery, on a database of its own. */
export async function alarmsFixture(options: { allow?: string[]; brought?: ProviderDefinition[] } = {}) {
  const delivery = await deliveryFixture(options);
  const { database, registry, channels, secrets } = delivery;
  const http = new SafeHttpClient({ allow: options.allow ?? [] });
  const config = new Config({ publicUrl } as unknown as Config);
  const audit = new AuditLog(new AuditEntryRepository(database));
  const alarms = new AlarmRepository(database);
  const settings = new AlarmSettingsRepository(database);
  const targets = new AlarmTargetRepository(database);
  const measures = new MeasureRepository(database);
  const notices = new NoticeRepository(database);
  const sender = new TargetSender(targets, secrets, config, http, registry, channels);
  const journeyControl = new JourneyControlService(
    new JourneyRepository(database),
    new VersionRepository(database),
    new PauseRepository(database),
    new StopRepository(database),
    audit,
    new EntryHooksRegistry(),
  );
  const connections = new ConnectionRepository(database);
  const breaker = new Breaker(alarms, measures, journeyControl, connections, registry, audit);
  const evaluator = () => new Evaluator(alarms, settings, measures, notices, breaker, registry);
  return {
    ...delivery,
    alarms,
    settings,
    targets,
    measures,
    notices,
    sender,
    journeyControl,
    evaluator,
    teller: () => new Teller(notices, sender),
    look: () => evaluator().look(),
    async close() {
      await http.close();
      await delivery.close();
    },
  };
}
export type AlarmsFixture = Awaited<ReturnType<typeof alarmsFixture>>;

/** A live journey in a workspace of its own that has been live for long. */
export async function oldJourney(database: Database, workspaceId?: string): Promise<Journey> {
  const journey = await makeJourney(
    database,
    { text: { type: 'wend/sms', config: { text: 'Hi' } } },
    workspaceId,
    randomUUID(),
  );
  await database.query(
    `update journey_control set changed_at = now() - interval '30 days' where workspace_id = $1 and journey_id = $2`,
    [journey.workspaceId, journey.journeyId],
  );
  return journey;
}

/** What was counted of a journey in one minute, so many ago, and in the hour that it lies in. */
export async function count(
  database: Database,
  journey: Journey,
  {
    minutesAgo,
    connectionId = null,
    channel = 'sms',
    tried = 0,
    sent = 0,
    failed = 0,
    complained = 0,
  }: Counts & { minutesAgo: number; connectionId?: string | null; channel?: string },
): Promise<void> {
  await database.query(
    `insert into delivery_deltas (workspace_id, journey_id, connection_id, channel, at, tried, sent, failed, complained)
     values ($1, $2, $3, $4, now() - $5 * interval '1 minute', $6, $7, $8, $9)`,
    [journey.workspaceId, journey.journeyId, connectionId, channel, minutesAgo, tried, sent, failed, complained],
  );
}

export function alarmRows(database: Database, { workspaceId }: { workspaceId: string }): Promise<AlarmRow[]> {
  return database.query<AlarmRow>(
    `select id, kind, journey_id, connection_id, summary, cleared_at, tripped_at, resumed_at, trip
     from alarms
     where workspace_id = $1
     order by raised_at, kind, id`,
    [workspaceId],
  );
}

export async function noticeRows(
  database: Database,
  { workspaceId }: { workspaceId: string },
): Promise<{ what: string; state: string; attempts: number; error: string | null; body: Notice }[]> {
  return database.query(
    `select what, state, attempts, error, body
     from alarm_notices
     where workspace_id = $1
     order by created_at, number, recipient`,
    [workspaceId],
  );
}

/** Lets so many minutes pass for alarms: for how long they are calm, when they were told, raised and stopped. */
export async function passMinutes(database: Database, minutes: number): Promise<void> {
  await database.query(
    `update alarms set calm_since = calm_since - $1 * interval '1 minute', told_at = told_at - $1 * interval '1 minute',
       raised_at = raised_at - $1 * interval '1 minute', tripped_at = tripped_at - $1 * interval '1 minute',
       resumed_at = resumed_at - $1 * interval '1 minute'`,
    [minutes],
  );
}
