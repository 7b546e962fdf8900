/**
 * A key for a new topic that is called so: of its Latin letters and digits, or a number where it has none, as in Korean.
 * Never one that is taken.
 */
export function keyFor(name: string, taken: readonly string[]): string {
  const latin = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56);
  if (name.trim() === '') return '';
  const isFree = (key: string) => !taken.includes(key);
  if (latin !== '' && isFree(latin)) return latin;
  const numbered = (number: number) => `${latin === '' ? 'topic' : latin}-${number}`;
  let number = latin === '' ? 1 : 2;
  while (!isFree(numbered(number))) number += 1;
  return numbered(number);
}
