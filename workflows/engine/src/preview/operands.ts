import { dayOf, dayText, readDate, readDay } from '@wend/contract/values';
import type { Fact, Json, JsonObject, Operand } from '@wend/contract';
import { holds } from '../evaluate.js';
import { valueAt } from '../value.js';
import type { KnownPerson } from './known-person.js';

type OperandFact = Extract<Fact, { kind: 'operand' }>;
type World = { at: number; traits: JsonObject; person: KnownPerson };
type Of<Kind extends Operand['source']> = Extract<Operand, { source: Kind }>;
/** An answer, or what is left out and counts as not known. */
type Answer<Kind extends Operand['source']> =
  ((operand: Of<Kind>, world: World) => Json | undefined) | { leftOut: string };

const answers: { readonly [Kind in Operand['source']]: Answer<Kind> } = {
  trait: ({ path }, { traits }) => valueAt(traits, path),
  eventCount: (operand, world) => countOf(operand, world),
  segment: ({ segment, name }, { person }) => person.isIn([segment, name]),
  consent: ({ channel, topic }, { person, at }) => person.consentAt({ channel, topic, at }),
  reachable: ({ channel }, { person, at, traits }) => person.canReach({ channel, at, traits }),
  localTime: ({ part }, { person, at }) => person.clock(at)[part],
  globalHoldout: () => false,
  // The run holds these itself: they are no facts.
  property: () => undefined,
  entry: () => undefined,
  run: () => undefined,
  eventValue: { leftOut: 'Sums, averages and other values of events are left out: they count as not known.' },
  sequence: { leftOut: 'Sequences of events are left out: they count as not known.' },
  messages: { leftOut: 'Messages of the past are left out: they count as not known.' },
  journeys: { leftOut: 'Other journeys are left out: they count as not known.' },
  device: { leftOut: 'Properties of devices are left out: they count as not known.' },
  distance: { leftOut: 'Distances are left out: they count as not known.' },
  randomBucket: { leftOut: 'Random numbers of people are left out: they count as not known.' },
  bestChannel: { leftOut: 'The channel that suits a person best is left out: it counts as not known.' },
};

/** What an operand of a rule looks at, for somebody in a preview. */
export function answerOperand({ fact, ...world }: World & { fact: OperandFact }): Json | undefined {
  const { operand } = fact;
  const answer = answers[operand.source] as Answer<Operand['source']>;
  if (typeof answer !== 'function') {
    world.person.leftOut.add(answer.leftOut);
    return undefined;
  }
  const value = (answer as (operand: Operand, world: World) => Json | undefined)(operand, world);
  return fact.calendar ? calendarValue(value, world) : value;
}

function calendarValue(value: Json | undefined, { person, at }: World): Json {
  const today = person.clock(at).date;
  const read = value === undefined ? null : readDate(value);
  if (!read) return { value: value ?? null, day: null, today };
  const day = read.kind === 'instant' ? person.clock(read.at).date : dayText(dayOf(read));
  return { value: value ?? null, day, today };
}

function countOf({ event, where, withinSeconds, withinDays, from, to }: Of<'eventCount'>, world: World): number {
  const { person, at } = world;
  const today = person.dayAt(at);
  const within = (time: number) => {
    const day = person.dayAt(time);
    return (
      (withinSeconds === undefined || time > at - withinSeconds * 1_000) &&
      (withinDays === undefined || day > today - withinDays) &&
      (from === undefined || day >= (readDay(from) ?? 0)) &&
      (to === undefined || day <= (readDay(to) ?? 0))
    );
  };
  return person
    .eventsUpTo(at)
    .filter(
      ({ name, at: time, properties }) => name === event && within(time) && holds(where, { property: properties }),
    ).length;
}
