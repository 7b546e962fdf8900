/** `npm run bench`: measures each line beside its baseline and prints it. See options.mjs and docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { releaseLock, takeLock } from '../../docker/launcher/lock.mjs';
import { PlainError, note, printError, say, secondsSince } from '../../docker/launcher/log.mjs';
import { inClone } from '../../docker/launcher/paths.mjs';
import { requireNode } from '../../docker/launcher/install.mjs';
import { build, clear, directory } from './build.mjs';
import { help, lineNames, parseOptions } from './options.mjs';

const lines = {
  people: async () => (await import('./lines/people.mjs')).measurePeople,
  history: async () => (await import('./lines/history.mjs')).measureHistory,
  latency: async () => (await import('./lines/latency.mjs')).measureLatency,
  neighbours: async () => (await import('./lines/neighbours.mjs')).measureNeighbours,
  ingest: async () => (await import('./lines/ingest.mjs')).measureIngest,
  parked: async () => (await import('./lines/parked.mjs')).measureParked,
  channels: async () => (await import('./lines/channels.mjs')).measureChannels,
  canvas: async () => (await import('./lines/canvas.mjs')).measureCanvas,
  besttime: async () => (await import('./lines/besttime.mjs')).measureBestTime,
  rules: async () => (await import('./lines/rules.mjs')).measureRules,
  language: async () => (await import('./lines/language.mjs')).measureLanguage,
  audience: async () => (await import('./lines/audience.mjs')).measureAudience,
};

const measureAll = async ({ system, options, outcome }) => {
  for (const name of lineNames.filter((each) => options.only.includes(each))) {
    const started = Date.now();
    say(`\n## ${name}\n`);
    const measure = await lines[name]();
    const { printStatements, resetStatements } = await import('./statements.mjs');
    if (options.profile) await resetStatements(system);
    const { result, goals } = await measure(system, { size: options.size, shape: options.shape, log: note });
    if (options.profile) await printStatements(system, { title: name });
    outcome.lines[name] = { ...result, tookSeconds: (Date.now() - started) / 1000 };
    outcome.goals.push(...goals.map((goal) => ({ line: name, ...goal })));
  }
};

const printGoals = ({ printTable, figure, goals }) => {
  if (goals.length === 0) return;
  printTable({
    title: 'Goals',
    head: ['goal', 'measured', ''],
    rows: goals.map(({ goal, measured, unit, met }) => [goal, `${figure(measured)} ${unit}`, met ? 'met' : 'missed']),
  });
};

const main = async () => {
  requireNode();
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(help);
  const lock = join(directory, 'bench.lock');
  const owner = takeLock(lock);
  if (owner)
    throw new PlainError(
      `A bench runs already from this clone (process ${owner.pid}); two at once would measure each other.`,
    );
  let system;
  const started = Date.now();
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(signal, () => reject(new PlainError(`Interrupted (${signal}).`)));
  });
  interrupted.catch(() => undefined);
  try {
    if (options.build) await build(options);
    await clear();
    // It loads what was compiled just now.
    const { startSystem } = await import('./services.mjs');
    system = await startSystem(options);
    await Promise.race([report({ system, options, directory, started }), interrupted]);
  } finally {
    await system?.stop();
    await clear();
    releaseLock(lock);
  }
};

const report = async ({ system, options, directory, started }) => {
  const [{ describeMachine, load }, { figure, printTable }] = await Promise.all([
    import('./machine.mjs'),
    import('./table.mjs'),
  ]);
  const outcome = {
    date: new Date().toISOString(),
    quick: options.quick,
    profiled: Boolean(options.profile),
    size: options.size,
    machine: await describeMachine(system),
    loadBefore: load(),
    lines: {},
    goals: [],
  };
  const { machine } = outcome;
  say(
    `\n${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}, Temporal ${machine.temporal}, PostgreSQL ${machine.postgres.version} (fsync ${machine.postgres.fsync}, synchronous_commit ${machine.postgres.synchronous_commit}), commit ${machine.commit}${machine.changed ? ' with changes' : ''}, load before ${figure(outcome.loadBefore)}`,
  );
  const from = await system.meter.sample();
  await measureAll({ system, options, outcome });
  const { spent } = await import('./cpu.mjs');
  outcome.othersCores = spent(from, await system.meter.sample()).othersCores;
  outcome.loadAfter = load();
  printGoals({ printTable, figure, goals: outcome.goals });
  say(
    `\nOther processes of this machine took ${figure(outcome.othersCores)} of ${machine.cores} cores meanwhile${outcome.othersCores > 0.1 ? ': rates and latencies are worse than on a quiet machine' : ''}.`,
  );
  const file = join(directory, `${outcome.date.replaceAll(':', '-')}.json`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(outcome, null, 2)}\n`);
  say(`Written to ${relative(inClone(), file)} after ${secondsSince(started)}.`);
};

main()
  .catch((error) => {
    printError(error);
    process.exitCode = 1;
  })
  .finally(() => process.exit());
