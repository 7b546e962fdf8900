import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { WhySources } from '../enrollments/index.js';
import type { KeptOut } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { isDueIn } from './schedule-times.js';
import { ScheduleRepository } from './schedule.repository.js';

const reasons = { skipped: 'paused', missed: 'missed', stopped: 'stopped' } as const;

/** Who did not come in because a schedule was skipped, missed or closed: nobody is written down for it then. */
@Injectable()
export class ScheduleWhys implements OnModuleInit {
  constructor(
    private readonly repository: ScheduleRepository,
    private readonly sources: WhySources,
  ) {}

  onModuleInit(): void {
    this.sources.add((scope, asked) => this.keptOut(scope, asked));
  }

  /** Of each step and reason the last time at which the person, who is in the segment, was due. */
  async keptOut(scope: Scope, asked: { journeyId: string; profileId: string }): Promise<KeptOut[]> {
    const found = new Map<string, KeptOut>();
    for (const time of await this.repository.notRun(scope, asked)) {
      const reason = reasons[time.state];
      const key = `${time.node}/${reason}`;
      const zone = timeZoneOf(time.traits) ?? time.zone;
      if (found.has(key) || (time.zoned && !isDueIn(zone, { time, schedule: time.schedule }))) continue;
      const seen = { scheduledAt: time.due_at.toISOString(), occurrence: time.name };
      found.set(key, { reason, node: time.node, count: 1, last_at: time.due_at, seen });
    }
    return [...found.values()];
  }
}
