import type { Json, JsonObject } from './json.js';

/** Nodes whose messages the settings wait for: triggers `{ kind: 'message', node }`, with the path of the field. */
export function messageReferences(config: JsonObject): { node: string; path: string }[] {
  return collect(config, '');
}

function collect(value: Json, path: string): { node: string; path: string }[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => collect(each, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return [];
  const own = value['kind'] === 'message' && typeof value['node'] === 'string' ? [{ node: value['node'], path: path === '' ? 'node' : `${path}.node` }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, each]) => collect(each, path === '' ? key : `${path}.${key}`))];
}
