import { namedBy, operands } from '@wend/contract';
import type { Entry, Graph, Issue, Operand } from '@wend/contract';
import type { Told } from './told.js';

/** What a journey may name that can be gone. */
export type NamedKind = 'segment' | 'journey' | 'topic';
export type Present = Readonly<Record<NamedKind, ReadonlySet<string>>>;
type Place = { what: NamedKind; id: string; nodeId?: string; path?: string };

const words: Record<NamedKind, Pick<Issue, 'message' | 'hint'>> = {
  segment: { message: 'The segment doesn’t exist or is archived.', hint: 'Choose another segment.' },
  topic: {
    message: 'A condition or a step names a topic that doesn’t exist.',
    hint: 'Choose another topic, or add it under Settings → Topics.',
  },
  journey: { message: 'A condition or a step names a journey that doesn’t exist.', hint: 'Choose another journey.' },
};

/** Where a graph names segments and journeys: its entries, what steps wait for, and every rule of steps and settings. */
function placesIn(graph: Graph, entries: readonly Entry[], told: readonly Told[]): Place[] {
  const places: Place[] = entries.flatMap((entry) =>
    'segment' in entry ? [{ what: 'segment' as const, id: entry.segment, nodeId: entry.node, path: 'segment' }] : [],
  );
  const look = (value: unknown, where: { nodeId?: string }): void => {
    if (value === null || typeof value !== 'object') return;
    const { source, kind, segment, topic, label } = value as Record<string, unknown>;
    // What a step waits for: that somebody enters a segment, or leaves a topic.
    if (kind === 'segment' && typeof segment === 'string') places.push({ what: 'segment', id: segment, ...where });
    // A path of its own for those who are in a segment.
    if (typeof label === 'string' && typeof segment === 'string')
      places.push({ what: 'segment', id: segment, ...where });
    if (kind === 'consent' && typeof topic === 'string') places.push({ what: 'topic', id: topic, ...where });
    if (typeof source === 'string' && Object.hasOwn(operands, source))
      for (const { what, name } of namedBy(value as Operand))
        if (what !== 'channel') places.push({ what, id: name, ...where });
    for (const each of Object.values(value)) look(each, where);
  };
  for (const [nodeId, { config }] of Object.entries(graph.nodes)) look(config, { nodeId });
  look(graph.settings, {});
  return [...places, ...told.flatMap(toldPlaces)];
}

/** What steps change and start. */
function toldPlaces({ node: nodeId, settings: { journey, segment, topic } }: Told): Place[] {
  const named = {
    segment: [segment, 'segment.id'],
    journey: [journey, 'journey.id'],
    topic: [topic, 'topic'],
  } as const;
  return (Object.keys(named) as NamedKind[]).flatMap((what): Place[] => {
    const [id, path] = named[what];
    return typeof id === 'string' ? [{ what, id, nodeId, path }] : [];
  });
}

/** The ids of the segments and journeys, and the keys of topics, that a graph names, each once; they need not be ids. */
export function idsIn(
  graph: Graph,
  entries: readonly Entry[],
  told: readonly Told[] = [],
): Record<NamedKind, string[]> {
  const places = placesIn(graph, entries, told);
  const of = (kind: NamedKind) => [...new Set(places.filter(({ what }) => what === kind).map(({ id }) => id))];
  return { segment: of('segment'), journey: of('journey'), topic: of('topic') };
}

/** What is wrong with a graph that names others than are `present`: nobody would ever be in them. */
export function nameIssues(
  { graph, entries, told = [] }: { graph: Graph; entries: readonly Entry[]; told?: readonly Told[] },
  present: Present,
): Issue[] {
  return placesIn(graph, entries, told)
    .filter(({ what, id }) => !present[what].has(id))
    .map(({ what, nodeId, path }) => ({
      code: `unknown-${what}`,
      severity: 'error',
      ...(nodeId !== undefined && { nodeId }),
      ...(path !== undefined && { path }),
      ...words[what],
    }));
}
