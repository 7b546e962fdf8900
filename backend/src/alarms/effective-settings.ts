import { alarmKinds, usualSettings } from '@wend/contract';
import type { AlarmKind } from '@wend/contract';
import type { SettingsRow } from './alarm-settings.repository.js';
import type { Settings, Subject } from './kind.js';
import { keyOf } from './kind.js';

export type Effective = {
  enabled: boolean;
  breaker: boolean;
  settings: Settings;
  muted: { until: Date; by: string } | null;
};

/** What holds for a subject: the usual, above it what the workspace has set, above that what is set for the subject. */
export class EffectiveSettings {
  private readonly rows = new Map<string, SettingsRow>();

  constructor(rows: readonly SettingsRow[]) {
    for (const row of rows) this.rows.set(rowKey(row.kind, row), row);
  }

  of(kind: AlarmKind, subject: Subject, now = Date.now()): Effective {
    const { workspaceId, journeyId, connectionId } = subject;
    const wide = this.rows.get(rowKey(kind, { workspaceId, journeyId: null, connectionId: null }));
    const own = journeyId === null && connectionId === null ? undefined : this.rows.get(rowKey(kind, subject));
    const muted = [own, wide].flatMap((row) =>
      row?.mutedUntil && row.mutedUntil.getTime() > now ? [{ until: row.mutedUntil, by: row.mutedBy ?? '' }] : [],
    );
    return {
      enabled: own?.enabled ?? wide?.enabled ?? true,
      breaker: alarmKinds[kind].breaker !== null && (own?.breaker ?? wide?.breaker ?? false),
      settings: { ...usualSettings(kind), ...wide?.settings, ...own?.settings },
      muted: muted.sort((a, b) => b.until.getTime() - a.until.getTime())[0] ?? null,
    };
  }

  /** Every value that a field has somewhere. */
  valuesOf(kind: AlarmKind, field: string): number[] {
    const set = [...this.rows.values()].flatMap((row) =>
      row.kind === kind && row.settings[field] !== undefined ? [row.settings[field]] : [],
    );
    return [...new Set([usualSettings(kind)[field]!, ...set])];
  }
}

function rowKey(kind: AlarmKind, subject: Subject): string {
  return `${kind}:${keyOf(subject)}`;
}
