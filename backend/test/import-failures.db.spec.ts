import { expect, it } from 'vitest';
import { importBench, reasons } from './import-bench.js';

const bench = importBench();

it('a row that cannot be stored is a bad one of its own import, and stops no other', async () => {
  await bench.database.query(
    `create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`,
  );
  await bench.database.query(
    `create trigger refuse_row before insert or update on profiles for each row
     when (new.external_id = 'unstorable') execute function refuse_row()`,
  );
  try {
    const rows = Array.from({ length: 40 }, (_, n) => `${n}`);
    const file = (prefix: string, more: string[]) =>
      `id,name\n${[...rows.map((n) => prefix + n), ...more].map((id) => `${id},A`).join('\n')}\n`;
    const ids = [await bench.upload(file('a', ['unstorable', 'last'])), await bench.upload(file('b', []))];
    for (const id of ids)
      await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id), state: 'importing' });
    await bench.finish();
    const [first, second] = await Promise.all(ids.map((id) => bench.imports.detail(bench.caller, id)));
    expect(reasons(first!)).toEqual(['42: The row can’t be stored: refused']);
    expect(first!.counts).toMatchObject({ rows: 42, created: 41, bad: 1 });
    expect(second!).toMatchObject({ state: 'done', counts: { rows: 40, created: 40, bad: 0 } });
  } finally {
    await bench.database.query('drop function refuse_row cascade');
  }
});

it('fails visibly, with what it counted, after so many tries by whichever workers', async () => {
  const id = await bench.upload(`id,name\n${Array.from({ length: 30 }, (_, n) => `n${n},A`).join('\n')}\n`);
  await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id), state: 'importing' });
  const first = bench.runner();
  first.limit(10);
  await first.work();
  let calls = 0;
  // The fourth statement, as would be the first that writes.
  const slow = () => {
    if ((calls += 1) === 4)
      throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
  };
  const rows = async () => {
    const [row] = await bench.database.query<{ rows_at_once: number | null; failures: number; refused: string | null }>(
      'select rows_at_once, failures, refused from imports where id = $1',
      [id],
    );
    return row!;
  };
  for (let tries = 1; tries < 12; tries += 1) {
    // Each time another process.
    const worker = bench.runner(slow);
    worker.limit(10);
    calls = 0;
    await worker.work();
    // What takes too long leaves no row out.
    expect(await rows()).toEqual({ rows_at_once: 1, failures: tries, refused: null });
  }
  calls = 0;
  const last = bench.runner(slow);
  await last.work();
  const failed = await bench.imports.detail(bench.caller, id);
  expect(failed).toMatchObject({
    state: 'failed',
    error: 'The import could not go on: canceling statement due to statement timeout',
    counts: { rows: 9, created: 9 },
  });
  // The header is the first row.
  expect(await bench.people()).toHaveLength(9);
});

it('goes on with more rows at once again when what took too long is over', async () => {
  const id = await bench.upload(`id,name\n${Array.from({ length: 30 }, (_, n) => `n${n},A`).join('\n')}\n`);
  await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id), state: 'importing' });
  let calls = 0;
  const slow = bench.runner(() => {
    if ((calls += 1) === 4) throw Object.assign(new Error('canceling statement'), { code: '57014' });
  });
  slow.limit(8);
  await slow.work();
  const other = bench.runner();
  other.limit(8);
  const steps: number[] = [];
  for (let before = 0; ;) {
    await other.work();
    const { counts, state } = await bench.imports.detail(bench.caller, id);
    steps.push(counts.rows - before);
    before = counts.rows;
    if (state === 'done') break;
  }
  // The header is the first row.
  expect(steps).toEqual([0, 2, 4, 8, 8, 8]);
  expect(await bench.people()).toHaveLength(30);
});
