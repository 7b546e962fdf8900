/** How many people a rule holds for: as the editor of a segment asks, beside SQL that is written by hand. */
import { spent, systemMs } from '../../cpu.mjs';
import { spread } from '../../statistics.mjs';
import { figure, spreadText } from '../../table.mjs';
import { rules } from './rules.mjs';

const goalMs = 1_000;

export const measure = async (system, { size, log }) => {
  const { product, wend } = system;
  // What an expert gives a session for such questions.
  await wend.query(`set work_mem = '64MB'`);
  const ways = (each) => ({
    wend: async () => (await product.call('POST', '/api/segments/preview', { rule: each.rule, sizeOnly: true })).size,
    expert: async () => (await wend.query(each.sql, [product.workspaceId])).rows[0].count,
  });
  const rows = [];
  for (const each of rules) {
    log(`size: ${each.name}`);
    const measured = { name: each.name, aside: each.aside, wend: [], expert: [] };
    for (let round = 0; round <= size.rounds; round += 1)
      for (const [name, ask] of Object.entries(ways(each))) {
        const taken = await timed(system, ask);
        // The first fills the caches.
        if (round > 0) measured[name].push(taken);
        measured[`${name}Count`] = taken.answer;
      }
    const difference = Math.abs(measured.wendCount - measured.expertCount);
    // Time goes on between the two.
    if (difference > 5 + measured.expertCount / 1_000)
      throw new Error(`${each.name}: ${measured.wendCount} people, and ${measured.expertCount} by the expert's SQL.`);
    rows.push(measured);
  }
  await wend.query('reset work_mem');
  const ms = (taken) => spread(taken.map(({ ms: each }) => each));
  const cpu = (taken) => figure(spread(taken.map(({ cpuMs }) => cpuMs)).median);
  const goals = rows
    .filter(({ aside }) => !aside)
    .map(({ name, wend: taken }) => ({
      goal: `size of a segment, ${name} < 1 s`,
      measured: ms(taken).median,
      limit: goalMs,
      met: ms(taken).median < goalMs,
      unit: 'ms',
    }));
  const table = {
    title: 'Size of a segment while its rule is edited',
    head: ['rule', 'people', 'Wend, ms', 'by hand, ms', 'CPU-ms: Wend', 'by hand'],
    rows: rows.map((row) => [
      row.name,
      row.wendCount.toLocaleString('en'),
      spreadText(ms(row.wend)),
      spreadText(ms(row.expert)),
      cpu(row.wend),
      cpu(row.expert),
    ]),
    note: 'Over HTTP, from question to answer. "By hand": SQL on the same tables by who knows them, over a connection.',
  };
  return { tables: [table], result: { rows }, goals };
};

const timed = async ({ meter }, ask) => {
  const from = await meter.sample();
  const started = performance.now();
  const answer = await ask();
  const ms = performance.now() - started;
  return { answer, ms, cpuMs: systemMs(spent(from, await meter.sample())) };
};
