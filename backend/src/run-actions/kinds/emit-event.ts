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

  async carryOut(scope: Scope, { action, settings: { event, properties }, id, sql }: Carried<Settings>): Promise<null> {
    await this.events.ingest({
      scope,
      sql,
      origin: action.origin,
      runOffsetMs: action.run_offset_ms,
      events: [
        {
          name: event,
          profileId: action.profile_id,
          messageId: `wend:${id}`,
          properties,
          time: action.at.getTime(),
          unseen: true,
          depth: action.depth,
        },
      ],
    });
    return null;
  }
}
