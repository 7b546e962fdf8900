import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const kinds: Partial<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const formats: Partial<Record<string, string>> = {
  email: 'an email address',
  url: 'a web address',
  uuid: 'an ID (UUID)',
  datetime: 'a time such as 2026-05-31T09:00:00Z',
  date: 'a date such as 2026-05-31',
};
const shown = 12;

/**
 * What is wrong with a field, to be read after its name: `must be a number`. For whatever a schema has no words of its
 * own for; undefined leaves it to zod.
 */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected];
      if (issue.input === undefined) return 'is missing';
      return kind && `must be ${kind}`;
    }
    case 'too_small':
      return smallWords(issue);
    case 'too_big':
      return bigWords(issue);
    case 'invalid_value':
      return valueWords(issue.values);
    case 'invalid_format': {
      const format = formats[issue.format];
      return format && `must be ${format}`;
    }
    case 'invalid_union':
      return 'isn’t valid';
    default:
      return undefined;
  }
}

function smallWords({ origin, minimum, inclusive }: Extract<RawIssue, { code: 'too_small' }>): string | undefined {
  if (origin === 'string') return minimum === 1 ? 'can’t be empty' : `must have at least ${minimum} characters`;
  if (origin === 'array') return `needs at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'}`;
  return isNumber(origin) ? `must be ${inclusive === false ? 'more than' : 'at least'} ${minimum}` : undefined;
}

function bigWords({ origin, maximum, inclusive }: Extract<RawIssue, { code: 'too_big' }>): string | undefined {
  if (origin === 'string') return `can have at most ${maximum} characters`;
  if (origin === 'array') return `can have at most ${maximum} ${maximum === 1 ? 'entry' : 'entries'}`;
  return isNumber(origin) ? `${inclusive === false ? 'must be less than' : 'can be at most'} ${maximum}` : undefined;
}

function valueWords(values: readonly unknown[]): string | undefined {
  if (values.length > shown) return undefined;
  const words = values.map(String).join(', ');
  return values.length === 1 ? `must be ${words}` : `must be one of ${words}`;
}

const isNumber = (origin: string): boolean => origin === 'number' || origin === 'int';
