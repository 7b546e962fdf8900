import { Injectable } from '@nestjs/common';
import type { Fact, Json } from '@wend/contract';
import { valueAt } from '@wend/engine';
import type { ReadRequest } from '@wend/temporal';
import { reachability, timeZoneOf } from '../profiles/index.js';
import { FactsRepository } from './facts.repository.js';
import type { FactSubject } from './facts.repository.js';
import { localTimePart, nextLocalTime } from './local-time.js';

/** Answers facts about a person as they are at the run's time. Nothing here reads the machine's clock. */
@Injectable()
export class FactsService {
  constructor(private readonly repository: FactsRepository) {}

  /** `traits` that the run has set and that are not committed yet count as if they were: they replace the profile's, each as a whole. */
  async answer({ identity, at, facts, traits }: ReadRequest): Promise<Record<number, Json>> {
    const scope = { workspaceId: identity.workspaceId };
    const stored = await this.repository.subject(scope, { enrollmentId: identity.enrollmentId, profileId: identity.profileId });
    const subject = { ...stored, traits: { ...stored.traits, ...traits } };
    const answers = await Promise.all(facts.map(async ({ index, fact }) => [index, await this.one({ subject, fact, at, enrollmentId: identity.enrollmentId, scope })] as const));
    return Object.fromEntries(answers);
  }

  private async one({ subject, fact, at, enrollmentId, scope }: { subject: FactSubject; fact: Fact; at: number; enrollmentId: string; scope: { workspaceId: string } }): Promise<Json> {
    const zone = zoneOf(subject);
    switch (fact.kind) {
      case 'trait':
        return valueAt(subject.traits, fact.path) ?? null;
      case 'reachable':
        return reachability(subject)[fact.channel];
      case 'localTime':
        return localTimePart({ at, zone, part: fact.part });
      case 'nextLocalTime':
        return nextLocalTime({ at, zone, time: fact.time, weekdays: fact.weekdays });
      case 'eventCount':
        return this.repository.countEvents(scope, { profileId: subject.profileId, enrollmentId, event: fact.event, at, withinSeconds: fact.withinSeconds, where: fact.where });
    }
  }
}

/** The person's zone; the workspace's when none is known. */
function zoneOf(subject: FactSubject): string {
  return timeZoneOf(subject.traits) ?? subject.workspaceTimeZone;
}
