import pg from 'pg';
import type { ClientBase, Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { dataSourceOver, managerOn } from './data-source.js';

/** Which tenant a query is for. Every repository method takes one first; there is no query without it. */
export type Scope = { workspaceId: string };

/** Something that runs SQL: the pool, or one transaction. */
export type Sql = {
  /** `assembled`: the text follows what somebody wrote, so that there may be any number of texts. */
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: unknown[],
    options?: { assembled?: boolean },
  ): Promise<Row[]>;
  /**
   * For what returns nothing of interest: a transaction only sends it, and waits for it together with its commit, or
   * fails as it fails.
   */
  send(text: string, values?: unknown[]): Promise<void>;
  /** TypeORM's repository of an entity, for plain reads and writes; in a transaction it works in that. */
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity>;
};

/** How long a statement may take, and how much later the client takes a connection that says nothing for dead. */
const longestMs = 60_000;
const graceMs = 5_000;

/**
 * A process that is frozen (a stopped container, a machine that is moved) keeps the locks of its open transactions only
 * so long. Who waits for something else in a transaction says in time that it is alive.
 */
const idleInTransactionMs = 7_000;

type ConnectOptions = {
  url: string;
  poolSize?: number;
  applicationName?: string;
};

/**
 * The one way to PostgreSQL, over one pool: plain tables go through TypeORM repositories (`repository`), hot paths
 * through parameterised SQL (`query`, `send`). A transaction offers both on its connection.
 */
export class Database implements Sql {
  private constructor(
    readonly pool: Pool,
    private readonly dataSource: DataSource,
  ) {}

  static async connect({ url, poolSize = 10, applicationName = 'wend' }: ConnectOptions): Promise<Database> {
    const pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      application_name: applicationName,
      // The client's own limit also ends queries on connections that died in silence. Pipeline: what is asked at once
      // is sent at once.
      pipeline: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: longestMs + graceMs,
      keepAlive: true,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      statement_timeout: longestMs,
      onConnect: tolerateEnd,
    });
    try {
      return new Database(pool, await dataSourceOver(pool));
    } catch (error) {
      // What failed after TypeORM had connected has ended the pool already: that must not hide why.
      await pool.end().catch(() => undefined);
      throw error;
    }
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.dataSource.getRepository(entity);
  }

  async query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: unknown[],
    options?: { assembled?: boolean },
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(statement(text, values, options))).rows;
  }

  async send(text: string, values?: unknown[]): Promise<void> {
    await this.query(text, values);
  }

  /**
   * Runs `work` in one transaction (read committed); rolls back and rethrows when it throws. `settings` of PostgreSQL
   * hold until its end: constants of the code, such as `enable_seqscan = off`. `longestMs`: how long each statement may
   * take, for those that may take longer than the others.
   */
  async transaction<Result>(
    work: (sql: Sql) => Promise<Result>,
    { settings = [], longestMs: longest }: { settings?: string[]; longestMs?: number } = {},
  ): Promise<Result> {
    const limits = longest === undefined ? [] : [`statement_timeout = ${longest}`];
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection that ends while no statement runs tells it by an event, which would end the process if nobody
    // listened.
    const drop = (error: Error) => (broken = error);
    client.on('error', drop);
    try {
      await client.query(['begin', ...[...limits, ...settings].map((setting) => `set local ${setting}`)].join('; '));
      const sent: Promise<unknown>[] = [];
      const result = await work(this.within(client, { sent, longest }));
      // After a statement that failed, PostgreSQL answers a commit by rolling back.
      await Promise.all([...sent, client.query('commit')]);
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', drop);
      client.release(broken);
    }
  }

  /** Throws unless the database answers. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  private within(
    client: PoolClient,
    { sent, longest }: { sent: Promise<unknown>[]; longest: number | undefined },
  ): Sql {
    let manager: EntityManager | undefined;
    const limit = longest === undefined ? {} : { query_timeout: longest + graceMs };
    return {
      query: async (text, values, options) =>
        (await client.query({ ...statement(text, values, options), ...limit })).rows as never,
      send: async (text, values) => {
        const answer = client.query({ ...statement(text, values), ...limit });
        answer.catch(() => undefined);
        sent.push(answer);
      },
      repository: (entity) => (manager ??= managerOn(this.dataSource, client)).getRepository(entity),
    };
  }
}

const names = new Map<string, string>();
/**
 * Texts that are put together from parts have few forms; should one have endless forms, the rest goes without a name.
 */
const mostNames = 1_000;
/**
 * Of texts that follow what people write only the first short ones get a name, so that they never take those of the
 * code's own.
 */
const assembled = { names: 0, most: 100, longest: 8_000 };

/**
 * With a name PostgreSQL keeps the parsed statement and, after some calls, its plan, per connection: for short
 * statements planning is dearer than running.
 */
function statement(text: string, values: unknown[] = [], options: { assembled?: boolean } = {}): QueryConfig {
  if (values.length === 0) return { text };
  if (!names.has(text) && mayHaveName(text, options.assembled === true)) names.set(text, `wend_${names.size}`);
  const name = names.get(text);
  return name === undefined ? { text, values } : { name, text, values };
}

function mayHaveName(text: string, isAssembled: boolean): boolean {
  if (names.size >= mostNames) return false;
  if (!isAssembled) return true;
  if (assembled.names >= assembled.most || text.length > assembled.longest) return false;
  assembled.names += 1;
  return true;
}

/**
 * The end of a connection is an event, and one that nobody hears ends the process. The pool hears it while a connection
 * is idle, and who works with one from a moment after it was handed over: this is for the moment in between. What is
 * broken is not used again either way.
 */
function tolerateEnd(client: ClientBase): void {
  client.on('error', () => undefined);
}
