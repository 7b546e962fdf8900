import { Injectable } from '@nestjs/common';
import type { AlarmKind } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { ChannelRegistry, ConnectionRepository } from '../channels/index.js';
import type { ConnectionRow } from '../channels/index.js';
import { JourneyControlService } from '../journeys/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { AlarmRepository } from './alarm.repository.js';
import type { Effective } from './effective-settings.js';
import type { KindCode, Reading } from './kind.js';
import { keyOf } from './kind.js';
import { MeasureRepository } from './measure.repository.js';

/** As the audit log names it. */
const by = 'breaker';
/** So long after somebody took back what it did it does nothing to the same, whatever is measured. Seconds. */
const patienceSeconds = 3_600;

export type Trip = { note: string; acted: boolean };
type TripOptions = {
  sql: Sql;
  kind: AlarmKind;
  code: KindCode;
  reading: Reading<object>;
  effective: Effective;
  /** Why, with the numbers. */
  summary: string;
};

/** Pauses a journey, or switches a connection off, by itself: where somebody has asked for it and its limit is passed. */
@Injectable()
export class Breaker {
  constructor(
    private readonly alarms: AlarmRepository,
    private readonly measures: MeasureRepository,
    private readonly journeyControl: JourneyControlService,
    private readonly connections: ConnectionRepository,
    private readonly registry: ChannelRegistry,
    private readonly audit: AuditLog,
  ) {}

  /**
   * In the transaction that writes the alarm; null where there is nothing to do. What somebody has let go on knowingly is
   * left alone for a while, and after that judged by what has come since.
   */
  async trip(scope: Scope, options: TripOptions): Promise<Trip | null> {
    const { sql, kind, code, reading, effective } = options;
    const { journeyId, connectionId } = reading;
    if (!effective.breaker || !code.trips?.(reading.figures, effective.settings)) return null;
    const resumed = await this.alarms.lastResume(scope, { sql, kind, journeyId, connectionId });
    if (resumed && (resumed.seconds < patienceSeconds || !(await this.tripsSince(options, resumed.at)))) return null;
    return journeyId === null ? this.switchOff(scope, options) : this.pause(scope, { ...options, journeyId });
  }

  private async tripsSince({ code, reading, effective: { settings } }: TripOptions, since: Date): Promise<boolean> {
    const { measures, registry } = this;
    const readings = await code.measure({ measures, registry, window: settings[code.window]!, since });
    const own = readings.find((each) => keyOf(each) === keyOf(reading));
    return own !== undefined && code.trips!(own.figures, settings);
  }

  private async pause(
    scope: Scope,
    { sql, kind, journeyId, summary }: TripOptions & { journeyId: string },
  ): Promise<Trip | null> {
    const detail = { by, kind, why: summary };
    const paused = await this.journeyControl.control(scope, { sql, id: journeyId, action: 'pause', by, detail });
    // Somebody was faster, and knows why.
    if (!paused) return null;
    return {
      acted: true,
      note: 'The breaker has paused the journey: people are held where they are, and nothing is lost. Resume it on its page once the cause is mended; it is then left alone for an hour.',
    };
  }

  /** Only where another one takes over: messages that nobody takes are not sent at all, which is worse than failing some. */
  private async switchOff(scope: Scope, { sql, kind, reading, summary }: TripOptions): Promise<Trip | null> {
    // All are held: whoever switches another one off at this moment, by the same reasons, comes before or after.
    const all = await this.connections.list(scope, sql);
    const before = all.find(({ id }) => id === reading.connectionId);
    if (!before?.enabled) return null;
    const others = all.filter((other) => this.takesOver(other, before));
    const [next] = others;
    if (!next)
      return {
        acted: false,
        note: 'The breaker has not switched the connection off: no other connection takes all messages of its channel, so they would not be sent at all. Journeys that pass the limit are paused one by one.',
      };
    const row = await this.connections.change(scope, { sql, before, draft: { enabled: false } });
    await this.audit.recordBy(scope, {
      by,
      action: 'connection.save',
      subject: `connection:${row.id}`,
      detail: { name: row.name, enabled: false, by, kind, why: summary },
      sql,
    });
    return {
      acted: true,
      note: `The breaker has switched the connection off: its messages go by “${next.name}”. Switch it on again under Settings → Channels once the cause is mended; it is then left alone for an hour.`,
    };
  }

  private takesOver(other: ConnectionRow, { id, kind }: ConnectionRow): boolean {
    const channel = this.registry.provider(kind)?.channel;
    return (
      other.id !== id && other.enabled && other.rule === null && this.registry.provider(other.kind)?.channel === channel
    );
  }
}
