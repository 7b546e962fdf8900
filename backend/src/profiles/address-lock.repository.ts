import type { Scope, Sql } from '../platform/database/index.js';

// Addresses are no keys: nothing but these locks keeps two from making two people of one new address. Whoever finds
// people by one address shares the workspace with others who do so; whoever finds many has it alone.

/** Until the transaction ends nobody else finds or makes people by this address. To be asked before rows are locked. */
export async function lockAddress(scope: Scope, { sql, email }: { sql: Sql; email: string }): Promise<void> {
  await sql.query('select pg_advisory_xact_lock_shared(hashtextextended($1, 29))', [scope.workspaceId]);
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1 || lower($2), 30))', [scope.workspaceId, email]);
}

/** The same for all addresses of the workspace. */
export async function lockAllAddresses(scope: Scope, sql: Sql): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 29))', [scope.workspaceId]);
}
