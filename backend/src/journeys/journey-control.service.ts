import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { EntryHooksRegistry } from './entry-hooks.js';
import { JourneyRepository } from './journey.repository.js';
import type { ControlState } from './journey.repository.js';
import { VersionRepository } from './version.repository.js';

export type ControlAction = 'pause' | 'resume' | 'stop';
type ControlOptions = {
  sql: Sql;
  id: string;
  action: ControlAction;
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
    private readonly audit: AuditLog,
    private readonly hooks: EntryHooksRegistry,
  ) {}

  /**
   * In the caller's transaction. Asking for the state that the journey is in already changes nothing: false. Throws a
   * 404, or a 409 for a draft and for one that was stopped.
   */
  async control(scope: Scope, { sql, id, action, by, detail = {} }: ControlOptions): Promise<boolean> {
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
    if (state === target) return false;
    if (state === 'stopped')
      throw new UserError(
        'journey-stopped',
        `"${journey.name}" was stopped and its runs were ended. Publish it again to let people in.`,
        { status: 409 },
      );
    await this.apply(scope, { id, target, sql });
    await this.audit.recordBy(scope, {
      by,
      action: `journey.${action}`,
      subject: `journey:${id}`,
      detail: { name: journey.name, ...detail },
      sql,
    });
    return true;
  }

  /** The change alone; the journey must be locked. */
  async apply(scope: Scope, { id, target, sql }: { id: string; target: ControlState; sql: Sql }): Promise<void> {
    await this.versions.setControl(scope, { journeyId: id, state: target, sql });
    if (target === 'stopped') {
      await this.versions.closeEntries(scope, { journeyId: id, sql });
      await this.hooks.closed(scope, { sql, journeyId: id });
    }
    if (target === 'live') await this.versions.notifyResume(scope, { journeyId: id, sql });
  }
}
