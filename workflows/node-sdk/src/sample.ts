import { portsOf } from '@wend/contract';
import type { Json, JsonObject, NodeManifest } from '@wend/contract';
import type { Outcome } from './outcomes.js';

/** A sample result: the first port, and an output that fits the node's output schema. */
export function sampleOf(manifest: NodeManifest): (config: JsonObject) => Outcome {
  return (config) => {
    const port = portsOf(manifest, config)[0]?.id;
    if (port === undefined) return { kind: 'exit', reason: manifest.title };
    return { kind: 'done', port, ...(manifest.output ? { output: sampleValue(manifest.output) } : {}) };
  };
}

/** A value that a JSON Schema would accept: its example, default or first choice, else the plainest of its type. */
export function sampleValue(schema: Json | undefined): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return null;
  const { examples, const: constant, enum: choices, default: preset, oneOf, anyOf, type } = schema;
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0];
  if (preset !== undefined) return preset;
  if (constant !== undefined) return constant;
  if (Array.isArray(choices) && choices[0] !== undefined) return choices[0];
  const alternatives = Array.isArray(oneOf) ? oneOf : anyOf;
  if (Array.isArray(alternatives)) return sampleValue(alternatives[0]);
  return ofType(schema, type);
}

function ofType(schema: JsonObject, type: Json | undefined): Json {
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as JsonObject).map(([key, value]) => [key, sampleValue(value)]),
      );
    case 'array':
      return [];
    case 'string':
      return 'sample';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
    case 'boolean':
      return true;
    default:
      return null;
  }
}
