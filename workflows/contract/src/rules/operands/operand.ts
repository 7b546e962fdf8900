import type { Rule } from '../../rule.js';
import type { Comparison, Scalar } from '../operators/index.js';
import type { Operand } from './index.js';

/**
 * Where a rule stands, which says what it can look at: `profile` in a branch, `event` in the filter of an event that a
 * run waits for, `entry` in the filter of the event that begins a run (there is no run yet).
 */
export type RuleScope = 'profile' | 'event' | 'entry';

export type Compare = Extract<Rule, { op: 'compare' }>;
export type OperandOf<Kind extends Operand['source']> = Extract<Operand, { source: Kind }>;

/** A field of an operand: the check without a schema and the schema both come from this. */
export type OperandField = (
  | { is: 'text'; most: number }
  /** `names`: what of the workspace it must be one of. */
  | { is: 'name'; matches: RegExp; names: 'channel' | 'journey' | 'segment' | 'topic' }
  | { is: 'whole'; most: number }
  | { is: 'choice'; of: readonly [string, ...string[]] }
  | { is: 'rule' }
  | { is: 'flag' }
  /** `YYYY-MM-DD`, a day that exists. */
  | { is: 'day' }
  | { is: 'number'; from: number; to: number }
) & { optional?: true };

/** What an operand can be compared by, and with. */
export type OperandValues = {
  /** The operators that can be answered; null is all. */
  operators: readonly Comparison[] | null;
  /** Those that a form offers, in this order. */
  offered: readonly Comparison[];
  /** Said when it is compared by another one. */
  instead: string;
  /** Whether its values are text that can be written in capital or small letters. */
  folds: boolean;
  /** Why it can never hold beside this value, in a sentence that says what to do; null when it can. */
  problem: (is: Comparison, value: Scalar) => string | null;
};

/** Settings of a workspace that rules about people go by. */
export type WorkspaceSetting = 'timeZone' | 'country' | 'holdout';

/**
 * What makes the answer another one while a person is looked at. `traits`: paths; one of a trait's whole name stands for
 * all in it. `time`: it may change by itself. `devices`, `consents`, `messages` (their states), `journeys` (runs begin and
 * end), `suppressions`: anything about these of the person. `settings`: of the workspace.
 */
export type ChangedBy = {
  events?: readonly string[];
  traits?: readonly string[];
  segments?: readonly string[];
  time?: true;
  devices?: true;
  consents?: true;
  messages?: true;
  journeys?: true;
  suppressions?: true;
  settings?: readonly WorkspaceSetting[];
};

/** What is wrong with the fields of an operand together: the field, and a sentence that says what to do. */
export type OperandProblem = { field: string; message: string };

type RuleWords = (rule: Rule) => string;

/** What all know of an operand; the engine, the backend and the dashboard have an entry of the same name each. */
export type OperandDefinition<Kind extends Operand['source'] = Operand['source']> = {
  fields: Readonly<Record<string, OperandField>>;
  /** Where a rule can look at it. */
  scopes: readonly RuleScope[];
  values(operand: OperandOf<Kind>): OperandValues;
  /** Of fields that are each complete: why they make no sense together. */
  problem?(operand: OperandOf<Kind>): OperandProblem | null;
  /** Nothing for what stays as it is for the whole of a run. */
  changedBy(operand: OperandOf<Kind>): ChangedBy;
  words(operand: OperandOf<Kind>, inBrackets: RuleWords): string;
  /** A whole comparison that has words of its own; null when it has none. */
  clauseWords?(operand: OperandOf<Kind>, compare: Compare, inBrackets: RuleWords): string | null;
  /** A number on the right side that stands for something. */
  numberWords?(operand: OperandOf<Kind>, value: number): string;
  /** What was seen of somebody, as a sentence of its own: a condition that reads “is in …” was not “yes”. */
  seenWords?(operand: OperandOf<Kind>, seen: boolean): string;
};
