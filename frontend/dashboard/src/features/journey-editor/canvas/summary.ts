import type { JsonObject, NodeManifest } from '@wend/contract';
import { fillTemplate, isRule, ruleWords, weekdayWords } from '@wend/contract/plain';

/** A piece of a card's second line; what comes from the settings is set in bold unless it is quoted. */
export type SummaryPart = { text: string; strong: boolean };

/** The second line of a card, filled from the manifest's `summary`. Separators around fields that are empty vanish with them. */
export function summarise({ manifest, config }: { manifest: Pick<NodeManifest, 'summary' | 'config'>; config: JsonObject }): SummaryPart[] {
  const parts: SummaryPart[] = [];
  const settings = { ...schemaDefaults(manifest.config), ...config };
  const pieces = manifest.summary.split(/(\{[^}]+\})/);
  pieces.forEach((piece, index) => {
    if (!piece.startsWith('{')) {
      if (piece !== '') parts.push({ text: piece, strong: false });
      return;
    }
    const text = fillTemplate(piece, settings).replace(/\s+/g, ' ');
    const quoted = /[“"‘']$/.test(pieces[index - 1] ?? '');
    if (text !== '') parts.push({ text, strong: !quoted });
  });
  return [...tidy(parts), ...filterParts(config)];
}

/** What settings are that were never touched: a field that came later is not in the settings of older nodes. */
function schemaDefaults(schema: JsonObject): JsonObject {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  return Object.fromEntries(Object.entries(properties).flatMap(([key, { default: preset }]) => (preset === undefined ? [] : [[key, preset]])));
}

/** What every node says in the same way: a filter `where` on its event, and the days it keeps to. */
function filterParts(config: JsonObject): SummaryPart[] {
  const where = config['where'];
  const words = isRule(where) ? ruleWords(where) : 'always';
  const weekdays = Array.isArray(config['weekdays']) ? config['weekdays'].filter((day) => typeof day === 'number') : [];
  return [
    ...(words === 'always' ? [] : [{ text: ` where ${words}`, strong: false }]),
    ...(weekdays.length === 0 ? [] : [{ text: ` on ${weekdays.map((day) => weekdayWords(day).slice(0, 3)).join(', ')}`, strong: false }]),
  ];
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
