import { Injectable } from '@nestjs/common';
import type { Page, ProfileDetail, TimelineItem } from '@wend/contract';
import { BestTimes } from '../best-time/index.js';
import { ChannelRegistry } from '../channels/index.js';
import type { Reachable } from '../channels/index.js';
import { RunReads, runSummaryOf } from '../insights/index.js';
import { MessageReads } from '../messages/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { DeviceRepository, ProfileRepository, profileSummaryOf } from '../profiles/index.js';
import type { DeviceRow } from '../profiles/index.js';
import { Suppressions } from '../suppressions/index.js';
import { PersonFactsRepository } from './person-facts.repository.js';
import { TimelineService } from './timeline.service.js';

type TimelineOptions = { id: string; cursor?: string | undefined; limit: number; kinds?: string | undefined };

/** A person's page: what is known of them, what they did, the journeys they are in, and what was sent to them. */
@Injectable()
export class PersonPageService {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly devices: DeviceRepository,
    private readonly facts: PersonFactsRepository,
    private readonly runs: RunReads,
    private readonly timelines: TimelineService,
    private readonly messages: MessageReads,
    private readonly channels: ChannelRegistry,
    private readonly suppressions: Suppressions,
    private readonly bestTimes: BestTimes,
  ) {}

  async detail(scope: Scope, asked: string): Promise<ProfileDetail> {
    const profile = await this.profiles.find(scope, asked);
    if (!profile) throw notFound('profile');
    const { id } = profile;
    const [inHoldout, identities, times, consents, devices, [reach], events, enrollments, messages] = await Promise.all(
      [
        this.facts.inHoldout(scope, id),
        this.facts.identities(scope, id),
        this.facts.traitTimes(scope, id),
        this.facts.consents(scope, id),
        this.devices.ofProfile(scope, id),
        this.profiles.reach(scope, { profileIds: [id] }),
        this.runs.recentEvents(scope, id),
        this.runs.ofProfile(scope, id),
        this.messages.ofProfile(scope, id),
      ],
    );
    const person = reach ?? { traits: profile.traits, devices: [], unsubscribed: [] };
    const suppressed = await this.suppressedChannels(scope, person);
    const reachable = this.channels.reachability(person);
    for (const channel of suppressed) reachable[channel] = false;
    const habits = await this.bestTimes.habits(scope, { profileId: id, at: Date.now(), reachable });
    return {
      ...profileSummaryOf(profile),
      inHoldout,
      traitTimes: Object.fromEntries(Object.entries(times).map(([name, at]) => [name, new Date(at).toISOString()])),
      anonymousIds: identities.flatMap(({ kind, value }) => (kind === 'anonymous' ? [value] : [])),
      otherIds: identities.flatMap(({ kind, value }) =>
        kind === 'user' && value !== profile.external_id ? [value] : [],
      ),
      devices: devices.map(deviceOf),
      reachable,
      unsubscribed: reach?.unsubscribed ?? [],
      consents: consents.map(({ channel, state, at }) => ({ channel, state, at: at.toISOString() })),
      suppressed,
      habits,
      events,
      enrollments: enrollments.map(runSummaryOf),
      messages,
    };
  }

  async timeline(scope: Scope, { id: asked, ...query }: TimelineOptions): Promise<Page<TimelineItem>> {
    const profile = await this.profiles.find(scope, asked);
    if (!profile) throw notFound('profile');
    return this.timelines.page(scope, { ...query, profileId: profile.id });
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
}: DeviceRow): ProfileDetail['devices'][number] {
  return {
    ...device,
    appId: app_id,
    appVersion: app_version,
    lastActiveAt: last_active_at?.toISOString() ?? null,
    createdAt: created_at.toISOString(),
  };
}
