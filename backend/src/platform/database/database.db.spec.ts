import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';
import type { Database } from './database.js';

@Entity('workspaces')
class Named {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ type: 'text' })
  name: string;
}

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

it('survives the end of a connection between two statements of a transaction', async () => {
  const work = database.transaction(async (sql) => {
    const [row] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.query('select pg_terminate_backend($1)', [row!.pid]);
    await expect
      .poll(async () => (await database.query('select 1 from pg_stat_activity where pid = $1', [row!.pid])).length)
      .toBe(0);
    // As while the Temporal server is asked: nothing runs on the connection when it ends.
    await new Promise((resolve) => setImmediate(resolve));
    await sql.query('select 1');
  });
  await expect(work).rejects.toThrow(/terminat|not queryable|ended/i);
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});

it('survives the end of a connection that was handed over a moment ago', async () => {
  const client = await database.pool.connect();
  const {
    rows: [row],
  } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await database.query('select pg_terminate_backend($1)', [row!.pid]);
  await ended;
  client.release();
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});

it('fails as a statement fails that was only sent, and keeps nothing of its transaction', async () => {
  const add = "insert into workspaces (name) values ('sent')";
  const named = async () => (await database.query("select 1 from workspaces where name = 'sent'")).length;
  const work = database.transaction(async (sql) => {
    await sql.send(add);
    await sql.send('select 1 / $1::int', [0]);
    await sql.send(add);
  });
  await expect(work).rejects.toThrow('division by zero');
  expect(await named()).toBe(0);
  await database.transaction((sql) => sql.send(add));
  expect(await named()).toBe(1);
});

it('answers what is asked at once in the order of the questions, and fails with the first that fails', async () => {
  const answers = await database.transaction((sql) =>
    Promise.all([1, 2, 3].map((n) => sql.query('select $1::int as n', [n]))),
  );
  expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  const work = database.transaction((sql) =>
    Promise.all([
      sql.query('select $1::int as n', [1]),
      sql.query('select 1 / $1::int', [0]),
      sql.query('select $1::int as n', [3]),
    ]),
  );
  await expect(work).rejects.toThrow('division by zero');
});

it('lets repositories and SQL see each other within a transaction, and keeps both or neither', async () => {
  const count = (name: string) => database.repository(Named).countBy({ name });
  const add = async (name: string, work: () => Promise<void>) =>
    database.transaction(async (sql) => {
      await sql.query('insert into workspaces (name) values ($1)', [name]);
      expect(await sql.repository(Named).countBy({ name })).toBe(1);
      // `save` begins a transaction of its own where there is none.
      await sql.repository(Named).save([{ name }, { name }]);
      expect(await sql.query('select from workspaces where name = $1', [name])).toHaveLength(3);
      expect(await count(name)).toBe(0);
      await work();
    });
  await add('both', async () => undefined);
  expect(await count('both')).toBe(3);
  await expect(add('neither', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await count('neither')).toBe(0);
  expect(database.pool.idleCount).toBe(database.pool.totalCount);
});

it('undoes what TypeORM began within a transaction, and no more', async () => {
  await database.transaction(async (sql) => {
    const named = sql.repository(Named);
    await named.insert({ name: 'outer' });
    const inner = named.manager.transaction(async (manager) => {
      await manager.insert(Named, { name: 'inner' });
      throw new Error('no');
    });
    await expect(inner).rejects.toThrow('no');
  });
  const names = await database.query("select name from workspaces where name in ('outer', 'inner')");
  expect(names).toEqual([{ name: 'outer' }]);
});

it('lets the statements of a transaction take longer where that is said, and only there', async () => {
  const limit = async (options?: { longestMs: number }) => {
    const [row] = await database.transaction((sql) => sql.query<{ t: string }>('show statement_timeout'), options);
    return Object.values(row!)[0];
  };
  expect(await limit({ longestMs: 600_000 })).toBe('10min');
  expect(await limit()).toBe('1min');
  const slow = (longestMs: number) =>
    database.transaction((sql) => sql.query('select pg_sleep($1)', [0.3]), { longestMs });
  await expect(slow(100)).rejects.toThrow(/statement timeout/);
  await slow(10_000);
});
