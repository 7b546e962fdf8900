import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryFixture, makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import type { Claimed, Cursor } from './claim.repository.js';
import { claimMessages } from './delivery.sql.js';
import { laneIn } from './lanes.js';
import { Slots } from './slots.js';
import type { Room } from './slots.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let crowded: Journey;

beforeAll(async () => {
  fixture = await deliveryFixture();
  crowded = await makeJourney(fixture.database, {});
  await add(crowded, { count: 200_000, channel: 'email', dueSeconds: -3_600 });
  await fixture.database.query('analyze messages');
});
afterAll(() => fixture?.close());

type AddOptions = {
  count: number;
  channel?: string;
  lane?: number;
  dueSeconds?: number;
  status?: string;
  owner?: string | null;
  leaseSeconds?: number;
};

async function add(
  { workspaceId, journeyId, versionId }: Journey,
  { count, channel = 'sms', lane = 0, dueSeconds = -1, status = 'queued', owner = null, leaseSeconds = 0 }: AddOptions,
): Promise<void> {
  await fixture.database.query(
    `insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, lane, queued_at,
         next_attempt_at, status, lease_owner, lease_until
     )
     select $1, gen_random_uuid(), $2, $3, $2, 'n', 1, $4, $5, now(), now() + $6 * interval '1 second', $8, $9,
       case when $9::text is not null then now() + $10 * interval '1 second' end
     from generate_series(1, $7)`,
    [workspaceId, journeyId, versionId, channel, lane, dueSeconds, count, status, owner, leaseSeconds],
  );
}

/** Room for one message of each lane. */
const oneEach = (total: number): Room => ({
  classes: [{ of: 'single', total, wide: 0, workspace: 1, channel: 1, lane: 1 }],
  workspaces: [],
  channels: [],
  lanes: [],
});

type Claim = Partial<{ owner: string; held: string[]; dead: string[]; slots: Slots; leaseMs: number }>;

/** A round over all lanes, as a loop makes it. */
async function round({
  owner = randomUUID(),
  held = [],
  dead = [],
  slots = new Slots(),
  leaseMs = 60_000,
}: Claim = {}): Promise<Claimed[]> {
  const all: Claimed[] = [];
  let after: Cursor = null;
  do {
    const { claimed, next } = await fixture.claims.claim({
      claimant: { owner, held, dead, leaseMs },
      room: slots.room(),
      after,
    });
    for (const { workspace_id: workspaceId, channel, lane } of claimed) slots.take({ workspaceId, channel, lane });
    all.push(...claimed);
    after = next;
  } while (after);
  return all;
}
const fresh = () => makeJourney(fixture.database, {});
const countOf = (claimed: Claimed[], { workspaceId }: Journey) =>
  claimed.filter(({ workspace_id }) => workspace_id === workspaceId).length;

it('one message is not behind the 200,000 of another workspace, nor behind those of another channel or receiver', async () => {
  const small = await fresh();
  await add(small, { count: 1 });
  await add(crowded, { count: 1, channel: 'sms' });
  await add(crowded, { count: 1, channel: 'email', lane: 9 });
  const claimed = await round();
  expect(countOf(claimed, small)).toBe(1);
  const lanes = Object.fromEntries(
    claimed
      .filter(({ workspace_id }) => workspace_id === crowded.workspaceId)
      .map(({ channel, lane }) => [`${channel}:${lane}`, true]),
  );
  expect(lanes).toEqual({ 'email:0': true, 'email:9': true, 'sms:0': true });
});

it('takes no more than there is room for in a lane, in a channel, in a workspace, in all, and the oldest', async () => {
  const many = await fresh();
  for (let lane = 0; lane < 20; lane += 1)
    await add(many, { count: 40, lane, channel: 'webhook', dueSeconds: -100 + lane });
  await add(many, { count: 40, channel: 'push', dueSeconds: -50 });
  const slots = new Slots();
  const claimed = (await round({ slots })).filter(({ workspace_id }) => workspace_id === many.workspaceId);
  expect(claimed).toHaveLength(64);
  const of = (channel: string, lane: number) =>
    claimed.filter((each) => each.channel === channel && each.lane === lane).length;
  // However many wait for a channel, the others have some places.
  expect([of('webhook', 0), of('webhook', 1), of('push', 0)]).toEqual([32, 16, 16]);
  expect(countOf(await round({ slots }), many)).toBe(0);
});

