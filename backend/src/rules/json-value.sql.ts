import type { Json } from '@wend/contract';

/** A constant that values are compared with. */
export type Scalar = string | number | boolean;

export function isScalar(constant: Json | undefined): constant is Scalar {
  return constant !== undefined && typeof constant !== 'object';
}

export function isMissing(value: string): string {
  return `coalesce(${value} = 'null', true)`;
}

/** A value at one name, as `valueSql` writes it. */
const atName = /^\(([\w.]+) -> (\$\d+::text)\)$/;

/** The text of a value; of one that is found by its name, without making JSON of it first: half of what a list costs. */
export function textOf(value: string): string {
  const [, json, name] = atName.exec(value) ?? [];
  return json === undefined ? `(${value} #>> '{}')` : `(${json} ->> ${name})`;
}

/** A number as the text that `decimalOf` writes. */
export function withDigits(value: string): string {
  return `(case jsonb_typeof(${value}) when 'number' then to_jsonb(trim_scale((${value})::numeric)::text) else ${value} end)`;
}

/** Chooses by the type of the JSON value; false for others. `case` sees to it that no other expression is computed. */
export function ofType(value: string, results: Partial<Record<'string' | 'number' | 'array', string>>): string {
  const whens = Object.entries(results).map(([type, result]) => `when '${type}' then ${result}`);
  return `(case jsonb_typeof(${value}) ${whens.join(' ')} else false end)`;
}

/**
 * Chooses by whether text is a plain decimal, which the engine's `asNumber` takes for a number. No such text is out of
 * float8's range.
 */
export function ifDecimal(text: string, { number, other }: { number: string; other: string }): string {
  return `(case when octet_length(${text}) <= 40 and ${text} ~ '^-?[0-9]+([.][0-9]+)?$' then ${number} else ${other} end)`;
}
