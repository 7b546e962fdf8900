import { isObject, longestChain, pathKeys, resubscribedEvent, traitChangesOf, unsubscribedEvent } from '@wend/contract';
import type { ActSettings, Entry, Issue, JsonObject, Program, WhatChanges } from '@wend/contract';
import { holds } from '@wend/engine';

/** What a step of a journey makes happen elsewhere. */
export type Told = { node: string; kind: string; settings: JsonObject };
/** A journey, how people get into it, and what its steps make happen. */
export type Teller = { id: string; name: string; entries: readonly Entry[]; told: readonly Told[] };

/** What the rules of segments read, by the segment. */
export type RulesRead = ReadonlyMap<string, Pick<WhatChanges, 'events' | 'traits'>>;

/** Of what is `told`: traits that are set, `{ traits: names }`. */
const setsTraits = 'set-traits';

/** The traits that the steps of a program set: what rules of segments may follow. */
export function setBy({ instructions, facts }: Pick<Program, 'instructions' | 'facts'>): Told[] {
  return instructions.flatMap((instruction): Told[] => {
    const traits =
      instruction.op === 'set'
        ? Object.keys(instruction.traits)
        : instruction.op === 'change'
          ? traitChangesOf(settingsOf(instruction.settings, facts)['changes']).map(({ name }) => name)
          : [];
    return traits.length === 0 ? [] : [{ node: instruction.node, kind: setsTraits, settings: { traits } }];
  });
}

function settingsOf(settings: ActSettings, facts: Program['facts']): JsonObject {
  if ('fixed' in settings) return settings.fixed;
  const template = (facts[settings.fact] as { template?: unknown } | undefined)?.template;
  return isObject(template) ? template : {};
}

/** What the steps of a program make happen; of settings that are filled in later, as they are written. */
export function toldBy({ instructions, facts }: Pick<Program, 'instructions' | 'facts'>): Told[] {
  return instructions.flatMap((instruction): Told[] => {
    if (instruction.op !== 'act') return [];
    const { node, kind, settings } = instruction;
    return [{ node, kind, settings: settingsOf(settings, facts) }];
  });
}

/**
 * The shortest way by which what a journey does leads to it again: the journeys on it, in order, and the first step. With
 * `rules` also through segments whose rule reads what a step does: whether people then go round, only their lives tell.
 */
export function circleOf(
  journey: Teller,
  others: readonly Teller[],
  rules: RulesRead = new Map(),
): { ring: readonly Teller[]; node: string } | null {
  const all = [journey, ...others.filter(({ id }) => id !== journey.id)];
  type Way = { ring: Teller[]; node: string };
  const leadsTo = (each: Teller, told: Told) => letsIn(each, told) || mayLetIn(each, { told, rules });
  const seen = new Set<string>();
  const open: Way[] = journey.told.flatMap((told) =>
    all.filter((each) => leadsTo(each, told)).map((each) => ({ ring: [journey, each], node: told.node })),
  );
  for (let way = open.shift(); way; way = open.shift()) {
    const last = way.ring.at(-1)!;
    if (last.id === journey.id) return { ring: way.ring, node: way.node };
    if (seen.has(last.id)) continue;
    seen.add(last.id);
    for (const told of last.told)
      for (const next of all) if (leadsTo(next, told)) open.push({ ring: [...way.ring, next], node: way.node });
  }
  return null;
}

/** Whether what a step does may let the person, or others, into a journey. */
function letsIn({ id, entries }: Teller, { kind, settings }: Told): boolean {
  switch (kind) {
    case 'start-journey':
    case 'recipients':
      return settings['journey'] === id && entries.some((entry) => entry.kind === 'journey');
    case 'change-segment': {
      const on = settings['change'] === 'remove' ? 'left' : 'entered';
      return entries.some(
        (entry) => entry.kind === 'segment' && entry.segment === settings['segment'] && entry.on === on,
      );
    }
    case 'change-consent': {
      const name = settings['state'] === 'subscribed' ? resubscribedEvent : unsubscribedEvent;
      return entries.some((entry) => isOfEvent(entry, name, null));
    }
    case 'emit-event': {
      const { event, properties } = settings;
      return typeof event === 'string' && entries.some((entry) => isOfEvent(entry, event, properties));
    }
    default:
      return false;
  }
}

