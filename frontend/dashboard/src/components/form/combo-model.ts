const most = 50;

type OfferedOptions = {
  value: string;
  suggestions: readonly string[];
  typed: boolean;
};

/**
 * What a field offers while it is written in (`typed`) or only looked at: then all of it. The order is that of the
 * suggestions, but what was typed exactly stands first.
 */
export function offered({ value, suggestions, typed }: OfferedOptions): string[] {
  const needle = value.trim().toLowerCase();
  const fitting =
    !typed || needle === '' ? [...suggestions] : suggestions.filter((each) => each.toLowerCase().includes(needle));
  const exact = typed ? exactOf({ value, suggestions: fitting }) : undefined;
  return (exact === undefined ? fitting : [exact, ...fitting.filter((each) => each !== exact)]).slice(0, most);
}

/** The suggestion that the text already is; where case differs, the only one that is meant. */
export function exactOf({ value, suggestions }: { value: string; suggestions: readonly string[] }): string | undefined {
  if (suggestions.includes(value)) return value;
  const needle = value.trim().toLowerCase();
  const same = needle === '' ? [] : suggestions.filter((each) => each.toLowerCase() === needle);
  return same.length === 1 ? same[0] : undefined;
}

type MovedOptions = {
  items: readonly string[];
  active: string | null;
  exact: string | undefined;
  typed: boolean;
  by: 1 | -1;
};

/**
 * Where an arrow leads from the suggestion that is chosen, or from none. An arrow first stops at the one that was
 * typed, and starts from the one that stands in a field that is only looked at.
 */
export function moved({ items, active, exact, typed, by }: MovedOptions): string | null {
  if (items.length === 0) return null;
  if (active === null && typed && exact !== undefined && by === 1) return exact;
  const at = items.indexOf(active ?? exact ?? '');
  return items[at < 0 ? (by === 1 ? 0 : items.length - 1) : (at + by + items.length) % items.length] ?? null;
}
