import { createHash } from 'node:crypto';
import {
  asNumber,
  bestChannelPrior,
  channelOf,
  dayOf,
  dayText,
  instantInUtc,
  personChannels,
  readDate,
} from '@wend/contract';
import type { CalendarValue, Fact, Json, Operand, OperandOf, Window } from '@wend/contract';
import { holds, valueAt } from '@wend/engine';
import { DateTime } from 'luxon';
import { ChannelRegistry } from '../src/channels/index.js';
import { clockTolerance } from '../src/rules/index.js';
import { worldHoldout, zoneIn } from './rules-world.js';
import type { World, WorldPerson } from './rules-world.js';

type Asked = { world: World; person: WorldPerson; at: number };
type Model = { readonly [Kind in Operand['source']]: (operand: OperandOf<Kind>, asked: Asked) => Json | undefined };
const registry = new ChannelRegistry();
const msPerDay = 86_400_000;

/** The answer to a fact of one person, worked out in plain TypeScript: what every SQL must say. */
export function modelAnswer(fact: Fact, asked: Asked): Json | undefined {
  switch (fact.kind) {
    case 'nextLocalTime':
      throw new Error('No rule asks that.');
    case 'operand': {
      const value = valueOf(fact.operand, asked);
      return fact.calendar ? calendarOf(value ?? null, asked) : value;
    }
    default:
      return valueOf({ ...fact, source: fact.kind } as Operand, asked);
  }
}

function valueOf(operand: Operand, asked: Asked): Json | undefined {
  return (model[operand.source] as (operand: Operand, asked: Asked) => Json | undefined)(operand, asked);
}

function calendarOf(value: Json, asked: Asked): CalendarValue {
  const read = readDate(value);
  const day = read && (read.kind === 'instant' ? localDay(read.at, asked) : dayOf(read));
  return {
    value,
    day:
      day === null || instantInUtc(read!) < -62_135_596_800_000 || instantInUtc(read!) > 253_402_300_799_000
        ? null
        : dayText(day),
    today: dayText(localDay(asked.at, asked)),
  };
}

/** Days since 1970-01-01 where the person lives. */
function localDay(time: number, { world, person }: Asked): number {
  const local = DateTime.fromMillis(time, { zone: zoneIn(world, person) });
  return Date.UTC(local.year, local.month - 1, local.day) / msPerDay;
}

function counts(time: number, window: Window, asked: Asked): boolean {
  const { at } = asked;
  const { withinSeconds, withinDays, from, to } = window;
  const day = (text: string) => Date.parse(text) / msPerDay;
  return (
    time <= at + clockTolerance &&
    (withinSeconds === undefined || time > at - withinSeconds * 1_000) &&
    (withinDays === undefined || localDay(time, asked) > localDay(at, asked) - withinDays) &&
    (from === undefined || localDay(time, asked) >= day(from)) &&
    (to === undefined || localDay(time, asked) <= day(to))
  );
}

function eventsIn(
  { event, where, ...window }: Window & Pick<OperandOf<'eventCount'>, 'event' | 'where'>,
  asked: Asked,
) {
  return asked.person.events
    .filter(({ name, test, properties }) => name === event && !test && holds(where, { property: properties }))
    .filter(({ time }) => counts(time, window, asked))
    .sort((a, b) => a.time - b.time);
}

