import { closest } from '@wend/contract';

export type Frequency = { name: string; last30Days: number };

/** So much more often a name must have come to be the one that was meant. */
const factor = 10;
/** Names that are looked up, the rarest first, and those that they are compared with, the most frequent first. */
const most = { rare: 200, frequent: 500 };

/** Of names that may be slips, by name, the frequent one that each is close to. */
export function typosIn(candidates: readonly Frequency[], known: readonly Frequency[]): Map<string, Frequency> {
  const found = new Map<string, Frequency>();
  const rare = [...candidates].sort((a, b) => a.last30Days - b.last30Days).slice(0, most.rare);
  const frequent = [...known].sort((a, b) => b.last30Days - a.last30Days).slice(0, most.frequent);
  for (const one of rare) {
    const near = frequent.filter(
      (other) =>
        other.name !== one.name &&
        other.last30Days >= factor * Math.max(1, one.last30Days) &&
        mayBeClose(one.name, other.name),
    );
    const meant =
      near.length === 0
        ? null
        : closest(
            one.name,
            near.map(({ name }) => name),
          );
    const other = near.find(({ name }) => name === meant);
    if (other && !differsByNumber(one.name, other.name)) found.set(one.name, other);
  }
  return found;
}

/** Cheap: whether lengths and first letters leave it possible that one is a slip of the other. */
function mayBeClose(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 8) return false;
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a[0] === b[0] || a[1] === b[1] || a.at(-1) === b.at(-1);
}

/** “Level 1 Done” and “Level 2 Done” are two events. */
function differsByNumber(one: string, other: string): boolean {
  const digits = (name: string) => name.replace(/\D+/g, ' ').trim();
  return digits(one) !== digits(other);
}
