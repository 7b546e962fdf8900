import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { importSettings } from '@wend/contract';
import type { ImportDetail, ImportSettings, ImportTarget, JsonObject } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { testDatabase } from '../../test/database.js';
import { AuditLog } from '../access/audit-log.js';
import { AuditEntryRepository } from '../access/audit-entry.repository.js';
import { EventsService } from '../events/index.js';
import { ConsentService } from '../messages/index.js';
import { ConsentRepository } from '../messages/consent.repository.js';
import type { Database, Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import type { Caller } from '../platform/http/index.js';
import { ManualMembers } from '../segments/index.js';
import { MemberRepository } from '../segments/member.repository.js';
import { MembershipEvents } from '../segments/membership-events.js';
import { SegmentRepository } from '../segments/segment.repository.js';
import { ErasureRepository } from '../upkeep/erasure.repository.js';
import { ImportRepository } from './import.repository.js';
import { ImportRunRepository } from './import-run.repository.js';
import { ImportRunner } from './import-runner.js';
import { ImportsService } from './imports.service.js';

type Settings = z.input<typeof importSettings>;

let database: Database;
let drop: () => Promise<void>;
let caller: Caller;
let imports: ImportsService;
let events: EventsService;
beforeAll(async () => {
  logger.level = 'fatal';
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
  const audit = new AuditLog(new AuditEntryRepository(database));
  imports = new ImportsService(new ImportRepository(database), audit, manualMembers());
});
afterAll(() => drop?.());
beforeEach(async () => {
  const [row] = await database.query<{ id: string }>(`insert into workspaces (name) values ('Test') returning id`);
  caller = {
    workspaceId: row!.id,
    actor: { kind: 'member', id: randomUUID(), role: 'owner', email: 'olivia@example.com' },
  };
});

function manualMembers(): ManualMembers {
  const members = new MemberRepository(database);
  return new ManualMembers(new SegmentRepository(database), members, new MembershipEvents(members, events));
}

/** A runner as another process has one; `before` is called before each statement of its transactions. */
function runner(before: () => void = () => undefined): ImportRunner {
  const watched = (sql: Sql): Sql => ({
    ...sql,
    query: (...asked) => (before(), sql.query(...asked)),
    send: (...asked) => (before(), sql.send(...asked)),
  });
  const breaking = {
    query: database.query.bind(database),
    transaction: <Result>(work: (sql: Sql) => Promise<Result>) => database.transaction((sql) => work(watched(sql))),
  } as unknown as Database;
  return new ImportRunner(
    new ImportRepository(breaking),
    new ImportRunRepository(breaking),
    new ConsentService(new ConsentRepository(database), events),
    events,
    manualMembers(),
  );
}

/** Works until nothing of this workspace is under way. */
async function finish(with_ = runner()): Promise<void> {
  for (let left = 10_000; left > 0; left -= 1) {
    const [busy] = await database.query(`select 1 from imports where state in ('checking', 'importing')`);
    if (!busy) return;
    await with_.work().catch(() => undefined);
  }
  throw new Error('The import does not come to an end.');
}

async function upload(file: string | Buffer, name = 'people.csv'): Promise<string> {
  const bytes = Buffer.from(file as string);
  const { id } = await imports.create(caller, { fileName: name, bytes: bytes.length });
  await imports.upload(caller, { id, offset: 0, body: Readable.from([bytes]) });
  return id;
}

/** As the page proposes it, but for what is said. */
async function settingsOf(id: string, more: Partial<Settings> = {}): Promise<ImportSettings> {
  const { found } = await imports.detail(caller, id);
  const { delimiter, header, decimal, match, columns } = found!;
  return importSettings.parse({
    delimiter,
    header,
    decimal,
    match,
    columns: columns.map(({ guess }) => guess),
    ...more,
  });
}

async function run(file: string | Buffer, more: Partial<Settings> = {}): Promise<ImportDetail> {
  const id = await upload(file);
  await imports.begin(caller, { id, settings: await settingsOf(id, more), state: 'importing' });
  await finish();
  return imports.detail(caller, id);
}

async function check(file: string | Buffer, more: Partial<Settings> = {}): Promise<ImportDetail> {
  const id = await upload(file);
  await imports.begin(caller, { id, settings: await settingsOf(id, more), state: 'checking' });
  await finish();
  return imports.detail(caller, id);
}

const people = async () =>
  database.query<{ id: string; external_id: string | null; traits: JsonObject; trait_times: Record<string, number> }>(
    `select id, external_id, traits, trait_times from profiles
     where workspace_id = $1 and merged_into is null order by external_id, traits ->> 'email'`,
    [caller.workspaceId],
  );
const traits = async () => (await people()).map(({ external_id, traits: own }) => [external_id, own]);
const text = (name: string): ImportTarget => ({ to: 'trait', name, type: 'text', order: 'iso', separator: ',' });
const identify = (userId: string, set: JsonObject, time = Date.now()) =>
  events.ingest({ scope: caller, events: [{ kind: 'identify', userId, traits: set, time }] });
const reasons = ({ problems }: ImportDetail) => problems.map(({ line, reason }) => `${line}: ${reason}`);

describe('an import', () => {
  it('creates and changes people, with types, and tells what it did to how many', async () => {
    await identify('1', { name: 'Ann', plan: 'free' });
    await identify('2', { name: 'Bo', points: 7 });
    const done = await run(
      'id,name,points,vip,born,tags\n1,Anna,12,yes,1990-05-31,a|b\n2,Bo,7,,,\n3,Cy,3.5,no,2001-01-01,b|c\n',
    );
    expect(done).toMatchObject({
      state: 'done',
      progress: 1,
      counts: { rows: 3, created: 1, changed: 1, unchanged: 1, repeated: 0, bad: 0 },
    });
    expect(await traits()).toEqual([
      ['1', { name: 'Anna', plan: 'free', points: 12, vip: true, born: '1990-05-31', tags: ['a', 'b'] }],
      ['2', { name: 'Bo', points: 7 }],
      ['3', { name: 'Cy', points: 3.5, vip: false, born: '2001-01-01', tags: ['b', 'c'] }],
    ]);
    const names = await database.query<{ name: string }>(
      `select name from event_names where workspace_id = $1 and kind = 'trait' order by name`,
      [caller.workspaceId],
    );
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['born', 'points', 'tags', 'vip']));
    // An event with the id of somebody imported is theirs.
    await events.ingest({ scope: caller, events: [{ name: 'Seen', userId: '3' }] });
    expect(await people()).toHaveLength(3);
  });

  it('refuses bad rows one by one, says why and where, and imports the rest', async () => {
    const done = await run(
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
    expect(done.counts).toEqual({ rows: 13, created: 2, changed: 0, unchanged: 0, repeated: 1, bad: 10 });
    expect((await traits()).at(-1)).toEqual(['12', expect.objectContaining({ points: 3, note: 'later' })]);
    const [kept] = await database.query<{ state: string }>('select state from imports where id = $1', [done.id]);
    expect(kept!.state).toBe('done');
    let csv = '';
    for await (const part of imports.problems(caller, done.id)) csv += part;
    expect(csv.split('\n')[1]).toBe(
      '3,bad,“email” is no email address: “ann(at)example.com”.,2,ann(at)example.com,1,2026-01-01,address',
    );
  });

  it('lets older facts lose, and an event of yesterday lose against it', async () => {
    const now = Date.now();
    await identify('1', { city: 'Rome', plan: 'free' }, now - 1_000);
    await run('id,city,plan,as of\n1,Paris,pro,2020-01-01\n', {
      columns: [{ to: 'externalId' }, text('city'), text('plan'), { to: 'time' }],
    });
    expect(await traits()).toEqual([['1', { city: 'Rome', plan: 'free' }]]);
    const done = await run('id,city\n1,Rome\n');
    expect(done.counts).toMatchObject({ unchanged: 1 });
    await identify('1', { city: 'Oslo' }, now - 500);
    expect(await traits()).toEqual([['1', { city: 'Rome', plan: 'free' }]]);
    await run('id,city\n1,Paris\n');
    expect(await traits()).toEqual([['1', { city: 'Paris', plan: 'free' }]]);
  });

  it('leaves alone what a cell leaves empty, or removes it when asked', async () => {
    await identify('1', { city: 'Rome', phone: '+4912345' }, Date.now() - 1_000);
    await run('id,city,phone\n1,,\n', { columns: [{ to: 'externalId' }, text('city'), { to: 'phone' }] });
    expect(await traits()).toEqual([['1', { city: 'Rome', phone: '+4912345' }]]);
    const done = await run('id,city,phone\n1,,\n', {
      columns: [{ to: 'externalId' }, text('city'), { to: 'phone' }],
      empty: 'remove',
    });
    expect(done.counts.changed).toBe(1);
    expect(await traits()).toEqual([['1', {}]]);
  });

  it('sets consents, and brings nobody back who has left unless it is asked to', async () => {
    const consents = () =>
      database.query(
        `select p.external_id as id, c.channel, c.state, c.source from consents c
         join profiles p on p.workspace_id = c.workspace_id and p.id = c.profile_id
         where c.workspace_id = $1 order by 1, 2`,
        [caller.workspaceId],
      );
    await identify('2', {});
    const [bo] = await people();
    await new ConsentRepository(database).transaction((sql) =>
      new ConsentRepository(database).unsubscribe(caller, { profileId: bo!.id, channel: 'email', sql }),
    );
    const file = 'id,email_ok,sms_ok\n1,yes,no\n2,yes,\n';
    const columns: ImportTarget[] = [
      { to: 'externalId' },
      { to: 'consent', channel: 'email' },
      { to: 'consent', channel: 'sms' },
    ];
    expect((await run(file, { columns })).counts).toMatchObject({ created: 1, unchanged: 1 });
    const own = [
      { id: '1', channel: 'email', state: 'subscribed', source: 'import' },
      { id: '1', channel: 'sms', state: 'unsubscribed', source: 'import' },
    ];
    expect(await consents()).toEqual([...own, { id: '2', channel: 'email', state: 'unsubscribed', source: null }]);
    expect((await run(file, { columns, resubscribe: true })).counts).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await consents()).toEqual([...own, { id: '2', channel: 'email', state: 'subscribed', source: 'import' }]);
  });

  it('adds everybody in it to a segment, once, and tells journeys only when asked', async () => {
    const [segment] = await database.query<{ id: string }>(
      `insert into segments (workspace_id, name) values ($1, 'VIP') returning id`,
      [caller.workspaceId],
    );
    await database.query(`insert into awaited_names (workspace_id, name) values ($1, 'Segment Entered')`, [
      caller.workspaceId,
    ]);
    await identify('1', { name: 'Ann' });
    const more = { segmentId: segment!.id };
    const file = 'id,name\n1,Ann\n2,Bo\n2,Bo\n';
    const dry = await check(file, more);
    const done = await run(file, more);
    expect(dry.checked).toEqual(done.counts);
    expect(done.counts).toMatchObject({ created: 1, changed: 1, repeated: 1 });
    expect((await run(file, more)).counts).toMatchObject({ unchanged: 2, repeated: 1 });
    const members = () => database.query('select 1 from segment_members where segment_id = $1', [segment!.id]);
    expect(await members()).toHaveLength(2);
    const queued = () => database.query('select 1 from event_queue where workspace_id = $1', [caller.workspaceId]);
    expect(await queued()).toEqual([]);
    await run('id\n3\n', { ...more, tell: true, header: true, match: 'externalId', columns: [{ to: 'externalId' }] });
    expect(await members()).toHaveLength(3);
    expect(await queued()).toHaveLength(1);
    await database.query('update segments set rule = $2 where id = $1', [segment!.id, '{"op":"all","rules":[]}']);
    await expect(run(file, more)).rejects.toMatchObject({ code: 'invalid-mapping' });
  });

  it('is heard of by those who watch people, as what starts nothing', async () => {
    await identify('1', { plan: 'free', city: 'Rome' });
    await database.query(
      `insert into change_watches (workspace_id, watcher, what, name)
       values ($1, 'test/1', 'trait', 'plan'), ($1, 'test/1', 'profile', '*'), ($1, 'test/1', 'consent', '*')`,
      [caller.workspaceId],
    );
    await run('id,plan,city,mail\n1,pro,Oslo,no\n2,pro,Oslo,\n', {
      columns: [{ to: 'externalId' }, text('plan'), text('city'), { to: 'consent', channel: 'email' }],
    });
    const heard = await database.query(
      `select p.external_id as id, c.what, c.name, c.origin from profile_changes c
       join profiles p on p.workspace_id = c.workspace_id and p.id = c.profile_id where c.workspace_id = $1 order by 1, 2`,
      [caller.workspaceId],
    );
    expect(heard).toEqual([
      { id: '1', what: 'consent', name: 'email', origin: 'import' },
      { id: '1', what: 'trait', name: 'plan', origin: 'import' },
      { id: '2', what: 'profile', name: 'created', origin: 'import' },
    ]);
  });

  it('starts and wakes nothing: no event is stored', async () => {
    await run('id,name\n1,Ann\n');
    for (const table of ['events', 'event_queue'])
      expect(await database.query(`select 1 from ${table} where workspace_id = $1`, [caller.workspaceId])).toEqual([]);
  });
});

