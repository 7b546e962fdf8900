import type { Entry, Graph, Issue } from '@wend/contract';

type Place = { id: string; nodeId?: string; path?: string };

/** Where a graph names segments: its entries, and every rule of its steps and settings. */
function placesIn(graph: Graph, entries: readonly Entry[]): Place[] {
  const places: Place[] = entries.flatMap((entry) =>
    'segment' in entry ? [{ id: entry.segment, nodeId: entry.node, path: 'segment' }] : [],
  );
  const look = (value: unknown, where: Omit<Place, 'id'>): void => {
    if (value === null || typeof value !== 'object') return;
    const { source, segment } = value as { source?: unknown; segment?: unknown };
    if (source === 'segment' && typeof segment === 'string') places.push({ id: segment, ...where });
    for (const each of Object.values(value)) look(each, where);
  };
  for (const [nodeId, { config }] of Object.entries(graph.nodes)) look(config, { nodeId });
  look(graph.settings, {});
  return places;
}

/** The ids of segments that a graph names, each once; they need not be ids. */
export function segmentIdsIn(graph: Graph, entries: readonly Entry[]): string[] {
  return [...new Set(placesIn(graph, entries).map(({ id }) => id))];
}

/** What is wrong with a graph that names others than `present`: nobody would ever be in them. */
export function segmentIssues(graph: Graph, entries: readonly Entry[], present: ReadonlySet<string>): Issue[] {
  return placesIn(graph, entries)
    .filter(({ id }) => !present.has(id))
    .map(({ nodeId, path }) => ({
      code: 'unknown-segment',
      severity: 'error',
      ...(nodeId !== undefined && { nodeId }),
      ...(path !== undefined && { path }),
      message: 'The segment doesn’t exist or is archived.',
      hint: 'Choose another segment.',
    }));
}
