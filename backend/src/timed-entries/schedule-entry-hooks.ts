import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { EntryHooksRegistry } from '../journeys/index.js';
import { ScheduleRepository } from './schedule.repository.js';
import { timesUntil } from './schedule-times.js';

/** Keeps the schedules of open journeys, in the transactions that publish and close them. */
@Injectable()
export class ScheduleEntryHooks implements OnModuleInit {
  constructor(
    private readonly repository: ScheduleRepository,
    private readonly hooks: EntryHooksRegistry,
  ) {}

  onModuleInit(): void {
    this.hooks.add({
      kind: 'schedule',
      opened: async (scope, { sql, journeyId, entries }) => {
        const at = Date.now();
        const zone = await this.repository.zoneOf(scope, sql);
        await this.repository.replace(scope, {
          sql,
          journeyId,
          at: new Date(at),
          entries: entries.map(({ node, when: schedule, segment, graceSeconds }) => {
            const { next } = timesUntil({ schedule, zone, after: at, until: at });
            return { node, schedule, segmentId: segment, graceSeconds, nextAt: next === null ? null : new Date(next) };
          }),
        });
      },
      closed: (scope, closing) => this.repository.close(scope, closing),
    });
  }
}
