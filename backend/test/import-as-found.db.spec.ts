import type { ImportTarget, JsonObject } from '@wend/contract';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { allColumns } from '../src/exports/export-columns.js';
import type { ExportedPerson } from '../src/exports/export-columns.js';
import { importBench, reasons, text } from './import-bench.js';

/** Files as strangers bring them: nothing in them keeps others’ rows out, or comes to what nobody meant. */
const bench = importBench();

const consents = async () =>
  bench.database.query<{ id: string; channel: string; state: string }>(
    `select p.external_id as id, c.channel, c.state from consents c
     join profiles p on p.workspace_id = c.workspace_id and p.id = c.profile_id
     where c.workspace_id = $1 order by 1, 2`,
    [bench.caller.workspaceId],
  );
const emailConsent: ImportTarget[] = [{ to: 'externalId' }, { to: 'consent', channel: 'email' }];

async function problemsFile(id: string): Promise<string> {
  let csv = '';
  for await (const part of bench.imports.problems(bench.caller, id)) csv += part;
  return csv;
}

it('takes columns with names that every object has, also where other values are late', async () => {
  await bench.identify('1', { plan: 'pro' });
  const file = 'id,plan,toString,constructor,__proto__,as of\n1,old,a,b,c,2020-01-01\n2,new,d,e,f,2020-01-01\n';
  const done = await bench.run(file);
  expect(done.counts).toMatchObject({ created: 1, changed: 1, late: 1, bad: 0 });
  expect(await bench.traits()).toEqual([
    ['1', { plan: 'pro', toString: 'a' }],
    ['2', { plan: 'new', toString: 'd' }],
  ]);
});

it.each([
  ['one line', 'x'.repeat(3_000_000)],
  ['many lines in quotes', `"${'a\n'.repeat(400_000)}"`],
])('goes on after a first row that is too long, of %s', async (_, cell) => {
  const done = await bench.run(`id,name\n1,${cell}\n2,ok\n`);
  expect(done.counts).toMatchObject({ rows: 2, created: 1, bad: 1 });
  expect(reasons(done)).toEqual(['2: This row is longer than 256 KB.']);
  expect(await bench.traits()).toEqual([['2', { name: 'ok' }]]);
});

it('counts what becomes of a person, whichever of their rows does it', async () => {
  await bench.identify('1', { a: 'now' }, Date.parse('2026-06-01'));
  const more = { columns: [{ to: 'externalId' }, text('a'), { to: 'time' }] as ImportTarget[] };
  const file = 'id,a,t\n1,old,2020-01-01\n2,x,2020-01-01\n1,new,2026-07-01\n2,y,2026-01-01\n1,newer,2026-07-02\n';
  for (const rows of [1, 2, 1_000]) {
    const id = await bench.upload(file);
    const settings = await bench.settingsOf(id, more);
    await bench.imports.begin(bench.caller, { id, settings, state: 'checking' });
    const runner = bench.runner();
    runner.limit(rows);
    await bench.finish(runner);
    expect((await bench.imports.detail(bench.caller, id)).checked).toMatchObject({
      rows: 5,
      created: 1,
      changed: 1,
      unchanged: 0,
      repeated: 3,
      late: 1,
    });
  }
  const runner = bench.runner();
  runner.limit(1);
  const id = await bench.upload(file);
  await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id, more), state: 'importing' });
  await bench.finish(runner);
  const { counts } = await bench.imports.detail(bench.caller, id);
  expect(counts).toMatchObject({ created: 1, changed: 1, unchanged: 0, repeated: 3, late: 1 });
  expect(await bench.traits()).toEqual([
    ['1', { a: 'newer' }],
    ['2', { a: 'y' }],
  ]);
});

it.each([1, 1_000])('lets the later row count for consents too, %i rows at once', async (rows) => {
  await bench.identify('left', {});
  await bench.run('id,c\nleft,no\nknown,yes\n', { columns: emailConsent });
  const id = await bench.upload('id,c\nknown,no\nknown,yes\nnew,no\nnew,yes\nleft,no\nleft,yes\nback,yes\nback,no\n');
  const settings = await bench.settingsOf(id, { columns: emailConsent });
  await bench.imports.begin(bench.caller, { id, settings, state: 'importing' });
  const runner = bench.runner();
  runner.limit(rows);
  await bench.finish(runner);
  // Who had left before the file stays away, whatever its rows say.
  expect((await consents()).map((each) => [each.id, each.state])).toEqual([
    ['back', 'unsubscribed'],
    ['known', 'subscribed'],
    ['left', 'unsubscribed'],
    ['new', 'subscribed'],
  ]);
});

