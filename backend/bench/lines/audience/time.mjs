/** What time alone changes: many who leave in the same moment, of a segment that nearly everybody is in; and building it. */
import { randomUUID } from 'node:crypto';
import { spent, systemMs } from '../../cpu.mjs';
import { figure } from '../../table.mjs';
import { pause, until } from '../../until.mjs';
import { connect, count, createSegment, putIn, trait, untilBuilt } from './live.mjs';

const event = 'Page Scrolled';
const days = 120;
const leaving = 20_000;

export const prepare = async ({ product }) => ({
  segment: await createSegment(product, { name: 'Scrolled lately', rule: count(event, { days }) }),
});

export const measure = async (system, { audience, log, prepared: { segment } }) => {
  const { product } = system;
  const members = await everybodyIn(system, segment);
  const idle = await idleWith(system, audience);
  log(`${leaving * audience.scale} people leave at once`);
  const left = await leave(system, { segment, people: Math.round(leaving * audience.scale) });
  log('building a segment by sets');
  const sets = await timed(system, async () => {
    const { id } = await product.call('POST', '/api/segments', { name: 'Pro', rule: trait('plan', 'equals', 'pro') });
    await untilBuilt(product, id, 1_800);
  });
  log('building one of which each person has a time');
  const single = await buildFor(system, audience.seconds);
  const rows = [
    ['nothing lapses, % of a core', figure(idle.share * 100), '', ''],
    ['people who leave in one moment', ...costs(left)],
    ['a segment built by sets', ...costs({ ...sets, people: audience.people })],
    ['a segment built person by person', ...costs(single)],
  ];
  return {
    tables: [
      {
        title: `What time changes: ${members.toLocaleString('en')} members with a time each`,
        head: ['', 'seconds', 'people/s', 'CPU-ms a person'],
        rows: rows.map(([name, ...cells]) => [name, ...cells]),
        note: `${left.people.toLocaleString('en')} people lapse in the same second: from then until the last one is out. The build person by person was cut off after ${audience.seconds} s.`,
      },
    ],
    result: { members, idle, left, sets, single },
  };
};

const costs = ({ people, seconds, cpuMs }) => [figure(seconds), figure(people / seconds), figure(cpuMs / people)];

/** Members with the time at which each leaves, as an evaluation says: when the last event is too old. */
const everybodyIn = async (system, id) => {
  const { wend, product } = system;
  const members = await putIn(system, { id, rule: count(event, { days }), most: 10_000_000 });
  await wend.query(
    `insert into segment_due (workspace_id, segment_id, generation, profile_id, lane, at)
     select $1, $2, 1, e.profile_id, change_lane(e.profile_id), max(e.time) + interval '${days} days'
     from events e where e.workspace_id = $1 and e.name = $3 and (e.origin <> 'test') is true group by e.profile_id
     on conflict do nothing`,
    [product.workspaceId, id, event],
  );
  await wend.query('vacuum (analyze) segment_due, segment_memberships');
  return members;
};

const idleWith = async ({ meter }, { seconds }) => {
  const from = await meter.sample();
  await pause(seconds * 1_000);
  const { ms, seconds: passed } = spent(from, await meter.sample());
  return { share: (ms.worker + ms['postgres wend']) / 1_000 / passed };
};

/** People who did it once, so long ago that it is too old in some seconds. */
const leave = async (system, { segment, people }) => {
  const { wend, product } = system;
  const at = new Date(Date.now() + Math.max(10_000, people));
  await wend.query('create table bench_leaving (profile_id uuid primary key)');
  await wend.query(
    `insert into bench_leaving
     select p.id from profiles p
     where p.workspace_id = $1 and p.merged_into is null and not p.test
       and not exists (select from segment_memberships m where m.workspace_id = $1 and m.segment_id = $2 and m.profile_id = p.id)
     limit $3`,
    [product.workspaceId, segment, people],
  );
  await wend.query(
    `insert into events (workspace_id, profile_id, name, message_id, properties, time)
     select $1, profile_id, $2, $3 || profile_id, '{}', $4::timestamptz - interval '${days} days' from bench_leaving`,
    [product.workspaceId, event, randomUUID(), at],
  );
  await wend.query(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     select $1, $2, 1, profile_id, now() from bench_leaving`,
    [product.workspaceId, segment],
  );
  await wend.query(
    `insert into segment_due (workspace_id, segment_id, generation, profile_id, lane, at)
     select $1, $2, 1, profile_id, change_lane(profile_id), $3 from bench_leaving`,
    [product.workspaceId, segment, at],
  );
  const { rows } = await wend.query('select count(*)::int as count from bench_leaving');
  const client = await connect(system);
  const left = async () =>
    (
      await client.query(
        `select count(*)::int as count from bench_leaving l
         join segment_memberships m on m.workspace_id = $1 and m.segment_id = $2 and m.generation = 1 and m.profile_id = l.profile_id
         where m.member`,
        [product.workspaceId, segment],
      )
    ).rows[0].count;
  if (Date.now() > at.getTime()) throw new Error('Making those who leave took longer than thought.');
  await pause(at.getTime() - Date.now());
  const measured = await timed(system, () =>
    until(async () => (await left()) === 0, { what: 'people to leave', withinSeconds: 900, everyMs: 250 }),
  );
  await client.end();
  await wend.query('drop table bench_leaving');
  return { ...measured, people: rows[0].count };
};

const buildFor = async (system, seconds) => {
  const { product } = system;
  const { id } = await product.call('POST', '/api/segments', {
    name: 'Viewed',
    rule: count('Product Viewed', { days: 30 }),
  });
  const progress = async () => (await product.call('GET', `/api/segments/${id}`)).build;
  const first = await until(async () => ((build) => build?.done > 0 && build)(await progress()), { what: 'the build' });
  const from = await system.meter.sample();
  await pause(seconds * 1_000);
  const last = await progress();
  const use = spent(from, await system.meter.sample());
  await product.call('POST', `/api/segments/${id}/archive`);
  // Of a small workspace it was done sooner.
  const people = Math.max(
    1,
    last === null || last.state !== 'building' ? first.total - first.done : last.done - first.done,
  );
  return { seconds: use.seconds, people, cpuMs: systemMs(use) };
};

const timed = async ({ meter }, work) => {
  const from = await meter.sample();
  await work();
  const use = spent(from, await meter.sample());
  return { seconds: use.seconds, cpuMs: systemMs(use) };
};
