import type { valueTypes } from './api/statuses.js';
import type { Json } from './json.js';
import { pathOf } from './path.js';
import { isSecretText } from './secret-looking.js';
import { typeOfValue } from './value-type.js';

/** A place in a JSON value, and the type of what stood there: never the value. */
export type LearntField = { path: string; type: (typeof valueTypes)[number] };

/** Of one value at most: pickers list them. */
export const mostLearnt = 200;
const deepest = 6;
/** An object with more keys is a table: its keys are somebody's data, no names of fields. */
const mostKeys = 50;
const longestKey = 60;
const likeData = /@|^\d{5,}$|^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * What a JSON value looks like: the paths of its values with their types, of lists also those of the first item. Keys that
 * look like data (addresses, ids, numbers) are left out with all below them.
 */
export function learntFrom(value: Json): LearntField[] {
  const found: LearntField[] = [];
  const walk = (at: Json, keys: readonly string[]): void => {
    if (found.length >= mostLearnt || keys.length > deepest) return;
    const type = typeOfValue(at);
    if (keys.length > 0 && type !== 'object') found.push({ path: pathOf([...keys]), type });
    if (at === null || typeof at !== 'object') return;
    const inner = Object.entries(Array.isArray(at) ? at.slice(0, 1) : at);
    if (inner.length > mostKeys) return;
    for (const [key, each] of inner) if (isName(key)) walk(each ?? null, [...keys, key]);
  };
  walk(value, []);
  return found;
}

function isName(key: string): boolean {
  return key !== '' && key.length <= longestKey && !likeData.test(key) && !isSecretText(key);
}
