import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { SchedulesOfJourney } from './schedules-of-journey.js';

/** What becomes of a journey's schedules. */
@Controller()
export class TimedEntriesController {
  constructor(private readonly schedules: SchedulesOfJourney) {}

  @Route(api.journeySchedules)
  async list({
    caller,
    params,
  }: RouteInput<typeof api.journeySchedules>): Promise<RouteOutput<typeof api.journeySchedules>> {
    return { schedules: await this.schedules.of(caller, params.id) };
  }
}
