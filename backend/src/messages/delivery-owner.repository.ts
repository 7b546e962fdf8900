import type { PoolClient } from 'pg';
import type { Database } from '../platform/database/index.js';

const lockClass = 7361;

/** Processes that send messages, each with an advisory lock that its connection holds while it lives. */
export class DeliveryOwnerRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: senders serve all workspaces. */
  connect(): Promise<PoolClient> {
    return this.database.pool.connect();
  }

  /** Makes `name` an owner that lives as long as the connection. Without scope: senders serve all workspaces. */
  async lock({ client, name }: { client: PoolClient; name: string }): Promise<void> {
    await client.query('set tcp_keepalives_idle = 1; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 2');
    const { rows } = await client.query<{ id: number }>(
      'insert into delivery_owners (name) values ($1) on conflict (name) do update set name = excluded.name returning id',
      [name],
    );
    await client.query('select pg_advisory_lock($1, $2)', [lockClass, rows[0]!.id]);
  }

  /** All owners but this one, and whether nobody holds their lock. Without scope: senders serve all workspaces. */
  others(name: string): Promise<{ name: string; free: boolean }[]> {
    return this.database.query<{ name: string; free: boolean }>(
      'select name, pg_try_advisory_xact_lock_shared($1, id) as free from delivery_owners where name <> $2',
      [lockClass, name],
    );
  }

  /** Without scope: senders serve all workspaces. */
  async forget(names: string[]): Promise<void> {
    await this.database.query('delete from delivery_owners where name = any($1::text[])', [names]);
  }
}
