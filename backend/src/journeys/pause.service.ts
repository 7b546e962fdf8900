import { Injectable } from '@nestjs/common';
import type { JourneyPause } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { JourneyRepository } from './journey.repository.js';
import { PauseRepository } from './pause.repository.js';

/** Tells of the last pause of a journey, and of what it holds. */
@Injectable()
export class PauseService {
  constructor(
    private readonly journeys: JourneyRepository,
    private readonly pauses: PauseRepository,
  ) {}

  async of(scope: Scope, journeyId: string): Promise<JourneyPause> {
    if (!(await this.journeys.find(scope, journeyId))) throw notFound('journey');
    const [pause, held, waiting] = await Promise.all([
      this.pauses.latest(scope, { journeyId }),
      this.pauses.held(scope, { journeyId }),
      this.pauses.waiting(scope, { journeyId }),
    ]);
    return {
      pause: pause && {
        overdue: pause.overdue,
        pausedAt: pause.started_at.toISOString(),
        pausedBy: pause.started_by,
        resumedAt: pause.resumed_at?.toISOString() ?? null,
        resumedBy: pause.resumed_by,
        perMinute: pause.per_minute,
      },
      held,
      waiting,
    };
  }
}
