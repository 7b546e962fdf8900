/** `type@version`: how definitions and manifests of nodes are looked up. */
export function nodeKey({ type, version }: { type: string; version: number }): string {
  return `${type}@${version}`;
}
