import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';

const files = import.meta.glob<Record<string, new () => object>>('../../**/*.entity.ts', { eager: true });
const entities = Object.values(files).flatMap((file) => Object.values(file));

let test: Awaited<ReturnType<typeof testDatabase>>;
let dataSource: DataSource;
beforeAll(async () => {
  test = await testDatabase();
  dataSource = await new DataSource({
    type: 'postgres',
    url: test.url,
    entities,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
  }).initialize();
});
afterAll(async () => {
  await dataSource?.destroy();
  await test?.drop();
});

/** Migrations alone say which indexes, checks and references there are. */
const ofMigrations = /(DROP|CREATE)( UNIQUE)? INDEX|(DROP|ADD) CONSTRAINT/;

it('describe the columns that the migrations make', async () => {
  expect(entities.length).toBeGreaterThan(0);
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query).filter((query) => !ofMigrations.test(query))).toEqual([]);
});
