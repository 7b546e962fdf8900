import { newId } from '@wend/contract/plain';
import type { Path } from '@/components/form/field-path';
import type { FieldMeta, Json, JsonObject, Widget } from '@wend/contract';

/**
 * What a form knows about a field, read from the JSON Schema of a manifest alone. A third party's node gets the same
 * form as a built-in one.
 */
export type Schema = JsonObject;

/**
 * Widgets that the type decides: `choice` is one of several shapes told apart by a constant, `texts` a list of short
 * texts.
 */
export type Drawn = Widget | 'choice' | 'group' | 'texts' | 'none';

export function asSchema(value: Json | undefined): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** Follows `$ref` into the root's `$defs`; what stands beside the reference (title, widget) wins. */
export function resolve({ schema, root }: { schema: Schema; root: Schema }): Schema {
  let current = schema;
  for (let depth = 0; depth < 8 && typeof current['$ref'] === 'string'; depth += 1) {
    const name = current['$ref'].replace('#/$defs/', '');
    const target = asSchema(asSchema(root['$defs'])?.[name]) ?? {};
    const { $ref: _reference, ...beside } = current;
    current = { ...target, ...beside };
  }
  return current;
}

export function propertiesOf(schema: Schema): [string, Schema][] {
  return Object.entries(asSchema(schema['properties']) ?? {}).flatMap(([key, value]): [string, Schema][] => {
    const property = asSchema(value);
    return property ? [[key, property]] : [];
  });
}

function isRequired({ schema, key }: { schema: Schema; key: string }): boolean {
  return Array.isArray(schema['required']) && schema['required'].includes(key);
}

export type Variant = { value: string; title: string; schema: Schema };

type VariantsOfOptions = {
  schema: Schema;
  root: Schema;
};

/** The shapes of a discriminated union and the key that tells them apart; null for anything else. */
export function variantsOf({ schema, root }: VariantsOfOptions): { key: string; variants: Variant[] } | null {
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(list)) return null;
  const shapes = list.flatMap((each) => {
    const shape = asSchema(each);
    return shape ? [resolve({ schema: shape, root })] : [];
  });
  const first = shapes[0];
  const key = first && propertiesOf(first).find(([, property]) => typeof property['const'] === 'string')?.[0];
  if (!key) return null;
  const variants = shapes.flatMap((shape): Variant[] => {
    const value = asSchema(asSchema(shape['properties'])?.[key])?.['const'];
    return typeof value === 'string' ? [{ value, title: text(shape['title']) ?? humanise(value), schema: shape }] : [];
  });
  return variants.length === shapes.length ? { key, variants } : null;
}

/** How a field is drawn: what its author asked for, else what its type suggests. */
export function drawnAs({ schema, root }: { schema: Schema; root: Schema }): Drawn {
  const asked = schema['widget'];
  if (typeof asked === 'string') return asked === 'code' ? 'liquid' : (asked as Drawn);
  if (variantsOf({ schema, root })) return 'choice';
  if (Array.isArray(schema['enum'])) return 'select';
  switch (schema['type']) {
    case 'boolean':
      return 'switch';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return resolve({ schema: asSchema(schema['items']) ?? {}, root })['type'] === 'object' ||
        variantsOf({ schema: resolve({ schema: asSchema(schema['items']) ?? {}, root }), root })
        ? 'list'
        : 'texts';
    case 'object':
      return 'group';
    case 'string':
      return 'const' in schema ? 'none' : 'text';
    default:
      return 'const' in schema ? 'none' : 'text';
  }
}

/** A value that a new item, or another shape, starts with. Ids are made, everything else is as empty as it may be. */
export function blankFor({ schema, root, key }: { schema: Schema; root: Schema; key?: string }): Json {
  const resolved = resolve({ schema, root });
  if (key === 'id') return newId();
  if (resolved['default'] !== undefined) return structuredClone(resolved['default']);
  if (resolved['const'] !== undefined) return resolved['const'];
  const choice = variantsOf({ schema: resolved, root });
  if (resolved['widget'] === 'rule') return { op: 'all', rules: [] };
  if (resolved['widget'] === 'duration') return { amount: 1, unit: 'days' };
  if (choice?.variants[0]) return blankFor({ schema: choice.variants[0].schema, root });
  if (Array.isArray(resolved['enum'])) return (resolved['enum'][0] ?? null) as Json;
  switch (resolved['type']) {
    case 'object':
      return Object.fromEntries(
        propertiesOf(resolved)
          .filter(([name]) => isRequired({ schema: resolved, key: name }))
          .map(([name, property]) => [name, blankFor({ schema: property, root, key: name })]),
      );
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return typeof resolved['minimum'] === 'number' ? resolved['minimum'] : 0;
    default:
      return '';
  }
}

export function titleOf({ schema, key }: { schema: Schema; key: string }): string {
  return text(schema['title']) ?? humanise(key);
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function metaOf(schema: Schema): FieldMeta {
  return schema as FieldMeta;
}

/** `lookBack` → `Look back`. */
function humanise(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

type SetAtOptions = {
  value: Json | undefined;
  path: Path;
  to: Json | undefined;
};

/**
 * A copy of the value with one place changed; `undefined` takes the key away. Everything beside the way keeps its
 * identity.
 */
export function setAt({ value, path, to }: SetAtOptions): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...value] : [];
    const next = setAt({ value: list[key], path: rest, to });
    if (next === undefined) list.splice(key, 1);
    else list[key] = next;
    return list;
  }
  const { [key]: old, ...others } = asSchema(value) ?? {};
  const next = setAt({ value: old, path: rest, to });
  if (next === undefined) return others;
  return { ...(asSchema(value) ?? {}), [key]: next };
}
