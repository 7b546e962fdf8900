import {
  channelOf,
  comparisons,
  entryKinds,
  exitEventOf,
  isEntry,
  liquidKeys,
  nodeKey,
  operators,
  pathKeys,
  pathOf,
} from '@wend/contract/plain';
import { valueAt } from '@wend/engine';
import { isPlaced, place } from '@/components/form/object/place';
import type { EntryKindDefinition, Graph, GraphNode, Json, JsonObject, NodeManifest } from '@wend/contract';

/** What a journey looks at, with a value that a made-up person could have. */
export type Prefill = { event: string | null; properties: JsonObject; traits: JsonObject };

/** `manifests` by type and version. */
type PrefillOptions = {
  graph: Graph;
  manifests: Readonly<Record<string, NodeManifest>>;
  entry: GraphNode | undefined;
};

/** Values that make a preview readable; other fields begin empty. */
const usualTraits: JsonObject = {
  name: 'Mina Park',
  first_name: 'Mina',
  firstName: 'Mina',
  last_name: 'Park',
  lastName: 'Park',
  email: 'mina@example.com',
  phone: '+4915112345678',
  city: 'Seoul',
  plan: 'free',
  timezone: 'Asia/Seoul',
  locale: 'en',
};
/** A value for a property that only must be there: an id, an amount, a name. */
function sampleOf(path: string): Json {
  const name = pathKeys(path).at(-1) ?? path;
  if (/(^|_)id$|Id$/.test(name)) return `${name.replace(/_?id$/i, '') || 'test'}-1`;
  // A country and an account are no numbers.
  if (/price|total|amount|revenue|value|quantity|discount|seats|points|(^|_)counts?(_|$)/i.test(name)) return 10;
  if (/Counts?$/.test(name)) return 10;
  if (/currency/i.test(name)) return 'EUR';
  if (/url|link/i.test(name)) return 'https://example.com';
  return /name|title/i.test(name) ? 'Example' : '';
}

/**
 * What to fill a test run by this entry in with: its event, the properties and traits that rules and templates of the draft
 * read, with values that let the person in and, for equality, take the first branch.
 */
export function prefillOf({ graph, manifests, entry }: PrefillOptions): Prefill {
  // What the person does not come in by asks nothing of her.
  const nodes = Object.values(graph.nodes).filter((node) => node === entry || !isEntry(manifests[nodeKey(node)]));
  const kind = entry && manifests[nodeKey(entry)]?.entry;
  const definition = kind && entryKinds[kind];
  const found: Found = { traits: new Map(), entry: new Map() };
  if (entry) collectRules(entry.config['where'] ?? null, { found, propertiesAreEntry: true });
  for (const node of nodes) {
    if (node !== entry) collectRules(node.config, { found, propertiesAreEntry: false });
    collectTemplates(node.config, found);
    const channel = manifests[nodeKey(node)]?.channel;
    const address = channel === undefined ? undefined : channelOf(channel).address?.trait;
    if (address !== undefined) note(found.traits, address);
  }
  for (const path of (entry && definition?.needs?.(entry.config)) ?? [])
    note(found.entry, path, sampleOf(path) || 'example');
  if (graph.settings.reentry.key) note(found.entry, graph.settings.reentry.key);
  collectRules(graph.settings.exitCriteria as unknown as Json, { found, propertiesAreEntry: false });
  return {
    event: (entry && definition && waysOf(definition, entry.config)) ?? null,
    properties: {
      ...nested(found.entry, sampleOf),
      ...(entry && definition?.sample?.(entry.config, Date.now())),
    },
    traits: nested(found.traits, (path) => usualTraits[pathKeys(path).at(-1) ?? path] ?? ''),
  };
}

/** The event, or the words of an entry that waits for none; null while its settings do not say. */
function waysOf({ hasEvent, events, words }: EntryKindDefinition, config: JsonObject): string | null {
  return (hasEvent ? events(config)[0] : words(config)?.name) ?? null;
}

/**
 * `known`: the properties that the entry event had; then comparing with it gives a value instead of a further field.
 */
type Found = { traits: Map<string, Json | undefined>; entry: Map<string, Json | undefined>; known?: JsonObject };

function note(paths: Map<string, Json | undefined>, path: string, value?: Json): void {
  if (paths.get(path) === undefined) paths.set(path, value);
}

