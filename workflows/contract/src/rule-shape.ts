import type { Comparand, Operand, Rule } from './rule.js';

/** What rules are made of, and whether a value is one, without a schema. */
export const channels = ['email', 'sms', 'push', 'webpush', 'webhook'] as const;

export const comparisons = [
  'equals', 'notEquals', 'greaterThan', 'atLeast', 'lessThan', 'atMost',
  'contains', 'notContains', 'startsWith', 'oneOf', 'exists', 'notExists',
] as const;

/** The rule that holds for everything. */
export const always: Rule = { op: 'all', rules: [] };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const oneOf = (list: readonly unknown[], value: unknown): boolean => list.includes(value);

/** Whether a value has the form of a rule that is complete; the schema `rule` limits lengths and numbers besides. */
export function isRule(value: unknown): value is Rule {
  if (!isObject(value)) return false;
  switch (value['op']) {
    case 'all':
    case 'any':
      return Array.isArray(value['rules']) && value['rules'].every(isRule);
    case 'not':
      return isRule(value['rule']);
    case 'compare':
      return isOperand(value['left']) && oneOf(comparisons, value['is']) && (value['value'] === undefined || isComparand(value['value']));
    default:
      return false;
  }
}

function isOperand(value: unknown): value is Operand {
  if (!isObject(value)) return false;
  switch (value['source']) {
    case 'trait':
    case 'property':
    case 'entry':
    case 'run':
      return isText(value['path']);
    case 'eventCount':
      return isText(value['event']) && (value['where'] === undefined || isRule(value['where'])) && (value['withinSeconds'] === undefined || Number.isInteger(value['withinSeconds']));
    case 'reachable':
      return oneOf(channels, value['channel']);
    case 'localTime':
      return oneOf(['weekday', 'hour', 'date'], value['part']);
    default:
      return false;
  }
}

function isComparand(value: unknown): value is Comparand {
  if (Array.isArray(value)) return value.every(isScalar);
  return isScalar(value) || (isObject(value) && isText(value['entry']));
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
