import type { JsonObject } from './json.js';
import type { Graph } from './graph.js';
import type { NodeManifest, Port } from './manifest.js';
import { pathKeys, pathOf } from './path.js';
import { windowOnDaysWords } from './when/clock-windows.js';

/** What a browser makes of a manifest: ports, and words for settings. Nothing here needs a schema. */
export const categories = ['entry', 'message', 'timing', 'decision', 'action', 'exit'] as const;

/** Whether people come in by such a node. */
export function isEntry(manifest: Pick<NodeManifest, 'entry'> | null | undefined): boolean {
  return manifest?.entry !== undefined;
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );
}

/** The ports of a node with this configuration. Items without an id are left out. */
export function portsOf(manifest: Pick<NodeManifest, 'ports'>, config: JsonObject): Port[] {
  const { from, labelFrom, itemsFollow, fixed } = manifest.ports;
  const items = from ? valueAt(config, from) : [];
  const dynamic = (Array.isArray(items) ? items : []).flatMap((item): Port[] => {
    const id = valueAt(item, 'id');
    if (typeof id !== 'string' || id === '') return [];
    const label = labelFrom ? valueAt(item, labelFrom) : undefined;
    const follows = itemsFollow === undefined ? {} : { follows: itemsFollow };
    return [{ id, label: typeof label === 'string' && label !== '' ? label : id, ...follows }];
  });
  const there = fixed.filter(({ when }) => when === undefined || config[when] === true);
  return [...dynamic, ...there.map((each) => ({ ...each, label: fillTemplate(each.label, config) }))];
}

/** Whether a node with this configuration gives later ones a result. A custom node may without saying what it is. */
export function givesResult(
  { custom, output, outputWhen }: Pick<NodeManifest, 'custom' | 'output' | 'outputWhen'>,
  config: JsonObject,
): boolean {
  return (custom || output !== undefined) && (outputWhen === undefined || config[outputWhen] === true);
}

/**
 * Paths of what is in the result of a node with this configuration; null where it does not say. Also those of a result
 * that it does not give as it is now. `propertiesOf`: paths that events of a name have come with.
 */
export function resultFields(
  { output, outputFrom, outputEvents }: Pick<NodeManifest, 'output' | 'outputFrom' | 'outputEvents'>,
  config: JsonObject,
  propertiesOf: (event: string) => readonly string[] | undefined = () => undefined,
): string[] | null {
  if (!output) return null;
  const ofEvents = outputEvents === undefined ? [] : eventsIn(valueAt(config, outputEvents));
  const items = outputFrom === undefined ? [] : valueAt(config, outputFrom);
  const named = (Array.isArray(items) ? items : []).map((item) => valueAt(item, 'name'));
  const own = named.filter((name): name is string => typeof name === 'string' && name !== '');
  const fields = [...Object.keys((output['properties'] ?? {}) as object), ...own].map((name) => pathOf([name]));
  return [...new Set([...fields, ...ofEvents.flatMap((event) => (event === null ? [] : (propertiesOf(event) ?? [])))])];
}

type ResultPathsOptions = {
  propertiesOf?: (event: string) => readonly string[] | undefined;
  /** Paths that results of this node have had. */
  learnt?: readonly string[];
};

/**
 * The same with what results of the node have been seen to have: below what it names, and all of it where it does not say
 * what it gives.
 */
export function resultPaths(
  manifest: Pick<NodeManifest, 'output' | 'outputFrom' | 'outputEvents'>,
  config: JsonObject,
  { propertiesOf, learnt = [] }: ResultPathsOptions,
): string[] {
  const fields = resultFields(manifest, config, propertiesOf);
  if (fields === null) return [...learnt];
  const names = new Set(fields);
  return [...new Set([...fields, ...learnt.filter((path) => names.has(pathOf(pathKeys(path).slice(0, 1))))])];
}

/**
 * Names of the events that settings speak of as `{ kind: 'event', event }`; null stands for something of another `kind`
 * that may happen.
 */
export function eventsIn(value: unknown): (string | null)[] {
  if (Array.isArray(value)) return value.flatMap(eventsIn);
  if (value === null || typeof value !== 'object') return [];
  const { kind, event } = value as JsonObject;
  if (typeof kind === 'string') return [kind === 'event' && typeof event === 'string' ? event : null];
  return Object.values(value).flatMap(eventsIn);
}

type PortsOverOptions = {
  graph: Pick<Graph, 'edges'>;
  edge: Graph['edges'][number];
  manifest: Pick<NodeManifest, 'ports'> | undefined;
};

/** The ports whose people take an edge: its own, and those that follow it while nothing is connected to them. */
export function portsOver({ graph, edge, manifest }: PortsOverOptions): string[] {
  const connected = graph.edges.filter(({ from }) => from === edge.from).map(({ port }) => port);
  const following = (manifest?.ports.fixed ?? []).filter(
    ({ id, follows }) => follows === edge.port && !connected.includes(id),
  );
  return [edge.port, ...following.map(({ id }) => id)];
}

