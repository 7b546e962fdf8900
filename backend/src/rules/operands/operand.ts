import type { Operand, OperandOf } from '@wend/contract';
import type { Parameters } from '../parameters.js';

/** `properties`: an expression of type jsonb, the event that is asked about. */
export type Seen = { properties: string; parameters: Parameters };

/**
 * SQL for the value of an operand, of type jsonb, in a filter of stored events; null for what such a filter cannot see
 * and has no value there, as in the engine. What a run asks of a person is not a filter: `enrollments/facts.service.ts`
 * answers that.
 */
export type OperandSql<Kind extends Operand['source'] = Operand['source']> =
  ((operand: OperandOf<Kind>, seen: Seen) => string) | null;
