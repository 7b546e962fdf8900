import { Injectable } from '@nestjs/common';
import { jsonObject } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';
import { Entering, EnteringRepository } from '../../enrollments/index.js';
import type { Scope } from '../../platform/database/index.js';
import type { Carried, RunActionKind } from '../run-action.js';
import { journeyDoor } from './journey-door.js';

const settings = z.object({ journey: z.uuid(), data: jsonObject.default({}) });
type Settings = z.infer<typeof settings>;

/** Lets the person into another journey, by its entry for this. */
@Injectable()
export class StartJourney implements RunActionKind<Settings> {
  readonly kind = 'start-journey';
  readonly settings = settings;

  constructor(
    private readonly entering: Entering,
    private readonly journeys: EnteringRepository,
  ) {}

  async carryOut(
    scope: Scope,
    { action, settings: { journey: journeyId, data } }: Carried<Settings>,
  ): Promise<JsonObject> {
    const { enrollment_id, node, visit, profile_id: profileId, origin, depth, run_offset_ms: runOffsetMs } = action;
    const door = await journeyDoor(this.journeys, scope, journeyId);
    const [outcome] = await this.entering.enter([
      {
        ...scope,
        journeyId,
        node: door,
        profileId,
        // The run is one person's, so this names them too; and it stays the same when they are merged.
        cause: { name: `run/${enrollment_id}/${node}/${visit}` },
        name: `Journey “${action.journey_name}”`,
        at: action.at.getTime(),
        data,
        by: { depth, origin, runOffsetMs },
      },
    ]);
    if (!outcome) throw new Error('Nothing became of somebody who was to enter.');
    // A try before this one that was cut off let them in.
    if (outcome.outcome !== 'refused' || outcome.reason === 'already') return { outcome: 'entered' };
    return { outcome: 'refused', reason: outcome.reason, seen: outcome.seen };
  }
}
