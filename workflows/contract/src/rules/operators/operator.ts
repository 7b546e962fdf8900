import type { Comparand } from '../../rule.js';

/** A single value on the right side of a comparison. */
export type Scalar = Exclude<Comparand, object> | null;

/** What all know of an operator; the engine, the backend and the dashboard have an entry of the same name each. */
export type OperatorDefinition = {
  /** What it is called between its two sides: `is at least`. */
  words: string;
  /** What stands on its right side. */
  takes: 'nothing' | 'value' | 'list';
  /** What it takes both sides for; `any` asks for no type. */
  type: 'any' | 'text' | 'number' | 'date';
  /** Of text: whether only the left side, or both, see a number as its digits (see `numbersAsText`). */
  digits?: 'left' | 'both';
  /** Whether `ignoreCase` makes a difference. */
  folds?: true;
  /** The right side in words, where it is no more than a number: `7 days`. */
  valueWords?: (value: Scalar) => string;
  /** What a form says beside it, a sentence. */
  note?: string;
  /** Holds where there is nothing to compare with. */
  negative?: true;
  /**
   * Whether it compares days of the calendar where the person lives with today there: the left side is a `CalendarValue`
   * then. Only conditions about a person can ask so; its answer changes as time goes by.
   */
  calendar?: true;
  /** Still answered where it stands, but another one is offered for fields. */
  superseded?: true;
  /** Why this value can never hold beside a field of a person or an event; null when it can. */
  problem?: (value: Scalar) => string | null;
};
