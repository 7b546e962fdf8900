import { Injectable } from '@nestjs/common';
import type { JsonObject, ProfileSummary } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { ProfileRepository } from './profile.repository.js';
import type { ProfileRow } from './profile.repository.js';
import { displayName, emailOf, timeZoneOf } from './traits.js';

/** One profile as the modules of Wend see it. */
export type Profile = {
  id: string;
  externalId: string | null;
  name: string;
  traits: JsonObject;
  timeZone: string | null;
  demo: boolean;
};
export function profileSummaryOf(row: ProfileRow): ProfileSummary {
  const name = displayName({ traits: row.traits, externalId: row.external_id });
  return {
    id: row.id,
    externalId: row.external_id,
    name,
    email: emailOf(row.traits),
    timeZone: timeZoneOf(row.traits),
    traits: row.traits,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    demo: row.demo,
  };
}

@Injectable()
export class ProfilesService {
  constructor(private readonly profiles: ProfileRepository) {}

  /** Throws `not-found` when the workspace has no such profile. */
  async get(scope: Scope, id: string): Promise<Profile> {
    const row = await this.profiles.find(scope, id);
    if (!row) throw notFound('profile');
    return asProfile(row);
  }

  async findByExternalId(scope: Scope, externalId: string): Promise<Profile | null> {
    const row = await this.profiles.findByExternalId(scope, externalId);
    return row && asProfile(row);
  }
}

function asProfile(row: ProfileRow): Profile {
  return {
    id: row.id,
    externalId: row.external_id,
    name: displayName({ traits: row.traits, externalId: row.external_id }),
    traits: row.traits,
    timeZone: timeZoneOf(row.traits),
    demo: row.demo,
  };
}
