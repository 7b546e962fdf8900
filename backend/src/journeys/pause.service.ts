import { Injectable } from '@nestjs/common';
import type { JourneyPause, JourneyStop } from '@wend/contract';
import { knowsShifts, shiftedNodes } from '@wend/engine';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { JourneyRepository } from './journey.repository.js';
import { PauseRepository } from './pause.repository.js';
import { StopRepository } from './stop.repository.js';

/** Tells of the last pause of a journey, and of what it holds; and of its last stop. */
@Injectable()
export class PauseService {
  constructor(
    private readonly journeys: JourneyRepository,
    private readonly pauses: PauseRepository,
    private readonly stops: StopRepository,
  ) {}

  async of(scope: Scope, journeyId: string): Promise<JourneyPause> {
    if (!(await this.journeys.find(scope, journeyId))) throw notFound('journey');
    const [pause, held, waiting, shifting] = await Promise.all([
      this.pauses.latest(scope, { journeyId }),
      this.pauses.held(scope, { journeyId }),
      this.pauses.waiting(scope, { journeyId }),
      this.shifting(scope, journeyId),
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
      shifting,
    };
  }

  async stopOf(scope: Scope, journeyId: string): Promise<JourneyStop> {
    if (!(await this.journeys.find(scope, journeyId))) throw notFound('journey');
    const stop = await this.stops.latest(scope, { journeyId });
    if (!stop) return { stop: null };
    const { stopped_at: at, stopped_by: stoppedBy, reason, runs, left } = stop;
    return { stop: { stoppedAt: at.toISOString(), stoppedBy, reason, runs, left } };
  }

  private async shifting(scope: Scope, journeyId: string): Promise<number> {
    const programs = await this.pauses.programsInside(scope, { journeyId });
    const places = programs
      .filter(({ program }) => knowsShifts(program.format))
      .flatMap(({ version, program }) => shiftedNodes(program).map((node) => ({ version, node })));
    return places.length > 0 ? this.pauses.timed(scope, { places }) : 0;
  }
}
