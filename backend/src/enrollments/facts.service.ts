import { Injectable } from '@nestjs/common';
import { applyTraitChanges, nextOnClock, waitTimeOf, zoneOrUtc } from '@wend/contract';
import type { Fact, Json, JsonObject, Operand, WaitTime } from '@wend/contract';
import { valueAt } from '@wend/engine';
import type { ReadRequest } from '@wend/temporal';
import { BestTimes } from '../best-time/index.js';
import { ChannelRegistry } from '../channels/index.js';
import { refusalOf } from '../consents/index.js';
import { Claims } from '../claims/index.js';
import { CapsService } from '../delivery-rules/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { Suppressions } from '../suppressions/index.js';
import { actedBy, actedOperand, saidAfter } from './acted.js';
import type { Acted } from './acted.js';
import { FactsRepository } from './facts.repository.js';
import type { FactSubject } from './facts.repository.js';
import { StepValues } from './step-values.js';
import { localTimePart } from './local-time.js';

type OneOptions = {
  subject: FactSubject;
  fact: Exclude<Fact, { kind: 'operand' | 'values' | 'claim' }>;
  at: number;
  identity: ReadRequest['identity'];
  scope: { workspaceId: string };
};

type OperandsOptions = Omit<OneOptions, 'fact'> & Pick<ReadRequest, 'facts'> & { acted: Acted };

type CanReachOptions = Pick<OneOptions, 'scope' | 'subject'> & { fact: Extract<Fact, { kind: 'reachable' }> };

/** Answers facts about a person as they are at the run's time. Nothing here reads the machine's clock. */
@Injectable()
export class FactsService {
  constructor(
    private readonly repository: FactsRepository,
    private readonly channels: ChannelRegistry,
    private readonly suppressions: Suppressions,
    private readonly caps: CapsService,
    private readonly bestTimes: BestTimes,
    private readonly stepValues: StepValues,
    private readonly claims: Claims,
  ) {}

  /**
   * `traits` that the run has set and that are not committed yet count as if they were: they replace the profile's,
   * each as a whole. What the run asked for and is not done yet (`acts`: in this step) counts as done. `entry`: all that a
   * run is about to begin by; of one that has begun it is known.
   */
  async answer({
    identity,
    at,
    facts,
    traits,
    changes,
    acts = [],
    entry,
  }: ReadRequest & { entry?: JsonObject }): Promise<Record<number, Json>> {
    const scope = { workspaceId: identity.workspaceId };
    const stored = await this.repository.subject(scope, {
      enrollmentId: identity.enrollmentId,
      profileId: identity.profileId,
    });
    const seen = changes ? applyTraitChanges(stored.traits, changes) : { ...stored.traits, ...traits };
    const acted = actedBy([...stored.acts, ...acts]);
    const said = saidAfter(stored.said, acted);
    const subject = { ...stored, said, traits: seen };
    const answers = await Promise.all([
      ...facts.map(async ({ index, fact }) =>
        fact.kind === 'operand' || fact.kind === 'values' || fact.kind === 'claim'
          ? []
          : [[index, await this.one({ subject, fact, at, identity, scope })] as const],
      ),
      this.values({ subject, facts, at, identity, scope, entry }),
      this.operands({ subject, acted, facts, at, identity, scope }),
      this.claimed({ subject, facts, at, identity, scope }),
    ]);
    return Object.fromEntries(answers.flat());
  }

  private async operands({ acted, facts, ...given }: OperandsOptions): Promise<(readonly [number, Json])[]> {
    const asked = facts.flatMap(({ index, fact }) => (fact.kind === 'operand' ? [{ index, fact }] : []));
    const decided = await Promise.all(
      asked.map(async ({ index, fact }) => ({ index, fact, value: await this.decided(fact.operand, acted, given) })),
    );
    const open = decided.filter(({ value }) => value === undefined);
    const {
      subject: { profileId, traits },
      identity: { enrollmentId },
      scope,
      at,
    } = given;
    const wanted = open.map(({ fact }) => fact);
    const values =
      wanted.length === 0
        ? []
        : await this.repository.operands(scope, { profileId, enrollmentId, traits, at, facts: wanted });
    return [
      ...decided.flatMap(({ index, value }) => (value === undefined ? [] : [[index, value] as const])),
      ...open.map(({ index }, place) => [index, values[place] ?? null] as const),
    ];
  }

  /** What the run has decided itself; undefined: the database knows. */
  private async decided(
    operand: Operand,
    acted: Acted,
    { subject, scope }: Pick<OneOptions, 'subject' | 'scope'>,
  ): Promise<Json | undefined> {
    if (operand.source !== 'reachable') return actedOperand(operand, acted);
    if (!acted.said.some(({ channel }) => channel === operand.channel)) return undefined;
    return this.canReach({ scope, subject, fact: { kind: 'reachable', channel: operand.channel } });
  }

