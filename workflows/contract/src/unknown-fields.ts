import { closest } from './closest.js';
import { isObject } from './is-object.js';

/** A field that nobody reads, and where it is: a misspelt one would otherwise do without a word what nobody asked for. */
export type UnknownField = { path: (string | number)[]; message: string };

type UnknownFieldsOptions = {
  /** JSON as it was sent. */
  given: unknown;
  /** What a schema made of it, which leaves out what it does not know. */
  read: unknown;
  /** Names that it knows at the top, to say which was probably meant. */
  known?: readonly string[];
};

/** Fields of what was sent that a schema left out. At most 20. */
export function unknownFields({ given, read, known = [] }: UnknownFieldsOptions): UnknownField[] {
  const found: UnknownField[] = [];
  const look = (each: unknown, kept: unknown, path: (string | number)[]): void => {
    if (found.length >= 20) return;
    if (Array.isArray(each) && Array.isArray(kept)) {
      // A list that a schema makes another one of has other places.
      if (each.length === kept.length) each.forEach((item, index) => look(item, kept[index], [...path, index]));
      return;
    }
    if (!isObject(each) || !isObject(kept)) return;
    for (const [key, value] of Object.entries(each))
      if (Object.hasOwn(kept, key)) look(value, kept[key], [...path, key]);
      else if (value !== undefined)
        found.push({ path: [...path, key], message: messageOf(key, path.length === 0 ? known : []) });
  };
  look(given, read, []);
  return found;
}

function messageOf(key: string, known: readonly string[]): string {
  const meant = closest(key, known);
  return `is no field that is known here${meant === null ? '' : `. Did you mean “${meant}”?`}`;
}

/** A path as rules write it: `rules[0].left.topic`. */
export function placeIn(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}
