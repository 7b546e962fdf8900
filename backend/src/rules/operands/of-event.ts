import type { Operand } from '@wend/contract';
import type { EventOperandSql } from './operand.js';
import { property } from './property.sql.js';

/** How a filter of stored events sees each operand of the contract. */
const operands: { readonly [Kind in Operand['source']]: EventOperandSql<Kind> } = {
  trait: null,
  property,
  entry: null,
  run: null,
  eventCount: null,
  eventValue: null,
  sequence: null,
  messages: null,
  journeys: null,
  segment: null,
  consent: null,
  device: null,
  distance: null,
  randomBucket: null,
  globalHoldout: null,
  reachable: null,
  bestChannel: null,
  localTime: null,
};

/** How it sees this one. */
export function eventOperandSql({ source }: Operand): EventOperandSql {
  return operands[source] as EventOperandSql;
}
