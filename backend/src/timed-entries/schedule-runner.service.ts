import { Injectable } from '@nestjs/common';
import { isDueAt, readDay } from '@wend/contract';
import type { JsonObject, Schedule } from '@wend/contract';
import type { EntryScheduleName } from '@wend/temporal';
import { EntryBatches } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { ScheduleRepository } from './schedule.repository.js';
import type { OccurrenceRow, OccurrenceState, ScheduleRow } from './schedule.repository.js';
import { timesUntil } from './schedule-times.js';

const firstId = '00000000-0000-0000-0000-000000000000';
const membersAtOnce = 5_000;

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
        await this.repository.settle(scope, { journeyId, node, name, dueAt, state: 'skipped', batchId: null });
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
    const people = zoned ? await this.dueMembers(scope, { occurrence, row }) : null;
    const settled = { journeyId, node, name, dueAt: due };
    if (people?.length === 0) {
      await this.repository.settle(scope, { ...settled, state: 'ran', batchId: null });
      return;
    }
    await this.database.transaction(async (sql) => {
      const { id } = await this.batches.begin(scope, {
        sql,
        journeyId,
        node,
        source: people ? { profileIds: people } : { segmentId: row.segment_id },
        // The same instant is the same cause, by whichever step; of each person's zone, the same day and time is.
        cause: zoned ? `schedule/${name}` : `schedule/${due.toISOString()}`,
        part: zoned ? due.toISOString() : '',
        name: 'Schedule',
        data: dataOf({ name, due }),
        at: due,
      });
      await this.repository.settle(scope, { sql, ...settled, state: 'running', batchId: id });
    });
  }

  private async dueMembers(
    scope: Scope,
    { occurrence, row }: { occurrence: OccurrenceRow; row: ScheduleRow },
  ): Promise<string[]> {
    const day = readDay(occurrence.name.slice(0, 10));
    const time = occurrence.name.slice(11);
    if (day === null) return [];
    const { due_at: due, after_at: after, last } = occurrence;
    const schedule: Schedule = { ...row.schedule, time };
    const slot = { day, at: due.getTime(), after: after?.getTime() ?? null, last };
    const isDue = new Map<string, boolean>();
    const found: string[] = [];
    for (let from = firstId; ;) {
      const members = await this.repository.zonesOfMembers(scope, {
        segmentId: row.segment_id,
        after: from,
        limit: membersAtOnce,
      });
      for (const { id, zones } of members) {
        const zone = timeZoneOf(zones as JsonObject) ?? row.zone;
        const answer = isDue.get(zone) ?? isDueAt(slot, { schedule, zone });
        isDue.set(zone, answer);
        if (answer) found.push(id);
      }
      const end = members.at(-1);
      if (end === undefined || members.length < membersAtOnce) return found;
      from = end.id;
    }
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
function dataOf({ name, due }: { name: string; due: Date }): JsonObject {
  return { scheduledAt: due.toISOString(), occurrence: name };
}
