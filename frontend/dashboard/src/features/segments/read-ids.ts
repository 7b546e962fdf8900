/** The most that one request takes. */
const idsPerRequest = 1_000;

/** External ids from a pasted text: one a line, or separated by commas, semicolons or tabs; each once, in order. */
export function readIds(text: string): string[] {
  const ids = text
    .replace(/^\uFEFF/, '')
    .split(/[\r\n,;\t]+/)
    .map((each) => each.trim().replace(/^"(.*)"$/s, '$1'))
    .filter((each) => each !== '');
  return [...new Set(ids)];
}

/** In pieces that a request takes. */
export function chunksOf<Item>(items: readonly Item[], size = idsPerRequest): Item[][] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
