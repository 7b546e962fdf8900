import type { Rule } from '../rule.js';
import { operandDefinition } from './operands/index.js';
import type { Operand, OperandField } from './operands/index.js';

/** Something of the workspace that a rule names: what it is, its id or name, and where it stands in the rule. */
export type Named = { what: Extract<OperandField, { is: 'name' }>['names']; name: string; path: string };

/** The segments, journeys, topics and channels that a rule names, place by place. Filters of events name none. */
export function namedIn(rule: Rule, path = ''): Named[] {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (rule.op === 'not') return namedIn(rule.rule, at('rule'));
  if (rule.op !== 'compare') return rule.rules.flatMap((each, index) => namedIn(each, at(`rules[${index}]`)));
  return namedBy(rule.left).map((each) => ({ ...each, path: at(`left.${each.path}`) }));
}

/** The same of one operand; `path` is the field. */
export function namedBy(operand: Operand): Named[] {
  return Object.entries(operandDefinition(operand).fields).flatMap(([path, field]) => {
    const name = (operand as unknown as Record<string, unknown>)[path];
    return field.is === 'name' && typeof name === 'string' ? [{ what: field.names, name, path }] : [];
  });
}
