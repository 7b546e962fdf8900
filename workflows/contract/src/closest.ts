/** Of known names the one that was probably meant, or null: the same but for case and signs, or a slip or two away. */
export function closest(name: string, known: readonly string[]): string | null {
  const bare = plain(name);
  const same = known.find((each) => plain(each) === bare);
  if (same !== undefined) return same;
  const allowed = bare.length < 4 ? 0 : bare.length < 8 ? 1 : 2;
  const near = known
    .map((each) => ({ each, distance: distance(bare, plain(each), allowed) }))
    .filter((one) => one.distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.each ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Edits (a letter more, less, other, or two swapped) between two words; anything above `most` may come out as more than
 * it is.
 */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const best = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(best, rows[i - 2]![j - 2]! + 1) : best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
