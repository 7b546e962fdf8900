import type { Json, JsonObject } from './json.js';
import { pathKeys, pathOf } from './path.js';

/**
 * Where settings speak of other nodes: a field `node` with an id, a rule's operand `{ source: 'run', path: '<id>.field'
 * }` or right side `{ run: '<id>.field' }`, and Liquid `run.<id>.field`.
 */
export function remapReferences(config: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  return remap(config, ids) as JsonObject;
}

function remap(value: Json, ids: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return remapLiquid(value, ids);
  if (Array.isArray(value)) return value.map((each) => remap(each, ids));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, remapField({ owner: value, key, value: each, ids })]),
  );
}

type RemapFieldOptions = {
  owner: JsonObject;
  key: string;
  value: Json;
  ids: ReadonlyMap<string, string>;
};

function remapField({ owner, key, value, ids }: RemapFieldOptions): Json {
  if (key === 'node' && typeof value === 'string') return ids.get(value) ?? value;
  if (typeof value === 'string' && isRunPath(owner, key)) {
    const [id = '', ...rest] = pathKeys(value);
    return ids.has(id) ? pathOf([ids.get(id) ?? id, ...rest]) : value;
  }
  return remap(value, ids);
}

/** Where a rule names a result: the path of an operand, or the right side `{ run }`. */
function isRunPath(owner: JsonObject, key: string): boolean {
  return (key === 'path' && owner['source'] === 'run') || (key === 'run' && Object.keys(owner).length === 1);
}

const tag = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const runReference = /(?<![\w.-])run(?:\.([A-Za-z0-9_-]+)|\[\s*(["'])([A-Za-z0-9_-]+)\2\s*\])/g;

function remapLiquid(text: string, ids: ReadonlyMap<string, string>): string {
  if (!text.includes('run')) return text;
  return text.replace(tag, (whole) =>
    whole.replace(
      runReference,
      (reference: string, dotted: string | undefined, quote: string | undefined, quoted: string | undefined) => {
        const id = dotted ?? quoted ?? '';
        const next = ids.get(id);
        if (next === undefined) return reference;
        return dotted === undefined ? `run[${quote}${next}${quote}]` : `run.${next}`;
      },
    ),
  );
}

/** Ids of nodes whose output the settings use in Liquid or in rules, with the path of the field that does. */
export function runReferences(config: JsonObject): { node: string; path: string }[] {
  return collect(config, '', null);
}

function collect(value: Json, path: string, owner: JsonObject | null): { node: string; path: string }[] {
  if (typeof value === 'string') {
    if (owner && isRunPath(owner, path.split('.').at(-1) ?? '')) return [{ node: pathKeys(value)[0] ?? '', path }];
    return [...value.matchAll(tag)].flatMap((match) =>
      [...match[0].matchAll(runReference)].map((found) => ({ node: found[1] ?? found[3] ?? '', path })),
    );
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => collect(each, `${path}[${index}]`, null));
  if (value === null || typeof value !== 'object') return [];
  // A step's result that is chosen as a whole: `{ kind: 'run', node, field }`.
  const chosen = value['kind'] === 'run' && typeof value['node'] === 'string' ? value['node'] : '';
  const own = chosen === '' ? [] : [{ node: chosen, path: path === '' ? 'node' : `${path}.node` }];
  const inside = Object.entries(value).flatMap(([key, each]) =>
    collect(each, path === '' ? key : `${path}.${key}`, value),
  );
  return [...own, ...inside];
}
