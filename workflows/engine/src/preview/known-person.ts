import { applyTraitChanges, dayText } from '@wend/contract/values';
import type {
  Command,
  ConsentState,
  Fact,
  Json,
  JsonObject,
  PreviewPerson,
  PreviewSurroundings,
  TraitChange,
  ValuesAnswer,
} from '@wend/contract';
import { holds } from '../evaluate.js';
import type { SimulatedEvent } from '../simulate.js';
import { traitsChanged, traitsSet } from '../step.js';
import { valueAt } from '../value.js';
import { answerOperand } from './operands.js';

/** What somebody did, and when (ms since 1970). */
export type Happened = { at: number; name: string; properties: JsonObject };

/** Fills in the settings of a step as the worker does; what people are, came with and did is in `variables`. */
export type RenderValues = (fact: Extract<Fact, { kind: 'values' }>, variables: JsonObject) => ValuesAnswer;

type KnownPersonOptions = {
  person: PreviewPerson;
  surroundings: PreviewSurroundings;
  at: number;
  entry: { name: string; properties: JsonObject };
  events: readonly SimulatedEvent[];
  render?: RenderValues | undefined;
};

/** Somebody in a preview: answers facts as the backend would, and remembers what could not be answered. */
export class KnownPerson {
  readonly leftOut = new Set<string>();
  readonly zone: string;
  private traits: JsonObject;
  private readonly consents: Map<string, ConsentState>;
  private readonly happened: Happened[];

  constructor(private readonly options: KnownPersonOptions) {
    const { person, surroundings, at, entry, events } = options;
    this.traits = person.traits;
    this.zone = surroundings.zoneOrUtc(person.timeZone ?? zoneAmong(person.traits) ?? 'UTC');
    this.consents = new Map(Object.entries(person.consents));
    this.happened = [
      ...person.events.map(({ ago, name, properties }) => ({
        at: at - (surroundings.spanSeconds(ago) ?? 0) * 1_000,
        name,
        properties,
      })),
      ...(entry.name === '' ? [] : [{ at, ...entry }]),
      ...events.map((event) => ({
        at: event.happened ?? event.at,
        name: event.name,
        properties: event.properties ?? {},
      })),
    ];
  }

  /** What a step did counts from then on. */
  committed(commands: readonly Command[]): void {
    this.traits = this.traitsWith(traitsSet(commands), traitsChanged(commands));
    for (const command of commands)
      if (command.type === 'act')
        this.leftOut.add('What steps do outside, such as starting other journeys or changing consent, is left out.');
  }

  answer({
    fact,
    at,
    set,
    changes,
  }: {
    fact: Fact;
    at: number;
    set: JsonObject | undefined;
    changes: TraitChange[] | undefined;
  }): Json {
    const traits = this.traitsWith(set, changes);
    const { surroundings } = this.options;
    const { zone } = this;
    switch (fact.kind) {
      case 'trait':
        return valueAt(traits, fact.path) ?? null;
      case 'eventCount':
        return this.eventsUpTo(at).filter(
          ({ name, at: time, properties }) =>
            name === fact.event &&
            (fact.withinSeconds === undefined || time > at - fact.withinSeconds * 1_000) &&
            holds(fact.where, { property: properties }),
        ).length;
      case 'reachable':
        return this.canReach({ ...fact, at, traits });
      case 'capped':
        this.leftOut.add('Limits on messages are left out: nobody reaches one.');
        return false;
      case 'localTime':
        return this.clock(at)[fact.part];
      case 'nextLocalTime':
        return surroundings.nextOnClock({ at, zone, time: fact.time, weekdays: fact.weekdays });
      case 'when': {
        const { time } = fact;
        const of = time.kind === 'date' ? time.of : null;
        const value = of?.source === 'trait' ? valueAt(traits, of.path) : of?.source === 'value' ? of.value : undefined;
        return surroundings.waitTimeOf({ time, value, now: at, zone });
      }
      case 'bestTime': {
        this.leftOut.add(
          'Habits are left out: the best time is the one set for people of whom nothing is known, or now.',
        );
        const { otherwise } = fact;
        const due =
          otherwise.by === 'time' ? surroundings.nextOnClock({ at, zone, time: otherwise.time, weekdays: [] }) : at;
        const hour = Number(this.clock(due).hour);
        return { at: due, hour, confidence: 0, from: 'fallback', opens: 0, clicks: 0, visits: 0 };
      }
      case 'values':
        return this.values(fact, traits);
      case 'claim':
        return this.claim(fact, at);
      case 'operand':
        return answerOperand({ fact, at, traits, person: this }) ?? null;
    }
  }

  /** What happened up to then, also before coming in. */
  eventsUpTo(at: number): Happened[] {
    return this.happened.filter((event) => event.at <= at);
  }

