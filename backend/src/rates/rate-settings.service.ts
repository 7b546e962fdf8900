import { Injectable } from '@nestjs/common';
import { isChannel, noChannelWords } from '@wend/contract';
import type { JourneyRate, RateSettings as Settings, SaveRates } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Caller } from '../platform/http/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { RateLimitRepository } from './rate-limits.repository.js';

/** What a workspace decides about how fast its messages go; heard by all who send within a second. */
@Injectable()
export class RateSettings {
  constructor(
    private readonly limits: RateLimitRepository,
    private readonly audit: AuditLog,
  ) {}

  read(scope: Scope): Promise<Settings> {
    return this.limits.read(scope);
  }

  /** Throws `UserError` 422 for a channel that is not there: its limit would hold nothing. */
  async save(caller: Caller, { workspace, channels }: SaveRates): Promise<Settings> {
    const errors = channels.flatMap(({ channel }, index) =>
      isChannel(channel) ? [] : [{ path: `channels.${index}.channel`, message: noChannelWords(channel) }],
    );
    if (errors.length > 0)
      throw new UserError('unknown-channel', 'These settings can’t be saved; see "errors".', { status: 422, errors });
    await this.limits.transaction(async (sql) => {
      await this.limits.save(caller, { sql, workspace, channels });
      await this.audit.record(caller, {
        action: 'delivery.rates',
        subject: `workspace:${caller.workspaceId}`,
        detail: { workspace, channels },
        sql,
      });
    });
    return this.read(caller);
  }

  /** Throws `UserError` 404 when there is no such journey. */
  async saveJourney(caller: Caller, { id, limit }: JourneyRate & { id: string }): Promise<JourneyRate> {
    await this.limits.transaction(async (sql) => {
      if (!(await this.limits.saveJourney(caller, { sql, id, limit })))
        throw new UserError('not-found', 'There is no such journey.', { status: 404 });
      await this.audit.record(caller, { action: 'journey.rate', subject: `journey:${id}`, detail: { limit }, sql });
    });
    return { limit };
  }
}
