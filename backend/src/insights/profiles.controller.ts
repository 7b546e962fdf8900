import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ProfileRepository, profileSummaryOf, reachability } from '../profiles/index.js';
import { MessageReads } from './message-reads.repository.js';
import { RunReads, profileEventOf, runSummaryOf } from './run-reads.repository.js';

/** Profiles, and a person's page: what they did, the journeys they are in, and what was sent to them. */
@Controller()
export class ProfilesController {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly runs: RunReads,
    private readonly messages: MessageReads,
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
      this.profiles.devices(caller, id),
      this.profiles.reach(caller, { profileIds: [id] }),
      this.runs.recentEvents(caller, id),
      this.runs.ofProfile(caller, id),
      this.messages.ofProfile(caller, id),
    ]);
    return {
      ...profileSummaryOf(profile), anonymousIds,
      devices: devices.map(({ created_at, ...device }) => ({ ...device, createdAt: created_at.toISOString() })),
      reachable: reachability(reach ?? { traits: profile.traits, devices: [], unsubscribed: [] }),
      events: events.map(profileEventOf), enrollments: enrollments.map(runSummaryOf), messages,
    };
  }
}
