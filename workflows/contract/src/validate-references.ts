import type { Json, JsonObject } from './json.js';

type Place = { value: JsonObject; path: string };

/** Nodes whose messages the settings wait for: triggers `{ kind: 'message', node }`, with the path of the field. */
export function messageReferences(config: JsonObject): { node: string; path: string }[] {
  return objectsIn(config, '').flatMap(({ value, path }) =>
    value['kind'] === 'message' && typeof value['node'] === 'string'
      ? [{ node: value['node'], path: within(path, 'node') }]
      : [],
  );
}

/** Channels by which rules in the settings ask whether people can be reached, with the path of the field. */
export function channelReferences(config: JsonObject): { channel: string; path: string }[] {
  return objectsIn(config, '').flatMap(({ value, path }) =>
    value['source'] === 'reachable' && typeof value['channel'] === 'string'
      ? [{ channel: value['channel'], path: within(path, 'channel') }]
      : [],
  );
}

/** Topics that rules in the settings ask about, and that are waited for, with the path of the field. */
export function topicReferences(config: JsonObject): { topic: string; path: string }[] {
  return objectsIn(config, '').flatMap(({ value: { source, kind, topic }, path }) =>
    (source === 'consent' || kind === 'consent') && typeof topic === 'string' && topic !== ''
      ? [{ topic, path: within(path, 'topic') }]
      : [],
  );
}

function objectsIn(value: Json, path: string): Place[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => objectsIn(each, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return [];
  return [{ value, path }, ...Object.entries(value).flatMap(([key, each]) => objectsIn(each, within(path, key)))];
}

function within(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
