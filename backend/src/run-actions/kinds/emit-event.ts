import { Injectable } from '@nestjs/common';
import { jsonObject, ownEvents } from '@wend/contract';
import { z } from 'zod';
import { EventsService } from '../../events/index.js';
import type { Scope } from '../../platform/database/index.js';
import type { Carried, RunActionKind } from '../run-action.js';

const settings = z.object({
  event: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((name) => !ownEvents.has(name), 'is an event that only Wend itself tells.'),
  properties: jsonObject.default({}),
});
type Settings = z.infer<typeof settings>;

/** Lets an event of the person happen, as if it had been sent to Wend. */
@Injectable()
export class EmitEvent implements RunActionKind<Settings> {
  readonly kind = 'emit-event';
  readonly settings = settings;

  constructor(private readonly events: EventsService) {}

  async carryOut(scope: Scope, carried: Carried<Settings>): Promise<null> {
    await this.carryOutMany(scope, [carried]);
    return null;
  }

  /** Those of demo runs and of live ones, and by each clock, apart: the door of events takes them so. */
  async carryOutMany(scope: Scope, carried: readonly Carried<Settings>[]): Promise<null[]> {
    const groups = new Map<string, Carried<Settings>[]>();
    for (const each of carried) {
      const key = `${each.action.origin} ${each.action.run_offset_ms}`;
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    for (const group of groups.values()) {
      const { action, sql } = group[0]!;
      const { origin, run_offset_ms: runOffsetMs } = action;
      await this.events.ingest({ scope, sql, origin, runOffsetMs, events: group.map(eventOf) });
    }
    return carried.map(() => null);
  }
}

function eventOf({ action, settings: { event, properties }, id }: Carried<Settings>) {
  return {
    name: event,
    profileId: action.profile_id,
    messageId: `wend:${id}`,
    properties,
    time: action.at.getTime(),
    unseen: true,
    depth: action.depth,
  };
}
