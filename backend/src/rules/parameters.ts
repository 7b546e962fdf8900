type SqlType =
  | 'text'
  | 'text[]'
  | 'int'
  | 'int[]'
  | 'bigint'
  | 'numeric'
  | 'numeric[]'
  | 'float8'
  | 'float8[]'
  | 'jsonb'
  | 'jsonb[]'
  | 'uuid'
  | 'uuid[]'
  | 'date'
  | 'timestamptz';

/**
 * The values of a statement that is put together: its text has only places for them, so that it depends on nothing but
 * its form.
 */
export class Parameters {
  private readonly shared = new Map<string, string>();

  constructor(readonly values: unknown[]) {}

  /** The place of a value, as SQL of this type. */
  add(value: unknown, type: SqlType): string {
    return `$${this.values.push(value)}::${type}`;
  }

  /** The same place for all who ask under this name. */
  share(name: string, value: unknown, type: SqlType): string {
    const known = this.shared.get(name);
    if (known !== undefined) return known;
    const place = this.add(value, type);
    this.shared.set(name, place);
    return place;
  }
}
