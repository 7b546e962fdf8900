import type { Json, JsonObject } from '@wend/contract';

/** An answer that says more than the time. */
export function reasoned(answer: Json | undefined): JsonObject | null {
  return typeof answer === 'object' && !Array.isArray(answer) ? answer : null;
}
