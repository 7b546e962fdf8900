import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { ChannelRegistry } from '../channels/index.js';
import type { Reachable } from '../channels/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { DeviceRepository, ProfileRepository, profileSummaryOf } from '../profiles/index.js';
import type { DeviceRow } from '../profiles/index.js';
import { Suppressions } from '../suppressions/index.js';
import { MessageReads } from '../messages/index.js';
import { RunReads, runSummaryOf } from './run-reads.repository.js';

/** Profiles, and a person's page: what they did, the journeys they are in, and what was sent to them. */
@Controller()
export class ProfilesController {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly devices: DeviceRepository,
    private readonly runs: RunReads,
    private readonly messages: MessageReads,
    private readonly channels: ChannelRegistry,
    private readonly suppressions: Suppressions,
  ) {}

  @Route(api.profiles)
  async list({ query, caller }: RouteInput<typeof api.profiles>): Promise<RouteOutput<typeof api.profiles>> {
    const { rows, next } = await this.profiles.list(caller, query);
    return { items: rows.map(profileSummaryOf), next };
  }

  @Route(api.profile)
  async detail({ params, caller }: RouteInput<typeof api.profile>): Promise<RouteOutput<typeof api.profile>> {
    const profile = await this.profiles.find(caller, params.id);
    if (!profile) throw notFound('profile');
    const { id } = profile;
    const [anonymousIds, devices, [reach], events, enrollments, messages] = await Promise.all([
      this.profiles.anonymousIds(caller, id),
      this.devices.ofProfile(caller, id),
      this.profiles.reach(caller, { profileIds: [id] }),
      this.runs.recentEvents(caller, id),
      this.runs.ofProfile(caller, id),
      this.messages.ofProfile(caller, id),
    ]);
    const person = reach ?? { traits: profile.traits, devices: [], unsubscribed: [] };
    const suppressed = await this.suppressedChannels(caller, person);
    const reachable = this.channels.reachability(person);
    for (const channel of suppressed) reachable[channel] = false;
    return {
      ...profileSummaryOf(profile),
      anonymousIds,
      devices: devices.map(deviceOf),
      reachable,
      unsubscribed: reach?.unsubscribed ?? [],
      suppressed,
      events,
      enrollments: enrollments.map(runSummaryOf),
      messages,
    };
  }

  /** Channels on which the person's address gets nothing. */
  private async suppressedChannels(scope: Scope, person: Reachable): Promise<string[]> {
    const wanted = this.channels.list().map((channel) => {
      const address = this.channels.addressOf(channel, person);
      return address === null ? null : { channel: channel.definition.name, address };
    });
    const blocks = await this.suppressions.blocks(scope, wanted);
    return wanted.flatMap((each, index) => (each && blocks[index] ? [each.channel] : []));
  }
}

function deviceOf({
  app_id,
  app_version,
  last_active_at,
  created_at,
  ...device
}: DeviceRow): RouteOutput<typeof api.profile>['devices'][number] {
  return {
    ...device,
    appId: app_id,
    appVersion: app_version,
    lastActiveAt: last_active_at?.toISOString() ?? null,
    createdAt: created_at.toISOString(),
  };
}
