/**
 * Text as it is compared when case does not count: each character by itself, as PostgreSQL's collation `pg_c_utf8`
 * lowers it.
 */
export function foldCase(text: string): string {
  let folded = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    // The only one that becomes two: İ.
    folded += lower.length > character.length ? 'i' : lower;
  }
  return folded;
}
