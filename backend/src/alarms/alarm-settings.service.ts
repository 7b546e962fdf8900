import { Injectable } from '@nestjs/common';
import { alarmKindNames } from '@wend/contract';
import type { AlarmKind, AlarmKindSettings, AlarmOverride, SaveAlarmSettings } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { AlarmSettingsRepository } from './alarm-settings.repository.js';
import { AlarmRepository } from './alarm.repository.js';
import { EffectiveSettings } from './effective-settings.js';
import type { Effective } from './effective-settings.js';
import { subjectOf } from './shown.js';

/** When alarms are raised: for a kind, and for single journeys and connections. */
@Injectable()
export class AlarmSettingsService {
  constructor(
    private readonly repository: AlarmSettingsRepository,
    private readonly alarms: AlarmRepository,
    private readonly audit: AuditLog,
  ) {}

  async read(scope: Scope): Promise<{ kinds: AlarmKindSettings[]; overrides: AlarmOverride[] }> {
    const rows = await this.repository.of(scope);
    const settings = new EffectiveSettings(rows);
    const isWide = (row: { journeyId: string | null; connectionId: string | null }) =>
      row.journeyId === null && row.connectionId === null;
    const wide = { workspaceId: scope.workspaceId, journeyId: null, connectionId: null };
    return {
      kinds: alarmKindNames.map((kind) => ({
        kind,
        ...shown(settings.of(kind, wide)),
        changed: rows.some((row) => row.kind === kind && isWide(row) && row.enabled !== null),
      })),
      // A row that only mutes says nothing of limits: that is no exception.
      overrides: rows
        .filter((row) => !isWide(row) && row.enabled !== null)
        .map((row) => ({ id: row.id, kind: row.kind, subject: subjectOf(row), ...shown(settings.of(row.kind, row)) })),
    };
  }

  async save(
    caller: Caller,
    { kind, journeyId = null, connectionId = null, enabled, breaker, settings }: Saved,
  ): Promise<void> {
    await this.alarms.transaction(async (sql) => {
      const subject = await this.subjectIn(caller, { sql, journeyId, connectionId });
      await this.repository.save(caller, { sql, kind, journeyId, connectionId, enabled, breaker, settings });
      await this.audit.record(caller, {
        action: 'alarm.settings',
        subject,
        detail: { kind, enabled, breaker, settings },
        sql,
      });
    });
  }

  async mute(caller: Caller, { kind, hours }: { kind: AlarmKind; hours: number }): Promise<void> {
    await this.alarms.transaction(async (sql) => {
      const wide = { journeyId: null, connectionId: null };
      await this.repository.mute(caller, { sql, kind, ...wide, hours, by: actorName(caller) });
      await this.audit.record(caller, {
        action: hours > 0 ? 'alarm.mute' : 'alarm.unmute',
        subject: `workspace:${caller.workspaceId}`,
        detail: { kind, hours },
        sql,
      });
    });
  }

  async removeOverride(caller: Caller, id: string): Promise<void> {
    await this.alarms.transaction(async (sql) => {
      const row = await this.repository.remove(caller, { sql, id });
      if (!row) throw notFound('override');
      await this.audit.record(caller, {
        action: 'alarm.settings',
        subject: row.journeyId === null ? `connection:${row.connectionId}` : `journey:${row.journeyId}`,
        detail: { kind: row.kind, removed: true },
        sql,
      });
    });
  }

  private async subjectIn(
    caller: Caller,
    { sql, journeyId, connectionId }: { sql: Sql; journeyId: string | null; connectionId: string | null },
  ): Promise<string> {
    if (journeyId === null && connectionId === null) return `workspace:${caller.workspaceId}`;
    const what = journeyId === null ? 'connection' : 'journey';
    if ((await this.repository.nameOf(caller, { sql, journeyId, connectionId })) === null) throw notFound(what);
    return `${what}:${journeyId ?? connectionId}`;
  }
}

type Saved = Omit<SaveAlarmSettings, 'journeyId' | 'connectionId'> & {
  journeyId?: string | null | undefined;
  connectionId?: string | null | undefined;
};

function shown({ enabled, settings, breaker, muted }: Effective) {
  return { enabled, settings, breaker, muted: muted && { until: muted.until.toISOString(), by: muted.by } };
}
