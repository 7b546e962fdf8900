import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';
import type { Database } from './database.js';
import { Listener } from './listener.js';

let url: string;
let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ url, database, drop } = await testDatabase());
});
afterAll(() => drop?.());

const listening = () =>
  database.query(
    `select 1 from pg_stat_activity where application_name = 'wend-listen' and datname = current_database()`,
  );

it('leaves no connection behind when it is stopped while it connects', async () => {
  const listener = new Listener({
    url,
    channels: ['first'],
    notify: () => undefined,
    logger: { warn: () => undefined },
  });
  const starting = listener.start();
  await listener.stop();
  await starting;
  await expect.poll(listening).toEqual([]);
});

it('tells of notifications, and of each channel once it listens again after its connection was lost', async () => {
  const told: string[] = [];
  const listener = new Listener({
    url,
    channels: ['first', 'second'],
    notify: (channel) => told.push(channel),
    logger: { warn: () => undefined },
  });
  await listener.start();
  expect(told.splice(0)).toEqual(['first', 'second']);
  await database.query(`select pg_notify('second', ''), pg_notify('third', '')`);
  await expect.poll(() => told.splice(0)).toEqual(['second']);

  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wend-listen' and datname = current_database()`,
  );
  await expect.poll(() => told.splice(0), { timeout: 10_000 }).toEqual(['first', 'second']);
  await database.query(`select pg_notify('first', '')`);
  await expect.poll(() => told.splice(0)).toEqual(['first']);

  await listener.stop();
  await database.query(`select pg_notify('first', '')`);
  expect(await listening()).toEqual([]);
  expect(told).toEqual([]);
});