describe('people found by address', () => {
  it('finds them however the address is written, creates who is new, and refuses who is not one person', async () => {
    await identify('1', { email: 'Ann@Example.com' });
    await identify('2', { email: 'twins@example.com' });
    await identify('3', { email: 'Twins@example.com' });
    const done = await run('email,city\nann@example.COM,Rome\ntwins@example.com,Oslo\nnew@example.com,Bern\n');
    expect(done.counts).toMatchObject({ created: 1, changed: 1, bad: 1 });
    expect(reasons(done)).toEqual(['3: 2 people have this address.']);
    expect(await traits()).toEqual([
      ['1', { email: 'Ann@Example.com', city: 'Rome' }],
      ['2', { email: 'twins@example.com' }],
      ['3', { email: 'Twins@example.com' }],
      [null, { email: 'new@example.com', city: 'Bern' }],
    ]);
    const exact = await run('email,city\ntwins@example.com,Oslo\n', { ignoreCase: false });
    expect(exact.counts).toMatchObject({ changed: 1, bad: 0 });
  });

  it('gives an external ID to who has none, and never one that is another’s', async () => {
    await run('email\na@example.com\nb@example.com\n');
    await identify('taken', { email: 'c@example.com' });
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
    const dry = await check(file, { match: 'email' });
    const done = await run(file, { match: 'email' });
    expect(dry.checked).toEqual(done.counts);
    expect(reasons(dry)).toEqual(reasons(done));
    expect(reasons(done)).toEqual([
      '3: The external ID “taken” is another person’s.',
      '4: The person with this address has another external ID, “taken”.',
      '6: The external ID “2” is in line 5 with another address.',
      '7: This address is in line 5 with another external ID.',
      '8: The same person is in line 2 too. Where the two differ, this later row counts.',
    ]);
    await events.ingest({ scope: caller, events: [{ name: 'Seen', userId: '1' }] });
    expect((await traits()).map(([id, own]) => [id, (own as JsonObject)['email']])).toEqual([
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
    const { id } = await imports.create(caller, { fileName: 'large.csv', bytes: bytes.length });
    const cut = async function* () {
      yield bytes.subarray(0, 1_500_000);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };
    await expect(imports.upload(caller, { id, offset: 0, body: Readable.from(cut()) })).rejects.toThrow('aborted');
    const { received, state } = await imports.detail(caller, id);
    expect([received, state]).toEqual([1_500_000, 'uploading']);
    const from = (offset: number) =>
      imports.upload(caller, { id, offset, body: Readable.from([bytes.subarray(offset)]) });
    await expect(from(0)).rejects.toMatchObject({ code: 'wrong-offset' });
    await expect(imports.upload(caller, { id, offset: received, body: Readable.from([bytes]) })).rejects.toMatchObject({
      code: 'file-too-large',
    });
    const [one, other] = await Promise.allSettled([from(received), from(received)]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect((await imports.detail(caller, id)).state).toBe('ready');
    const kept = await new ImportRepository(database).read(caller, { id, position: 0, length: bytes.length + 10 });
    expect(kept.equals(bytes)).toBe(true);
    const part = await new ImportRepository(database).read(caller, { id, position: 1_499_990, length: 600_000 });
    expect(part.equals(bytes.subarray(1_499_990, 2_099_990))).toBe(true);
  });

  it('that is no CSV in UTF-8 is refused once it is there, and its bytes are deleted', async () => {
    const id = await upload(Buffer.from('id,name\n1,René\n', 'latin1'));
    expect(await imports.detail(caller, id)).toMatchObject({ state: 'failed', error: expect.stringMatching(/UTF-8/) });
    expect(await database.query('select 1 from import_chunks where import_id = $1', [id])).toEqual([]);
  });

  it('is deleted when its import is done, and what was found in it', async () => {
    const done = await run('id,name\n1,Ann\n');
    const worker = runner();
    while (await worker.work());
    for (const table of ['import_chunks', 'import_keys'])
      expect(await database.query(`select 1 from ${table} where import_id = $1`, [done.id])).toEqual([]);
    expect(done.found).toBeNull();
  });

  it('is not mapped to what makes no sense', async () => {
    const id = await upload('id,email,name\n1,a@example.com,Ann\n');
    const begin = async (more: Partial<Settings>) =>
      imports.begin(caller, { id, settings: await settingsOf(id, more), state: 'importing' });
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
    const id = await upload(file);
    const settings = await settingsOf(id);
    await imports.begin(caller, { id, settings, state: 'checking' });
    await runner().work();
    expect((await imports.cancel(caller, id)).state).toBe('ready');
    expect(await people()).toEqual([]);
    await imports.begin(caller, { id, settings, state: 'importing' });
    await runner().work();
    const stopped = await imports.cancel(caller, id);
    expect(stopped).toMatchObject({ state: 'cancelled', counts: { created: stopped.counts.rows } });
    expect(await people()).toHaveLength(stopped.counts.rows);
    expect(stopped.counts.rows).toBeGreaterThan(0);
    while (await runner().work());
    expect(await people()).toHaveLength(stopped.counts.rows);
    await expect(imports.cancel(caller, id)).rejects.toMatchObject({ code: 'not-running' });
    await expect(imports.begin(caller, { id, settings, state: 'importing' })).rejects.toMatchObject({
      code: 'not-ready',
    });
  });

  it('fails visibly when its file is gone', async () => {
    const id = await upload('id,name\n1,Ann\n');
    await imports.begin(caller, { id, settings: await settingsOf(id), state: 'importing' });
    await database.query('delete from import_chunks where import_id = $1', [id]);
    await finish();
    expect(await imports.detail(caller, id)).toMatchObject({ state: 'failed', error: expect.stringMatching(/gone/) });
  });
});

it('two imports of the same people at once end as one after the other would, without anybody twice', async () => {
  const file = (name: string, ids: number[]) =>
    `email,${name}\n${ids.map((n) => `p${n}@example.com,${name}${n}`).join('\n')}`;
  const up = Array.from({ length: 1_500 }, (_, n) => n);
  const ids = [await upload(file('a', up)), await upload(file('b', up.toReversed()))];
  for (const id of ids) await imports.begin(caller, { id, settings: await settingsOf(id), state: 'importing' });
  await Promise.all([finish(), finish(), finish()]);
  const all = await people();
  expect(all).toHaveLength(1_500);
  for (const { traits: own } of all) {
    const n = /\d+/.exec(String(own['email']))![0];
    expect(own).toEqual({ email: `p${n}@example.com`, a: `a${n}`, b: `b${n}` });
  }
  const counted = await Promise.all(ids.map(async (id) => (await imports.detail(caller, id)).counts));
  expect(counted.reduce((sum, { created }) => sum + created, 0)).toBe(1_500);
  expect(counted.every(({ rows, bad }) => rows === 1_500 && bad === 0)).toBe(true);
});

it('erasing a person takes the rows that name them, and no others', async () => {
  await identify('1', { email: 'Ann@example.com' });
  await identify('2', { email: 'bo@example.com' });
  const done = await run('id,email,points\n1,ok@example.com,x\n5,ann@example.com,x\n2,bo@example.com,x\n', {
    columns: [{ to: 'externalId' }, { to: 'email' }, { to: 'trait', name: 'points', type: 'number' }],
  });
  expect(done.problems).toHaveLength(3);
  const [ann] = await people();
  await new ErasureRepository(database).person(caller, ann!.id);
  const { problems } = await imports.detail(caller, done.id);
  expect(problems.map(({ row }) => row[0])).toEqual(['2']);
});

/** What an import must come to, row by row, in plain words. */
function expected(rows: Row[], settings: { before: Map<string, JsonObject> }) {
  const all = new Map([...settings.before].map(([id, own]) => [id, { ...own }]));
  const seen = new Set<string>();
  const counts = { rows: rows.length, created: 0, changed: 0, unchanged: 0, repeated: 0, bad: 0 };
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
    counts[seen.has(row.id) ? 'repeated' : kind] += 1;
    seen.add(row.id);
    all.set(row.id, after);
  }
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
        const [made] = await database.query<{ id: string }>(`insert into workspaces (name) values ('M') returning id`);
        caller = { ...caller, workspaceId: made!.id };
        const before = new Map<string, JsonObject>();
        for (const { id, name } of earlier) {
          await identify(id, { name }, Date.now() - 5_000);
          before.set(id, { name });
        }
        const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const file = [['id', 'name', 'points'], ...rows.map(({ id, name, points }) => [id, name, points])]
          .map((cells) => cells.map(cell).join(delimiter))
          .join('\r\n');
        const id = await upload(file);
        const settings = await settingsOf(id, {
          delimiter: delimiter as ',',
          header: true,
          match: 'externalId',
          columns: [{ to: 'externalId' }, text('name'), { to: 'trait', name: 'points', type: 'number' }],
        });
        const dry = async () => {
          await imports.begin(caller, { id, settings, state: 'checking' });
          await finish();
          return (await imports.detail(caller, id)).checked;
        };
        const wanted = expected(
          rows
            .map((each) => ({ ...each, name: each.name.replace(/^'(?==)/, '') }))
            .filter((each) => each.id + each.name + each.points !== ''),
          { before },
        );
        expect(await dry()).toEqual(wanted.counts);
        expect(await people()).toHaveLength(before.size);
        await imports.begin(caller, { id, settings, state: 'importing' });
        for (;;) {
          const next = kills.next().value;
          let left = next;
          let alive = true;
          // A process of its own each time, with few rows at once; it dies before one of its statements.
          const process_ = runner(() => {
            if (left-- === 0) {
              alive = false;
              throw Object.assign(new Error('Connection terminated'), { code: '57P01' });
            }
          });
          Object.assign(process_, { limit: 4 });
          while (alive && (await process_.work().catch(() => false)));
          if ((await imports.detail(caller, id)).state === 'done') break;
        }
        const done = await imports.detail(caller, id);
        expect(done.counts).toEqual(wanted.counts);
        expect(new Map((await people()).map((each) => [each.external_id, each.traits]))).toEqual(
          new Map([...wanted.people].filter(([, own]) => own !== undefined)),
        );
      },
    ),
    { seed: 2_029, numRuns: 25 },
  );
}, 120_000);
