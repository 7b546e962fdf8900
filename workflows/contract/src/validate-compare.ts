import { isReference, operandDefinition, operators } from './rule-shape.js';
import type { Compare } from './rule-shape.js';

/** Why a complete comparison can never hold, or asks what has no meaning; null when it can be answered. */
export function typeProblem({ left, is, value, ignoreCase }: Compare): string | null {
  const values = operandDefinition(left).values(left);
  if (values.operators && !values.operators.includes(is)) return values.instead;
  if (ignoreCase && !(values.folds && operators[is].folds))
    return 'Upper and lower case make no difference here. Turn off “Ignore case”.';
  if (operators[is].calendar && isReference(value)) return 'Enter a number of days.';
  if (operators[is].takes === 'nothing' || isReference(value)) return null;
  for (const each of Array.isArray(value) ? value : [value ?? null]) {
    const problem = values.problem(is, each);
    if (problem) return problem;
  }
  return null;
}
