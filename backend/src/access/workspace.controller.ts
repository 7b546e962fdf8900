import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import { actorName, Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { AuditLog } from './audit-log.js';
import { WorkspaceHooks } from './workspace-hooks.js';
import { WorkspaceRepository } from './workspace.repository.js';
import type { WorkspaceSettings } from './workspace.repository.js';

/** What a workspace says of itself. */
@Controller()
export class WorkspaceController {
  constructor(
    private readonly database: Database,
    private readonly workspaces: WorkspaceRepository,
    private readonly audit: AuditLog,
    private readonly hooks: WorkspaceHooks,
  ) {}

  @Route(api.updateWorkspace)
  update({ body, caller }: RouteInput<typeof api.updateWorkspace>): Promise<RouteOutput<typeof api.updateWorkspace>> {
    return this.database.transaction(async (sql) => {
      const before = await this.workspaces.lock(caller, { sql });
      const after: Required<WorkspaceSettings> = {
        name: body.name ?? before.name,
        timeZone: body.timeZone ?? before.timeZone,
        language: body.language ?? before.language,
        country: body.country === undefined ? before.country : body.country,
        linkDomain: body.linkDomain === undefined ? before.linkDomain : body.linkDomain,
        countProxyOpens: body.countProxyOpens ?? before.countProxyOpens,
      };
      const changed = (['name', 'timeZone', 'language', 'country', 'linkDomain', 'countProxyOpens'] as const).filter(
        (field) => after[field] !== before[field],
      );
      if (changed.length === 0) return before;
      await this.workspaces.update(caller, { settings: after, sql });
      const concerning = (['timeZone', 'country'] as const).filter((setting) => changed.includes(setting));
      await this.hooks.changed(caller, { sql, changed: concerning, by: actorName(caller) });
      const detail = Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }]));
      await this.audit.record(caller, {
        action: 'workspace.update',
        subject: `workspace:${caller.workspaceId}`,
        detail,
        sql,
      });
      return { ...before, ...after };
    });
  }
}