it('takes more of a lane whose messages go nowhere, and no less of the others for that', async () => {
  const many = await fresh();
  for (const channel of ['push', 'sms', 'webhook']) await add(many, { count: 600, channel });
  const slots = new Slots();
  slots.widen({ workspaceId: many.workspaceId, channel: 'sms', lane: 0 }, true);
  const claimed = (await round({ slots })).filter(({ workspace_id }) => workspace_id === many.workspaceId);
  const of = (name: string) => claimed.filter(({ channel }) => channel === name).length;
  expect([of('push'), of('sms'), of('webhook')]).toEqual([32, 512, 32]);
  expect(countOf(await round({ slots }), many)).toBe(0);
});

it('gives each class places of its own, and looks at transactional messages wherever the round stands', async () => {
  const own = await fresh();
  await add(own, { count: 5_000, lane: laneIn('bulk', 0), dueSeconds: -100 });
  await add(own, { count: 50, lane: laneIn('single', 0) });
  await add(own, { count: 2, lane: laneIn('transactional', 9) });
  const slots = new Slots();
  const { claimed } = await fixture.claims.claim({
    claimant: { owner: randomUUID(), held: [], dead: [], leaseMs: 60_000 },
    room: slots.room(),
    after: { workspaceId: 'ffffffff-ffff-ffff-ffff-ffffffffffff', channel: 'webpush', lane: 32_000 },
  });
  expect(claimed.map(({ workspace_id, lane }) => [workspace_id, lane])).toEqual([
    [own.workspaceId, laneIn('transactional', 9)],
    [own.workspaceId, laneIn('transactional', 9)],
  ]);
  const counts = new Map<number, number>();
  for (const { workspace_id, lane } of await round({ slots }))
    if (workspace_id === own.workspaceId) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  expect(counts).toEqual(
    new Map([
      [laneIn('single', 0), 32],
      [laneIn('bulk', 0), 32],
    ]),
  );
});

it('walks all lanes, however many there are', { timeout: 120_000 }, async () => {
  const journeys = await Promise.all(Array.from({ length: 1_200 }, () => makeJourney(fixture.database, {})));
  for (const journey of journeys) await add(journey, { count: 1 });
  const slots = new Slots();
  slots.room = () => oneEach(2_000);
  const claimed = await round({ slots });
  expect(journeys.filter((journey) => countOf(claimed, journey) === 1)).toHaveLength(1_200);
});

it('what another owner has is his until it is dead or its lease is over; what this one does not know of is taken again', async () => {
  const own = await fresh();
  await add(own, { count: 1, owner: 'alive', leaseSeconds: 60 });
  await add(own, { count: 1, owner: 'late', leaseSeconds: -1 });
  const me = randomUUID();
  const [late] = (await round({ owner: me })).filter(({ workspace_id }) => workspace_id === own.workspaceId);
  expect(late).toMatchObject({ previous: 'queued' });
  expect(countOf(await round({ owner: me, held: [late!.id] }), own)).toBe(0);
  // Its own lease may run out while it works: nobody has it twice.
  await fixture.database.query(`update messages set lease_until = now() - interval '1 second' where id = $1`, [
    late!.id,
  ]);
  expect(countOf(await round({ owner: me, held: [late!.id] }), own)).toBe(0);
  expect(countOf(await round({ owner: me, held: [] }), own)).toBe(1);
});

it('an owner counts as dead only while nobody has its lock', async () => {
  const own = await fresh();
  await add(own, { count: 3, owner: 'maybe', leaseSeconds: 60 });
  const [{ id }] = (await fixture.database.query<{ id: number }>(
    `insert into delivery_owners (name) values ('maybe') returning id`,
  )) as [{ id: number }];
  const lock = await fixture.database.pool.connect();
  await lock.query('select pg_advisory_lock(7361, $1)', [id]);
  expect(countOf(await round({ dead: ['maybe'] }), own)).toBe(0);
  await lock.query('select pg_advisory_unlock_all()');
  lock.release();
  expect(countOf(await round({ dead: ['other'] }), own)).toBe(0);
  expect(countOf(await round({ dead: ['maybe'] }), own)).toBe(3);
});

