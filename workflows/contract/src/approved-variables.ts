/** The variables of an approved text and its buttons, each once, in their order. */
export function approvedVariables({
  text,
  buttons,
}: {
  text: string;
  buttons: readonly { url?: string | undefined }[];
}): string[] {
  const sources = [text, ...buttons.map(({ url }) => url ?? '')];
  const found = sources.flatMap((source) =>
    [...source.matchAll(/#\{([^{}]+)\}|\{\{([^{}]+)\}\}/g)].map((match) => (match[1] ?? match[2] ?? '').trim()),
  );
  return [...new Set(found)];
}
