import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions, ScheduleUpdateOptions } from '@temporalio/client';
import { journeyIdKey, workspaceIdKey } from './connection.js';
import { entryScheduleWorkflowType, runTaskQueue } from './protocol.js';
import type { EntryScheduleName } from './protocol.js';

/** What a Temporal Schedule is to do. `times`: ms since 1970, whole seconds, some of the next ones. */
export type EntryScheduleWish = { times: readonly number[]; paused: boolean };

/**
 * Temporal Schedules of journeys' entries: one for each entry, under an id that follows from its name. They are told
 * instants, in UTC: what a calendar means over changes of clocks is worked out by `@wend/contract`, the same for the
 * form, the list of coming times and the run itself.
 */
export class EntrySchedulesClient {
  constructor(
    private readonly client: Client,
    private readonly options: { taskQueue?: string } = {},
  ) {}

  /** Makes it so, whether there was one or not. */
  async set(name: EntryScheduleName, wish: EntryScheduleWish): Promise<void> {
    const schedule = this.optionsOf(name, wish);
    try {
      await this.client.schedule.create(schedule);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { scheduleId: _, ...rest } = schedule;
      await this.client.schedule.getHandle(schedule.scheduleId).update(() => rest as ScheduleUpdateOptions);
    }
  }

  /** Nothing to do when there is none. */
  async remove(name: EntryScheduleName): Promise<void> {
    try {
      await this.client.schedule.getHandle(entryScheduleId(name)).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }

  /** Whether there is one, whether it is paused, and its next times (ms). For tests and for looking into a trouble. */
  async describe(name: EntryScheduleName): Promise<{ paused: boolean; next: number[] } | null> {
    try {
      const { state, info } = await this.client.schedule.getHandle(entryScheduleId(name)).describe();
      return { paused: state.paused, next: info.nextActionTimes.map((time) => time.getTime()) };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return null;
      throw error;
    }
  }

  private optionsOf(name: EntryScheduleName, { times, paused }: EntryScheduleWish): ScheduleOptions {
    return {
      scheduleId: entryScheduleId(name),
      spec: { calendars: times.map(calendarOf), timezone: 'UTC' },
      action: {
        type: 'startWorkflow',
        workflowType: entryScheduleWorkflowType,
        workflowId: entryScheduleId(name),
        taskQueue: this.options.taskQueue ?? runTaskQueue,
        args: [name],
        typedSearchAttributes: [
          { key: journeyIdKey, value: name.journeyId },
          { key: workspaceIdKey, value: name.workspaceId },
        ],
      },
      policies: {
        // One looks after everything that is due: what comes while it works is looked after by one more.
        overlap: ScheduleOverlapPolicy.BUFFER_ONE,
        // What came while the server was down is found by the next one, too late or not.
        catchupWindow: '1 hour',
      },
      state: { paused },
    };
  }
}

/** Opaque ids only; the step's id is as the graph has it. */
export function entryScheduleId({ workspaceId, journeyId, node }: EntryScheduleName): string {
  return `entry-schedule/${workspaceId}/${journeyId}/${node}`;
}

const months = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

/** The calendar that shows one instant only. */
function calendarOf(time: number): NonNullable<ScheduleOptions['spec']['calendars']>[number] {
  const date = new Date(time);
  return {
    year: date.getUTCFullYear(),
    month: months[date.getUTCMonth()] ?? 'JANUARY',
    dayOfMonth: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}
