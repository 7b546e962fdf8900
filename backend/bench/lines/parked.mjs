/** What runs cost that wait: bytes per run in each database, CPU of the idle processes, their memory. */
import { randomUUID } from 'node:crypto';
import { spent } from '../cpu.mjs';
import { waitForEvent } from '../graphs.mjs';
import { queued, unfinished } from '../runs.mjs';
import { figure, printTable } from '../table.mjs';
import { pause, until } from '../until.mjs';

const event = 'Parked Begun';
const databases = ['wend', 'temporal', 'temporal_visibility'];
const processes = ['api', 'worker', 'web', 'temporal', 'postgres'];

export const measureParked = async (system, { size, log }) => {
  const { product, worker, meter } = system;
  const journeyId = await product.publish({
    name: 'Parked',
    graph: waitForEvent({ event, awaited: 'Parked Awaited', url: product.sinkUrl }),
  });
  const before = { ...(await idle(system, size.parkedSeconds)), sizes: await sizesOf(system, { full: true }) };
  const userIds = Array.from({ length: size.parked }, () => randomUUID());
  log(`${size.parked} people enter`);
  await product.identify(userIds);
  await until(async () => (await queued(system)) === 0, { what: 'the router', withinSeconds: 600 });
  await worker('holdRouter');
  await product.trackEach({ userIds, event });
  const ingested = await sizesOf(system);
  const from = await meter.sample();
  const started = performance.now();
  await worker('releaseRouter');
  await until(async () => (await queued(system)) === 0 && (await parkedRuns(system, journeyId)) === size.parked, {
    what: 'the people to wait',
    withinSeconds: 1_800,
    everyMs: 500,
  });
  const seconds = (performance.now() - started) / 1000;
  const use = spent(from, await meter.sample());
  // What the rush left to do in the background (vacuum, visibility) ends first: parked runs stand for days.
  log(`settling for ${size.settleSeconds} s, then idle for ${size.parkedSeconds} s`);
  await pause(size.settleSeconds * 1000);
  const after = { ...(await idle(system, size.parkedSeconds)), sizes: await sizesOf(system) };
  if ((await unfinished(system, journeyId)) !== size.parked)
    throw new Error('Somebody left although nothing happened.');
  return report({ count: size.parked, seconds, use, before, ingested, after });
};

const parkedRuns = async ({ wend }, journeyId) =>
  (
    await wend.query(
      `select count(*)::int as count
        from enrollments e
        join timers t on t.workspace_id = e.workspace_id and t.enrollment_id = e.id
        where e.journey_id = $1`,
      [journeyId],
    )
  ).rows[0].count;

/**
 * Bytes of each database, on disk, tables and indexes; the write-ahead log is not in it. What earlier lines left is
 * cleared away.
 */
const sizesOf = async (system, { full = false } = {}) => {
  const { admin } = system;
  for (const database of [system.wend, system.temporal, system.visibility])
    await database.query(full ? 'vacuum full' : 'vacuum');
  const { rows } = await admin.query(
    'select datname, pg_database_size(datname)::float8 as bytes from pg_database where datname = any($1)',
    [databases],
  );
  return Object.fromEntries(rows.map(({ datname, bytes }) => [datname, bytes]));
};

const idle = async ({ meter }, seconds) => {
  const from = await meter.sample();
  await pause(seconds * 1000);
  const use = spent(from, await meter.sample());
  const share = (...names) => names.reduce((sum, name) => sum + use.ms[name], 0) / 10 / use.seconds;
  return {
    cpuPercent: {
      api: share('api'),
      worker: share('worker'),
      web: share('web'),
      temporal: share('temporal'),
      postgres: share('postgres wend', 'postgres temporal', 'postgres other'),
    },
    memory: meter.memory(),
    othersCores: use.othersCores,
  };
};

const report = ({ count, seconds, use, before, ingested, after }) => {
  const perRun = (later, earlier, name) => (later[name] - earlier[name]) / count;
  const sum = (later, earlier) => databases.reduce((total, name) => total + perRun(later, earlier, name), 0);
  printTable({
    title: `${count.toLocaleString('en')} parked runs (they came in ${figure(count / seconds)} a second)`,
    head: ['bytes per run', ...databases, 'sum'],
    rows: [
      [
        'profile and entry event',
        ...databases.map((name) => figure(perRun(ingested, before.sizes, name))),
        figure(sum(ingested, before.sizes)),
      ],
      [
        'the run',
        ...databases.map((name) => figure(perRun(after.sizes, ingested, name))),
        figure(sum(after.sizes, ingested)),
      ],
    ],
    note: 'Difference of pg_database_size, indexes included, the write-ahead log not.',
  });
  const megabytes = (bytes) => `${Math.round(bytes / 1024 / 1024)} MB`;
  const all = (values) => processes.reduce((total, name) => total + values[name], 0);
  const row = (title, values, show) => [title, ...processes.map((name) => show(values[name])), show(all(values))];
  printTable({
    title: 'Idle processes',
    head: ['', ...processes, 'sum'],
    rows: [
      row('CPU before, % of a core', before.cpuPercent, figure),
      row('CPU with the parked runs, % of a core', after.cpuPercent, figure),
      row('memory before', before.memory, megabytes),
      row('memory with the parked runs', after.memory, megabytes),
    ],
    note: 'Memory: proportional set size; PostgreSQL is the sum over its processes, shared buffers once.',
  });
  const [cpu, memory] = [all(after.cpuPercent), all(after.memory) / 1024 / 1024];
  return {
    result: { count, seconds, use, before, ingested, after },
    goals: [
      {
        goal: 'idle with the parked runs: all processes under 5 % of a core',
        measured: cpu,
        limit: 5,
        met: cpu < 5,
        unit: '%',
      },
      { goal: 'all processes under 1.5 GiB', measured: memory, limit: 1536, met: memory < 1536, unit: 'MiB' },
    ],
  };
};
