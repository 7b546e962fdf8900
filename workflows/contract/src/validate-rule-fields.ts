import type { Json, JsonObject } from './json.js';
import { rule } from './rule.js';
import { placeIn, unknownFields } from './unknown-fields.js';
import type { ConfigProblem } from './validate-config.js';
import { isEmpty, ruleProblems } from './validate-rule.js';

type Field = { schema: JsonObject; value: Json | undefined; path: string; required: boolean };

/**
 * Problems of the rules in a node's settings, found by the manifest alone: JSON Schema knows the shape of a rule, not
 * whether it can be answered. A field that may be absent may also be without a condition.
 */
export function ruleFieldProblems({ schema, config }: { schema: JsonObject; config: JsonObject }): ConfigProblem[] {
  return walk({ schema, value: config, path: '', required: true });
}

function walk({ schema, value, path, required }: Field): ConfigProblem[] {
  if (value === undefined) return [];
  if (schema['widget'] === 'rule') return problemsOf({ schema, value, path, required });
  if (Array.isArray(value)) {
    const items = schema['items'];
    return isObject(items)
      ? value.flatMap((each, index) => walk({ schema: items, value: each, path: `${path}[${index}]`, required: true }))
      : [];
  }
  if (!isObject(value)) return [];
  const shape = shapeOf(schema, value);
  const names = Array.isArray(shape['required']) ? shape['required'] : [];
  return Object.entries(isObject(shape['properties']) ? shape['properties'] : {}).flatMap(([key, property]) =>
    isObject(property)
      ? walk({
          schema: property,
          value: value[key],
          path: path === '' ? key : `${path}.${key}`,
          required: names.includes(key),
        })
      : [],
  );
}

/** Of several shapes the one whose constants the value has. */
function shapeOf(schema: JsonObject, value: JsonObject): JsonObject {
  const shapes = [schema['oneOf'], schema['anyOf']]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isObject);
  const fits = (shape: JsonObject): boolean =>
    Object.entries(isObject(shape['properties']) ? shape['properties'] : {}).every(
      ([key, property]) => !isObject(property) || property['const'] === undefined || property['const'] === value[key],
    );
  return shapes.find(fits) ?? schema;
}

function problemsOf({ schema, value, path, required }: Field): ConfigProblem[] {
  const parsed = rule.safeParse(value);
  if (!parsed.success || (!required && isEmpty(parsed.data))) return [];
  const unknown = unknownFields({ given: value, read: parsed.data }).map((problem) => ({
    path: placeIn(problem.path),
    message: `“${problem.path.at(-1)}” ${problem.message}`,
  }));
  const problems = ruleProblems({ rule: parsed.data, scope: schema['scope'] === 'event' ? 'event' : 'profile' });
  return [...unknown, ...problems].map((problem) => ({
    path: problem.path === '' ? path : `${path}.${problem.path}`,
    message: problem.message,
  }));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
