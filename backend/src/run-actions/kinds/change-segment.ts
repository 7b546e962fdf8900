import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';
import type { Scope } from '../../platform/database/index.js';
import { ManualMembers } from '../../segments/index.js';
import type { Carried, RunActionKind } from '../run-action.js';

const settings = z.object({ segment: z.uuid(), change: z.enum(['add', 'remove']) });
type Settings = z.infer<typeof settings>;

/** Puts the person into a manual segment, or takes them out; journeys hear of it. */
@Injectable()
export class ChangeSegment implements RunActionKind<Settings> {
  readonly kind = 'change-segment';
  readonly settings = settings;

  constructor(private readonly members: ManualMembers) {}

  async carryOut(scope: Scope, { action, settings: { segment, change }, sql }: Carried<Settings>): Promise<JsonObject> {
    const given = {
      sql,
      segmentId: segment,
      profileIds: [action.profile_id],
      tell: true,
      at: action.at.getTime(),
      depth: action.depth,
    };
    const changed = change === 'add' ? this.members.addMembers(scope, given) : this.members.removeMembers(scope, given);
    return { changed: (await changed).length > 0 };
  }
}