/** Walks any config: rules may stand anywhere in it. */
function collectRules(value: Json, context: { found: Found; propertiesAreEntry: boolean }): void {
  if (Array.isArray(value)) for (const each of value) collectRules(each, context);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  if (value['op'] === 'compare') noteCompare(value, context);
  for (const each of Object.values(value)) collectRules(each ?? null, context);
}

function noteCompare(
  compare: JsonObject,
  { found, propertiesAreEntry }: { found: Found; propertiesAreEntry: boolean },
): void {
  const left = compare['left'] as JsonObject | undefined;
  const value = compare['value'];
  const path = left?.['path'];
  const reference = value !== null && typeof value === 'object' && !Array.isArray(value) ? value['entry'] : undefined;
  const compared = typeof reference === 'string' && found.known ? valueAt(found.known, reference) : value;
  const wanted =
    compare['is'] === 'exists' && typeof path === 'string'
      ? sampleOf(path) || 'example'
      : wantedValue(compare['is'], compared);
  if (typeof path === 'string' && left?.['source'] === 'trait') note(found.traits, path, wanted);
  if (
    typeof path === 'string' &&
    (left?.['source'] === 'entry' || (propertiesAreEntry && left?.['source'] === 'property'))
  )
    note(found.entry, path, wanted);
  if (typeof reference === 'string' && !found.known) note(found.entry, reference);
}

/** A value for which the comparison holds, where there is an obvious one. */
function wantedValue(is: Json | undefined, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  if (Array.isArray(value)) return takesAnyOf(is) ? value[0] : undefined;
  if (is === 'equals' || is === 'atLeast' || is === 'atMost' || is === 'contains' || is === 'startsWith') return value;
  if (is === 'on' || is === 'onOrBefore' || is === 'onOrAfter') return value;
  if (is === 'greaterThan' && typeof value === 'number') return value + 1;
  return is === 'lessThan' && typeof value === 'number' ? value - 1 : undefined;
}

/** Whether one of the values of a list is enough. */
function takesAnyOf(is: Json | undefined): boolean {
  const operator = comparisons.find((each) => each === is);
  return operator !== undefined && operators[operator].takes === 'list' && !operators[operator].negative;
}

const tags = /\{[{%]([\s\S]*?)[%}]\}/g;
const variables = /\b(profile|entry|event)((?:\.[A-Za-z_][\w-]*|\[\s*(?:"[^"]*"|'[^']*')\s*\])+)/g;

function collectTemplates(value: Json, found: Found): void {
  if (typeof value === 'string') {
    for (const [, inside = ''] of value.matchAll(tags)) {
      for (const [, source, after = ''] of inside.matchAll(variables))
        note(source === 'profile' ? found.traits : found.entry, pathOf(liquidKeys(after)));
    }
  } else if (value !== null && typeof value === 'object')
    for (const each of Object.values(value)) collectTemplates(each ?? null, found);
}

/** Paths as an object: `address.city` → `{ address: { city } }`. */
function nested(paths: Map<string, Json | undefined>, usual: (path: string) => Json): JsonObject {
  const result: JsonObject = {};
  for (const [path, value] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = pathKeys(path);
    if (!isPlaced(result, keys)) place(result, keys, value ?? usual(path));
  }
  return result;
}

type EventPrefillOptions = {
  graph: Graph;
  node: string | null;
  event: string;
  entry: JsonObject;
};

/**
 * What an event that a run waits for could carry: the properties that the way out by this event reads, with values that
 * let it pass.
 */
export function eventPrefill({ graph, node, event, entry }: EventPrefillOptions): JsonObject {
  const found: Found = { traits: new Map(), entry: new Map(), known: entry };
  const filters = [
    ...triggersOf(node === null ? undefined : graph.nodes[node]),
    ...graph.settings.exitCriteria.map(exitEventOf),
  ].filter((each) => each.event === event);
  for (const { where } of filters) collectRules((where ?? null) as Json, { found, propertiesAreEntry: true });
  return nested(found.entry, sampleOf);
}

/** The events that a node waits for, from its configuration. */
function triggersOf(node: GraphNode | undefined): { event: string; where?: Json }[] {
  const items = Array.isArray(node?.config['events']) ? node.config['events'] : [];
  return items.flatMap((item) => {
    const trigger =
      item !== null && typeof item === 'object' && !Array.isArray(item)
        ? (item['trigger'] as JsonObject | undefined)
        : undefined;
    const event = trigger?.['event'];
    return typeof event === 'string'
      ? [{ event, ...(trigger?.['where'] === undefined ? {} : { where: trigger['where'] }) }]
      : [];
  });
}
