import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';
import type { Database } from './database.js';

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
    await expect.poll(async () => (await database.query('select 1 from pg_stat_activity where pid = $1', [row!.pid])).length).toBe(0);
    // As while the Temporal server is asked: nothing runs on the connection when it ends.
    await new Promise((resolve) => setImmediate(resolve));
    await sql.query('select 1');
  });
  await expect(work).rejects.toThrow(/terminat|not queryable|ended/i);
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});

it('survives the end of a connection that was handed over a moment ago', async () => {
  const client = await database.pool.connect();
  const { rows: [row] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
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
  const answers = await database.transaction((sql) => Promise.all([1, 2, 3].map((n) => sql.query('select $1::int as n', [n]))));
  expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  const work = database.transaction((sql) => Promise.all([sql.query('select $1::int as n', [1]), sql.query('select 1 / $1::int', [0]), sql.query('select $1::int as n', [3])]));
  await expect(work).rejects.toThrow('division by zero');
});
