import { entry } from './entry.js';
import type { EntryOperand } from './entry.js';
import { eventCount } from './event-count.js';
import type { EventCountOperand } from './event-count.js';
import { localTime } from './local-time.js';
import type { LocalTimeOperand } from './local-time.js';
import type { OperandDefinition } from './operand.js';
import { property } from './property.js';
import type { PropertyOperand } from './property.js';
import { reachable } from './reachable.js';
import type { ReachableOperand } from './reachable.js';
import { run } from './run.js';
import type { RunOperand } from './run.js';
import { trait } from './trait.js';
import type { TraitOperand } from './trait.js';

export { filtersOf, namedFiltersOf, withFilter } from './filter.js';
export { weekdayWords } from './local-time.js';
export type {
  ChangedBy,
  Compare,
  OperandDefinition,
  OperandField,
  OperandOf,
  OperandValues,
  RuleScope,
} from './operand.js';

/** What is looked at. */
export type Operand =
  TraitOperand | PropertyOperand | EntryOperand | RunOperand | EventCountOperand | ReachableOperand | LocalTimeOperand;

/**
 * Every operand by its kind, which is stored in rules and never changes. The engine, the backend's SQL and the
 * dashboard have one entry for each, or do not compile.
 */
export const operands: { readonly [Kind in Operand['source']]: OperandDefinition<Kind> } = {
  trait,
  eventCount,
  property,
  entry,
  run,
  reachable,
  localTime,
};

/** What is known of this operand. */
export function operandDefinition({ source }: Pick<Operand, 'source'>): OperandDefinition {
  return operands[source] as OperandDefinition;
}
