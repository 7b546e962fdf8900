import type { Compare, Operand, OperandOf } from '@wend/contract';
import type { Parameters } from '../parameters.js';
import type { Person } from '../person.js';

/** `properties`: an expression of type jsonb, the event that is asked about. */
export type Seen = { properties: string; parameters: Parameters };

export type CompareOf<Kind extends Operand['source']> = Compare & { left: OperandOf<Kind> };

/** What SQL knows of an operand about people. Expressions may be null; no value is. None raises an error. */
export type PersonSql<Kind extends Operand['source'] = Operand['source']> = {
  /** Its value (jsonb) for one person, found by keys. */
  value(operand: OperandOf<Kind>, person: Person): string;
  /**
   * The earliest time (milliseconds since 1970, float8) after the person's `at` at which the answer to this comparison
   * may change though nothing happens. Absent where it never does.
   */
  changesAt?(compare: CompareOf<Kind>, person: Person): string | null;
  /**
   * The comparison (boolean, never null) for many people, read as a set where that is quicker; null where there is no
   * better way than the value of each.
   */
  many?(compare: CompareOf<Kind>, person: Person): string | null;
};

/** How SQL sees an operand that is asked about people; without `ofPerson` it has no value there, as in the engine. */
export type OperandSql<Kind extends Operand['source'] = Operand['source']> = { ofPerson?: PersonSql<Kind> };

/** SQL for the value (jsonb) of an operand in a filter of stored events; null where it has none there. */
export type EventOperandSql<Kind extends Operand['source'] = Operand['source']> =
  ((operand: OperandOf<Kind>, seen: Seen) => string) | null;
