import { Readable } from 'node:stream';
import type { ImportTarget } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { ImportRepository } from '../src/imports/import.repository.js';
import { ConsentRepository } from '../src/consents/consent.repository.js';
import { ErasureRepository } from '../src/upkeep/erasure.repository.js';
import { importBench, reasons, text } from './import-bench.js';
import type { Settings } from './import-bench.js';

const bench = importBench();

describe('an import', () => {
  it('creates and changes bench.people, with types, and tells what it did to how many', async () => {
    await bench.identify('1', { name: 'Ann', plan: 'free' });
    await bench.identify('2', { name: 'Bo', points: 7 });
    const done = await bench.run(
      'id,name,points,vip,born,tags\n1,Anna,12,yes,1990-05-31,a|b\n2,Bo,7,,,\n3,Cy,3.5,no,2001-01-01,b|c\n',
    );
    expect(done).toMatchObject({
      state: 'done',
      progress: 1,
      counts: { rows: 3, created: 1, changed: 1, unchanged: 1, repeated: 0, bad: 0, late: 0, kept: 0 },
    });
    expect(await bench.traits()).toEqual([
      ['1', { name: 'Anna', plan: 'free', points: 12, vip: true, born: '1990-05-31', tags: ['a', 'b'] }],
      ['2', { name: 'Bo', points: 7 }],
      ['3', { name: 'Cy', points: 3.5, vip: false, born: '2001-01-01', tags: ['b', 'c'] }],
    ]);
    const names = await bench.database.query<{ name: string }>(
      `select name from event_names where workspace_id = $1 and kind = 'trait' order by name`,
      [bench.caller.workspaceId],
    );
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['born', 'points', 'tags', 'vip']));
    // An event with the id of somebody imported is theirs.
    await bench.events.ingest({ scope: bench.caller, events: [{ name: 'Seen', userId: '3' }] });
    expect(await bench.people()).toHaveLength(3);
  });

  it('refuses bad rows one by one, says why and where, and imports the rest', async () => {
    const done = await bench.run(
      [
        'id,email,points,born,note',
        '1,ann@example.com,1,2026-01-01,fine',
        '2,ann(at)example.com,1,2026-01-01,address',
        '3,c@example.com,many,2026-01-01,number',
        '4,d@example.com,1,31/12/2026,date',
        'null,e@example.com,1,2026-01-01,nobody',
        ',f@example.com,1,2026-01-01,no id',
        `7,g@example.com,1,2026-01-01,${'x'.repeat(10_001)}`,
        `${'8'.repeat(256)},h@example.com,1,2026-01-01,long id`,
        '9,i@example.com,1,2026-01-01,too,many',
        '10,"j@example.com,1,2026-01-01,quotes',
        '11,k@example.com,1,2026-01-01,a\u0000b',
        '12,l@example.com,2,2026-01-02,fine',
        '12,l@example.com,3,2026-01-02,later',
      ].join('\n'),
      {
        columns: [
          { to: 'externalId' },
          { to: 'email' },
          { to: 'trait', name: 'points', type: 'number' },
          { to: 'trait', name: 'born', type: 'date' },
          { to: 'trait', name: 'note', type: 'text' },
        ],
      },
    );
    expect(reasons(done)).toEqual([
      '3: “email” is no email address: “ann(at)example.com”.',
      '4: “points” is no number: “many”. Numbers look like 1234.5.',
      '5: “born” is no date: “31/12/2026”. Dates look like 2026-05-31.',
      '6: “id” is “null”, which names nobody.',
      '7: There is no external ID in this row.',
      '8: “note” is longer than 10,000 characters.',
      '9: “id” is longer than 255 characters.',
      '10: This row has 6 columns; the file has 5. Put quotes around cells that contain the separator.',
      '11: The quotes of this row don’t match: a quoted cell must end with a quote, and quotes within it are doubled.',
      '12: “note” has a NUL character, which no text has.',
      '14: The same person is in line 13 too. Where the two differ, this later row counts.',
    ]);
    expect(done.counts).toMatchObject({ rows: 13, created: 2, changed: 0, unchanged: 0, repeated: 1, bad: 10 });
    expect((await bench.traits()).at(-1)).toEqual(['12', expect.objectContaining({ points: 3, note: 'later' })]);
    const [kept] = await bench.database.query<{ state: string }>('select state from imports where id = $1', [done.id]);
    expect(kept!.state).toBe('done');
    let csv = '';
    for await (const part of bench.imports.problems(bench.caller, done.id)) csv += part;
    expect(csv.split('\n')[1]).toBe(
      '3,bad,“email” is no email address: “ann(at)example.com”.,2,ann(at)example.com,1,2026-01-01,address',
    );
  });

  it('lets older facts lose, and an event of yesterday lose against it', async () => {
    const now = Date.now();
    await bench.identify('1', { city: 'Rome', plan: 'free' }, now - 1_000);
    const file = 'id,city,plan,as of\n1,Paris,free,2020-01-01\n1,Bern,free,2020-01-02\n2,Oslo,pro,2020-01-01\n';
    const more: Partial<Settings> = { columns: [{ to: 'externalId' }, text('city'), text('plan'), { to: 'time' }] };
    const dry = await bench.check(file, more);
    const late = await bench.run(file, more);
    expect(await bench.traits()).toEqual([
      ['1', { city: 'Rome', plan: 'free' }],
      ['2', { city: 'Oslo', plan: 'pro' }],
    ]);
    expect(late.counts).toEqual(dry.checked);
    expect(late.counts).toMatchObject({ created: 1, changed: 0, unchanged: 1, repeated: 1, late: 1, kept: 0 });
    // What is the same as what is known is not late, whenever it was so.
    expect(reasons(late)).toEqual([
      `2: Newer values stay as they are: “city”, set ${new Date(now - 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
      '3: The same person is in line 2 too. Where the two differ, what was so last counts.',
    ]);
    const done = await bench.run('id,city\n1,Rome\n');
    expect(done.counts).toMatchObject({ unchanged: 1 });
    await bench.identify('1', { city: 'Oslo' }, now - 500);
    expect((await bench.traits())[0]).toEqual(['1', { city: 'Rome', plan: 'free' }]);
    await bench.run('id,city\n1,Paris\n');
    expect((await bench.traits())[0]).toEqual(['1', { city: 'Paris', plan: 'free' }]);
  });

  it('leaves alone what a cell leaves empty, or removes it when asked', async () => {
    await bench.identify('1', { city: 'Rome', phone: '+4912345' }, Date.now() - 1_000);
    await bench.run('id,city,phone\n1,,\n', { columns: [{ to: 'externalId' }, text('city'), { to: 'phone' }] });
    expect(await bench.traits()).toEqual([['1', { city: 'Rome', phone: '+4912345' }]]);
    const done = await bench.run('id,city,phone\n1,,\n', {
      columns: [{ to: 'externalId' }, text('city'), { to: 'phone' }],
      empty: 'remove',
    });
    expect(done.counts.changed).toBe(1);
    expect(await bench.traits()).toEqual([['1', {}]]);
  });

  it('sets consents, and brings nobody back who has left unless it is asked to', async () => {
    const consents = () =>
      bench.database.query(
        `select p.external_id as id, c.channel, c.state, c.source from consents c
         join profiles p on p.workspace_id = c.workspace_id and p.id = c.profile_id
         where c.workspace_id = $1 order by 1, 2`,
        [bench.caller.workspaceId],
      );
    await bench.identify('2', {});
    const [bo] = await bench.people();
    await new ConsentRepository(bench.database).transaction((sql) =>
      new ConsentRepository(bench.database).state(bench.caller, {
        sql,
        profileId: bo!.id,
        statement: { channel: 'email', topic: '', state: 'unsubscribed' },
        evidence: { source: 'link' },
      }),
    );
    const file = 'id,email_ok,sms_ok\n1,yes,no\n2,yes,\n';
    const columns: ImportTarget[] = [
      { to: 'externalId' },
      { to: 'consent', channel: 'email' },
      { to: 'consent', channel: 'sms' },
    ];
    const kept = await bench.run(file, { columns });
    expect(kept.counts).toMatchObject({ created: 1, unchanged: 1, late: 0, kept: 1 });
    expect(reasons(kept)).toEqual(['3: The person has unsubscribed from email and stays unsubscribed.']);
    const own = [
      { id: '1', channel: 'email', state: 'subscribed', source: 'import' },
      { id: '1', channel: 'sms', state: 'unsubscribed', source: 'import' },
    ];
    expect(await consents()).toEqual([...own, { id: '2', channel: 'email', state: 'unsubscribed', source: 'link' }]);
    expect((await bench.run(file, { columns, resubscribe: true })).counts).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await consents()).toEqual([...own, { id: '2', channel: 'email', state: 'subscribed', source: 'import' }]);
  });

  it('adds everybody in it to a segment, once, and tells journeys only when asked', async () => {
    const [segment] = await bench.database.query<{ id: string }>(
      `insert into segments (workspace_id, name) values ($1, 'VIP') returning id`,
      [bench.caller.workspaceId],
    );
    await bench.database.query(`insert into awaited_names (workspace_id, name) values ($1, 'Segment Entered')`, [
      bench.caller.workspaceId,
    ]);
    await bench.identify('1', { name: 'Ann' });
    const more = { segmentId: segment!.id };
    const file = 'id,name\n1,Ann\n2,Bo\n2,Bo\n';
    const dry = await bench.check(file, more);
    const done = await bench.run(file, more);
    expect(dry.checked).toEqual(done.counts);
    expect(done.counts).toMatchObject({ created: 1, changed: 1, repeated: 1 });
    expect((await bench.run(file, more)).counts).toMatchObject({ unchanged: 2, repeated: 1 });
    const members = () => bench.database.query('select 1 from segment_members where segment_id = $1', [segment!.id]);
    expect(await members()).toHaveLength(2);
    const queued = () =>
      bench.database.query('select 1 from event_queue where workspace_id = $1', [bench.caller.workspaceId]);
    expect(await queued()).toEqual([]);
    await bench.run('id\n3\n', {
      ...more,
      tell: true,
      header: true,
      match: 'externalId',
      columns: [{ to: 'externalId' }],
    });
    expect(await members()).toHaveLength(3);
    expect(await queued()).toHaveLength(1);
    await bench.database.query('update segments set rule = $2 where id = $1', [segment!.id, '{"op":"all","rules":[]}']);
    await expect(bench.run(file, more)).rejects.toMatchObject({ code: 'invalid-mapping' });
  });

  it('is heard of by those who watch bench.people, as what starts nothing', async () => {
    await bench.identify('1', { plan: 'free', city: 'Rome' });
    await bench.database.query(
      `insert into change_watches (workspace_id, watcher, what, name)
       values ($1, 'test/1', 'trait', 'plan'), ($1, 'test/1', 'profile', '*'), ($1, 'test/1', 'consent', '*')`,
      [bench.caller.workspaceId],
    );
    await bench.run('id,plan,city,mail\n1,pro,Oslo,no\n2,pro,Oslo,\n', {
      columns: [{ to: 'externalId' }, text('plan'), text('city'), { to: 'consent', channel: 'email' }],
    });
    const heard = await bench.database.query(
      `select p.external_id as id, c.what, c.name, c.origin from profile_changes c
       join profiles p on p.workspace_id = c.workspace_id and p.id = c.profile_id where c.workspace_id = $1 order by 1, 2`,
      [bench.caller.workspaceId],
    );
    expect(heard).toEqual([
      { id: '1', what: 'consent', name: 'email', origin: 'import' },
      { id: '1', what: 'trait', name: 'plan', origin: 'import' },
      { id: '2', what: 'profile', name: 'created', origin: 'import' },
    ]);
  });

  it('starts and wakes nothing: no event is stored', async () => {
    await bench.run('id,name\n1,Ann\n');
    for (const table of ['events', 'event_queue'])
      expect(
        await bench.database.query(`select 1 from ${table} where workspace_id = $1`, [bench.caller.workspaceId]),
      ).toEqual([]);
  });
});

describe('people found by address', () => {
  it('finds them however the address is written, creates who is new, and refuses who is not one person', async () => {
    await bench.identify('1', { email: 'Ann@Example.com' });
    await bench.identify('2', { email: 'twins@example.com' });
    await bench.identify('3', { email: 'Twins@example.com' });
    const done = await bench.run('email,city\nann@example.COM,Rome\ntwins@example.com,Oslo\nnew@example.com,Bern\n');
    expect(done.counts).toMatchObject({ created: 1, changed: 1, bad: 1 });
    expect(reasons(done)).toEqual(['3: 2 people have this address.']);
    expect(await bench.traits()).toEqual([
      ['1', { email: 'Ann@Example.com', city: 'Rome' }],
      ['2', { email: 'twins@example.com' }],
      ['3', { email: 'Twins@example.com' }],
      [null, { email: 'new@example.com', city: 'Bern' }],
    ]);
    const exact = await bench.run('email,city\ntwins@example.com,Oslo\n', { ignoreCase: false });
    expect(exact.counts).toMatchObject({ changed: 1, bad: 0 });
  });

  it('gives an external ID to who has none, and never one that is another’s', async () => {
    await bench.run('email\na@example.com\nb@example.com\n');
    await bench.identify('taken', { email: 'c@example.com' });
    const file = [
      'id,email',
      '1,a@example.com',
      'taken,b@example.com',
      'other,c@example.com',
      '2,new@example.com',
      '2,another@example.com',
      '3,new@example.com',
      '1,A@example.com',
    ].join('\n');
    const dry = await bench.check(file, { match: 'email' });
    const done = await bench.run(file, { match: 'email' });
    expect(dry.checked).toEqual(done.counts);
    expect(reasons(dry)).toEqual(reasons(done));
    expect(reasons(done)).toEqual([
      '3: The external ID “taken” is another person’s.',
      '4: The person with this address has another external ID, “taken”.',
      '6: The external ID “2” is in line 5 with another address.',
      '7: This address is in line 5 with another external ID.',
      '8: The same person is in line 2 too. Where the two differ, this later row counts.',
    ]);
    await bench.events.ingest({ scope: bench.caller, events: [{ name: 'Seen', userId: '1' }] });
    expect((await bench.traits()).map(([id, own]) => [id, (own as JsonObject)['email']])).toEqual([
      ['1', 'a@example.com'],
      ['2', 'new@example.com'],
      ['taken', 'c@example.com'],
      [null, 'b@example.com'],
    ]);
  });
});

describe('a file', () => {
  it('arrives in pieces, goes on where it was cut, and takes no bytes twice', async () => {
    const bytes = Buffer.from(
      `id,name\n${Array.from({ length: 60_000 }, (_, n) => `${n},${'x'.repeat(40)}`).join('\n')}`,
    );
    const { id } = await bench.imports.create(bench.caller, { fileName: 'large.csv', bytes: bytes.length });
    const cut = async function* () {
      yield bytes.subarray(0, 1_500_000);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };
    await expect(bench.imports.upload(bench.caller, { id, offset: 0, body: Readable.from(cut()) })).rejects.toThrow(
      'aborted',
    );
    const { received, state } = await bench.imports.detail(bench.caller, id);
    expect([received, state]).toEqual([1_500_000, 'uploading']);
    const from = (offset: number) =>
      bench.imports.upload(bench.caller, { id, offset, body: Readable.from([bytes.subarray(offset)]) });
    await expect(from(0)).rejects.toMatchObject({ code: 'wrong-offset' });
    await expect(
      bench.imports.upload(bench.caller, { id, offset: received, body: Readable.from([bytes]) }),
    ).rejects.toMatchObject({
      code: 'file-too-large',
    });
    const [one, other] = await Promise.allSettled([from(received), from(received)]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect((await bench.imports.detail(bench.caller, id)).state).toBe('ready');
    const kept = await new ImportRepository(bench.database).read(bench.caller, {
      id,
      position: 0,
      length: bytes.length + 10,
    });
    expect(kept.equals(bytes)).toBe(true);
    const part = await new ImportRepository(bench.database).read(bench.caller, {
      id,
      position: 1_499_990,
      length: 600_000,
    });
    expect(part.equals(bytes.subarray(1_499_990, 2_099_990))).toBe(true);
  });

  it('that is no CSV in UTF-8 is refused once it is there, and its bytes are deleted', async () => {
    const id = await bench.upload(Buffer.from('id,name\n1,René\n', 'latin1'));
    expect(await bench.imports.detail(bench.caller, id)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/UTF-8/),
    });
    expect(await bench.database.query('select 1 from import_chunks where import_id = $1', [id])).toEqual([]);
  });

  it('is deleted when its import is done, and what was found in it', async () => {
    const done = await bench.run('id,name\n1,Ann\n');
    const worker = bench.runner();
    while (await worker.work());
    for (const table of ['import_chunks', 'import_keys'])
      expect(await bench.database.query(`select 1 from ${table} where import_id = $1`, [done.id])).toEqual([]);
    expect(done.found).toBeNull();
  });

  it('is not mapped to what makes no sense', async () => {
    const id = await bench.upload('id,email,name\n1,a@example.com,Ann\n');
    const begin = async (more: Partial<Settings>) =>
      bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id, more), state: 'importing' });
    await expect(begin({ columns: [{ to: 'externalId' }] })).rejects.toMatchObject({ code: 'invalid-mapping' });
    await expect(begin({ columns: [{ to: 'ignore' }, { to: 'email' }, text('name')] })).rejects.toThrow(/external ID/);
    await expect(begin({ columns: [{ to: 'externalId' }, text('name'), text('name')] })).rejects.toThrow(/same place/);
    await expect(begin({ columns: [{ to: 'externalId' }, { to: 'email' }, text('email')] })).rejects.toThrow(
      /same place/,
    );
    await expect(
      begin({ columns: [{ to: 'externalId' }, { to: 'consent', channel: 'fax' }, { to: 'ignore' }] }),
    ).rejects.toThrow(/no channel/);
  });
});

describe('a run that is stopped', () => {
  it('keeps what was imported, and a dry run leaves nothing', async () => {
    const file = `id,name\n${Array.from({ length: 2_500 }, (_, n) => `n${n},Name ${n}`).join('\n')}`;
    const id = await bench.upload(file);
    const settings = await bench.settingsOf(id);
    await bench.imports.begin(bench.caller, { id, settings, state: 'checking' });
    await bench.runner().work();
    expect((await bench.imports.cancel(bench.caller, id)).state).toBe('ready');
    expect(await bench.people()).toEqual([]);
    await bench.imports.begin(bench.caller, { id, settings, state: 'importing' });
    await bench.runner().work();
    const [left] = await bench.database.query<{ chunks: number; reads: boolean }>(
      `select count(*)::int as chunks, bool_or(position <= read_bytes) as reads
       from imports i join import_chunks c on c.workspace_id = i.workspace_id and c.import_id = i.id
       where i.id = $1`,
      [id],
    );
    expect(left).toEqual({ chunks: 1, reads: true });
    const stopped = await bench.imports.cancel(bench.caller, id);
    expect(stopped).toMatchObject({ state: 'cancelled', counts: { created: stopped.counts.rows } });
    expect(await bench.people()).toHaveLength(stopped.counts.rows);
    expect(stopped.counts.rows).toBeGreaterThan(0);
    while (await bench.runner().work());
    expect(await bench.people()).toHaveLength(stopped.counts.rows);
    await expect(bench.imports.cancel(bench.caller, id)).rejects.toMatchObject({ code: 'not-running' });
    await expect(bench.imports.begin(bench.caller, { id, settings, state: 'importing' })).rejects.toMatchObject({
      code: 'not-ready',
    });
  });

  it('fails visibly when its file is gone', async () => {
    const id = await bench.upload('id,name\n1,Ann\n');
    await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id), state: 'importing' });
    await bench.database.query('delete from import_chunks where import_id = $1', [id]);
    await bench.finish();
    expect(await bench.imports.detail(bench.caller, id)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/gone/),
    });
  });
});

it('two imports of the same people at once end as one after the other would, without anybody twice', async () => {
  const file = (name: string, ids: number[]) =>
    `email,${name}\n${ids.map((n) => `p${n}@example.com,${name}${n}`).join('\n')}`;
  const up = Array.from({ length: 1_500 }, (_, n) => n);
  const ids = [await bench.upload(file('a', up)), await bench.upload(file('b', up.toReversed()))];
  for (const id of ids)
    await bench.imports.begin(bench.caller, { id, settings: await bench.settingsOf(id), state: 'importing' });
  await Promise.all([bench.finish(), bench.finish(), bench.finish()]);
  const all = await bench.people();
  expect(all).toHaveLength(1_500);
  for (const { traits: own } of all) {
    const n = /\d+/.exec(String(own['email']))![0];
    expect(own).toEqual({ email: `p${n}@example.com`, a: `a${n}`, b: `b${n}` });
  }
  const counted = await Promise.all(ids.map(async (id) => (await bench.imports.detail(bench.caller, id)).counts));
  expect(counted.reduce((sum, { created }) => sum + created, 0)).toBe(1_500);
  expect(counted.every(({ rows, bad }) => rows === 1_500 && bad === 0)).toBe(true);
});

it('erasing a person takes the rows that name them, and no others', async () => {
  await bench.identify('1', { email: 'Ann@example.com' });
  await bench.identify('2', { email: 'bo@example.com' });
  const done = await bench.run('id,email,points\n1,ok@example.com,x\n5,ann@example.com,x\n2,bo@example.com,x\n', {
    columns: [{ to: 'externalId' }, { to: 'email' }, { to: 'trait', name: 'points', type: 'number' }],
  });
  expect(done.problems).toHaveLength(3);
  const [ann] = await bench.people();
  await new ErasureRepository(bench.database).person(bench.caller, ann!.id);
  const { problems } = await bench.imports.detail(bench.caller, done.id);
  expect(problems.map(({ row }) => row[0])).toEqual(['2']);
});

it('a deletion does not go on with who took the person in meanwhile', async () => {
  await bench.identify('1', {});
  await bench.identify('2', {});
  const [ann, bo] = await bench.people();
  await bench.database.query('update profiles set merged_into = $3 where workspace_id = $1 and id = $2', [
    bench.caller.workspaceId,
    ann!.id,
    bo!.id,
  ]);
  expect(await new ErasureRepository(bench.database, false).person(bench.caller, ann!.id)).toBeNull();
  expect((await bench.people()).map(({ id }) => id)).toEqual([bo!.id]);
});

it('a file that waits does not bring back who is deleted meanwhile, and shows nothing of them', async () => {
  await bench.identify('gone-1', { email: 'gone@example.com' });
  const id = await bench.upload(
    'id,email,points\ngone-1,new@example.com,1\nx2,gone@example.com,1\nx3,bo@example.com,1\n',
  );
  const settings = await bench.settingsOf(id, { match: 'externalId' });
  const [ann] = await bench.people();
  await new ErasureRepository(bench.database).person(bench.caller, ann!.id);
  expect(JSON.stringify(await bench.imports.detail(bench.caller, id))).not.toContain('gone');
  await bench.imports.begin(bench.caller, { id, settings, state: 'importing' });
  await bench.finish();
  const done = await bench.imports.detail(bench.caller, id);
  expect(done.counts).toMatchObject({ rows: 3, created: 1, bad: 2 });
  expect(JSON.stringify(done.problems)).not.toContain('gone');
  expect((await bench.traits()).map(([external]) => external)).toEqual(['x3']);
});
