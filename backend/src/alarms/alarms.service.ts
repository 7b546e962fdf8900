import { Injectable } from '@nestjs/common';
import type { Alarm, Page } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { AlarmSettingsRepository } from './alarm-settings.repository.js';
import { AlarmRepository } from './alarm.repository.js';
import type { AlarmCursor, ListedAlarm } from './alarm.repository.js';
import { EffectiveSettings } from './effective-settings.js';
import { kindCodes } from './kinds/index.js';
import { subjectOf } from './shown.js';

/** Alarms as their page shows them. */
@Injectable()
export class AlarmsService {
  constructor(
    private readonly repository: AlarmRepository,
    private readonly settings: AlarmSettingsRepository,
    private readonly audit: AuditLog,
  ) {}

  async list(
    scope: Scope,
    { state, cursor, limit }: { state: 'open' | 'past'; cursor?: string | undefined; limit: number },
  ): Promise<Page<Alarm>> {
    const [rows, settings] = await Promise.all([
      this.repository.list(scope, { open: state === 'open', after: readCursor(cursor), limit: limit + 1 }),
      this.effective(scope),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => alarmOf(row, settings)),
      next: rows.length > limit && last ? writeCursor(last) : null,
    };
  }

  count(scope: Scope): Promise<number> {
    return this.repository.countOpen(scope);
  }

  /** Of what it is about, and its kind: the next one like it is muted, too. */
  async mute(caller: Caller, { id, hours }: { id: string; hours: number }): Promise<Alarm> {
    const row = await this.repository.find(caller, id);
    if (!row) throw notFound('alarm');
    const { kind, journeyId, connectionId } = row;
    const name = await this.nameOf(caller, row);
    // It can be muted only while it is there.
    if (name === null) throw notFound(journeyId === null ? 'connection' : 'journey');
    await this.repository.transaction(async (sql) => {
      await this.settings.mute(caller, { sql, kind, journeyId, connectionId, hours, by: actorName(caller) });
      await this.audit.record(caller, {
        action: hours > 0 ? 'alarm.mute' : 'alarm.unmute',
        subject: `alarm:${id}`,
        detail: { kind, name: row.name, hours },
        sql,
      });
    });
    return alarmOf((await this.repository.find(caller, id))!, await this.effective(caller));
  }

  private async nameOf(scope: Scope, { journeyId, connectionId, name }: ListedAlarm): Promise<string | null> {
    if (journeyId === null && connectionId === null) return name;
    return this.settings.nameOf(scope, { journeyId, connectionId });
  }

  private async effective(scope: Scope): Promise<EffectiveSettings> {
    return new EffectiveSettings(await this.settings.of(scope));
  }
}

function alarmOf(row: ListedAlarm, settings: EffectiveSettings): Alarm {
  const { muted } = settings.of(row.kind, row);
  return {
    id: row.id,
    kind: row.kind,
    subject: subjectOf(row),
    summary: row.summary,
    advice: row.advice,
    path: kindCodes[row.kind].path(row),
    raisedAt: row.raisedAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    clearedAt: row.clearedAt?.toISOString() ?? null,
    muted: muted && { until: muted.until.toISOString(), by: muted.by },
    breaker:
      row.trip === null
        ? null
        : {
            at: row.trippedAt?.toISOString() ?? null,
            note: row.trip,
            resumedAt: row.resumedAt?.toISOString() ?? null,
          },
    tellings: row.told,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const instant = /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/;

function writeCursor({ raisedExactly, id }: ListedAlarm): string {
  return Buffer.from(JSON.stringify([raisedExactly, id])).toString('base64url');
}

function readCursor(cursor: string | undefined): AlarmCursor | null {
  if (cursor === undefined) return null;
  try {
    const [at = '', id = ''] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as string[];
    if (instant.test(at) && Number.isFinite(Date.parse(at)) && uuid.test(id)) return { at, id };
  } catch {
    // It is none of ours: said below.
  }
  throw new UserError('invalid-request', 'This cursor is not one of this list. Start again without it.', {
    errors: [{ path: 'cursor', message: 'is not one of this list' }],
  });
}
