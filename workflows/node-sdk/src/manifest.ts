import {
  configProblems,
  isSafeJson,
  nodeManifest,
  nodeTypeName,
  undoPort,
  undoSetting,
  wordLater,
} from '@wend/contract';
import type { CompilableNode, JsonObject, NodeManifest, Port } from '@wend/contract';
import { z } from 'zod';
import type { NodeOptions } from './define-node.js';

type AnyOptions = Pick<
  NodeOptions<z.ZodType, string, string | undefined>,
  | 'type'
  | 'version'
  | 'title'
  | 'description'
  | 'category'
  | 'icon'
  | 'config'
  | 'ports'
  | 'portsFrom'
  | 'summary'
  | 'channel'
  | 'blocks'
  | 'note'
  | 'joinsRuns'
  | 'output'
  | 'undo'
  | 'trial'
> & {
  defaults?: unknown;
  entry?: { kind: NonNullable<NodeManifest['entry']> };
  lower?: unknown;
  run?: unknown;
  failure?: 'failed';
  outputFrom?: string;
  outputWhen?: string;
  turns?: { port: string; most: string };
  outputEvents?: string;
  overAtOnce?: false | OverAtOnce | readonly OverAtOnce[];
};

/** The JSON view of a definition; throws one sentence per mistake. */
export function buildManifest(options: AnyOptions): NodeManifest {
  const fail = (message: string): never => {
    throw new Error(`Node ${options.type}: ${message}`);
  };
  if (!nodeTypeName.safeParse(options.type).success)
    fail('its type must look like vendor/name, in lower-case letters, digits and “-”.');
  if (!Number.isInteger(options.version) || options.version < 1) fail('its version must be a whole number from 1 on.');
  const config = schemaOf(options.config, fail);
  const ports = portList([...(options.ports ?? []), ...(options.undo ? [undoPort] : [])]);
  if (options.undo) config['properties'] = { ...(config['properties'] as JsonObject), ...undoSetting };
  const names = ports.map((port) => port.id);
  if (new Set(names).size < names.length) fail(`two of its ports have the same name (${names.join(', ')}).`);
  if (options.trial && !options.run) fail('only a node with run can be tried by itself: leave trial out.');
  if (options.run && options.turns) fail('only a node with lower can count its turns: leave turns out.');
  if (options.run && names.includes('error')) fail('the port “error” is reserved: every node with run has it.');
  if (options.failure !== undefined && (!options.run || !names.includes(options.failure)))
    fail('failure is for nodes with run that have the port “failed”.');
  if ((options.category === 'entry') !== (options.entry !== undefined))
    fail('nodes of the category “entry”, and no others, say with entry how people come in.');
  const manifest: NodeManifest = {
    type: options.type,
    version: options.version,
    title: options.title,
    description: options.description,
    category: options.category,
    icon: options.icon,
    config,
    defaults: (options.defaults ?? {}) as JsonObject,
    ports: {
      ...(options.portsFrom?.items
        ? {
            from: options.portsFrom.items,
            labelFrom: options.portsFrom.label,
            ...(options.portsFrom.follows === undefined ? {} : { itemsFollow: options.portsFrom.follows }),
          }
        : {}),
      fixed: ports,
    },
    summary: options.summary ?? '',
    ...(options.entry ? { entry: options.entry.kind } : {}),
    ...(options.channel ? { channel: options.channel } : {}),
    ...(options.turns ? { turns: options.turns } : {}),
    ...(options.note ? { note: true } : {}),
    blocks: options.blocks ?? false,
    ...overAtOnceOf(options),
    ...(options.joinsRuns ? { joinsRuns: true } : {}),
    custom: options.run !== undefined,
    ...(options.failure === undefined ? {} : { failure: options.failure }),
    ...(options.undo ? { undo: true as const } : {}),
    ...(options.trial ? { trial: true as const } : {}),
    ...(options.output ? { output: schemaOf(options.output, fail) } : {}),
    ...(options.outputFrom === undefined ? {} : { outputFrom: options.outputFrom }),
    ...(options.outputEvents === undefined ? {} : { outputEvents: options.outputEvents }),
    ...(options.outputWhen === undefined ? {} : { outputWhen: options.outputWhen }),
  };
  if (!isSafeJson(manifest.defaults)) fail('its defaults must be JSON.');
  const checked = nodeManifest.safeParse(manifest);
  if (!checked.success) fail(z.prettifyError(checked.error));
  return structuredClone(manifest);
}

type OverAtOnce = { when?: string; ports?: readonly string[]; exceptPorts?: readonly string[] };

/** A third party's code decides for itself whether it waits. */
function overAtOnceOf({ blocks, run, overAtOnce = run ? {} : false }: AnyOptions): Pick<NodeManifest, 'overAtOnce'> {
  if (!blocks || overAtOnce === false) return {};
  const cases = Array.isArray(overAtOnce) ? (overAtOnce as readonly OverAtOnce[]) : [overAtOnce as OverAtOnce];
  return { overAtOnce: structuredClone(cases) as NonNullable<NodeManifest['overAtOnce']> };
}

function schemaOf(schema: z.ZodType, fail: (message: string) => never): JsonObject {
  try {
    const {
      $schema: _,
      '~standard': __,
      ...rest
    } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
    const plain = JSON.parse(JSON.stringify(rest)) as JsonObject;
    if (plain['type'] !== 'object') return fail('its config and output must be z.object({…}).');
    return plain;
  } catch (error) {
    return fail(
      `its schema cannot be written as JSON Schema (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function portList(ports: readonly (string | Port)[]): Port[] {
  return ports.map((port) => (typeof port === 'string' ? { id: port, label: humanise(port) } : port));
}

/** `notReachable` → `Not reachable`. */
function humanise(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Checks settings with the author's schema and words the problems for marketers. */
export function parserOf(schema: z.ZodType, manifest: NodeManifest): CompilableNode['parse'] {
  return (config) => {
    const { [undoPort.when]: undo, ...own } = config;
    const result = schema.safeParse(manifest.undo && typeof undo === 'boolean' ? own : config, wordLater);
    if (result.success) return { ok: true, config: result.data as JsonObject };
    return { ok: false, problems: configProblems({ issues: result.error.issues, schema: manifest.config, config }) };
  };
}
