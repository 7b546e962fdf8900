/** Where a value stands in what a form edits. */
export type Path = readonly (string | number)[];

/** `['branches', 0, 'rule']` → `branches[0].rule`, the form in which problems name a field. */
export function pathKey(path: Path): string {
  return path.reduce<string>(
    (joined, key) => (typeof key === 'number' ? `${joined}[${key}]` : joined === '' ? key : `${joined}.${key}`),
    '',
  );
}
