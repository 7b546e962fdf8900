/** Who spent how much CPU between two moments. */
import { childrenOf, cpuOf, machineCpu, memoryOf, threadsOf } from './processes.mjs';

/** The groups, in the order in which tables show them. */
export const groups = [
  'api',
  'worker',
  'baseline',
  'temporal',
  'postgres wend',
  'postgres temporal',
  'postgres other',
  'web',
  'load',
];

/**
 * PostgreSQL's time is divided by the database that a session belongs to; its own background processes (WAL writer,
 * checkpointer) and sessions that ended in between are "postgres other".
 */
export class CpuMeter {
  #databases = new Map();

  /** @param {{ pids: Record<string, number>, admin: import('pg').Client }} options pids of api, worker, baseline, temporal, web, postgres */
  constructor({ pids, admin }) {
    this.pids = pids;
    this.admin = admin;
  }

  async sample() {
    const { rows } = await this.admin.query('select pid, datname from pg_stat_activity where datname is not null');
    for (const { pid, datname } of rows) this.#databases.set(pid, datname);
    const postgres = cpuOf(this.pids.postgres);
    const backends = new Map(
      childrenOf(this.pids.postgres).map((pid) => [pid, { database: this.#databases.get(pid), ms: cpuOf(pid).own }]),
    );
    const load = process.cpuUsage();
    return {
      at: performance.now(),
      machine: machineCpu(),
      processes: Object.fromEntries(
        ['api', 'worker', 'baseline', 'temporal', 'web'].map((name) => [name, cpuOf(this.pids[name]).own]),
      ),
      load: (load.user + load.system) / 1000,
      postgres: { parent: postgres.own + postgres.endedChildren, backends },
      threads: threadsOf(this.pids.worker),
    };
  }

  /** Memory of each process in bytes. */
  memory() {
    const postgres = [this.pids.postgres, ...childrenOf(this.pids.postgres)].reduce(
      (sum, pid) => sum + memoryOf(pid),
      0,
    );
    return {
      api: memoryOf(this.pids.api),
      worker: memoryOf(this.pids.worker),
      temporal: memoryOf(this.pids.temporal),
      web: memoryOf(this.pids.web),
      postgres,
    };
  }
}

/**
 * @param {Awaited<ReturnType<CpuMeter['sample']>>} from @param {Awaited<ReturnType<CpuMeter['sample']>>} to
 * @returns {{ seconds: number, ms: Record<string, number>, workerThreads: Record<string, number>, othersCores: number
 * }} CPU-ms by
 *   group; `othersCores`: how many cores processes that have nothing to do with this took meanwhile
 */
export const spent = (from, to) => {
  const ms = Object.fromEntries(groups.map((name) => [name, 0]));
  for (const name of Object.keys(to.processes)) ms[name] = to.processes[name] - from.processes[name];
  ms.load = to.load - from.load;
  for (const [pid, { database, ms: now }] of to.postgres.backends) {
    const used = now - (from.postgres.backends.get(pid)?.ms ?? 0);
    if (database !== undefined && database !== 'postgres')
      ms[database.startsWith('temporal') ? 'postgres temporal' : 'postgres wend'] += used;
    else ms['postgres other'] += used;
  }
  // Children that ended are in the parent's time with their whole life: what was known of them before is taken off.
  const ended = [...from.postgres.backends]
    .filter(([pid]) => !to.postgres.backends.has(pid))
    .reduce((sum, [, { ms: before }]) => sum + before, 0);
  ms['postgres other'] += to.postgres.parent - from.postgres.parent - ended;
  const seconds = (to.at - from.at) / 1000;
  const ours = Object.values(ms).reduce((sum, value) => sum + value, 0);
  return {
    seconds,
    ms,
    workerThreads: threadsSpent(from.threads, to.threads),
    othersCores: Math.max(0, (to.machine - from.machine - ours) / 1000 / seconds),
  };
};

const threadsSpent = (from, to) => {
  const totals = {};
  for (const [id, { name, main, ms }] of to) {
    const used = ms - (from.get(id)?.ms ?? 0);
    if (used > 0) totals[main ? 'main' : name] = (totals[main ? 'main' : name] ?? 0) + used;
  }
  return totals;
};

/** CPU of the whole system without the load generator, in ms. @param {{ ms: Record<string, number> }} use */
export const systemMs = ({ ms }) => groups.filter((name) => name !== 'load').reduce((sum, name) => sum + ms[name], 0);
