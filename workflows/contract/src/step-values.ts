import { asNumber } from './as-number.js';
import { allTexts } from './config-fields.js';
import type { Json, JsonObject } from './json.js';
import type { LowerContext } from './program.js';
import { instantInUtc, readDate } from './read-date.js';
import type { ActSettings } from './run-action.js';

/**
 * What a value that Liquid fills in must be. `auto`: what comes out, with its type where the template is one `{{ … }}`,
 * else text.
 */
export const fillTypes = ['auto', 'text', 'number', 'yesNo', 'date', 'list', 'json'] as const;
export type FillType = (typeof fillTypes)[number];

/** A step's settings with their Liquid filled in, or which of them cannot be filled in, and why. */
export type ValuesAnswer = { ok: true; values: JsonObject } | { ok: false; path: string; message: string };

/** Filled in settings are kept in the run's record: longer ones, in characters of JSON, are refused. */
export const longestValues = 64_000;

/** Whether a text has Liquid in it. */
export function hasLiquid(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/**
 * Settings for an instruction: a fact where Liquid stands in them, else as they are. `types` by path, such as
 * `items[0].value`; `auto` where none is said.
 */
export function settingsFrom(
  { nodeId, fact }: Pick<LowerContext, 'nodeId' | 'fact'>,
  template: JsonObject,
  types: Record<string, FillType> = {},
): ActSettings {
  const isFixed = allTexts(template).every(({ source }) => !hasLiquid(source));
  const values = isFixed ? typedValues(template, types) : null;
  if (values?.ok) return { fixed: values.values };
  const asked = Object.keys(types).length > 0 ? { types } : {};
  return { fact: fact({ kind: 'values', node: nodeId, template, ...asked }) };
}

/** Settings with what was `filled` in, by path, and each of their values brought into the type that is asked for. */
export function typedValues(
  settings: JsonObject,
  types: Readonly<Record<string, FillType>>,
  filled: ReadonlyMap<string, Json> = new Map(),
): ValuesAnswer {
  const wrong: { path: string; message: string }[] = [];
  const values = mapLeaves(settings, (value, path) => {
    const typed = typedValue(filled.has(path) ? (filled.get(path) ?? null) : value, types[path] ?? 'auto');
    if (typed.ok) return typed.value;
    wrong.push({ path, message: typed.message });
    return null;
  });
  const [first] = wrong;
  return first ? { ok: false, ...first } : { ok: true, values: values as JsonObject };
}

type Typed = { ok: true; value: Json } | { ok: false; message: string };

/** A value in a type. What does not plainly say a value of it is refused with words that follow the setting's name. */
export function typedValue(value: Json, type: FillType): Typed {
  return readers[type](value);
}

const readers: Record<FillType, (value: Json) => Typed> = {
  auto: (value) => ({ ok: true, value }),
  text: (value) => ({ ok: true, value: textOf(value) }),
  number: (value) => {
    const number = asNumber(typeof value === 'string' ? value.trim() : value);
    return number !== null && Number.isFinite(number) ? { ok: true, value: number } : refused(value, 'a number');
  },
  yesNo: (value) => {
    if (typeof value === 'boolean') return { ok: true, value };
    const word = textOf(value).trim().toLowerCase();
    if (['true', 'yes', '1'].includes(word)) return { ok: true, value: true };
    return ['false', 'no', '0'].includes(word) ? { ok: true, value: false } : refused(value, 'yes or no');
  },
  // A day stays a day: what time it is there depends on where one is.
  date: (value) => {
    const read = readDate(value);
    if (!read) return refused(value, 'a date');
    if (read.kind !== 'instant' && typeof value === 'string') return { ok: true, value: value.trim() };
    return { ok: true, value: new Date(instantInUtc(read)).toISOString() };
  },
  list: (value) => {
    if (Array.isArray(value)) return { ok: true, value };
    const read = parsed(value);
    if (Array.isArray(read)) return { ok: true, value: read };
    return { ok: true, value: value === null || textOf(value).trim() === '' ? [] : [value] };
  },
  json: (value) => {
    if (typeof value !== 'string') return { ok: true, value };
    const read = parsed(value);
    return read === undefined ? refused(value, 'JSON') : { ok: true, value: read };
  },
};

function refused(value: Json, wanted: string): Typed {
  const text = textOf(value);
  const said = text.length > 60 ? `${[...text].slice(0, 60).join('')}…` : text;
  return { ok: false, message: said.trim() === '' ? `is empty, not ${wanted}.` : `is “${said}”, not ${wanted}.` };
}

function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function parsed(value: Json): Json | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}

/** A copy with each text, number, yes or no and null changed; paths as `items[0].value`. */
export function mapLeaves(value: Json, change: (value: Json, path: string) => Json, path = ''): Json {
  if (Array.isArray(value)) return value.map((each, index) => mapLeaves(each, change, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return change(value, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapLeaves(each, change, path === '' ? key : `${path}.${key}`)]),
  );
}
