import type { Translator } from '@/i18n/translator';
import type { LiquidWord } from './use-liquid-words';

export type LiquidOption = { label: string; detail?: string; apply?: string; type?: string };
export type LiquidCompletion = {
  typed: string;
  options: LiquidOption[];
  /** Just after the opening of a tag, a filter or a dot: offer at once. */
  opened: boolean;
};

/** What may be written, and the key of the text that says what it does. */
const filters = [
  ['default: "friend"', 'default'],
  ['upcase', 'upcase'],
  ['downcase', 'downcase'],
  ['capitalize', 'capitalize'],
  ['date: "%d %B %Y"', 'date'],
  ['escape', 'escape'],
  ['json', 'json'],
  ['round: 2', 'round'],
  ['times: 100', 'times'],
  ['plus: 1', 'plus'],
  ['size', 'size'],
  ['join: ", "', 'join'],
  ['first', 'first'],
  ['truncate: 60', 'truncate'],
  ['url_encode', 'urlEncode'],
  ['strip_html', 'stripHtml'],
] as const;
const tags = [
  ['if profile.', 'if'],
  ['elsif ', 'elsif'],
  ['else', 'else'],
  ['endif', null],
  ['unless profile.', 'unless'],
  ['endunless', null],
  ['for item in entry.', 'for'],
  ['endfor', null],
  ['assign name = ', 'assign'],
  ['case profile.', 'case'],
  ['when ', null],
  ['endcase', null],
  ['abort_message', 'abortMessage'],
] as const;

export type CompleteLiquidOptions = {
  before: string;
  words: readonly LiquidWord[];
  t: Translator<'editor-form.completeLiquid'>;
};

/** What may come next at the end of `before`; null outside of Liquid tags. */
export function completeLiquid({ before, words, t }: CompleteLiquidOptions): LiquidCompletion | null {
  const opening = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (opening < 0) return null;
  const inside = before.slice(opening + 2);
  if (inside.includes('}}') || inside.includes('%}')) return null;
  const isTag = before.startsWith('{%', opening);
  const typed = /[\w.-]*$/.exec(inside)?.[0] ?? '';
  const lead = inside.slice(0, inside.length - typed.length);
  if (/\|\s*$/.test(lead))
    return {
      typed,
      opened: true,
      options: filters.map(([label, key]) => ({ label, detail: t(key), type: 'function' })),
    };
  if (isTag && /^-?\s*$/.test(lead))
    return {
      typed,
      opened: true,
      options: tags.map(([label, key]) => ({
        label: label.trim(),
        ...(key ? { detail: t(key) } : {}),
        apply: label,
        type: 'keyword',
      })),
    };
  if (/["'][^"']*$/.test(lead) && (lead.match(/["']/g)?.length ?? 0) % 2 === 1) return null;
  return {
    typed,
    opened: /^-?\s*$/.test(lead) || typed.endsWith('.'),
    options: words.map(({ name, detail }) => ({ label: name, detail, type: 'variable' })),
  };
}
