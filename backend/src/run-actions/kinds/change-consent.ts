import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';
import { ConsentService } from '../../consents/index.js';
import type { Scope } from '../../platform/database/index.js';
import type { Carried, RunActionKind } from '../run-action.js';

const settings = z.object({
  channel: z.string().min(1).max(100),
  topic: z.string().max(100).optional(),
  state: z.enum(['subscribed', 'unsubscribed']),
});
type Settings = z.infer<typeof settings>;

/** Subscribes the person to a channel or a topic on it, or takes them off. What they said since then stays. */
@Injectable()
export class ChangeConsent implements RunActionKind<Settings> {
  readonly kind = 'change-consent';
  readonly settings = settings;

  constructor(private readonly consents: ConsentService) {}

  async carryOut(
    scope: Scope,
    { action, settings: { channel, topic = '', state }, id, sql }: Carried<Settings>,
  ): Promise<JsonObject> {
    const stated = await this.consents.state(scope, {
      sql,
      profileId: action.profile_id,
      statement: { channel, topic, state, at: action.at.getTime() },
      evidence: { source: 'journey', actor: action.journey_name },
      id,
      told: { journeyId: action.journey_id },
      origin: action.origin,
      depth: action.depth,
    });
    return { changed: stated?.changed ?? false, late: stated?.late?.toISOString() ?? null };
  }
}
