import { Injectable } from '@nestjs/common';
import type { JsonObject, OverduePolicy } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { EntryHooksRegistry } from './entry-hooks.js';
import { JourneyRepository } from './journey.repository.js';
import type { ControlState } from './journey.repository.js';
import { PauseRepository } from './pause.repository.js';
import { StopRepository } from './stop.repository.js';
import { VersionRepository } from './version.repository.js';

type ControlAction = 'pause' | 'resume' | 'stop';
type ControlOptions = {
  sql: Sql;
  id: string;
  action: ControlAction;
  /** When pausing, while it is paused or when resuming: what becomes of what falls due. */
  overdue?: OverduePolicy | undefined;
  /** When resuming: so many of those that were held go on in a minute. */
  perMinute?: number | undefined;
  /** When stopping: why. */
  reason?: string | undefined;
  /** Whom the audit log names: a member, a key, or Wend itself. */
  by: string;
  /** Kept with it. */
  detail?: JsonObject;
};

/** Pauses, resumes and stops journeys: for people, and for what does it by itself. */
@Injectable()
export class JourneyControlService {
  constructor(
    private readonly journeys: JourneyRepository,
    private readonly versions: VersionRepository,
    private readonly pauses: PauseRepository,
    private readonly stops: StopRepository,
    private readonly audit: AuditLog,
    private readonly hooks: EntryHooksRegistry,
  ) {}

  /**
   * In the caller's transaction. Asking for the state that the journey is in already changes nothing, except what becomes
   * of what falls due while it is paused: false. Throws a 404, or a 409 for a draft and for one that was stopped.
   */
  async control(scope: Scope, options: ControlOptions): Promise<boolean> {
    const { sql, id, action, by, overdue, perMinute, reason, detail = {} } = options;
    const journey = await this.journeys.lock(scope, { id, sql });
    if (!journey) throw notFound('journey');
    const state = await this.versions.controlState(scope, { journeyId: id, sql });
    if (state === null)
      throw new UserError(
        'not-published',
        `"${journey.name}" is a draft: there is nothing to ${action}. Publish it first.`,
        { status: 409 },
      );
    const target: ControlState = action === 'pause' ? 'paused' : action === 'resume' ? 'live' : 'stopped';
    if (state === target) {
      if (state === 'paused') await this.changeOverdue(scope, { ...options, name: journey.name });
      return false;
    }
    if (state === 'stopped')
      throw new UserError(
        'journey-stopped',
        `"${journey.name}" was stopped and its runs were ended. Publish it again to let people in.`,
        { status: 409 },
      );
    await this.apply(scope, { id, target, sql, by, overdue, perMinute, reason });
    const said = { ...(overdue && { overdue }), ...(perMinute && { perMinute }), ...(reason && { reason }) };
    await this.audit.recordBy(scope, {
      by,
      action: `journey.${action}`,
      subject: `journey:${id}`,
      detail: { name: journey.name, ...said, ...detail },
      sql,
    });
    return true;
  }

  private async changeOverdue(
    scope: Scope,
    { sql, id, overdue, by, name }: ControlOptions & { name: string },
  ): Promise<void> {
    const before = overdue && (await this.pauses.change(scope, { sql, journeyId: id, overdue }));
    if (!before) return;
    await this.audit.recordBy(scope, {
      by,
      action: 'journey.pause',
      subject: `journey:${id}`,
      detail: { name, overdue, before },
      sql,
    });
  }

  /** The change alone; the journey must be locked. */
  async apply(
    scope: Scope,
    {
      id,
      target,
      sql,
      by,
      overdue,
      perMinute,
      reason,
    }: Omit<ControlOptions, 'action' | 'detail'> & { target: ControlState },
  ): Promise<void> {
    const paused = { sql, journeyId: id, by };
    await this.versions.setControl(scope, { journeyId: id, state: target, sql });
    if (target === 'paused') await this.pauses.begin(scope, { ...paused, overdue: overdue ?? 'hold' });
    else {
      if (overdue) await this.pauses.change(scope, { ...paused, overdue });
      await this.pauses.end(scope, { ...paused, perMinute: perMinute ?? null });
    }
    if (target === 'stopped') {
      await this.stops.record(scope, { sql, journeyId: id, by, reason: reason ?? null });
      await this.versions.closeEntries(scope, { journeyId: id, sql });
      await this.hooks.closed(scope, { sql, journeyId: id });
    }
    if (target === 'live') await this.versions.notifyResume(scope, { journeyId: id, sql });
  }
}
