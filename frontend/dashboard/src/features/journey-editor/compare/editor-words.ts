/** Who changed or published something: a member by email; keys have no name that says more. */
export function editorWords(by: string, apiKey: string): string {
  return by.startsWith('key:') ? apiKey : by;
}
