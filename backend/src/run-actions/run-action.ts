import type { JsonObject } from '@wend/contract';
import type { z } from 'zod';
import type { Scope, Sql } from '../platform/database/index.js';

/** An action that is due, and the run that asked for it. */
export type DueAction = {
  workspace_id: string;
  enrollment_id: string;
  node: string;
  visit: number;
  kind: string;
  settings: JsonObject;
  depth: number;
  /** When the run asked for it, by its own time. */
  at: Date;
  attempts: number;
  profile_id: string;
  origin: 'live' | 'demo';
  journey_id: string;
  journey_name: string;
  run_offset_ms: number;
};

/** What is done by an action, with its settings read. */
export type Carried<Settings> = {
  action: DueAction;
  settings: Settings;
  /** Names the action: the same each time that it is tried. */
  id: string;
  /** The transaction in which the action is done, or not: may be tried more than once. */
  sql: Sql;
};

/**
 * A kind of action. What `carryOut` does outside of the transaction must do nothing the second time. It returns what came
 * of it, for those who look at the run; a `UserError` says that it will not come off however often it is tried.
 */
export type RunActionKind<Settings = never> = {
  kind: string;
  settings: z.ZodType<Settings>;
  carryOut: (scope: Scope, carried: Carried<Settings>) => Promise<JsonObject | null>;
  /**
   * The same for many at once, each of another run, in one transaction: all are done, or none. Only for a kind that does
   * nothing outside of it. Where one of them fails, each is carried out by itself.
   */
  carryOutMany?: (scope: Scope, carried: readonly Carried<Settings>[]) => Promise<(JsonObject | null)[]>;
  /** What would come of it, for those who look at a test run, where that is not plain; does nothing. */
  rehearse?: (scope: Scope, carried: Carried<Settings>) => Promise<JsonObject>;
};

/** What an action is called wherever it must be known again. */
export function actionId({ enrollment_id, node, visit }: DueAction): string {
  return `act/${enrollment_id}/${node}/${visit}`;
}
