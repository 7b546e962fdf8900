import { Injectable } from '@nestjs/common';
import type { SaveWarmUp, WarmUp } from '@wend/contract';
import { AuditLog } from '../../access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Scope } from '../../platform/database/index.js';
import { UserError, notFound } from '../../platform/errors/index.js';
import type { Caller } from '../../platform/http/index.js';
import { ConnectionRepository } from '../connection.repository.js';
import { fullOn, limitOn } from './daily-limit.js';
import { WarmUpRepository } from './warm-up.repository.js';
import { WarmUps } from './warm-ups.js';

const daysShown = 60;

/** The daily limit of a connection as its page shows it. */
@Injectable()
export class WarmUpService {
  constructor(
    private readonly database: Database,
    private readonly repository: WarmUpRepository,
    private readonly warmUps: WarmUps,
    private readonly connections: ConnectionRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Null where the connection sends without such a limit. */
  async read(scope: Scope, connectionId: string): Promise<WarmUp | null> {
    if (!(await this.connections.find(scope, { id: connectionId }))) throw notFound('connection');
    const row = (await this.repository.list(scope, new Date())).find((each) => each.connectionId === connectionId);
    if (!row) return null;
    const { startPerDay, growthPercent, mostPerDay, transactionalPasses, startedOn, today, day, tomorrow } = row;
    const full = fullOn(row);
    return {
      startPerDay,
      growthPercent,
      mostPerDay,
      transactionalPasses,
      startedOn,
      today: {
        date: today,
        number: day + 1,
        limit: limitOn(row, day),
        taken: await this.repository.taken(scope, { connectionId, day: today }),
        endsAt: tomorrow.toISOString(),
      },
      fullAfterDays: full,
      limits: Array.from({ length: Math.min((full ?? daysShown) + 1, daysShown) }, (_, index) => limitOn(row, index)),
    };
  }

  async save(caller: Caller, { connectionId, ...plan }: SaveWarmUp & { connectionId: string }): Promise<WarmUp> {
    if (plan.startPerDay > plan.mostPerDay)
      throw new UserError('limit-too-low', 'The limit in the end can’t be lower than that of the first day.', {
        errors: [{ path: 'mostPerDay', message: 'is lower than the first day' }],
      });
    await this.database.transaction(async (sql) => {
      if (!(await this.connections.find(caller, { id: connectionId, sql }))) throw notFound('connection');
      await this.repository.save(caller, { sql, now: new Date(), connectionId, ...plan });
      const subject = `connection:${connectionId}`;
      await this.audit.record(caller, { action: 'connection.warm-up', subject, detail: plan, sql });
    });
    this.warmUps.forget(caller);
    return (await this.read(caller, connectionId))!;
  }

  async remove(caller: Caller, connectionId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.repository.remove(caller, { sql, connectionId }))) throw notFound('warm-up');
      const subject = `connection:${connectionId}`;
      await this.audit.record(caller, { action: 'connection.warm-up.end', subject, sql });
    });
    this.warmUps.forget(caller);
  }
}
