import type { LiquidWord } from './use-liquid-words';

export type LiquidOption = { label: string; detail?: string; apply?: string; type?: string };
export type LiquidCompletion = { typed: string; options: LiquidOption[]; /** Just after the opening of a tag, a filter or a dot: offer at once. */ opened: boolean };

const filters: [string, string][] = [
  ['default: "friend"', 'when it is empty'], ['upcase', 'CAPITALS'], ['downcase', 'small letters'], ['capitalize', 'First letter'], ['date: "%d %B %Y"', 'a date'], ['escape', 'for HTML'],
  ['json', 'as JSON'], ['round: 2', 'to 2 places'], ['times: 100', 'multiplied'], ['plus: 1', 'added'], ['size', 'length'], ['join: ", "', 'a list as text'], ['first', 'of a list'], ['truncate: 60', 'cut'], ['url_encode', 'for links'], ['strip_html', 'without tags'],
];
const tags: [string, string][] = [
  ['if profile.', 'a condition'], ['elsif ', 'another condition'], ['else', 'otherwise'], ['endif', ''], ['unless profile.', 'a condition turned round'], ['endunless', ''], ['for item in entry.', 'each of a list'], ['endfor', ''],
  ['assign name = ', 'keep a value'], ['case profile.', 'one of several'], ['when ', ''], ['endcase', ''], ['abort_message', 'do not send this message'],
];

/** What may come next at the end of `before`; null outside of Liquid tags. */
export function completeLiquid({ before, words }: { before: string; words: readonly LiquidWord[] }): LiquidCompletion | null {
  const opening = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (opening < 0) return null;
  const inside = before.slice(opening + 2);
  if (inside.includes('}}') || inside.includes('%}')) return null;
  const isTag = before.startsWith('{%', opening);
  const typed = /[\w.-]*$/.exec(inside)?.[0] ?? '';
  const lead = inside.slice(0, inside.length - typed.length);
  if (/\|\s*$/.test(lead)) return { typed, opened: true, options: filters.map(([label, detail]) => ({ label, detail, type: 'function' })) };
  if (isTag && /^-?\s*$/.test(lead)) return { typed, opened: true, options: tags.map(([label, detail]) => ({ label: label.trim(), detail, apply: label, type: 'keyword' })) };
  if (/["'][^"']*$/.test(lead) && (lead.match(/["']/g)?.length ?? 0) % 2 === 1) return null;
  return { typed, opened: /^-?\s*$/.test(lead) || typed.endsWith('.'), options: words.map(({ name, detail }) => ({ label: name, detail, type: 'variable' })) };
}
