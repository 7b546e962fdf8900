import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import { Database } from '../../platform/database/index.js';
import type { Scope, Sql } from '../../platform/database/index.js';
import { ChannelTemplateEntity } from './channel-template.entity.js';

export type TemplateRow = Omit<ChannelTemplateEntity, 'workspaceId'>;
type Draft = Pick<TemplateRow, 'name' | 'connectionId' | 'definition'>;

const columns = `id, channel, connection_id as "connectionId", name, definition, revision, archived_at as "archivedAt",
  created_at as "createdAt", updated_at as "updatedAt"`;

@Injectable()
export class TemplateRepository {
  constructor(private readonly database: Database) {}

  list(
    scope: Scope,
    { channel, archived }: { channel?: Channel | undefined; archived: boolean },
  ): Promise<TemplateRow[]> {
    return this.database.query<TemplateRow>(
      `select ${columns}
        from channel_templates
        where workspace_id = $1 and ($2::text is null or channel = $2) and ($3 or archived_at is null)
        order by channel, lower(name), id`,
      [scope.workspaceId, channel ?? null, archived],
    );
  }

  async find(scope: Scope, { id, sql = this.database }: { id: string; sql?: Sql }): Promise<TemplateRow | null> {
    const [row] = await sql.query<TemplateRow>(
      `select ${columns} from channel_templates where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async add(scope: Scope, { sql, channel, draft }: { sql: Sql; channel: Channel; draft: Draft }): Promise<TemplateRow> {
    const [row] = await sql.query<TemplateRow>(
      `insert into channel_templates (workspace_id, channel, connection_id, name, definition)
       values ($1, $2, $3, $4, $5)
       returning ${columns}`,
      [scope.workspaceId, channel, draft.connectionId, draft.name, draft.definition],
    );
    return row!;
  }

  /** Null when it is not there in this revision. */
  async change(
    scope: Scope,
    { sql, id, revision, draft }: { sql: Sql; id: string; revision: number; draft: Draft },
  ): Promise<TemplateRow | null> {
    const [row] = await sql.query<TemplateRow>(
      `update channel_templates
       set connection_id = $4, name = $5, definition = $6, revision = revision + 1, updated_at = now()
       where workspace_id = $1 and id = $2 and revision = $3
       returning ${columns}`,
      [scope.workspaceId, id, revision, draft.connectionId, draft.name, draft.definition],
    );
    return row ?? null;
  }

  async archive(
    scope: Scope,
    { sql, id, archived }: { sql: Sql; id: string; archived: boolean },
  ): Promise<TemplateRow | null> {
    const [row] = await sql.query<TemplateRow>(
      `update channel_templates
       set archived_at = case when $3 then coalesce(archived_at, now()) end
       where workspace_id = $1 and id = $2
       returning ${columns}`,
      [scope.workspaceId, id, archived],
    );
    return row ?? null;
  }

  /** Journeys that are under way and use it: in their newest version, or in one that people are still in. */
  async usedBy(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<string[]> {
    const rows = await sql.query<{ name: string }>(
      `select j.name
       from journeys j
       join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state <> 'stopped'
       where j.workspace_id = $1
         and exists (
           select 1
           from journey_versions v
           where v.workspace_id = j.workspace_id
             and v.journey_id = j.id
             and v.number is not null
             and jsonb_path_exists(
               v.running, '$.nodes.*.config.template.id ? (@ == $id)', jsonb_build_object('id', $2::text)
             )
             and (
               not exists (
                 select 1
                 from journey_versions newer
                 where newer.workspace_id = j.workspace_id and newer.journey_id = j.id and newer.number > v.number
               )
               or exists (
                 select 1
                 from enrollments e
                 where e.workspace_id = j.workspace_id and e.version_id = v.id and e.ended_at is null
               )
             )
         )
       order by lower(j.name), j.id
       limit 4`,
      [scope.workspaceId, id],
    );
    return rows.map(({ name }) => name);
  }

  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<TemplateRow | null> {
    const [row] = await sql.query<TemplateRow>(
      `delete from channel_templates where workspace_id = $1 and id = $2 returning ${columns}`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}
