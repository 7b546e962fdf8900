export type LineChange = { kind: 'same' | 'removed' | 'added'; text: string };

/** Texts with more lines than this, apart from what they begin and end with alike, are told as wholly replaced. */
const mostLines = 1_500;

/**
 * The lines of two texts: those of `before` that are gone, those that came, and what stayed, with as few changes as
 * possible (longest common subsequence).
 */
export function lineChanges({ before, after }: { before: string; after: string }): LineChange[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  const same = (text: string): LineChange => ({ kind: 'same', text });
  return [
    ...old.slice(0, head).map(same),
    ...within(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

function within(old: readonly string[], now: readonly string[]): LineChange[] {
  const removed = (text: string): LineChange => ({ kind: 'removed', text });
  const added = (text: string): LineChange => ({ kind: 'added', text });
  if (old.length > mostLines || now.length > mostLines) return [...old.map(removed), ...now.map(added)];
  // common[i][j]: how many lines of old from i and now from j on are alike.
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      changes.push({ kind: 'same', text: old[i]! });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      changes.push(removed(old[i]!));
      i += 1;
    } else {
      changes.push(added(now[j]!));
      j += 1;
    }
  }
  return changes;
}
