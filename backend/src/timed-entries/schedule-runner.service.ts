import { Injectable } from '@nestjs/common';
import type { EntryScheduleName } from '@wend/temporal';
import { EntryBatches } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { timeZoneOf, zonesSaid } from '../profiles/index.js';
import type { ZonePeople } from '../profiles/index.js';
import { ScheduleRepository } from './schedule.repository.js';
import type { OccurrenceRow, OccurrenceState, ScheduleRow } from './schedule.repository.js';
import { isDueIn, timesUntil } from './schedule-times.js';
import { occasionsOfSchedule } from './time-occasions.js';
import type { TimeData } from './time-occasions.js';

/**
 * Looks after schedules whose time has come: writes each time down once, whoever calls and how often, and has the people
 * of the segment come in.
 */
@Injectable()
export class ScheduleRunner {
  constructor(
    private readonly database: Database,
    private readonly repository: ScheduleRepository,
    private readonly batches: EntryBatches,
  ) {}

  /** `at`: now, ms. False when there is no such schedule. */
  async run({ workspaceId, journeyId, node, at }: EntryScheduleName & { at: number }): Promise<boolean> {
    const scope = { workspaceId };
    const found = await this.database.transaction(async (sql) => {
      const row = await this.repository.lock(scope, { sql, journeyId, node });
      if (!row?.open) return row;
      const { times, next } = timesUntil({ ...row, after: row.done_until.getTime(), until: at });
      await this.repository.note(scope, {
        sql,
        journeyId,
        node,
        doneUntil: new Date(at),
        nextAt: next === null ? null : new Date(next),
        occurrences: times.map((time) => ({
          name: time.name,
          due_at: new Date(time.at),
          after_at: time.after === null ? null : new Date(time.after),
          last: time.last,
          zoned: row.schedule.zone === 'person',
          state: stateOf({ due: time.at, at, row }),
        })),
      });
      return row;
    });
    await this.beginAll(scope, { journeyId, node, row: found, at });
    return found?.open === true;
  }

  private async beginAll(
    scope: Scope,
    { journeyId, node, row, at }: { journeyId: string; node: string; row: ScheduleRow | null; at: number },
  ): Promise<void> {
    for (const occurrence of await this.repository.toBegin(scope, { journeyId, node })) {
      const { name, due_at: dueAt } = occurrence;
      // The journey was closed, or has this step no more.
      if (!row?.open) {
        await this.repository.settle(scope, { journeyId, node, name, dueAt, state: 'stopped', batchId: null });
        continue;
      }
      // It was noted in time, and whoever was to begin it is only here now.
      if (isMissed({ due: dueAt.getTime(), at, row })) {
        await this.repository.settle(scope, { journeyId, node, name, dueAt, state: 'missed', batchId: null });
        continue;
      }
      await this.begin(scope, { occurrence, row });
    }
  }

  /** Begins the batch of its people, if there are any; that it did is one truth with the batch. */
  private async begin(
    scope: Scope,
    { occurrence, row }: { occurrence: OccurrenceRow; row: ScheduleRow },
  ): Promise<void> {
    const { journey_id: journeyId, node, name, due_at: due, zoned } = occurrence;
    const zones = zoned ? await this.zonesDue(scope, { occurrence, row }) : undefined;
    const source = { segmentId: row.segment_id, ...(zones && { zones }) };
    const settled = { journeyId, node, name, dueAt: due };
    if (zones && !(await this.batches.hasPeople(scope, source))) {
      await this.repository.settle(scope, { ...settled, state: 'ran', batchId: null });
      return;
    }
    await this.database.transaction(async (sql) => {
      if (!(await this.repository.holdToBegin(scope, { sql, ...settled }))) return;
      const { id } = await this.batches.begin(scope, {
        sql,
        journeyId,
        node,
        source,
        // The same instant is the same cause: by whichever step.
        cause: `schedule/${due.toISOString()}`,
        occasions: occasionsOfSchedule(dataOf({ name, due })),
        part: zoned ? name : '',
        name: 'Schedule',
        data: dataOf({ name, due }),
        at: due,
      });
      await this.repository.settle(scope, { sql, ...settled, state: 'running', batchId: id });
    });
  }

  /** What those say of their zone who are due at this time; without a word they live in the workspace's. */
  private async zonesDue(
    scope: Scope,
    { occurrence, row }: { occurrence: OccurrenceRow; row: ScheduleRow },
  ): Promise<ZonePeople> {
    const known = new Map<string, boolean>();
    const isDue = (zone: string): boolean => {
      const answer = known.get(zone) ?? isDueIn(zone, { time: occurrence, schedule: row.schedule });
      known.set(zone, answer);
      return answer;
    };
    const said = await zonesSaid(scope, this.database);
    return {
      said: said.filter((timezone) => isDue(timeZoneOf({ timezone }) ?? row.zone)),
      unsaid: isDue(row.zone),
    };
  }
}

function stateOf({ due, at, row }: { due: number; at: number; row: ScheduleRow }): OccurrenceState {
  if (row.paused) return 'skipped';
  return isMissed({ due, at, row }) ? 'missed' : 'running';
}

/** Whether it is later than the schedule allows. */
function isMissed({ due, at, row }: { due: number; at: number; row: ScheduleRow }): boolean {
  return at - due > row.grace_seconds * 1_000;
}

/** What messages find under `entry`. */
function dataOf({ name, due }: { name: string; due: Date }): TimeData {
  return { scheduledAt: due.toISOString(), occurrence: name };
}
