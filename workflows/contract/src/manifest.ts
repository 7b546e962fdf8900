import { z } from 'zod';
import { entryKindNames } from './entries/kinds.js';
import { jsonObject } from './json.js';
import { calendarSpanUnits, categories, durationUnits, longestDuration } from './manifest-words.js';
import { channel } from './rule.js';

export * from './manifest-words.js';

export const category = z.enum(categories);
export type Category = z.infer<typeof category>;

/**
 * `follows`: while nothing is connected to it, people who leave by it go where that port of the same node leads. `when`:
 * it is there only while that switch of the config is on.
 */
export const port = z.object({
  id: z.string(),
  label: z.string(),
  follows: z.string().optional(),
  when: z.string().optional(),
});
export type Port = z.infer<typeof port>;

/**
 * Ports as data, so that a browser that never loads node code can draw them: `fixed` ports, and per item of the config
 * array at `from` one port (`id` = the item's `id`, label = its `labelFrom` field). `order`: items first, then fixed. A
 * port label may be a Liquid-free template over the config: `After {timeout}` (durations are worded).
 */
export const portsSpec = z.object({
  from: z.string().optional(),
  labelFrom: z.string().optional(),
  /** The fixed port that those of the items follow. */
  itemsFollow: z.string().optional(),
  fixed: z.array(port),
});
export type PortsSpec = z.infer<typeof portsSpec>;

/**
 * The JSON view of a node type. `config` is the JSON Schema of its settings; a form is drawn from it alone: `widget`
 * (liquid, textarea, duration, rule, select, event, node, keyValue, time, weekdays, code), `title`, `description`,
 * `placeholder`, `options`. `summary` is a template over the config for the card's second line: `{subject}`, `{event}`,
 * `{duration}`; empty fields vanish.
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
  /** Set on entries: of which kind. */
  entry: z.enum(entryKindNames).optional(),
  /** Set on nodes that send: which channel. */
  channel: channel.optional(),
  /** Set on what sends people back by a port only so often in a run: the setting that says how often. */
  turns: z.object({ port: z.string(), most: z.string() }).optional(),
  /** Set on what is only read on the canvas: nobody comes by it. */
  note: z.literal(true).optional(),
  /** Time passes here: breaks loops. */
  blocks: z.boolean(),
  /**
   * Set where time need not pass although the node blocks: each entry a case of it. With any settings, or only when the
   * switch `when` among them is on (a path; `list[].switch`: of any item); by the ways out `ports`, by every one where
   * none are named, except `exceptPorts`.
   */
  overAtOnce: z
    .array(
      z.object({
        when: z.string().optional(),
        ports: z.array(z.string()).optional(),
        exceptPorts: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  /** What it does may have to be undone when people leave early: by its port `undo`, while that is switched on. */
  undo: z.literal(true).optional(),
  /** Brings runs of one person together: of use only where people enter again while they are in the journey. */
  joinsRuns: z.literal(true).optional(),
  /** Runs on a third party's code as a Temporal activity. */
  custom: z.boolean(),
  /** By this port of its own people leave where other custom nodes have the port `error`: its code has failed for good. */
  failure: z.literal('failed').optional(),
  /** Names that later nodes may use as {{ run.<nodeId>.<field> }}: JSON Schema of the output. */
  output: jsonObject.optional(),
  /** The list in the config whose items' names are in the output as well. */
  outputFrom: z.string().optional(),
  /** The list in the config of whose events (`{ kind: 'event', event }`) the properties are in the output as well. */
  outputEvents: z.string().optional(),
  /** Can be tried by itself, with real effects. */
  trial: z.literal(true).optional(),
  /** There is one only while this switch of the config is on. */
  outputWhen: z.string().optional(),
});
export type NodeManifest = z.infer<typeof nodeManifest>;

/** A duration in a config: an amount and a unit, as people think of it. */
export const duration = z.object({ amount: z.number().positive().max(longestDuration), unit: z.enum(durationUnits) });

/** The same, or so many days, weeks or months of the calendar. */
export const span = z.object({
  amount: z.number().positive().max(longestDuration),
  unit: z.enum([...durationUnits, ...calendarSpanUnits]),
});
