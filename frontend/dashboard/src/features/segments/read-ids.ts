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

const headings = new Set(['id', 'external_id', 'externalid', 'external id', 'user_id', 'userid', 'user id']);

/** External ids from the first column of a CSV file; a first line that only names the column is left out. */
export function idsOfFile(text: string): string[] {
  const cells = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .map((line) => {
      const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line)?.[1];
      return (quoted?.replaceAll('""', '"') ?? line.split(/[,;\t]/, 1)[0] ?? '').trim();
    })
    .filter((each) => each !== '');
  if (headings.has(cells[0]?.toLowerCase() ?? '')) cells.shift();
  return [...new Set(cells)];
}

/** In pieces that a request takes. */
export function chunksOf<Item>(items: readonly Item[], size = idsPerRequest): Item[][] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
