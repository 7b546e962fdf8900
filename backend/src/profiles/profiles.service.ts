import { Injectable } from '@nestjs/common';
import { channels as allChannels } from '@wend/contract';
import type { Channel, JsonObject, ProfileSummary } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { ProfileRepository } from './profile.repository.js';
import type { DeviceRow, ProfileRow, ReachRow } from './profile.repository.js';
import { displayName, emailOf, phoneOf, timeZoneOf } from './traits.js';

/** One profile as the modules of Wend see it. */
export type Profile = { id: string; externalId: string | null; name: string; traits: JsonObject; timeZone: string | null; demo: boolean };
export type Reachability = Record<Channel, boolean>;

/** Whether a message on each channel could get to a person with these traits, devices and consents. */
export function reachability({ traits, devices, unsubscribed }: Omit<ReachRow, 'id'>): Reachability {
  const allowed = (channel: Channel) => !unsubscribed.includes(channel);
  const device = (...kinds: DeviceRow['kind'][]) => devices.some(({ kind, permission }) => kinds.includes(kind) && permission !== 'denied');
  return {
    email: emailOf(traits) !== null && allowed('email'),
    sms: phoneOf(traits) !== null && allowed('sms'),
    push: device('fcm', 'sandbox') && allowed('push'),
    webpush: device('webpush', 'sandbox') && allowed('webpush'),
    webhook: true,
  };
}

export function profileSummaryOf(row: ProfileRow): ProfileSummary {
  const name = displayName({ traits: row.traits, externalId: row.external_id });
  return {
    id: row.id, externalId: row.external_id, name, email: emailOf(row.traits), timeZone: timeZoneOf(row.traits), traits: row.traits,
    createdAt: row.created_at.toISOString(), lastSeenAt: row.last_seen_at?.toISOString() ?? null, demo: row.demo,
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

  /**
   * Whether each profile can be reached on each channel: e-mail needs an address, SMS a telephone number, push a device that
   * allows it; whoever unsubscribed from the channel cannot. Unknown profiles are absent. `traits` overlays (test runs).
   */
  async reachable({ scope, profileIds, channels = [...allChannels], traits = {}, sql }: { scope: Scope; profileIds: string[]; channels?: Channel[]; traits?: JsonObject; sql?: Sql }): Promise<Map<string, Partial<Reachability>>> {
    const rows = await this.profiles.reach(scope, { profileIds, ...(sql && { sql }) });
    return new Map(
      rows.map((row) => {
        const all = reachability({ ...row, traits: { ...row.traits, ...traits } });
        return [row.id, Object.fromEntries(channels.map((channel) => [channel, all[channel]]))];
      }),
    );
  }
}

function asProfile(row: ProfileRow): Profile {
  return { id: row.id, externalId: row.external_id, name: displayName({ traits: row.traits, externalId: row.external_id }), traits: row.traits, timeZone: timeZoneOf(row.traits), demo: row.demo };
}
