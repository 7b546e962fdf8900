/**
 * The values of a statement that is put together: its text has only places for them, so that it depends on nothing but
 * its form.
 */
export class Parameters {
  constructor(readonly values: unknown[]) {}

  /** The place of a value, as SQL of this type. */
  add(value: unknown, type: 'text' | 'text[]' | 'int[]' | 'numeric' | 'float8' | 'float8[]' | 'jsonb[]'): string {
    return `$${this.values.push(value)}::${type}`;
  }
}
