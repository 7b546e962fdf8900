import type { Pool, PoolClient } from 'pg';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

/**
 * TypeORM over a pool that is there already: its `driver` option takes the place of the module `pg`, of which it uses
 * the class `Pool` alone. It knows every entity that is loaded: whoever imports a repository has imported its entity.
 */
export async function dataSourceOver(pool: Pool): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    driver: {
      Pool: class {
        constructor() {
          return pool;
        }
      },
    },
    entities: getMetadataArgsStorage().tables.map(({ target }) => target),
    synchronize: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    // The pool drops a connection that broke while it was idle, and makes another when one is asked for.
    poolErrorHandler: () => undefined,
  });
  return dataSource.initialize();
}

/** TypeORM within a transaction that was begun on `client`: it neither commits nor releases anything. */
export function managerOn(dataSource: DataSource, client: PoolClient): EntityManager {
  const { driver } = dataSource;
  if (!(driver instanceof PostgresDriver)) throw new Error('TypeORM must use its PostgreSQL driver.');
  return dataSource.createEntityManager(new JoinedQueryRunner(driver, client));
}

/** Runs what TypeORM asks for on a connection that somebody else holds, within that one's transaction. */
class JoinedQueryRunner extends PostgresQueryRunner {
  constructor(driver: PostgresDriver, client: PoolClient) {
    super(driver, 'master');
    this.databaseConnection = client;
    this.isTransactionActive = true;
    // What TypeORM would begin itself becomes a savepoint.
    this.transactionDepth = 1;
  }

  override async release(): Promise<void> {}
}
