import { isObject } from './is-object.js';
import type { Json, JsonObject } from './json.js';

/** A field of a config that has a value, with its JSON Schema; `path` looks like `headers[0].value`. */
export type ConfigField = { schema: JsonObject; value: Json; path: string };
export type ConfigFields = {
  fields: ConfigField[];
  /** Paths of settings that the schema does not know. */
  unknown: string[];
};

/** Walks a config along its JSON Schema. A rule is one field: its inside has checks of its own. */
export function configFields({ schema, config }: { schema: JsonObject; config: JsonObject }): ConfigFields {
  const found: ConfigFields = { fields: [], unknown: [] };
  walk({ root: schema, schema, value: config, path: '', found });
  return found;
}

/** Text fields in which people write Liquid. */
export function liquidFields(given: { schema: JsonObject; config: JsonObject }): { path: string; source: string }[] {
  return configFields(given).fields.flatMap(({ schema, value, path }) =>
    schema['widget'] === 'liquid' && typeof value === 'string' ? [{ path, source: value }] : [],
  );
}

/** Every text in a config: what Liquid is looked for in when a third party's node runs. */
export function allTexts(config: JsonObject): { path: string; source: string }[] {
  const within = (value: Json, path: string): { path: string; source: string }[] => {
    if (typeof value === 'string') return [{ path, source: value }];
    if (Array.isArray(value)) return value.flatMap((each, index) => within(each, `${path}[${index}]`));
    return isObject(value)
      ? Object.entries(value).flatMap(([key, each]) => within(each, path === '' ? key : `${path}.${key}`))
      : [];
  };
  return within(config, '');
}

type Walk = { root: JsonObject; schema: JsonObject; value: Json; path: string; found: ConfigFields };

function walk({ root, schema: given, value, path, found }: Walk): void {
  const schema = shapeOf(resolveSchema(given, root), value, root);
  if (!schema) return;
  found.fields.push({ schema, value, path });
  if (schema['widget'] === 'rule') return;
  if (Array.isArray(value)) {
    const items = schema['items'];
    if (isObject(items))
      for (const [index, each] of value.entries())
        walk({ root, schema: items, value: each, path: `${path}[${index}]`, found });
    return;
  }
  const properties = schema['properties'];
  const others = schema['additionalProperties'];
  // A record: every entry is of one kind.
  if (isObject(value) && !isObject(properties) && isObject(others)) {
    for (const [key, each] of Object.entries(value))
      walk({ root, schema: others, value: each, path: path === '' ? key : `${path}.${key}`, found });
    return;
  }
  if (!isObject(value) || !isObject(properties)) return;
  for (const [key, each] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isObject(property)) walk({ root, schema: property, value: each, path: at, found });
    // What `z.looseObject` or `catchall` let through says so; an object that is put together of several is not known
    // whole here.
    else if (!schema['additionalProperties'] && !schema['allOf']) found.unknown.push(at);
  }
}

/** Of several shapes the one whose constants the value has; null when none can be told. */
function shapeOf(schema: JsonObject, value: Json, root: JsonObject): JsonObject | null {
  const shapes = [schema['oneOf'], schema['anyOf']]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isObject)
    .map((shape) => resolveSchema(shape, root));
  if (shapes.length === 0) return schema;
  if (!isObject(value)) return { ...schema, ...(shapes.length === 1 ? shapes[0] : {}) };
  const fits = shapes.filter(
    (shape) =>
      isObject(shape['properties']) &&
      Object.entries(shape['properties']).every(
        ([key, property]) => !isObject(property) || property['const'] === undefined || property['const'] === value[key],
      ),
  );
  return fits.length === 1 ? { ...schema, ...fits[0] } : null;
}

/** The schema that a schema refers to, with what it says itself; any other is its own. */
export function resolveSchema(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = schema['$ref'];
  const named =
    typeof reference === 'string' && reference.startsWith('#/$defs/')
      ? (root['$defs'] as JsonObject | undefined)?.[reference.slice(8)]
      : undefined;
  return isObject(named) ? { ...named, ...schema } : schema;
}
