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
