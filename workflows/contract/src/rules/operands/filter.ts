import type { Rule } from '../../rule.js';
import type { Operand } from './index.js';

/** The filter of events in an operand that has one. */
export function filterOf(operand: Operand): Rule | undefined {
  return 'where' in operand ? operand.where : undefined;
}

/** The operand with another filter in the place of its own; as it is where it has none. */
export function withFilter(operand: Operand, change: (filter: Rule) => Rule): Operand {
  return 'where' in operand && operand.where ? { ...operand, where: change(operand.where) } : operand;
}