/** Whether people may leave a blocking node with this configuration by a port in the moment in which they came. */
export function mayPassAtOnce(
  manifest: Pick<NodeManifest, 'overAtOnce'>,
  { config, port }: { config: JsonObject; port: string },
): boolean {
  return atOnceCases(manifest, config).some(
    ({ ports, exceptPorts }) => !exceptPorts?.includes(port) && (ports?.includes(port) ?? true),
  );
}

/** The cases in which people may leave a blocking node with this configuration in the moment in which they came. */
export function atOnceCases(
  { overAtOnce = [] }: Pick<NodeManifest, 'overAtOnce'>,
  config: JsonObject,
): NonNullable<NodeManifest['overAtOnce']> {
  return overAtOnce.filter(({ when }) => when === undefined || valuesAt(config, when).includes(true));
}

/** The values at a path in which `[]` stands for every item of a list. */
function valuesAt(value: unknown, path: string): unknown[] {
  const [list = '', ...rest] = path.split('[].');
  if (rest.length === 0) return [valueAt(value, list)];
  const items = valueAt(value, list);
  return (Array.isArray(items) ? items : []).flatMap((item) => valuesAt(item, rest.join('[].')));
}

/** Words for a duration in seconds: `3 days`, `1 h`, `2 h 30 min`. */
export function durationWords(seconds: number): string {
  const units: [number, string, string][] = [
    [86_400, 'day', 'days'],
    [3_600, 'h', 'h'],
    [60, 'min', 'min'],
    [1, 's', 's'],
  ];
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [size, one, many] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`);
    rest -= count * size;
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

export const durationUnits = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const;
export const longestDuration = 100_000;
export type Duration = { amount: number; unit: (typeof durationUnits)[number] };

/** What the schema `duration` takes, told without it. */
export function isDuration(value: unknown): value is Duration {
  const { amount, unit } = (value ?? {}) as Partial<Duration>;
  return (
    typeof amount === 'number' && amount > 0 && amount <= longestDuration && durationUnits.some((each) => each === unit)
  );
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400, weeks: 604_800 } as const;
/** Seconds of a duration; a day is exactly 24 hours. */
export function durationSeconds(value: Duration): number {
  return value.amount * unitSeconds[value.unit];
}

/** Spans that go by the calendar: their days are from one time of day to the same on the next. */
export const calendarSpanUnits = ['calendarDays', 'calendarWeeks', 'calendarMonths'] as const;
export type CalendarSpan = { amount: number; unit: (typeof calendarSpanUnits)[number] };
/** A time that passes: so much of the clock, or of the calendar. */
export type Span = Duration | CalendarSpan;

/** Whether a span goes by the calendar. Told without a schema. */
export function isCalendarSpan(value: unknown): value is CalendarSpan {
  const { amount, unit } = (value ?? {}) as Partial<CalendarSpan>;
  return typeof amount === 'number' && amount > 0 && calendarSpanUnits.some((each) => each === unit);
}

const calendarWords = {
  calendarDays: 'calendar day',
  calendarWeeks: 'calendar week',
  calendarMonths: 'month',
} as const;

/** Words for a span: `3 days`, `1 calendar day`, `2 months`. */
export function spanWords(span: Span): string {
  if (!isCalendarSpan(span)) return durationWords(durationSeconds(span));
  return `${span.amount} ${calendarWords[span.unit]}${span.amount === 1 ? '' : 's'}`;
}

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (isDuration(value) || isCalendarSpan(value)) return spanWords(value);
  if (Array.isArray(value))
    return value
      .map((item) => (item !== null && typeof item === 'object' ? itemWords(item as JsonObject) : words(item)))
      .filter(Boolean)
      .join(', ');
  return typeof value === 'object' ? choiceWords(value as JsonObject) : String(value);
}

/** A choice of one of several shapes: what it names, or a span and on which side: `3 calendar days before`. */
function choiceWords({ kind, offset, trait, property, field }: JsonObject): string {
  if (typeof kind !== 'string') return '';
  const span = words(offset);
  return span === '' ? words(trait ?? property ?? field) : `${span} ${kind}`;
}

/** An item of a list: its label or event, `name = value`, or a window of the clock. */
function itemWords({ label, event, name, value, from, to, days, do: how }: JsonObject): string {
  const title = words(label ?? event);
  if (title === '' && typeof from === 'string' && typeof to === 'string') {
    const chosen = Array.isArray(days) ? days.filter((day) => typeof day === 'number') : [];
    return windowOnDaysWords({ days: chosen, from, to });
  }
  if (title !== '' || typeof name !== 'string' || name === '') return title;
  return how === 'unset' ? `${name} cleared` : `${name} ${signs[String(how)] ?? '='} ${words(value)}`;
}

/** Between a trait and a value, by what is done to the trait. */
const signs: Readonly<Record<string, string>> = { add: '+', append: '+', remove: '−' };

/** Fills `{path}` in a template from the config; durations and lists are worded. */
export function fillTemplate(template: string, config: JsonObject): string {
  return template.replace(/\{([^}]+)\}/g, (_, at: string) => words(valueAt(config, at))).trim();
}
