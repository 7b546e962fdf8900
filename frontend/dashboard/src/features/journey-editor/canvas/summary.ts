import type { EntryKind, Json, JsonObject, NodeManifest } from '@wend/contract';
import {
  entryKinds,
  fillTemplate,
  isCalendarSpan,
  isObject,
  isRule,
  ruleWords,
  weekdayWords,
} from '@wend/contract/plain';
import type { Translator } from '@/i18n/translator';

type Texts = Translator<'editor-canvas.summary'>;

/** A piece of a card's second line; what comes from the settings is set in bold unless it is quoted. */
export type SummaryPart = { text: string; strong: boolean };

type SummariseOptions = {
  manifest: Pick<NodeManifest, 'summary' | 'config' | 'entry'>;
  config: JsonObject;
};

/**
 * The second line of a card, filled from the manifest's `summary`. Separators around fields that are empty vanish with
 * them.
 */
export function summarise(t: Texts, { manifest, config }: SummariseOptions): SummaryPart[] {
  if (manifest.entry !== undefined && manifest.summary === '') return entryParts({ kind: manifest.entry, config });
  const parts: SummaryPart[] = [];
  const settings = { ...schemaDefaults(manifest.config), ...config };
  const pieces = manifest.summary.split(/(\{[^}]+\})/);
  pieces.forEach((piece, index) => {
    if (!piece.startsWith('{')) {
      if (piece !== '') parts.push({ text: piece, strong: false });
      return;
    }
    const text = (rulesText(t, settings[piece.slice(1, -1)]) ?? fillTemplate(piece, settings)).replace(/\s+/g, ' ');
    const quoted = /[“"‘']$/.test(pieces[index - 1] ?? '');
    if (text !== '') parts.push({ text, strong: !quoted });
  });
  // "on" says nothing while no event is chosen.
  const said =
    pieces.length === 1 || parts.length > pieces.filter((piece) => piece !== '' && !piece.startsWith('{')).length;
  return [...(said ? tidy(parts) : []), ...filterParts(t, config)];
}

/**
 * Items of a list that have rules, each with its rule, so that a slip in one is seen; null for other settings. One
 * alone needs no name.
 */
function rulesText(t: Texts, value: Json | undefined): string | null {
  const items = Array.isArray(value) ? value.filter(isObject) : [];
  if (!items.some((item) => ruleOf(item) !== null)) return null;
  return items
    .flatMap((item) => {
      const rule = ruleOf(item);
      const trigger = isObject(item['trigger']) ? item['trigger'] : item;
      const name = [item['label'], trigger['event'], item['id']].find(
        (each) => typeof each === 'string' && each !== '',
      );
      if (rule === null) return typeof name === 'string' ? [name] : [];
      if (rule.filters) return [t('filtered', { name: String(name ?? t('event')), rule: rule.words })];
      return [items.length === 1 ? rule.words : `${String(name ?? '')} (${rule.words})`.trim()];
    })
    .join(', ');
}

/** The words of an item's rule that says something: its condition, or the filter of its event. */
function ruleOf(item: JsonObject): { words: string; filters: boolean } | null {
  const trigger = item['trigger'];
  const [rule, where] = [item['rule'], isObject(trigger) ? trigger['where'] : item['where']];
  const found: unknown = rule ?? where;
  const words = isRule(found) ? ruleWords(found) : 'always';
  return words === 'always' ? null : { words, filters: rule === undefined };
}

/** Entries whose words are more than fields of theirs. */
function entryParts({ kind, config }: { kind: EntryKind; config: JsonObject }): SummaryPart[] {
  const words = entryKinds[kind].words(config);
  if (words === null) return [];
  return [
    { text: `${words.before} `, strong: false },
    { text: words.name, strong: true },
  ];
}

/** What settings are that were never touched: a field that came later is not in the settings of older nodes. */
function schemaDefaults(schema: JsonObject): JsonObject {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, { default: preset }]) => (preset === undefined ? [] : [[key, preset]])),
  );
}

/** What every node says in the same way: a filter `where` on its event, the days and the time of day it keeps to. */
function filterParts(t: Texts, config: JsonObject): SummaryPart[] {
  const time = timeOfDay(config);
  const where = config['where'];
  const words = isRule(where) ? ruleWords(where) : 'always';
  const weekdays = Array.isArray(config['weekdays']) ? config['weekdays'].filter((day) => typeof day === 'number') : [];
  return [
    ...(words === 'always' ? [] : [{ text: t('where', { rule: words }), strong: false }]),
    ...(time === null ? [] : [{ text: t('at', { time }), strong: false }]),
    ...(weekdays.length === 0
      ? []
      : [{ text: t('on', { days: weekdays.map((day) => weekdayWords(day).slice(0, 3)).join(', ') }), strong: false }]),
  ];
}

/** A time of day that was chosen for a span of the calendar, or for a date. */
function timeOfDay({ duration, at, time, shift }: JsonObject): string | null {
  const chosen = isObject(shift) ? shift : { offset: duration, at, time };
  const { offset } = chosen;
  const holds = isObject(shift) && shift['kind'] === 'on' ? true : isCalendarSpan(offset);
  return holds && chosen['at'] === 'time' && typeof chosen['time'] === 'string' ? chosen['time'] : null;
}

export function summaryText(parts: readonly SummaryPart[]): string {
  return parts.map((part) => part.text).join('');
}

function tidy(parts: SummaryPart[]): SummaryPart[] {
  if (!parts.some((part) => part.strong || /[\p{L}\p{N}]/u.test(part.text))) return [];
  const first = parts[0];
  const last = parts[parts.length - 1];
  if (first && !first.strong) first.text = first.text.replace(/^[\s,;·]+/, '');
  if (last && !last.strong) last.text = last.text.replace(/[\s,;·]+$/, '');
  return parts.filter((part) => part.text !== '' && !/^[“"‘'][”"’']$/.test(part.text));
}
