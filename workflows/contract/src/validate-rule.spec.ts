import { describe, expect, it } from 'vitest';
import type { Comparand, Comparison, Operand, Rule } from './rule.js';
import { ruleProblems } from './validate-rule.js';

const trait: Operand = { source: 'trait', path: 'v' };
const count: Operand = { source: 'eventCount', event: 'Ordered' };
const reachable: Operand = { source: 'reachable', channel: 'sms' };
const local = (part: 'weekday' | 'hour' | 'date'): Operand => ({ source: 'localTime', part });
const problems = (left: Operand, is: Comparison, value?: Comparand, more: object = {}) =>
  ruleProblems({
    rule: {
      op: 'all',
      rules: [{ op: 'compare', left, is, ...(value === undefined ? {} : { value }), ...more } as Rule],
    },
    scope: 'profile',
  });

describe('rules that can never hold', () => {
  it.each<[Operand, Comparison, Comparand | undefined, string]>([
    [trait, 'greaterThan', true, 'This comparison needs a number, such as 10.'],
    [trait, 'lessThan', null, 'This comparison needs a number'],
    [trait, 'atLeast', 'gold', 'This comparison needs a number'],
    [trait, 'greaterThan', '2026-05-01', 'For dates, choose “is before” or “is after”.'],
    [trait, 'contains', '', 'Enter a value to compare with.'],
    [trait, 'equals', ' ', 'Enter a value to compare with.'],
    [trait, 'equals', undefined, 'Enter a value to compare with.'],
    [trait, 'startsWith', true, 'Enter the text it starts with.'],
    [trait, 'contains', null, 'Enter a value'],
    [trait, 'anyOf', [], 'Enter a value to compare with.'],
    [trait, 'anyOf', ['a', ''], 'Remove the empty value from the list.'],
    [trait, 'noneOf', 'a', '“Is none of” needs a list of values.'],
    [trait, 'containsAnyOf', 'a', '“Contains any of” needs a list of values.'],
    [trait, 'containsAnyOf', ['a', ' '], 'Remove the empty value from the list.'],
    [count, 'containsAnyOf', [1], 'A count is always known'],
    [trait, 'equals', ['a'], 'A list of values only works with “is any of”, “is none of” or “contains any of”.'],
    [trait, 'before', 'tomorrow', 'Enter a date, such as 2026-05-01'],
    [trait, 'after', '2026-02-30', 'Enter a date'],
    [trait, 'on', '31/12/2026', 'Enter a date'],
    [trait, 'on', 5, 'Enter a date'],
    [count, 'exists', undefined, 'A count is always known'],
    [count, 'notExists', undefined, 'always known'],
    [count, 'contains', '1', 'A count is always known'],
    [count, 'atLeast', 1.5, 'A count must be a whole number from 0'],
    [count, 'equals', -1, 'A count must be a whole number from 0'],
    [count, 'lessThan', 0, 'Nothing is less than 0 here.'],
    [count, 'anyOf', [1, 'many'], 'A count must be a whole number'],
    [reachable, 'equals', 'yes', 'Choose yes or no.'],
    [reachable, 'exists', undefined, 'always yes or no'],
    [local('hour'), 'equals', 99, 'An hour must be a whole number from 0 to 23.'],
    [local('hour'), 'greaterThan', 23, 'Nothing is more than 23 here.'],
    [local('hour'), 'exists', undefined, 'always known'],
    [local('weekday'), 'equals', 'Monday', 'A weekday must be a number from 1 (Monday) to 7 (Sunday).'],
    [local('weekday'), 'oneOf', [0], 'A weekday must be a number'],
    [local('date'), 'equals', '1.5.2026', 'Enter a date as YYYY-MM-DD'],
    [local('date'), 'before', '2026-05-01T00:00Z', 'Enter a date as YYYY-MM-DD'],
  ])('%j %s %j', (left, is, value, message) => {
    expect(problems(left, is, value)).toEqual([{ path: 'rules[0].value', message: expect.stringContaining(message) }]);
  });

  it('are found in the filter of a count, and case where it cannot count', () => {
    expect(
      problems(
        {
          ...count,
          where: {
            op: 'all',
            rules: [{ op: 'compare', left: { source: 'property', path: 'total' }, is: 'greaterThan', value: true }],
          },
        },
        'atLeast',
        1,
      ),
    ).toMatchObject([{ path: 'rules[0].left.where.rules[0].value' }]);
    expect(problems(trait, 'greaterThan', 5, { ignoreCase: true })).toMatchObject([
      { message: expect.stringContaining('Upper and lower case') },
    ]);
  });
});

it.each<[Operand, Comparison, Comparand | undefined, object?]>([
  [trait, 'startsWith', 49],
  [trait, 'contains', 5],
  [trait, 'equals', null],
  [trait, 'equals', false],
  [trait, 'notEquals', 'a', { ignoreCase: true }],
  [trait, 'atLeast', '10'],
  [trait, 'before', '2026-05-01'],
  [trait, 'on', 1_767_225_600],
  [trait, 'after', '2026-05-01T00:00:00+09:00'],
  [trait, 'anyOf', ['a', 5, true]],
  [trait, 'containsAnyOf', ['a', 5], { ignoreCase: true }],
  [trait, 'equals', { entry: 'plan' }],
  [trait, 'after', { entry: 'at' }],
  [trait, 'equals', { run: 'order.id' }],
  [trait, 'exists', undefined],
  [count, 'atLeast', 0],
  [count, 'anyOf', [1, 2]],
  [count, 'equals', { entry: 'n' }],
  [reachable, 'notEquals', true],
  [local('hour'), 'lessThan', 23],
  [local('weekday'), 'oneOf', [6, 7]],
  [local('date'), 'onOrAfter', '2026-05-01'],
  [local('date'), 'atLeast', '2026-05-01'],
])('%j %s %j can be answered', (left, is, value, more) => expect(problems(left, is, value, more)).toEqual([]));