  clock(at: number): { weekday: number; hour: number; date: string } {
    const { localDayAt, offsetAt } = this.options.surroundings;
    const day = localDayAt(at, this.zone);
    const hour = Math.floor((at + offsetAt(at, this.zone) - day * 86_400_000) / 3_600_000);
    return { weekday: ((((day + 3) % 7) + 7) % 7) + 1, hour, date: dayText(day) };
  }

  dayAt(at: number): number {
    return this.options.surroundings.localDayAt(at, this.zone);
  }

  isIn(names: readonly (string | undefined)[]): boolean {
    return this.options.person.segments.some((segment) => names.includes(segment));
  }

  /** What was said of a channel, or a topic on it, up to then. */
  consentAt({ channel, topic, at }: { channel: string; topic?: string | undefined; at: number }): ConsentState | null {
    const { events } = this.options.surroundings;
    let state = this.consents.get(topic === undefined ? channel : `${channel}:${topic}`) ?? null;
    for (const { name, properties } of [...this.eventsUpTo(at)].sort((a, b) => a.at - b.at)) {
      if (properties['channel'] !== channel || (properties['topic'] ?? undefined) !== topic) continue;
      if (name === events.unsubscribed) state = 'unsubscribed';
      if (name === events.resubscribed) state = 'subscribed';
    }
    return state;
  }

  canReach({
    channel,
    topic,
    transactional,
    at,
    traits,
  }: {
    channel: string;
    topic?: string | undefined;
    transactional?: boolean | undefined;
    at: number;
    traits: JsonObject;
  }): boolean {
    const { person, surroundings } = this.options;
    const { address } = surroundings.channelOf(channel);
    if (address === null) return true;
    const onChannel = this.consentAt({ channel, at });
    const onTopic = topic === undefined ? null : this.consentAt({ channel, topic, at });
    const wants = [onChannel, onTopic].every((state) => state === null || state === 'subscribed');
    if (!transactional && !wants) return false;
    const told = person.reachable[channel];
    if (told !== undefined) return told;
    if (address.devices) return person.devices.some((kind) => address.devices!.includes(kind));
    this.leftOut.add('Addresses and phone numbers are taken for good ones: blocked ones are left out.');
    const trait = address.trait ?? (address.ofMembers ? 'email' : null);
    if (trait !== null) return typeof traits[trait] === 'string' && traits[trait].trim() !== '';
    this.leftOut.add(`Who has an address for ${surroundings.channelOf(channel).words} is left out: nobody has.`);
    return false;
  }

  private values(fact: Extract<Fact, { kind: 'values' }>, traits: JsonObject): Json {
    const { render, entry } = this.options;
    if (!render) {
      this.leftOut.add('Liquid in the settings of steps is left out.');
      return { ok: true, values: fact.template };
    }
    const variables = { profile: traits, entry: entry.properties, event: entry.properties, run: fact.run ?? {} };
    return render(fact, variables);
  }

  private claim({ claim }: Extract<Fact, { kind: 'claim' }>, at: number): Json {
    switch (claim.kind) {
      case 'pass':
        this.leftOut.add('Other runs of the person are left out: limits on how often people pass aren’t reached.');
        return { port: 'next', count: 0, most: claim.most };
      case 'join':
        this.leftOut.add('Keys of digests, and digests that are full early, are left out.');
        return { port: 'opened', count: 1 };
      case 'list': {
        const { name } = this.options.entry;
        const found = this.happened
          .filter((event) => event.name === name && event.at >= this.from && event.at <= at)
          .map((event, index) => ({
            id: `event-${index + 1}`,
            name: event.name,
            time: isoText(event.at),
            properties: event.properties,
          }));
        return { events: found, count: found.length };
      }
    }
  }

  private get from(): number {
    return this.options.at;
  }

  private traitsWith(set: JsonObject | undefined, changes: TraitChange[] | undefined): JsonObject {
    return changes ? applyTraitChanges(this.traits, changes) : { ...this.traits, ...set };
  }
}

function zoneAmong(traits: JsonObject): string | null {
  for (const name of ['timezone', 'timeZone', 'time_zone']) {
    const zone = traits[name];
    if (typeof zone === 'string' && zone !== '') return zone;
  }
  return null;
}

/** ISO 8601 in UTC, without a clock. */
function isoText(at: number): string {
  const day = Math.floor(at / 86_400_000);
  const rest = at - day * 86_400_000;
  const two = (number: number) => String(number).padStart(2, '0');
  const time = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1_000) % 60].map((part) => two(Math.floor(part)));
  return `${dayText(day)}T${time.join(':')}.${String(rest % 1_000).padStart(3, '0')}Z`;
}