  private async values({
    subject,
    facts,
    at,
    identity: { enrollmentId },
    scope,
    entry,
  }: Omit<OneOptions, 'fact'> & Pick<ReadRequest, 'facts'> & { entry: JsonObject | undefined }): Promise<
    (readonly [number, Json])[]
  > {
    const asked = facts.flatMap(({ index, fact }) => (fact.kind === 'values' ? [{ index, fact }] : []));
    const { profileId, traits } = subject;
    const answers = await this.stepValues.answer(scope, {
      enrollmentId,
      profileId,
      traits,
      entry,
      zone: zoneOf(subject),
      at,
      facts: asked.map(({ fact }) => fact),
    });
    return asked.map(({ index }, place) => [index, answers[place] ?? null]);
  }

  /** A key that cannot be filled in tells nobody apart. */
  private async claimed({
    subject,
    facts,
    at,
    identity,
    scope,
  }: Omit<OneOptions, 'fact'> & Pick<ReadRequest, 'facts'>): Promise<(readonly [number, Json])[]> {
    const answers: (readonly [number, Json])[] = [];
    for (const { index, fact } of facts) {
      if (fact.kind !== 'claim') continue;
      const { node, claim, visit = 0, run = {} } = fact;
      const key = 'key' in claim && claim.key ? claim.key : '';
      const asked = key === '' ? [] : [{ kind: 'values' as const, node, template: { key }, run }];
      const { enrollmentId, journeyId, origin } = identity;
      const { profileId, traits } = subject;
      const [filled] = await this.stepValues.answer(scope, {
        enrollmentId,
        profileId,
        traits,
        zone: zoneOf(subject),
        at,
        facts: asked,
      });
      const own = filled?.ok ? JSON.stringify(filled.values['key'] ?? '') : '';
      answers.push([
        index,
        await this.claims.take(scope, { enrollmentId, journeyId, origin, node, visit, at, claim, key: own }),
      ]);
    }
    return answers;
  }

  /** A pause is no matter here: it ends by itself, and is looked at when the message leaves. */
  private async canReach({ scope, fact, subject }: CanReachOptions): Promise<boolean> {
    const { channel: name, topic = null, transactional } = fact;
    const wanted = { channel: name, topic, messageClass: transactional ? 'transactional' : 'marketing' } as const;
    const refusal = refusalOf({ ...subject, pausedUntil: null }, wanted, 0);
    if (!this.channels.canReach(name, { ...subject, unsubscribed: refusal ? [name] : [] })) return false;
    const address = this.channels.addressOf(this.channels.get(name), subject);
    if (address === null) return true;
    return (await this.suppressions.blocks(scope, [{ channel: name, address }]))[0] === null;
  }

  private async one({ subject, fact, at, identity, scope }: OneOptions): Promise<Json> {
    const zone = zoneOf(subject);
    switch (fact.kind) {
      case 'trait':
        return valueAt(subject.traits, fact.path) ?? null;
      case 'reachable':
        return this.canReach({ scope, fact, subject });
      case 'capped':
        return this.caps.isFull(scope, {
          journeyId: identity.journeyId,
          origin: identity.origin,
          profileId: subject.profileId,
          channel: fact.channel,
          topic: fact.topic,
          zone,
          at,
        });
      case 'localTime':
        return localTimePart({ at, zone, part: fact.part });
      case 'nextLocalTime':
        return nextOnClock({ at, zone, time: fact.time, weekdays: fact.weekdays });
      case 'when':
        return waitTimeOf({ time: fact.time, now: at, zone, value: dateOf(fact.time, subject) });
      case 'bestTime':
        return this.bestTimes.of(scope, {
          profileId: subject.profileId,
          channel: fact.channel,
          at,
          withinHours: fact.withinHours,
          zone,
          otherwise:
            fact.otherwise.by === 'time' ? nextOnClock({ at, zone, time: fact.otherwise.time, weekdays: [] }) : null,
        });
      case 'eventCount':
        return this.repository.countEvents(scope, {
          profileId: subject.profileId,
          enrollmentId: identity.enrollmentId,
          event: fact.event,
          at,
          withinSeconds: fact.withinSeconds,
          where: fact.where,
        });
    }
  }
}

/** The person's zone; the workspace's when none is known, UTC when that does not exist. */
function zoneOf(subject: FactSubject): string {
  return zoneOrUtc(timeZoneOf(subject.traits) ?? subject.workspaceTimeZone);
}

/** What holds the date that a wait goes by; of the entry and the run the engine has put it in. */
function dateOf(time: WaitTime, { traits }: FactSubject): Json | undefined {
  if (time.kind !== 'date') return undefined;
  if (time.of.source === 'value') return time.of.value;
  return time.of.source === 'trait' ? valueAt(traits, time.of.path) : undefined;
}
