import type { MessageProblem } from '@wend/node-sdk';

export const controlCharacters = /[\u0000-\u001f\u007f]/;

/** A problem of a field of a message, when there is one. */
export function problemWhen(wrong: boolean, path: string, message: string): MessageProblem[] {
  return wrong ? [{ path, message }] : [];
}
