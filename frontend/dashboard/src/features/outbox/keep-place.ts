type Item = { id: string };

/**
 * What of a list that was loaded again stands where the reader is: from the first that was there before. `fresh` are
 * those above it; all of them when nothing that was there is in what was loaded.
 */
export function keepPlace<T extends Item>({
  before,
  items,
}: {
  before: readonly T[];
  items: readonly T[];
}): { shown: readonly T[]; fresh: number } {
  if (before.length === 0) return { shown: items, fresh: 0 };
  const known = new Set(before.map(({ id }) => id));
  const index = items.findIndex(({ id }) => known.has(id));
  if (index < 0) return items.length === 0 ? { shown: [], fresh: 0 } : { shown: before, fresh: items.length };
  return { shown: items.slice(index), fresh: index };
}
