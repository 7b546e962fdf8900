import type { Operand } from '@wend/contract';
import type { OperandSql } from './operand.js';
import { property } from './property.sql.js';

/** How a filter of stored events sees each operand of the contract. */
const operands: { readonly [Kind in Operand['source']]: OperandSql<Kind> } = {
  trait: null,
  property,
  entry: null,
  run: null,
  eventCount: null,
  reachable: null,
  localTime: null,
};

/** How it sees this one. */
export function operandSql({ source }: Operand): OperandSql {
  return operands[source] as OperandSql;
}
