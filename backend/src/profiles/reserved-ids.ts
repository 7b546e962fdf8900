/** What programs write where they have no id, and what they write instead of one. */
const reserved = new Set([
  'undefined',
  'null',
  'n/a',
  '#n/a',
  '-1',
  '(null)',
  '<null>',
  'nil',
  'none',
  'nan',
  'true',
  'false',
  '[object object]',
  'anonymous',
  'guest',
  'unknown',
  'not_authenticated',
  'distinct_id',
  'distinctid',
  'userid',
  'user_id',
  'anonymousid',
  'anonymous_id',
]);

/** Whether an id names nobody: under it, the events of strangers would become those of one person. */
export function isReservedId(id: string): boolean {
  // As it looks: without signs that nobody sees, full width as half, and without the quotes that a program left around
  // it.
  const text = id
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .replace(/^[\s"'`]+|[\s"'`]+$/g, '')
    .toLowerCase();
  // All zeros, also as a UUID.
  return text === '' || reserved.has(text) || /^[{]?[0-]+[}]?$/.test(text);
}
