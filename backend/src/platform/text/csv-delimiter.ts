/** The one of the usual separators that the first line has most of outside quotes. */
export function delimiterOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '');
  const count = (separator: string) => line.split(separator).length - 1;
  const [best] = [',', ';', '\t'].toSorted((a, b) => count(b) - count(a));
  return best!;
}
