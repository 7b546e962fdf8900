/** What somebody wrote as a list with commas, each once. */
export function listOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,、，]/)
        .map((each) => each.trim())
        .filter(Boolean),
    ),
  ];
}
