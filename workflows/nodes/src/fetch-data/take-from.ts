import type { Json, JsonObject } from '@wend/contract';
import { isSafeJson, pathKeys } from '@wend/contract';

type Take = { name: string; path: string };
type Taken = { kept: JsonObject } | { problem: string; status: number; passing: false };

/**
 * The values at these paths of a JSON answer, null where there is none, with its status. `longest`: all of it in
 * characters of JSON.
 */
export function takeFrom(
  { status, body }: { status: number; body: string },
  { take, longest }: { take: readonly Take[]; longest: number },
): Taken {
  const answer = parsed(body);
  if (answer === undefined) return { problem: 'The answer is no JSON.', status, passing: false };
  const kept = {
    status,
    problem: null,
    ...Object.fromEntries(take.map(({ name, path }) => [name, at(answer, path)])),
  };
  return JSON.stringify(kept).length > longest
    ? { problem: `What is kept is longer than ${longest / 1_000} KB.`, status, passing: false }
    : { kept };
}

/** What can be stored with a run. */
function parsed(body: string): Json | undefined {
  try {
    const value = JSON.parse(body.replace(/^\uFEFF/, '')) as Json;
    return isSafeJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function at(answer: Json, path: string): Json {
  if (path === '') return answer;
  return pathKeys(path).reduce<Json>(
    (value, key) =>
      value !== null &&
      typeof value === 'object' &&
      Object.hasOwn(value, key) &&
      !(Array.isArray(value) && key === 'length')
        ? ((value as JsonObject)[key] ?? null)
        : null,
    answer,
  );
}
