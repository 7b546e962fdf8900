import { Injectable } from '@nestjs/common';
import type { Issue } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { compileDraft } from './draft-check.js';
import { JourneyRepository } from './journey.repository.js';
import type { ControlState } from './journey.repository.js';
import { JourneysService, draftConflict } from './journeys.service.js';
import { NodeRegistry } from './node-registry.js';
import { VersionRepository } from './version.repository.js';

export type ControlAction = 'pause' | 'resume' | 'stop';
type InTransaction = { id: string; sql: Sql };

/** Makes drafts into versions that take people in, and pauses, resumes and stops journeys. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly database: Database,
    private readonly service: JourneysService,
    private readonly journeys: JourneyRepository,
    private readonly versions: VersionRepository,
    private readonly registry: NodeRegistry,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Publishes the draft as the next version: from now on people enter it; who is in an older one stays there. A paused journey
   * stays paused, so that a mistake can be mended before anybody goes on; a stopped one is live again. `revision`: the draft
   * that the caller looked at; 409 when it is no longer the stored one. 422 with the issues when it cannot compile.
   */
  publish(caller: Caller, { id, revision }: { id: string; revision?: number | undefined }): Promise<{ version: number; issues: Issue[] }> {
    return this.database.transaction(async (sql) => {
      const journey = await this.service.lock(caller, { id, sql });
      if (revision !== undefined && revision !== journey.revision) throw draftConflict();
      const { issues, ...compiled } = compileDraft({ graph: journey.draft, registry: this.registry });
      const number = await this.versions.nextNumber(caller, { journeyId: id, sql });
      const version = { journeyId: id, number, graph: journey.draft, publishedBy: actorName(caller), ...compiled };
      const versionId = await this.versions.insert(caller, { version, sql });
      await this.journeys.markPublished(caller, { id, version: number, revision: journey.revision, sql });
      await this.makeLive(caller, { id, sql });
      await this.versions.openEntry(caller, { journeyId: id, versionId, event: compiled.trigger.event, sql });
      const detail = { name: journey.name, version: number, revision: journey.revision, programHash: compiled.programHash };
      await this.audit.record(caller, { action: 'journey.publish', subject: `journey:${id}`, detail, sql });
      return { version: number, issues };
    });
  }

  /** Asking for the state that the journey is in already changes nothing. */
  async control(caller: Caller, { id, action }: { id: string; action: ControlAction }): Promise<void> {
    await this.database.transaction(async (sql) => {
      const journey = await this.service.lock(caller, { id, sql });
      const state = await this.versions.controlState(caller, { journeyId: id, sql });
      if (state === null) throw new UserError('not-published', `"${journey.name}" is a draft: there is nothing to ${action}. Publish it first.`, { status: 409 });
      const target: ControlState = action === 'pause' ? 'paused' : action === 'resume' ? 'live' : 'stopped';
      if (state === target) return;
      if (state === 'stopped') throw new UserError('journey-stopped', `"${journey.name}" was stopped and its runs were ended. Publish it again to let people in.`, { status: 409 });
      await this.apply(caller, { id, target, sql });
      await this.audit.record(caller, { action: `journey.${action}`, subject: `journey:${id}`, detail: { name: journey.name }, sql });
    });
  }

  private async makeLive(caller: Caller, { id, sql }: InTransaction): Promise<void> {
    const state = await this.versions.controlState(caller, { journeyId: id, sql });
    if (state === 'live' || state === 'paused') return;
    await this.versions.setControl(caller, { journeyId: id, state: 'live', sql });
    if (state === 'stopped') await this.journeys.cancelLeftovers(caller, { id, reason: 'The journey was stopped', sql });
  }

  private async apply(caller: Caller, { id, target, sql }: InTransaction & { target: ControlState }): Promise<void> {
    await this.versions.setControl(caller, { journeyId: id, state: target, sql });
    if (target === 'stopped') await this.versions.closeEntry(caller, { journeyId: id, sql });
    if (target === 'live') await this.versions.notifyResume(caller, { journeyId: id, sql });
  }
}
