import type { Operand } from '@wend/contract';
import { eventCount } from './event-count.sql.js';
import { localTime } from './local-time.sql.js';
import type { OperandSql } from './operand.js';
import { property } from './property.sql.js';
import { reachable } from './reachable.sql.js';
import { trait } from './trait.sql.js';

export type { CompareOf, OperandSql, PersonSql } from './operand.js';

/** How SQL sees each operand of the contract. */
const operands: { readonly [Kind in Operand['source']]: OperandSql<Kind> } = {
  trait,
  property,
  entry: {},
  run: {},
  eventCount,
  reachable,
  localTime,
};

/** How it sees this one. */
export function operandSql({ source }: Operand): OperandSql {
  return operands[source] as OperandSql;
}
