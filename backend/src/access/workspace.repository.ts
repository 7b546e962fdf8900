import { Injectable } from '@nestjs/common';
import type { Session } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { WorkspaceEntity } from './workspace.entity.js';

export type WorkspaceSettings = Pick<WorkspaceEntity, 'name' | 'timeZone' | 'language' | 'countProxyOpens'> &
  Partial<Pick<WorkspaceEntity, 'country' | 'linkDomain'>>;

@Injectable()
export class WorkspaceRepository {
  /** Without scope: it makes the workspace. */
  async insert({
    workspace,
    sql,
  }: {
    workspace: Omit<WorkspaceSettings, 'countProxyOpens'> & { demo: boolean };
    sql: Sql;
  }): Promise<Scope> {
    const { identifiers } = await sql.repository(WorkspaceEntity).insert({ ...workspace });
    return { workspaceId: identifiers[0]!['id'] as string };
  }

  /** What was before, locked until the transaction ends. */
  lock(scope: Scope, { sql }: { sql: Sql }): Promise<Session['workspace']> {
    return sql.repository(WorkspaceEntity).findOneOrFail({
      select: {
        id: true,
        name: true,
        demo: true,
        timeZone: true,
        language: true,
        country: true,
        linkDomain: true,
        countProxyOpens: true,
      },
      where: { id: scope.workspaceId },
      lock: { mode: 'for_no_key_update' },
    });
  }

  async update(scope: Scope, { settings, sql }: { settings: WorkspaceSettings; sql: Sql }): Promise<void> {
    await sql.repository(WorkspaceEntity).update({ id: scope.workspaceId }, settings);
  }
}
