import { valueAt } from '@wend/engine';
import type { Graph, GraphNode, Json, JsonObject } from '@wend/contract';

/** What a journey looks at, with a value that a made-up person could have. */
export type Prefill = { event: string | null; properties: JsonObject; traits: JsonObject };

/** Values that make a preview readable; other fields begin empty. */
const usualTraits: JsonObject = { name: 'Mina Park', first_name: 'Mina', firstName: 'Mina', last_name: 'Park', lastName: 'Park', email: 'mina@example.com', phone: '+4915112345678', city: 'Seoul', plan: 'free', timezone: 'Asia/Seoul', locale: 'en' };
/** A value for a property that only must be there: an id, an amount, a name. */
function sampleOf(path: string): Json {
  const name = path.split('.').at(-1) ?? path;
  if (/(^|_)id$|Id$/.test(name)) return `${name.replace(/_?id$/i, '') || 'test'}-1`;
  if (/price|total|amount|revenue|value|quantity|count|seats|points/i.test(name)) return 10;
  if (/currency/i.test(name)) return 'EUR';
  if (/url|link/i.test(name)) return 'https://example.com';
  return /name|title/i.test(name) ? 'Example' : '';
}

/** What each kind of message needs to reach somebody. */
const addresses: Record<string, string> = { 'wend/email': 'email', 'wend/sms': 'phone' };

/**
 * What to fill a test run in with: the entry event, the properties and traits that rules and templates of the draft read, with values that
 * let the person in and, for equality, take the first branch.
 */
export function prefillOf(graph: Graph): Prefill {
  const nodes = Object.values(graph.nodes);
  const entry = nodes.find((node) => typeof node.config['event'] === 'string' && !graph.edges.some((edge) => edge.to === node.id));
  const found: Found = { traits: new Map(), entry: new Map() };
  if (entry) collectRules(entry.config['where'] ?? null, { found, propertiesAreEntry: true });
  for (const node of nodes) {
    if (node !== entry) collectRules(node.config, { found, propertiesAreEntry: false });
    collectTemplates(node.config, found);
    const address = addresses[node.type];
    if (address) note(found.traits, address);
  }
  if (graph.settings.reentry.key) note(found.entry, graph.settings.reentry.key);
  collectRules(graph.settings.exitCriteria as unknown as Json, { found, propertiesAreEntry: false });
  return { event: eventOf(entry), properties: nested(found.entry, sampleOf), traits: nested(found.traits, (path) => usualTraits[path.split('.').at(-1) ?? path] ?? '') };
}

/** `known`: the properties that the entry event had; then comparing with it gives a value instead of a further field. */
type Found = { traits: Map<string, Json | undefined>; entry: Map<string, Json | undefined>; known?: JsonObject };

function eventOf(entry: GraphNode | undefined): string | null {
  const event = entry?.config['event'];
  return typeof event === 'string' && event !== '' ? event : null;
}

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

function noteCompare(compare: JsonObject, { found, propertiesAreEntry }: { found: Found; propertiesAreEntry: boolean }): void {
  const left = compare['left'] as JsonObject | undefined;
  const value = compare['value'];
  const path = left?.['path'];
  const reference = value !== null && typeof value === 'object' && !Array.isArray(value) ? value['entry'] : undefined;
  const compared = typeof reference === 'string' && found.known ? valueAt(found.known, reference) : value;
  const wanted = compare['is'] === 'exists' && typeof path === 'string' ? sampleOf(path) || 'example' : wantedValue(compare['is'], compared);
  if (typeof path === 'string' && left?.['source'] === 'trait') note(found.traits, path, wanted);
  if (typeof path === 'string' && (left?.['source'] === 'entry' || (propertiesAreEntry && left?.['source'] === 'property'))) note(found.entry, path, wanted);
  if (typeof reference === 'string' && !found.known) note(found.entry, reference);
}

/** A value for which the comparison holds, where there is an obvious one. */
function wantedValue(is: Json | undefined, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  if (is === 'oneOf') return Array.isArray(value) ? value[0] : undefined;
  if (Array.isArray(value)) return undefined;
  if (is === 'equals' || is === 'atLeast' || is === 'atMost' || is === 'contains' || is === 'startsWith') return value;
  if (is === 'greaterThan' && typeof value === 'number') return value + 1;
  return is === 'lessThan' && typeof value === 'number' ? value - 1 : undefined;
}

const tags = /\{[{%]([\s\S]*?)[%}]\}/g;
const variables = /\b(profile|entry|event)\.([A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*)/g;

function collectTemplates(value: Json, found: Found): void {
  if (typeof value === 'string') {
    for (const [, inside = ''] of value.matchAll(tags)) {
      for (const [, source, path = ''] of inside.matchAll(variables)) note(source === 'profile' ? found.traits : found.entry, path);
    }
  } else if (value !== null && typeof value === 'object') for (const each of Object.values(value)) collectTemplates(each ?? null, found);
}

/** Dotted paths as an object: `address.city` → `{ address: { city } }`. */
function nested(paths: Map<string, Json | undefined>, usual: (path: string) => Json): JsonObject {
  const result: JsonObject = {};
  for (const [path, value] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let at = result;
    for (const key of keys) {
      const next = at[key];
      at = at[key] = next !== null && typeof next === 'object' && !Array.isArray(next) ? next : {};
    }
    if (!(last in at)) at[last] = value ?? usual(path);
  }
  return result;
}

/** What an event that a run waits for could carry: the properties that the way out by this event reads, with values that let it pass. */
export function eventPrefill({ graph, node, event, entry }: { graph: Graph; node: string | null; event: string; entry: JsonObject }): JsonObject {
  const found: Found = { traits: new Map(), entry: new Map(), known: entry };
  const filters = [...triggersOf(node === null ? undefined : graph.nodes[node]), ...graph.settings.exitCriteria].filter((each) => each.event === event);
  for (const { where } of filters) collectRules((where ?? null) as Json, { found, propertiesAreEntry: true });
  return nested(found.entry, sampleOf);
}

/** The events that a node waits for, from its configuration. */
function triggersOf(node: GraphNode | undefined): { event: string; where?: Json }[] {
  const items = Array.isArray(node?.config['events']) ? node.config['events'] : [];
  return items.flatMap((item) => {
    const trigger = item !== null && typeof item === 'object' && !Array.isArray(item) ? (item['trigger'] as JsonObject | undefined) : undefined;
    const event = trigger?.['event'];
    return typeof event === 'string' ? [{ event, ...(trigger?.['where'] === undefined ? {} : { where: trigger['where'] }) }] : [];
  });
}

/** Reads what was typed as a JSON object; says where it is wrong in words. */
export function parseObject(text: string): { value: JsonObject } | { error: string } {
  if (text.trim() === '') return { value: {} };
  try {
    const value = JSON.parse(text) as Json;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return { error: 'Write a JSON object, such as { "plan": "free" }.' };
    return { value };
  } catch (error) {
    return { error: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
}
