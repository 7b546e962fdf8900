/** A file of new customers, from the start of the import until it is done, beside `COPY` of the same file into a bare table. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groups, spent } from '../../cpu.mjs';
import { figure } from '../../table.mjs';
import { until } from '../../until.mjs';

const goalSeconds = 30;
const usual = 100_000;
const pieceBytes = 4 * 1024 * 1024;
const shown = groups.filter((name) => ['api', 'worker', 'postgres wend', 'postgres other'].includes(name));

/** Into a workspace of its own, in the same tables: the other one has segments that follow each new person. */
export const prepare = async ({ another }) => ({ workspace: await another('Imports') });

export const measure = async (system, { audience, log, prepared: { workspace } }) => {
  const count = Math.round(usual * audience.scale);
  const csv = fileOf(count);
  log(`importing ${count.toLocaleString('en')} rows`);
  const id = await upload(workspace, csv);
  const made = await timed(system, () => run(workspace, { id, count, created: count }));
  log('importing them again');
  const again = await upload(workspace, csv);
  const same = await timed(system, () => run(workspace, { id: again, count, created: 0 }));
  const bare = await timed(system, () => copy(system, csv));
  const rows = Object.entries({
    'Wend: new people': made,
    'Wend: the same file again': same,
    'COPY into a bare table': bare,
  });
  return {
    tables: [
      {
        title: `Import of ${count.toLocaleString('en')} rows of 10 columns`,
        head: ['', 'seconds', 'rows/s', ...shown.map((name) => `CPU s: ${name}`)],
        rows: rows.map(([name, { seconds, use }]) => [
          name,
          figure(seconds),
          figure(count / seconds),
          ...shown.map((each) => figure(use.ms[each] / 1000)),
        ]),
        note: `${(csv.length / 1e6).toFixed(1)} MB, beside ${audience.people.toLocaleString('en')} people who are in the same tables, in a workspace without segments. From "start" to "done"; the upload before it is left out. The bare table has columns of text and its key.`,
      },
    ],
    result: { count, bytes: csv.length, made, same, bare },
    goals: [
      {
        goal: `${count.toLocaleString('en')} rows imported in < ${figure(goalSeconds * audience.scale)} s`,
        measured: made.seconds,
        limit: goalSeconds * audience.scale,
        met: made.seconds < goalSeconds * audience.scale,
        unit: 's',
      },
    ],
  };
};

const header = 'external_id,email,first_name,last_name,phone,plan,country,age,orders,signed_up';

const fileOf = (count) => {
  const first = ['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Femke', 'Jan'];
  const last = ['Bakker', 'Jansen', 'Kim', 'Meyer', 'Müller'];
  const rows = Array.from({ length: count }, (_, n) => {
    const [a, b] = [first[n % 7], last[n % 5]];
    const phone = `+316${String((n * 7919) % 1e8).padStart(8, '0')}`;
    const day = `2026-0${1 + (n % 9)}-1${n % 10}`;
    return `imported-${n},${a}.imported${n}@example.com,${a},${b},${phone},${n % 10 === 0 ? 'pro' : 'free'},NL,${18 + (n % 60)},${n % 17},${day}`;
  });
  return Buffer.from(`${header}\n${rows.join('\n')}\n`);
};

const upload = async (product, csv) => {
  const { id } = await product.call('POST', '/api/imports', { fileName: 'customers.csv', bytes: csv.length });
  for (let offset = 0; offset < csv.length; offset += pieceBytes)
    await product.send(`/api/imports/${id}/file?offset=${offset}`, csv.subarray(offset, offset + pieceBytes));
  return id;
};

const run = async (product, { id, count, created }) => {
  const { found } = await product.call('GET', `/api/imports/${id}`);
  const { columns, delimiter, header: hasHeader, decimal, match } = found;
  await product.call('POST', `/api/imports/${id}/start`, {
    delimiter,
    header: hasHeader,
    decimal,
    match,
    columns: columns.map(({ guess }) => guess),
  });
  const done = await until(
    async () => {
      const { state, counts, error } = await product.call('GET', `/api/imports/${id}`);
      if (state === 'failed') throw new Error(`The import failed: ${error}`);
      return state === 'done' && counts;
    },
    { what: 'the import', withinSeconds: 1_800 },
  );
  if (done.rows !== count || done.created !== created)
    throw new Error(`Of ${count} rows: ${JSON.stringify(done)}, and ${created} new people were to come.`);
};

/** PostgreSQL reads the file itself: nothing is quicker. */
const copy = async ({ wend }, csv) => {
  const folder = mkdtempSync(join(tmpdir(), 'wend-bench-'));
  try {
    chmodSync(folder, 0o755);
    const file = join(folder, 'customers.csv');
    writeFileSync(file, csv, { mode: 0o644 });
    const columns = header.split(',').map((name) => `${name} text${name === 'external_id' ? ' primary key' : ''}`);
    await wend.query(`create table bench_people (${columns.join(', ')})`);
    await wend.query(`copy bench_people from '${file}' with (format csv, header)`);
  } finally {
    rmSync(folder, { recursive: true });
    await wend.query('drop table if exists bench_people');
  }
};

const timed = async ({ meter }, work) => {
  const from = await meter.sample();
  await work();
  const use = spent(from, await meter.sample());
  return { seconds: use.seconds, use };
};
