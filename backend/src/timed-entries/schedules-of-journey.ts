import { Injectable } from '@nestjs/common';
import { nextOccurrences } from '@wend/contract';
import type { JourneySchedule, ScheduleOccurrence } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { ScheduleRepository } from './schedule.repository.js';
import type { PastRow } from './schedule.repository.js';

const shownNext = 5;
const shownPast = 50;
const lookBackMs = 90 * 86_400_000;

/** The next and the past times of a journey's schedules, for those who look at it. */
@Injectable()
export class SchedulesOfJourney {
  constructor(private readonly repository: ScheduleRepository) {}

  /** In the order of the steps' ids; also of steps that are no more, while there are past times. */
  async of(scope: Scope, journeyId: string, now = Date.now()): Promise<JourneySchedule[]> {
    if (!(await this.repository.journeyExists(scope, journeyId)))
      throw new UserError('not-found', 'There is no such journey.', { status: 404 });
    const [open, past] = await Promise.all([
      this.repository.ofJourney(scope, journeyId),
      this.repository.past(scope, { journeyId, since: new Date(now - lookBackMs), limit: shownPast }),
    ]);
    const nodes = [...new Set([...open.map(({ node }) => node), ...past.map(({ node }) => node)])].sort();
    return nodes.map((node) => {
      const row = open.find((each) => each.node === node);
      return {
        node,
        next: row
          ? nextOccurrences({ schedule: row.schedule, zone: row.zone, after: now, limit: shownNext }).map(({ at }) =>
              new Date(at).toISOString(),
            )
          : [],
        past: past.filter((each) => each.node === node).map(occurrenceOf),
      };
    });
  }
}

/** What is said of a time that has several, one for each zone: the first of these that there is. */
const states = ['running', 'failed', 'stopped', 'ran', 'missed'] as const;

function occurrenceOf(row: PastRow): ScheduleOccurrence {
  return {
    name: row.name,
    from: row.first_due.toISOString(),
    until: row.last_due.toISOString(),
    state: states.find((state) => row[state] > 0) ?? 'skipped',
    missed: row.missed,
    people: row.people,
    entered: row.entered,
    held: row.held,
    refused: row.refused,
  };
}
