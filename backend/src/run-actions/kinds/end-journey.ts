import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';
import { EndRunRepository } from '../../enrollments/index.js';
import type { Scope } from '../../platform/database/index.js';
import type { Carried, RunActionKind } from '../run-action.js';

const settings = z.object({ journey: z.uuid() });
type Settings = z.infer<typeof settings>;

/** Ends the runs of the person in a journey that had begun by then; of the run's own journey the others. */
@Injectable()
export class EndJourney implements RunActionKind<Settings> {
  readonly kind = 'end-journey';
  readonly settings = settings;

  constructor(private readonly runs: EndRunRepository) {}

  async carryOut(scope: Scope, { action, settings: { journey }, sql }: Carried<Settings>): Promise<JsonObject> {
    const ended = await this.runs.askAllToCancel(scope, {
      sql,
      journeyId: journey,
      profileId: action.profile_id,
      until: action.at,
      except: action.enrollment_id,
      reason: `The journey “${action.journey_name}” ended it`,
    });
    return { ended };
  }
}
