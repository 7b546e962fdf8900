import { Injectable } from '@nestjs/common';
import { whatChanges } from '@wend/contract';
import type { Entry, Program, Rule } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { setBy, toldBy } from './told.js';
import type { RulesRead, Teller } from './told.js';

@Injectable()
export class ToldRepository {
  /**
   * The journeys that take people in, with what their steps make happen elsewhere. Who asks in a transaction that is to
   * publish one waits for others that do.
   */
  async open(scope: Scope, { sql }: { sql: Sql }): Promise<Teller[]> {
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`journeys told/${scope.workspaceId}`]);
    const rows = await sql.query<{
      id: string;
      name: string;
      entries: Entry[];
      instructions: Program['instructions'];
      facts: Program['facts'];
    }>(
      `select j.id, j.name, v.entries,
         acts.instructions,
         case when acts.instructions = '[]' then '[]' else p.program -> 'facts' end as facts
       from journeys j
       join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state in ('live', 'paused')
       join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
         and v.number = j.published_version
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       cross join lateral (
         select jsonb_path_query_array(p.program, '$.instructions[*] ? (@.op == "act" || @.op == "set" || @.op == "change")') as instructions
       ) acts
       where j.workspace_id = $1`,
      [scope.workspaceId],
    );
    return rows.map(({ instructions, facts, ...row }) => ({
      ...row,
      told: [...toldBy({ instructions, facts }), ...setBy({ instructions, facts })],
    }));
  }

  /** What the rules of these segments read, of those that have one. */
  async rulesAmong(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<RulesRead> {
    if (ids.length === 0) return new Map();
    const rows = await sql.query<{ id: string; rule: Rule }>(
      `select id::text, rule from segments where workspace_id = $1 and id::text = any($2::text[]) and rule is not null`,
      [scope.workspaceId, ids],
    );
    return new Map(rows.map(({ id, rule }) => [id, whatChanges(rule)]));
  }

  /** Which of these are segments that people can be put into. */
  async manualAmong(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await sql.query<{ id: string }>(
      `select id::text from segments
       where workspace_id = $1 and id::text = any($2::text[]) and rule is null and archived_at is null
       order by id for share`,
      [scope.workspaceId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
