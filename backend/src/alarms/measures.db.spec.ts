import { alarmKindNames, usualSettings } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alarmsFixture, oldJourney } from '../../test/alarms-fixture.js';
import type { AlarmsFixture } from '../../test/alarms-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { listening } from '../../test/listening.js';
import { kindCodes } from './kinds/index.js';
import { MeasureRepository } from './measure.repository.js';

/** As many as a larger shop has; the rest of what is looked at lies beside them. */
const messages = 200_000;
const waiting = 100_000;
const journeys = 50;

let fixture: AlarmsFixture;
let journey: Journey;

beforeAll(async () => {
  fixture = await alarmsFixture();
  const { database } = fixture;
  journey = await oldJourney(database);
  const { workspaceId, journeyId, versionId } = journey;
  await database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status,
       queued_at, next_attempt_at, lane)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'text', 1, 'sms',
       case when n <= ${waiting} then 'queued' else 'sent' end, now() - n * interval '1 second',
       now() - interval '1 hour', n % 20
     from generate_series(1, ${messages}) n`,
    [workspaceId, journeyId, versionId],
  );
  await database.query(
    `with runs as (
       insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, status,
         workflow_id, entered_at)
       select $1, $2, $3, gen_random_uuid(), gen_random_uuid(), now(), 'running', 'w', now()
       from generate_series(1, ${waiting})
       returning id
     )
     insert into timers (workspace_id, enrollment_id, wait, until) select $1, id, 'w', now() + interval '3 days' from runs`,
    [workspaceId, journeyId, versionId],
  );
  await database.query(
    `insert into delivery_minutes
     select $1, date_trunc('minute', now()) - m * interval '1 minute', md5('j' || j)::uuid, md5('c' || j % 3)::uuid, 'sms', 100, 99,
       1, 0
     from generate_series(0, 1439) m, generate_series(1, ${journeys}) j`,
    [workspaceId],
  );
  await database.query(
    `insert into delivery_hours
     select $1, date_trunc('hour', now()) - h * interval '1 hour', md5('j' || j)::uuid, md5('c' || j % 3)::uuid, 'sms', 6000, 5940,
       60, 0
     from generate_series(0, 215) h, generate_series(1, ${journeys}) j`,
    [workspaceId],
  );
  await database.query('analyze messages, timers, enrollments, delivery_minutes, delivery_hours');
}, 120_000);
afterAll(() => fixture?.close());

it.each(alarmKindNames)('reads little of much: %s', async (kind) => {
  const { database, sent } = listening(fixture.database);
  const code = kindCodes[kind];
  const window = usualSettings(kind)[code.window]!;
  await code.measure({ measures: new MeasureRepository(database), registry: fixture.registry, window });
  const { text, values } = sent[0]!;
  const [{ plan } = { plan: [] }] = (
    await fixture.database.query<{ 'QUERY PLAN': Explained[] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      values,
    )
  ).map((row) => ({ plan: row['QUERY PLAN'] }));
  const [{ Plan: top } = { Plan: undefined }] = plan;
  const scans = scansOf(top!);
  // What grows with messages and runs is never read as a whole, and never more of it than is counted at most.
  const large = scans.filter(({ table }) => ['messages', 'timers', 'enrollments'].includes(table));
  expect(large.filter(({ type }) => type === 'Seq Scan')).toEqual([]);
  for (const scan of large) expect(scan.rows, JSON.stringify(scan)).toBeLessThanOrEqual(20_000);
  expect(top!['Shared Hit Blocks'] + top!['Shared Read Blocks']).toBeLessThan(60_000);
});

type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
};
type Explained = { Plan: Node };

function scansOf(node: Node): { type: string; table: string; rows: number }[] {
  const own = node['Relation Name'];
  return [
    ...(own === undefined
      ? []
      : [{ type: node['Node Type'], table: own, rows: node['Actual Rows'] * node['Actual Loops'] }]),
    ...(node.Plans ?? []).flatMap(scansOf),
  ];
}