it('two claimers never get the same', async () => {
  const own = await fresh();
  await add(own, { count: 60 });
  const found = (await Promise.all(Array.from({ length: 6 }, () => round())))
    .flat()
    .filter(({ workspace_id }) => workspace_id === own.workspaceId);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
});

it('what nobody took goes behind the others of its lane: one message that is refused for ever is not the only one that is tried', async () => {
  const own = await fresh();
  await add(own, { count: 1, channel: 'webhook', lane: 7, dueSeconds: -60 });
  await add(own, { count: 1, channel: 'webhook', lane: 7, dueSeconds: -30 });
  const owner = randomUUID();
  const next = async () => {
    const { claimed } = await fixture.claims.claim({
      claimant: { owner, held: [], dead: [], leaseMs: 60_000 },
      room: oneEach(1_000),
      after: { workspaceId: own.workspaceId, channel: 'webhook', lane: 6 },
    });
    const mine = claimed.filter(({ workspace_id }) => workspace_id === own.workspaceId);
    for (const { id } of mine)
      await fixture.requeue.putBack(own, { id, owner, lane: 7, attempts: 0, error: 'nobody there', at: new Date() });
    return mine.map(({ id }) => id);
  };
  const tried = [await next(), await next(), await next()].flat();
  expect(tried).toHaveLength(3);
  expect(new Set(tried).size).toBe(2);
  expect(tried[2]).toBe(tried[0]);
});

it('reads a few rows of the index of what is due, however many are due', async () => {
  const [plan] = await fixture.database.transaction(async (sql) => {
    const values = [
      '00000000-0000-0000-0000-000000000000',
      '',
      -1,
      500,
      [],
      [],
      [],
      [],
      [],
      [0, 1, 2],
      [32, 32, 24],
      [64, 64, 48],
      [384, 384, 192],
      [0, 0, 0],
      [],
      [],
      [],
      'explain',
      [],
      [],
      60_000,
      960,
      [48, 48, 36],
      [],
      [],
      [],
      [],
    ];
    const found = await sql.query<{ 'QUERY PLAN': unknown[] }>(
      `explain (analyze, buffers, format json) ${claimMessages}`,
      values,
    );
    await sql.query('update messages set lease_owner = null, lease_until = null where lease_owner = $1', ['explain']);
    return found;
  });
  const scans = nodesOf((plan!['QUERY PLAN'] as [{ Plan: PlanNode }])[0].Plan).filter(
    (node) => node['Relation Name'] === 'messages' && node['Node Type'].includes('Scan'),
  );
  expect(scans.map((node) => node['Index Name']).filter((name) => name !== 'messages_pkey')).toEqual([
    'messages_due',
    'messages_due',
    'messages_transactional_due',
    'messages_transactional_due',
    'messages_due',
  ]);
  const read = scans.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
  expect(read).toBeLessThan(10_000);
});

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
};
function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

it('of a paused journey some are put aside at once, with what its sender has, and all in the end', async () => {
  const own = await fresh();
  const { workspaceId, journeyId } = own;
  await fixture.database.query(
    `update journey_control set state = 'paused' where workspace_id = $1 and journey_id = $2`,
    [workspaceId, journeyId],
  );
  await add(own, { count: 12_000 });
  await add(own, { count: 1, owner: 'me', leaseSeconds: 60 });
  await add(own, { count: 1, owner: 'another', leaseSeconds: 60 });
  const [mine] = await fixture.database.query<{ id: string }>(
    `select id from messages where workspace_id = $1 and lease_owner = 'me'`,
    [workspaceId],
  );
  const parked = async () =>
    (
      await fixture.database.query<{ count: number }>(
        'select count(*)::int as count from messages where workspace_id = $1 and parked',
        [workspaceId],
      )
    )[0]!.count;
  const counts: number[] = [];
  for (let times = 0; times < 3; times += 1) {
    expect(await fixture.requeue.parkPaused(own, { journeyId, owner: 'me', id: mine!.id })).toBe(true);
    counts.push(await parked());
  }
  // What another sender has is that one's.
  expect(counts).toEqual([5_001, 10_001, 12_001]);
  await fixture.database.query(`update journey_control set state = 'live' where workspace_id = $1`, [workspaceId]);
  expect(await fixture.requeue.parkPaused(own, { journeyId, owner: 'me', id: mine!.id })).toBe(false);
});
