import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { jsonObject, mostRecipients, recipients } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';
import { EnteringRepository, EntryBatches, RecipientsRepository } from '../../enrollments/index.js';
import type { Reaching } from '../../enrollments/index.js';
import type { Scope } from '../../platform/database/index.js';
import { ActorRepository } from '../actor.repository.js';
import type { Carried, DueAction, RunActionKind } from '../run-action.js';
import { journeyDoor } from './journey-door.js';

const settings = z.object({
  who: recipients,
  journey: z.uuid(),
  data: jsonObject.default({}),
  most: z.number().int().min(1).max(mostRecipients),
  once: z.union([
    z.object({ per: z.literal('run') }),
    z.object({ per: z.literal('key'), key: z.string(), withinSeconds: z.number().positive().nullable() }),
  ]),
  self: z.boolean().default(false),
});
type Settings = z.infer<typeof settings>;

/** Starts a journey for each of several people, some at a time; each of them once, as the step’s rule counts. */
@Injectable()
export class RecipientsAction implements RunActionKind<Settings> {
  readonly kind = 'recipients';
  readonly settings = settings;

  constructor(
    private readonly batches: EntryBatches,
    private readonly recipients: RecipientsRepository,
    private readonly journeys: EnteringRepository,
    private readonly actors: ActorRepository,
  ) {}

  async carryOut(scope: Scope, { action, settings: asked, sql }: Carried<Settings>): Promise<JsonObject> {
    const { enrollment_id: run, node, visit, at } = action;
    const door = await journeyDoor(this.journeys, scope, asked.journey);
    const actor = await this.actors.of(scope, { sql, run });
    if (actor.control) return { outcome: 'control' };
    const batch = await this.batches.begin(scope, {
      sql,
      journeyId: asked.journey,
      node: door,
      source: { recipients: reachingOf(action, asked) },
      cause: `run/${run}/${node}/${visit}`,
      name: `Journey “${action.journey_name}”`,
      data: { actor: { id: actor.externalId, name: actor.name }, ...asked.data },
      at,
    });
    return { batch: batch.id };
  }

  async rehearse(scope: Scope, { action, settings: asked, sql }: Carried<Settings>): Promise<JsonObject> {
    await journeyDoor(this.journeys, scope, asked.journey);
    const reaching = reachingOf(action, asked);
    const { count, counts } = await this.recipients.gather(scope, { sql, reaching, at: action.at });
    return { would: { count, ...counts } };
  }
}

function reachingOf(action: DueAction, { who, most, once, self }: Settings): Reaching {
  const { enrollment_id: run, journey_id: journeyId, node, depth, origin, run_offset_ms: runOffsetMs } = action;
  const apart = once.per === 'run' ? ['run', run] : ['key', once.key];
  return {
    who,
    most,
    run,
    journeyId,
    node,
    key: createHash('sha256').update(JSON.stringify(apart)).digest('hex'),
    withinSeconds: once.per === 'run' ? null : once.withinSeconds,
    self,
    by: { depth, origin, runOffsetMs },
  };
}
