import { resolveSchema } from '../config-fields.js';
import { isObject } from '../is-object.js';
import type { Json, JsonObject } from '../json.js';
import { sameJson } from './same-json.js';

/** One setting that differs. `labels`: its names in the form, from the outermost; undefined: it was not there. */
export type SettingChange = {
  path: string;
  labels: string[];
  before: Json | undefined;
  after: Json | undefined;
};

type Walk = {
  root: JsonObject;
  /** Of the value; null where the form does not know it. */
  schema: JsonObject | null;
  before: Json | undefined;
  after: Json | undefined;
  path: string;
  labels: string[];
};

/**
 * The settings of a step that differ, each as small as the form shows it: a field inside an object or a list is told by
 * itself, a rule as a whole. `schema`: the JSON Schema of the settings, without which fields are told by their keys.
 */
export function settingChanges({
  before,
  after,
  schema = {},
}: {
  before: JsonObject;
  after: JsonObject;
  schema?: JsonObject | undefined;
}): SettingChange[] {
  return walk({ root: schema, schema, before, after, path: '', labels: [] });
}

function walk({ root, schema: given, before, after, path, labels }: Walk): SettingChange[] {
  if (sameJson(before, after)) return [];
  const schema = given && resolveSchema(given, root);
  const whole = [{ path, labels, before, after }];
  if (schema?.['widget'] === 'rule') return whole;
  if (isObject(before) && isObject(after) && !isAmount(before, after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
      const field = fieldOf({ root, schema, key });
      return walk({
        root,
        schema: field,
        before: before[key],
        after: after[key],
        path: path === '' ? key : `${path}.${key}`,
        labels: [...labels, titleOf(field) ?? key],
      });
    });
  if (Array.isArray(before) && Array.isArray(after)) return walkList({ root, schema, before, after, path, labels });
  return whole;
}

/** Items are known by their ids where they have some, else by their places. */
function walkList({
  root,
  schema,
  before,
  after,
  path,
  labels,
}: Omit<Walk, 'before' | 'after'> & { before: Json[]; after: Json[] }): SettingChange[] {
  const whole = [{ path, labels, before, after }];
  const all = [...before, ...after];
  if (!all.every(isObject)) return whole;
  const known = all.every(({ id }) => typeof id === 'string');
  if (!known && before.length !== after.length) return whole;
  const items = schema && isObject(schema['items']) ? schema['items'] : null;
  const keyOf = (item: Json, index: number): string => String(known ? (item as JsonObject)['id'] : index);
  const old = new Map(before.map((item, index) => [keyOf(item, index), item]));
  const now = new Map(after.map((item, index) => [keyOf(item, index), item]));
  const order = [...new Set([...old.keys(), ...now.keys()])];
  const changes = order.flatMap((key, index) =>
    walk({
      root,
      schema: items,
      before: old.get(key),
      after: now.get(key),
      path: `${path}[${index}]`,
      labels: [...labels, itemName(now.get(key) ?? old.get(key)) ?? String(index + 1)],
    }),
  );
  // Only their order differs.
  return changes.length > 0 ? changes : whole;
}

function itemName(item: Json | undefined): string | null {
  if (!isObject(item)) return null;
  for (const key of ['label', 'name', 'title']) if (typeof item[key] === 'string' && item[key] !== '') return item[key];
  return null;
}

/** “3 days” is one thing to whoever reads it. */
function isAmount(...values: JsonObject[]): boolean {
  return values.every((value) => 'amount' in value && 'unit' in value);
}

function fieldOf({
  root,
  schema,
  key,
}: {
  root: JsonObject;
  schema: JsonObject | null;
  key: string;
}): JsonObject | null {
  if (!schema) return null;
  const shapes = [
    schema,
    ...['oneOf', 'anyOf', 'allOf'].flatMap((name) => (Array.isArray(schema[name]) ? schema[name] : [])),
  ];
  for (const shape of shapes) {
    const properties = isObject(shape) ? resolveSchema(shape, root)['properties'] : undefined;
    if (isObject(properties) && Object.hasOwn(properties, key) && isObject(properties[key])) return properties[key];
  }
  const others = schema['additionalProperties'];
  return isObject(others) ? others : null;
}

function titleOf(schema: JsonObject | null): string | null {
  const title = schema?.['title'];
  return typeof title === 'string' && title !== '' ? title : null;
}
