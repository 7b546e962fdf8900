import type { CatalogueKind, JsonObject, ValueType } from '@wend/contract';
import { pathKeys, typeOfValue } from '@wend/contract';
import { containersOf, pathsOf } from '../events/index.js';

/** An event as the follower looks at it. */
export type SampledEvent = {
  workspaceId: string;
  id: string;
  kind: string;
  name: string;
  properties: JsonObject;
  receivedAt: Date;
};

/** How often values of a type were seen at a place, and when. */
export type SeenType = {
  workspaceId: string;
  kind: CatalogueKind;
  name: string;
  path: string;
  type: ValueType;
  count: number;
  from: Date;
  to: Date;
};
/** An event that a name came with. */
export type SeenEvent = { workspaceId: string; kind: CatalogueKind; name: string; id: string; receivedAt: Date };

/** So many events of a name are kept by each pass at most, to read values from. */
const recentOfPass = 3;

/** What a sample of events says of types, and which events recent values can be read from. */
export function seenIn(events: readonly SampledEvent[]): { types: SeenType[]; recent: SeenEvent[] } {
  const types = new Map<string, SeenType>();
  const recent = new Map<string, SeenEvent[]>();
  for (const event of events) {
    keep(recent, event, { kind: 'event', name: event.name });
    const see = (path: string, type: ValueType): void => {
      count(types, event, { kind: 'event', name: event.name, path, type });
      if (event.kind === 'identify') count(types, event, { kind: 'trait', name: path, path: '', type });
    };
    for (const path of pathsOf(event.properties)) {
      see(path, typeOfValue(valueAt(event.properties, path)));
      if (event.kind === 'identify') keep(recent, event, { kind: 'trait', name: path });
    }
    // Where text comes instead of an object the type has changed.
    for (const path of containersOf(event.properties)) see(path, 'object');
  }
  return { types: [...types.values()], recent: [...recent.values()].flat() };
}

/** The value at a path; undefined where there is none. */
export function valueAt(object: JsonObject, path: string): unknown {
  let value: unknown = object;
  for (const key of pathKeys(path)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

type Place = Pick<SeenType, 'kind' | 'name' | 'path' | 'type'>;

function count(types: Map<string, SeenType>, { workspaceId, receivedAt }: SampledEvent, place: Place): void {
  const key = JSON.stringify([workspaceId, place.kind, place.name, place.path, place.type]);
  const known = types.get(key);
  if (!known) {
    types.set(key, { workspaceId, ...place, count: 1, from: receivedAt, to: receivedAt });
    return;
  }
  known.count += 1;
  if (receivedAt < known.from) known.from = receivedAt;
  if (receivedAt > known.to) known.to = receivedAt;
}

function keep(
  recent: Map<string, SeenEvent[]>,
  { workspaceId, id, receivedAt }: SampledEvent,
  place: Pick<SeenEvent, 'kind' | 'name'>,
): void {
  const key = JSON.stringify([workspaceId, place.kind, place.name]);
  const known = recent.get(key) ?? [];
  if (known.length === 0) recent.set(key, known);
  // The newest come first.
  if (known.length < recentOfPass) known.push({ workspaceId, ...place, id, receivedAt });
}
