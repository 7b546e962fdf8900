import { manifestOf } from '../edit-connect.js';
import type { Manifests } from '../edit-connect.js';
import type { Graph, GraphNode } from '../graph.js';
import { entryKinds } from './kinds.js';
import { inEntryOrder } from './order.js';
import type { EntryKind } from './kinds.js';
import type { EntryKindDefinition, EntryWords } from './kind.js';

export type { ApiWayIn } from './api.js';
export { businessPicks } from './business.js';
export type { BusinessPick, BusinessWayIn } from './business.js';
export { dateRuleOf } from './date.js';
export type { DateWayIn } from './date.js';
export type { DebounceWayIn } from './debounce.js';
export type { EventWayIn } from './event.js';
export type { EntryKindDefinition, EntryWords, WayInFilters } from './kind.js';
export { omittedOf } from './omission.js';
export type { JourneyWayIn } from './journey.js';
export type { OmissionWayIn, Omitted } from './omission.js';
export * from './refusal-words.js';
export * from './refusals.js';
export { locationEvent, locationTrait, placeEvents } from './place.js';
export type { PlaceMove, PlaceWayIn } from './place.js';
export type { ScheduleWayIn } from './schedule.js';
export { segmentEvents } from './segment.js';
export type { SegmentMove, SegmentWayIn } from './segment.js';
export * from './kinds.js';

/** An entry step of a graph. */
export type EntryNode = { node: GraphNode; kind: EntryKind; definition: EntryKindDefinition };

type Given = { graph: Pick<Graph, 'nodes'>; manifests: Manifests };

/** The entries of a graph, in their order. */
export function entriesOf({ graph, manifests }: Given): EntryNode[] {
  return inEntryOrder(Object.values(graph.nodes)).flatMap((node): EntryNode[] => {
    const kind = manifestOf(manifests, node)?.entry;
    return kind === undefined ? [] : [{ node, kind, definition: entryKinds[kind] }];
  });
}

/**
 * The entry that a run came in by. `node`: what the run says; null or absent in runs of before, whose journeys had one
 * entry.
 */
export function entryOfRun({ node, ...given }: Given & { node?: string | null | undefined }): EntryNode | null {
  const entries = entriesOf(given);
  return (node == null ? entries[0] : entries.find((entry) => entry.node.id === node)) ?? null;
}

/** How people come in by each entry, in words; entries that do not say it yet are left out. */
export function entryWords(given: Given): EntryWords[] {
  return entriesOf(given).flatMap(({ node, definition }) => definition.words(node.config) ?? []);
}

/** Names of the events that let people in by any entry. */
export function entryEvents(given: Given): string[] {
  return [...new Set(entriesOf(given).flatMap(({ node, definition }) => definition.events(node.config)))];
}

/** Paths of what messages and rules find under `entry`, by whichever entry a person came. */
export function entryFields({
  propertiesOf,
  ...given
}: Given & { propertiesOf: Parameters<EntryKindDefinition['fields']>[1] }): string[] {
  return [...new Set(entriesOf(given).flatMap(({ node, definition }) => definition.fields(node.config, propertiesOf)))];
}
