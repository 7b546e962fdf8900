import type { JsonObject } from '@wend/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { importBench, text } from './import-bench.js';

const bench = importBench();

/** What an import must come to, row by row, in plain words. */
function expected(rows: Row[], settings: { before: Map<string, JsonObject> }) {
  const all = new Map([...settings.before].map(([id, own]) => [id, { ...own }]));
  const seen = new Map<string, 'created' | 'changed' | 'unchanged'>();
  const counts = { rows: rows.length, created: 0, changed: 0, unchanged: 0, repeated: 0, bad: 0, late: 0, kept: 0 };
  for (const row of rows) {
    if (row.id === '' || row.points === 'x') {
      counts.bad += 1;
      continue;
    }
    const own = all.get(row.id);
    const after = {
      ...own,
      ...(row.name !== '' && { name: row.name }),
      ...(row.points !== '' && { points: Number(row.points) }),
    };
    const kind = !own
      ? 'created'
      : JSON.stringify(own) === JSON.stringify({ ...own, ...after })
        ? 'unchanged'
        : 'changed';
    const earlier = seen.get(row.id);
    if (earlier !== undefined) counts.repeated += 1;
    // Each person counts once, by all of their rows.
    if (earlier === undefined || (earlier === 'unchanged' && kind === 'changed')) seen.set(row.id, kind);
    all.set(row.id, after);
  }
  for (const kind of seen.values()) counts[kind] += 1;
  return { counts, people: all };
}
type Row = { id: string; name: string; points: string };

it('comes to what its rows say, whatever they are, wherever and however often it is killed', async () => {
  const row = fc.record({
    id: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f', 'g'),
    name: fc.constantFrom('', 'Ann', 'O"Neil, "한"', 'two\nlines', "'=1+1"),
    points: fc.constantFrom('', '1', '2.5', 'x'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), name: fc.constantFrom('Ann', 'Eve') }), {
        maxLength: 3,
      }),
      fc.infiniteStream(fc.integer({ min: 0, max: 25 })),
      fc.constantFrom(',', ';', '\t'),
      async (rows, earlier, kills, delimiter) => {
        fc.pre(rows.some((each) => each.id + each.name + each.points !== ''));
        await bench.newWorkspace();
        const before = new Map<string, JsonObject>();
        for (const { id, name } of earlier) {
          await bench.identify(id, { name }, Date.now() - 5_000);
          before.set(id, { name });
        }
        const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const file = [['id', 'name', 'points'], ...rows.map(({ id, name, points }) => [id, name, points])]
          .map((cells) => cells.map(cell).join(delimiter))
          .join('\r\n');
        const id = await bench.upload(file);
        const settings = await bench.settingsOf(id, {
          delimiter: delimiter as ',',
          header: true,
          match: 'externalId',
          columns: [{ to: 'externalId' }, text('name'), { to: 'trait', name: 'points', type: 'number' }],
        });
        const dry = async () => {
          await bench.imports.begin(bench.caller, { id, settings, state: 'checking' });
          const checking = bench.runner();
          checking.limit(3);
          await bench.finish(checking);
          return (await bench.imports.detail(bench.caller, id)).checked;
        };
        const wanted = expected(
          rows
            .map((each) => ({ ...each, name: each.name.replace(/^'(?==)/, '') }))
            .filter((each) => each.id + each.name + each.points !== ''),
          { before },
        );
        expect(await dry()).toEqual(wanted.counts);
        expect(await bench.people()).toHaveLength(before.size);
        await bench.imports.begin(bench.caller, { id, settings, state: 'importing' });
        for (;;) {
          const next = kills.next().value;
          let left = next;
          let alive = true;
          // A process of its own each time, with few rows at once; it dies before one of its statements.
          const process_ = bench.runner(() => {
            if (left-- === 0) {
              alive = false;
              throw Object.assign(new Error('Connection terminated'), { code: '57P01' });
            }
          });
          process_.limit(4);
          while (alive && (await process_.work().catch(() => false)));
          if ((await bench.imports.detail(bench.caller, id)).state === 'done') break;
        }
        const done = await bench.imports.detail(bench.caller, id);
        expect(done.counts).toEqual(wanted.counts);
        expect(new Map((await bench.people()).map((each) => [each.external_id, each.traits]))).toEqual(
          new Map([...wanted.people].filter(([, own]) => own !== undefined)),
        );
      },
    ),
    { seed: 2_029, numRuns: 25 },
  );
}, 120_000);