it('reads its file of rows with problems again, once they are mended', async () => {
  const columns: ImportTarget[] = [...emailConsent, { to: 'trait', name: 'points', type: 'number' }];
  const done = await bench.run('Kundennr,Mail ok,n\n1,yes,many\n2,perhaps,2\n3,no,3\n', {
    columns,
    match: 'externalId',
  });
  expect(done.counts).toMatchObject({ created: 1, bad: 2 });
  expect(done.found).toBeNull();
  const csv = await problemsFile(done.id);
  expect(csv.replace('\uFEFF', '').split('\n')[0]).toBe('line,problem,reason,Kundennr,Mail ok,n');
  const again = await bench.upload(csv.replace('many', '1').replace('perhaps', 'yes'));
  const { columns: guessed } = await bench.settingsOf(again);
  expect(guessed.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => ({ to: 'ignore' })));
});

it('changes nothing by importing what was exported', async () => {
  const traits: JsonObject = {
    name: '=Ann, "the\nfirst"',
    phone: '+49 171 234567',
    email: 'ann@example.com',
    points: -7.5,
    vip: true,
    tags: ['a', 'b c', 'd,e'],
    sizes: [1, 2],
    address: { city: '서울', zip: 1234 },
    orders: [{ id: 1 }],
    none: [],
    toString: 'x',
    born: '1990-05-31',
    created_at: 'long ago',
  };
  await bench.identify('007', traits);
  await bench.identify('2', { email: 'bo@example.com' });
  await bench.run('id,c\n007,no\n', { columns: emailConsent });
  const before = await bench.people();
  const columns = allColumns([...Object.keys(traits), 'gone']);
  const said = await consents();
  const rows = before.map((person) => {
    const whole = {
      ...person,
      created_at: new Date(),
      last_seen_at: null,
      consents: Object.fromEntries(
        said.filter(({ id }) => id === person.external_id).map((each) => [each.channel, each.state]),
      ),
    };
    return columns.map(({ value }) => value(whole as unknown as ExportedPerson));
  });
  const file = stringify([columns.map(({ title }) => title), ...rows], { bom: true, escape_formulas: true });
  const done = await bench.run(file);
  expect(reasons(done)).toEqual([]);
  expect(done.counts).toMatchObject({ rows: 2, unchanged: 2 });
  const values = (people: typeof before) => people.map(({ id, traits: own }) => [id, own]);
  expect(values(await bench.people())).toEqual(values(before));
  expect(await consents()).toEqual(said);
});

it('shows values that came late on the time line of their person, and starts nothing by them', async () => {
  await bench.identify('1', { plan: 'pro', city: 'Rome' }, Date.parse('2026-06-01'));
  await bench.database.query(`delete from event_queue`);
  const file = 'id,plan,city,as of\n1,CSVLATE,Rome,2026-05-03\n';
  await bench.check(file);
  const told = () =>
    bench.database.query<{ origin: string; time: Date; traits: JsonObject; late: JsonObject }>(
      `select e.origin, e.time, l.traits as late from late_traits l
       join events e on e.workspace_id = l.workspace_id and e.id = l.event_id where l.workspace_id = $1`,
      [bench.caller.workspaceId],
    );
  expect(await told()).toEqual([]);
  expect((await bench.run(file)).counts).toMatchObject({ unchanged: 1, late: 1 });
  expect(await told()).toEqual([
    { origin: 'import', time: new Date('2026-05-03'), late: { plan: Date.parse('2026-06-01') } },
  ]);
  expect(await bench.traits()).toEqual([['1', { plan: 'pro', city: 'Rome' }]]);
  expect(await bench.database.query('select 1 from event_queue')).toEqual([]);
});

it('refuses what a spreadsheet has rounded, what is no address under the name of one, and numbers that vanish', async () => {
  const done = await bench.run('id,phone,email,n\n1,8.21012E+11,,1\n1.23457E+11,,,1\n3,,1,1\n4,,,1e-400\n', {
    columns: [{ to: 'externalId' }, { to: 'phone' }, text('email'), { to: 'trait', name: 'n', type: 'number' }],
  });
  const rounded = 'Format the column as text there, and export it again.';
  expect(reasons(done)).toEqual([
    `2: “phone” was rounded by a spreadsheet: “8.21012E+11”. ${rounded}`,
    `3: “id” was rounded by a spreadsheet: “1.23457E+11”. ${rounded}`,
    '4: “email” is no email address: “1”.',
    '5: “n” is smaller than a number can be: “1e-400”.',
  ]);
});

it('says that a file must be read anew before it is imported with another separator', async () => {
  const id = await bench.upload('id,name\n1,Ann\n');
  const settings = await bench.settingsOf(id, { delimiter: ';', columns: [{ to: 'externalId' }] });
  await expect(bench.imports.begin(bench.caller, { id, settings, state: 'checking' })).rejects.toMatchObject({
    code: 'invalid-mapping',
    details: { errors: [{ path: 'delimiter' }] },
  });
});
