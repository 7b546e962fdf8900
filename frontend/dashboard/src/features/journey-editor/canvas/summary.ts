import type { JsonObject, NodeManifest } from '@wend/contract';
import { fillTemplate } from '@wend/contract';

/** A piece of a card's second line; what comes from the settings is set in bold unless it is quoted. */
export type SummaryPart = { text: string; strong: boolean };

/** The second line of a card, filled from the manifest's `summary`. Separators around fields that are empty vanish with them. */
export function summarise({ manifest, config }: { manifest: Pick<NodeManifest, 'summary'>; config: JsonObject }): SummaryPart[] {
  const parts: SummaryPart[] = [];
  const pieces = manifest.summary.split(/(\{[^}]+\})/);
  pieces.forEach((piece, index) => {
    if (!piece.startsWith('{')) {
      if (piece !== '') parts.push({ text: piece, strong: false });
      return;
    }
    const text = fillTemplate(piece, config).replace(/\s+/g, ' ');
    const quoted = /[“"‘']$/.test(pieces[index - 1] ?? '');
    if (text !== '') parts.push({ text, strong: !quoted });
  });
  return tidy(parts);
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
