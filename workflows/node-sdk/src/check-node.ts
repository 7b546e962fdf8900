import { categories, checkConfig, fieldSchemas, nodeManifest, portsOf } from '@wend/contract';
import type { Json, JsonObject } from '@wend/contract';
import type { NodeDefinition } from './define-node.js';

/**
 * What is wrong with a definition beyond what `defineNode` refuses, one sentence each; empty when it is ready to be
 * used. Put `expect(checkNode(node)).toEqual([])` into a package's test.
 */
export async function checkNode(node: NodeDefinition): Promise<string[]> {
  const { manifest } = node;
  const checked = nodeManifest.safeParse(JSON.parse(JSON.stringify(manifest)));
  if (!checked.success) return [`The manifest is not valid: ${checked.error.message}`];
  return [
    ...texts(node),
    ...fields(manifest.config),
    ...ports(node),
    ...overAtOnce(node),
    ...turns(node),
    ...summary(node),
    ...defaults(node),
    ...(await simulation(node)),
  ];
}

function texts({ manifest }: NodeDefinition): string[] {
  const problems: string[] = [];
  if (manifest.title.trim() === '') problems.push('The title is empty.');
  if (manifest.description.trim() === '')
    problems.push('The description is empty: say in one sentence what the node does for the person.');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.icon))
    problems.push(`The icon “${manifest.icon}” is not the name of a Lucide icon, such as “badge-percent”.`);
  if (!categories.includes(manifest.category)) problems.push(`The category “${manifest.category}” is not known.`);
  return problems;
}

function fields(config: JsonObject): string[] {
  return Object.entries((config['properties'] ?? {}) as JsonObject)
    .filter(([, schema]) => typeof (schema as JsonObject)['title'] !== 'string')
    .map(([name]) => `The field “${name}” has no title: add .meta({ title: '…' }).`);
}

function ports(node: NodeDefinition): string[] {
  const { manifest } = node;
  const { from, labelFrom, fixed } = manifest.ports;
  if (!from)
    return fixed.length === 0 && manifest.category !== 'exit' && !manifest.note
      ? ['It has no ports, so nobody could go on. Give it ports, or the category “exit”.']
      : [];
  const items = schemaAt(manifest.config, from.split('.'))?.['items'] as JsonObject | undefined;
  const properties = items?.['properties'] as JsonObject | undefined;
  if (!properties) return [`portsFrom names “${from}”, which is not a list of objects in the config.`];
  return ['id', ...(labelFrom ? [labelFrom] : [])]
    .filter((name) => !(name in properties))
    .map((name) => `portsFrom needs a field “${name}” in each item of “${from}”.`);
}

function overAtOnce({ manifest }: NodeDefinition): string[] {
  return (manifest.overAtOnce ?? []).flatMap(({ when, ports = [], exceptPorts = [] }) => [
    ...(when !== undefined && !isSwitch(manifest.config, when)
      ? [`overAtOnce names “${when}”, which is not a switch of the config.`]
      : []),
    ...[...ports, ...exceptPorts]
      .filter((id) => !manifest.ports.fixed.some((port) => port.id === id))
      .map((id) => `overAtOnce names the port “${id}”, which it does not have.`),
  ]);
}

function isSwitch(config: JsonObject, path: string): boolean {
  return fieldSchemas(config, path).some(({ type }) => type === 'boolean');
}

function turns({ manifest }: NodeDefinition): string[] {
  if (!manifest.turns) return [];
  const { port, most } = manifest.turns;
  const type = schemaAt(manifest.config, [most])?.['type'];
  return [
    ...(manifest.ports.fixed.some(({ id }) => id === port)
      ? []
      : [`turns names the port “${port}”, which it does not have.`]),
    ...(type === 'integer' ? [] : [`turns names “${most}”, which is not a whole number of the config.`]),
  ];
}

function summary({ manifest }: NodeDefinition): string[] {
  const templates = [manifest.summary, ...manifest.ports.fixed.map((port) => port.label)];
  const paths = templates.flatMap((template) => [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? ''));
  return [...new Set(paths)]
    .filter((path) => !schemaAt(manifest.config, path.split('.')))
    .map((path) => `The summary or a port speaks of {${path}}, which the config does not have.`);
}

function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  return path.reduce<JsonObject | undefined>(
    (at, key) => (at?.['properties'] as JsonObject | undefined)?.[key] as JsonObject | undefined,
    schema,
  );
}

/** A new node may lack what only its author can know, but must not start with something wrong. */
function defaults({ manifest, parse }: NodeDefinition): string[] {
  const problems = [parse(manifest.defaults), checkConfig({ manifest, config: manifest.defaults })].flatMap((check) =>
    check.ok ? [] : check.problems,
  );
  return [
    ...new Set(
      problems
        .filter(({ path }) => !isUnfilled(valueAt(manifest.defaults, path)))
        .map(({ path, message }) => `The default of “${path}” is wrong: ${message}`),
    ),
  ];
}

function valueAt(value: Json | undefined, path: string): Json | undefined {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<Json | undefined>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as JsonObject)[key] : undefined),
      value,
    );
}

function isUnfilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Array.isArray(value['rules']) && value['rules'].length === 0;
}

async function simulation({ manifest, parse, simulate }: NodeDefinition): Promise<string[]> {
  const parsed = parse(manifest.defaults);
  if (!simulate || !parsed.ok) return [];
  try {
    await simulate({
      config: parsed.config,
      profile: { id: 'test', externalId: null, traits: {} },
      entry: {},
      run: {},
      now: 0,
    });
    return portsOf(manifest, parsed.config).length === 0 && manifest.category !== 'exit'
      ? ['With its defaults it has no ports.']
      : [];
  } catch (error) {
    return [`simulate fails with the defaults: ${error instanceof Error ? error.message : String(error)}`];
  }
}
