import { pathKeys } from '@wend/contract';
import type { Parameters } from './parameters.js';

/**
 * What `#>` takes for an index of a list although `valueAt` does not: it counts from the end, and forgives blanks,
 * signs and zeros.
 */
const looseIndex = /^\s*[+-]?[0-9]+$/;
const index = /^(0|[1-9][0-9]*)$/;

/** SQL for the value at a path, as the engine's `valueAt` finds it: null where there is none. */
export function valueSql({ json, path, parameters }: { json: string; path: string; parameters: Parameters }): string {
  const keys = pathKeys(path);
  // One name, which no list takes for a place: the quickest way.
  if (keys.length === 1 && !looseIndex.test(keys[0]!)) return `(${json} -> ${parameters.add(keys[0], 'text')})`;
  const at = parameters.add(keys, 'text[]');
  const loose = keys.flatMap((key, place) => (looseIndex.test(key) && !index.test(key) ? [place] : []));
  if (loose.length === 0) return `(${json} #> ${at})`;
  const places = parameters.add(loose, 'int[]');
  return `(case when not exists (select from unnest(${places}) place where jsonb_typeof(${json} #> (${at})[:place]) = 'array') then ${json} #> ${at} end)`;
}
