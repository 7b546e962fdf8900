import type { Json } from '@wend/contract';
import type { Parameters } from '../parameters.js';

/** `value`: an expression of type jsonb, null where there is no value. */
export type Side = { value: string; parameters: Parameters };
/** A boolean expression that is never null. */
export type Test = (side: Side) => string;

/** Of a number on the left. */
export type NumberTest = (side: { number: string; parameters: Parameters }) => string;

/** SQL of an operator: what the engine's operator of the same name says. */
export type OperatorSql = {
  /** The test for a constant on the right; null when nothing passes, and the left side need not be read. */
  test: (constant: Json | undefined) => Test | null;
  /**
   * The same test for a left side that is a number for sure (`number`: an expression of an integer type or numeric, never
   * null): without JSON. Absent where there is no quicker way.
   */
  ofNumber?: (constant: Json | undefined) => NumberTest;
  /** It holds exactly when the test does not. */
  negated?: true;
  /** Of operators of the calendar, which have no other test; what it tests may be null. */
  calendar?: (days: number) => (side: CalendarSide) => string;
};

/** `day`, `today`: of type date, where the person lives; null in what is no date. */
export type CalendarSide = { day: string; today: string; parameters: Parameters };
