import { z } from 'zod';
import { jsonObject } from './json.js';
import type { JsonObject } from './json.js';
import { channel } from './rule.js';

export const categories = ['entry', 'message', 'timing', 'decision', 'action', 'exit'] as const;
export const category = z.enum(categories);
export type Category = z.infer<typeof category>;

export const port = z.object({ id: z.string(), label: z.string() });
export type Port = z.infer<typeof port>;

/**
 * Ports as data, so that a browser that never loads node code can draw them:
 * `fixed` ports, and per item of the config array at `from` one port (`id` = the item's `id`, label = its `labelFrom` field).
 * `order`: items first, then fixed. A port label may be a Liquid-free template over the config: `After {timeout}` (durations are worded).
 */
export const portsSpec = z.object({
  from: z.string().optional(),
  labelFrom: z.string().optional(),
  fixed: z.array(port),
});
export type PortsSpec = z.infer<typeof portsSpec>;

/**
 * The JSON view of a node type. `config` is the JSON Schema of its settings; a form is drawn from it alone:
 * `widget` (liquid, textarea, duration, rule, select, event, node, keyValue, time, weekdays, code), `title`, `description`, `placeholder`, `options`.
 * `summary` is a template over the config for the card's second line: `{subject}`, `{event}`, `{duration}`; empty fields vanish.
 */
export const nodeManifest = z.object({
  type: z.string(),
  version: z.number().int(),
  title: z.string(),
  description: z.string(),
  category,
  icon: z.string(),
  config: jsonObject,
  /** A config that a new node starts with. */
  defaults: jsonObject,
  ports: portsSpec,
  summary: z.string(),
  /** Set on nodes that send: which channel. */
  channel: channel.optional(),
  /** Time passes here: breaks loops. */
  blocks: z.boolean(),
  /** Runs on a third party's code as a Temporal activity. */
  custom: z.boolean(),
  /** Names that later nodes may use as {{ run.<nodeId>.<field> }}: JSON Schema of the output. */
  output: jsonObject.optional(),
});
export type NodeManifest = z.infer<typeof nodeManifest>;

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined), value);
}

/** The ports of a node with this configuration. Items without an id are left out. */
export function portsOf(manifest: Pick<NodeManifest, 'ports'>, config: JsonObject): Port[] {
  const { from, labelFrom, fixed } = manifest.ports;
  const items = from ? valueAt(config, from) : [];
  const dynamic = (Array.isArray(items) ? items : []).flatMap((item): Port[] => {
    const id = valueAt(item, 'id');
    if (typeof id !== 'string' || id === '') return [];
    const label = labelFrom ? valueAt(item, labelFrom) : undefined;
    return [{ id, label: typeof label === 'string' && label !== '' ? label : id }];
  });
  return [...dynamic, ...fixed.map((each) => ({ id: each.id, label: fillTemplate(each.label, config) }))];
}

/** Words for a duration in seconds: `3 days`, `1 h`, `2 h 30 min`. */
export function durationWords(seconds: number): string {
  const units: [number, string, string][] = [[86_400, 'day', 'days'], [3_600, 'h', 'h'], [60, 'min', 'min'], [1, 's', 's']];
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [size, one, many] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`);
    rest -= count * size;
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** A duration in a config: an amount and a unit, as people think of it. */
export const duration = z.object({
  amount: z.number().positive().max(100_000),
  unit: z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks']),
});
export type Duration = z.infer<typeof duration>;

const unitSeconds = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400, weeks: 604_800 } as const;
/** Seconds of a duration; a day is exactly 24 hours. */
export function durationSeconds(value: Duration): number {
  return value.amount * unitSeconds[value.unit];
}

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  const parsed = duration.safeParse(value);
  if (parsed.success) return durationWords(durationSeconds(parsed.data));
  if (Array.isArray(value)) return value.map((item) => (item !== null && typeof item === 'object' ? itemWords(item as JsonObject) : words(item))).filter(Boolean).join(', ');
  return typeof value === 'object' ? '' : String(value);
}

/** An item of a list: its label or event, or `name = value`. */
function itemWords({ label, event, name, value }: JsonObject): string {
  const title = words(label ?? event);
  return title === '' && typeof name === 'string' && name !== '' ? `${name} = ${words(value)}` : title;
}

/** Fills `{path}` in a template from the config; durations and lists are worded. */
export function fillTemplate(template: string, config: JsonObject): string {
  return template.replace(/\{([^}]+)\}/g, (_, at: string) => words(valueAt(config, at))).trim();
}