/** Whether an entry follows a segment whose rule reads what a step does. */
function mayLetIn({ entries }: Teller, { told: { kind, settings }, rules }: { told: Told; rules: RulesRead }): boolean {
  return entries.some((entry) => {
    const reads = entry.kind === 'segment' ? rules.get(entry.segment) : undefined;
    if (!reads) return false;
    if (kind === 'emit-event') return reads.events.some((name) => name === settings['event']);
    const { traits } = settings;
    return (
      kind === setsTraits &&
      Array.isArray(traits) &&
      reads.traits.some((path) => traits.some((name) => name === path || name === pathKeys(path)[0]))
    );
  });
}

/** By its filter an entry keeps out what surely does not fit it; values that are filled in later may fit. */
function isOfEvent(entry: Entry, event: string, properties: unknown): boolean {
  if (!('event' in entry) || entry.event !== event) return false;
  if (!entry.where || !isObject(properties) || /\{\{|\{%/.test(JSON.stringify(properties))) return true;
  return holds(entry.where, { property: properties });
}

/** What is wrong with a journey that leads to itself, the ring named. */
export function circleIssue({ ring, node }: NonNullable<ReturnType<typeof circleOf>>): Issue {
  const names = ring.map(({ name }) => `“${name}”`);
  return {
    code: 'journey-circle',
    severity: 'error',
    nodeId: node,
    message:
      ring.length === 2
        ? `This step starts the journey that it is in, ${names[0]}, again: people would go round and round.`
        : `This step begins a circle: ${names[0]} starts ${names.slice(1).join(', which starts ')} again. People would go round and round.`,
    hint: 'Break the circle: start another journey, send another event, or give an entry a filter that keeps them out.',
  };
}

/** The same where it goes through the rule of a segment: it may be meant, and ends by itself after some rounds. */
export function circleWarning({ ring, node }: NonNullable<ReturnType<typeof circleOf>>): Issue {
  const names = ring.map(({ name }) => `“${name}”`);
  return {
    code: 'journey-may-circle',
    severity: 'warning',
    nodeId: node,
    message:
      ring.length === 2
        ? `This step may let people into ${names[0]} again, through a segment whose rule reads what it does.`
        : `This step may begin a circle through a segment’s rule: ${names.join(' → ')}.`,
    hint: `After ${longestChain} rounds in a row people stop going round. Check that the segment’s rule can’t hold again because of this step.`,
  };
}

/** Steps that start a journey into which nobody would come. `open`: the journeys that take people in. */
export function startIssues(told: readonly Told[], open: readonly Teller[]): Issue[] {
  return told.flatMap(({ node, kind, settings }): Issue[] => {
    if (kind !== 'start-journey' && kind !== 'recipients') return [];
    const target = open.find(({ id }) => id === settings['journey']);
    if (target?.entries.some((entry) => entry.kind === 'journey')) return [];
    const name = target?.name ?? (typeof settings['name'] === 'string' ? settings['name'] : 'The journey');
    return [
      {
        code: target ? 'no-journey-entry' : 'journey-not-open',
        severity: 'error',
        nodeId: node,
        path: 'journey.id',
        message: target
          ? `“${name}” has no “Journey entry”, so nobody would enter it by this step.`
          : `“${name}” isn’t live, so nobody would enter it by this step.`,
        hint: target ? 'Add a “Journey entry” to it and publish it first.' : 'Publish it first, or choose another one.',
      },
    ];
  });
}

/** Steps that change who is in a segment that follows a rule. `manual`: those that people can be put into. */
export function segmentIssues(told: readonly Told[], manual: ReadonlySet<string>): Issue[] {
  return told
    .filter(({ kind, settings }) => kind === 'change-segment' && !manual.has(String(settings['segment'])))
    .map(({ node }) => ({
      code: 'segment-has-rule',
      severity: 'error',
      nodeId: node,
      path: 'segment.id',
      message: 'This segment follows its rule: nobody is put in or taken out by a step.',
      hint: 'Choose a segment without a rule, or change what its rule asks for.',
    }));
}
