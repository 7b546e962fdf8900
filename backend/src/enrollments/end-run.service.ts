import { Injectable } from '@nestjs/common';
import type { Scope } from '../platform/database/index.js';
import { notFound, UserError } from '../platform/errors/index.js';
import { EndRunRepository } from './end-run.repository.js';
import { RunSignals } from './run-signals.js';

/** Ends single runs by hand, live ones and test runs alike. */
@Injectable()
export class EndRunService {
  constructor(
    private readonly repository: EndRunRepository,
    private readonly runSignals: RunSignals,
  ) {}

  /** Asks the run to end as soon as it can; 409 when it has ended already. */
  async end({ scope, enrollmentId, reason }: { scope: Scope; enrollmentId: string; reason: string }): Promise<void> {
    if (!(await this.repository.exists(scope, enrollmentId))) throw notFound('run');
    const run = await this.repository.askToCancel(scope, { enrollmentId, reason });
    if (!run) throw new UserError('run-ended', 'This run has already ended.', { status: 409 });
    await this.runSignals.send(run, { type: 'cancel', reason });
  }
}