const model: Model = {
  trait: ({ path }, { person }) => valueAt(person.traits, path),
  property: () => undefined,
  entry: () => undefined,
  run: () => undefined,
  eventCount: (operand, asked) => eventsIn(operand, asked).length,
  eventValue: (operand, asked) => {
    const { measure, property } = operand;
    const events = eventsIn(operand, asked);
    const ends = { first: events[0], last: events.at(-1) };
    const values = events.map(({ properties }) => (property === undefined ? undefined : valueAt(properties, property)));
    const numbers = values.map((each) => asNumber(each ?? null)).filter((each) => each !== null);
    if (measure === 'distinctDays') return new Set(events.map(({ time }) => localDay(time, asked))).size;
    if (measure === 'sum') return numbers.reduce((sum, each) => sum + Math.round(each * 100), 0) / 100;
    if (measure === 'minimum' || measure === 'maximum')
      return numbers.length === 0 ? null : Math[measure === 'minimum' ? 'min' : 'max'](...numbers);
    if (property !== undefined) return measure === 'first' ? values[0] : values.at(-1);
    const end = ends[measure];
    return end && new Date(end.time).toISOString();
  },
  sequence: (operand, asked) => {
    const { then, thenWhere, thenWithinSeconds, without = false } = operand;
    const within = thenWithinSeconds * 1_000;
    const others = eventsIn({ event: then, where: thenWhere }, asked);
    return eventsIn(operand, asked).filter(({ time }) => {
      const followed = others.some((other) => other.time > time && other.time < time + within);
      return without ? time + within <= asked.at && !followed : followed;
    }).length;
  },
  messages: ({ state, journey, node, channel, ...window }, asked) => {
    const states = state === 'opened' ? ['opened', 'clicked'] : [state];
    return asked.person.messages.filter(
      (message) =>
        !message.test &&
        (journey === undefined || asked.world.journeys[message.journey] === journey) &&
        (node === undefined || message.node === node) &&
        (channel === undefined || message.channel === channel) &&
        message.told.some(
          ({ status, by, at }) => states.includes(status) && by === 'person' && counts(at, window, asked),
        ),
    ).length;
  },
  journeys: ({ state, journey, ...window }, asked) =>
    asked.person.runs.filter((run) => {
      if (run.test || (journey !== undefined && asked.world.journeys[run.journey] !== journey)) return false;
      if (state === 'in') return run.ended === null && counts(run.entered, window, asked);
      if (state === 'entered') return counts(run.entered, window, asked);
      return run.status === state && run.ended !== null && counts(run.ended, window, asked);
    }).length,
  segment: ({ segment }, { world, person }) => person.segments.some((place) => world.segments[place] === segment),
  consent: ({ channel, topic }, { world, person }) =>
    topic === undefined ? person.consents[channel] : (person.consents[`${channel} ${topic}`] ?? world.topics[topic]),
  reachable: ({ channel }, { world, person }) => {
    const { traits, consents } = person;
    const unsubscribed = Object.keys(consents).filter((each) => consents[each] !== 'subscribed');
    const whole = { traits, devices: person.devices, unsubscribed, country: world.country };
    const address = channelOf(channel).address?.devices ? null : registry.addressOf(registry.get(channel), whole);
    return (
      registry.canReach(channel, whole) &&
      !world.suppressed.some((each) => each.channel === channel && each.address === address?.toLowerCase())
    );
  },
  bestChannel: (_, asked) => {
    const { world, person } = asked;
    const rates = Object.entries(world.learned).flatMap(([channel, all]) => {
      const own = person.learned[channel] ?? { sent: 0, opens: 0 };
      const sent = (of: { sent: number; opens: number }) => Math.max(of.sent, of.opens, 0);
      if (sent(all) === 0 || !personChannels().includes(channel)) return [];
      if (model.reachable({ source: 'reachable', channel }, asked) !== true) return [];
      const prior = (all.opens + 1) / (sent(all) + 2);
      return [{ channel, rate: (own.opens + bestChannelPrior * prior) / (sent(own) + bestChannelPrior) }];
    });
    const [best] = rates.sort((a, b) => b.rate - a.rate || (a.channel < b.channel ? -1 : 1));
    return best?.channel ?? null;
  },
  device: ({ platform, permission, app, versionFrom, versionBelow }, { person }) =>
    person.devices.filter(
      (device) =>
        (platform === undefined || device.platform === platform) &&
        (permission === undefined || device.permission === permission) &&
        (app === undefined || device.app === app) &&
        (versionFrom === undefined || (versionOrder(device.version, versionFrom) ?? -1) >= 0) &&
        (versionBelow === undefined || (versionOrder(device.version, versionBelow) ?? 1) < 0),
    ).length,
  distance: ({ path, latitude, longitude }, { person }) => {
    if (latitude === undefined || longitude === undefined) return null;
    const point = valueAt(person.traits, path);
    const degrees = (most: number, ...names: string[]) => {
      const found = names.map((name) => valueAt(point, name)).find((each) => each !== undefined && each !== null);
      return typeof found === 'number' && Math.abs(found) <= most ? found : null;
    };
    const [lat, lng] = [degrees(90, 'lat', 'latitude'), degrees(180, 'lng', 'longitude')];
    if (lat === null || lng === null) return null;
    const rad = (each: number) => (each * Math.PI) / 180;
    const a =
      Math.sin(rad(latitude - lat) / 2) ** 2 +
      Math.cos(rad(lat)) * Math.cos(rad(latitude)) * Math.sin(rad(longitude - lng) / 2) ** 2;
    return Math.round(2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(a))));
  },
  randomBucket: (_, { world, person }) =>
    createHash('md5').update(`${world.workspaceId}/${person.id}`).digest().readUInt32BE(0) % 10_000,
  globalHoldout: (_, { world, person }) =>
    createHash('md5').update(`holdout/${world.workspaceId}/${person.id}`).digest().readUInt32BE(0) % 10_000 <
    worldHoldout * 100,
  localTime: ({ part }, { world, person, at }) => {
    const local = DateTime.fromMillis(at, { zone: zoneIn(world, person) });
    return part === 'weekday' ? local.weekday : part === 'hour' ? local.hour : local.toISODate();
  },
};

/** Which of two versions comes first; null where one is none. */
function versionOrder(a: string | null, b: string): number | null {
  const numbers = (version: string | null) =>
    /^\d+(\.\d+)*/
      .exec(version ?? '')?.[0]
      .split('.')
      .map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  if (!left || !right) return null;
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const order = (left[place] ?? 0) - (right[place] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
