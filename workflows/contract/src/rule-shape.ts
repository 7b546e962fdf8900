import { readDay } from './clock-time.js';
import { isObject } from './is-object.js';
import { operands } from './rules/operands/index.js';
import type { Operand, OperandField } from './rules/operands/index.js';
import { operators } from './rules/operators/index.js';
import type { Comparand, Rule } from './rule.js';

export * from './rules/operands/index.js';
export { namedBy, namedIn } from './rules/named.js';
export type { Named } from './rules/named.js';
export * from './rules/operators/index.js';
export { isReference, runPathsOf } from './rules/reference.js';

/** The rule that holds for everything. */
export const always: Rule = { op: 'all', rules: [] };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

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
      return (
        isOperand(value['left']) &&
        typeof value['is'] === 'string' &&
        Object.hasOwn(operators, value['is']) &&
        (value['value'] === undefined || isComparand(value['value'])) &&
        (value['ignoreCase'] === undefined || typeof value['ignoreCase'] === 'boolean')
      );
    default:
      return false;
  }
}

const fieldChecks: {
  [Is in OperandField['is']]: (value: unknown, field: Extract<OperandField, { is: Is }>) => boolean;
} = {
  text: isText,
  name: isText,
  whole: (value) => Number.isInteger(value),
  choice: (value, { of }) => (of as readonly unknown[]).includes(value),
  rule: isRule,
  flag: (value) => typeof value === 'boolean',
  day: (value) => readDay(value) !== null,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
};

function isOperand(value: unknown): value is Operand {
  if (!isObject(value) || typeof value['source'] !== 'string' || !Object.hasOwn(operands, value['source']))
    return false;
  const { fields } = operands[value['source'] as Operand['source']];
  return Object.entries(fields).every(([name, field]) => isField(value[name], field));
}

function isField(value: unknown, field: OperandField): boolean {
  if (value === undefined) return field.optional === true;
  return (fieldChecks[field.is] as (value: unknown, field: OperandField) => boolean)(value, field);
}

function isComparand(value: unknown): value is Comparand {
  if (Array.isArray(value)) return value.every(isScalar);
  return isScalar(value) || (isObject(value) && (isText(value['entry']) || isText(value['run'])));
}

function isScalar(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}
