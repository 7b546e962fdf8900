import { Injectable } from '@nestjs/common';
import type { Scope, Sql } from '../platform/database/index.js';
import type { ProfileChange } from './change.js';

export type Heard = {
  /** The transaction that takes the changes off the queue: what is done in it is done once. */
  sql: Sql;
  /** In the order in which they came, each person's together with what came of the same moment. */
  changes: ProfileChange[];
  /** ms since 1970: what time it is. */
  at: number;
};

/** Times of people that a listener has set: `name` is what it calls the time. */
export type LapsedTime = { workspaceId: string; profileId: string; name: string };

/** Keeps something about people. */
export type ChangeListener = {
  /** For logs. */
  name: string;
  /**
   * What changed about some people of a workspace: of everybody who watches, so a listener takes what it asked for. A
   * person is told of by one worker at a time. When it throws, the changes are told again, later, to all listeners.
   */
  changed: (scope: Scope, heard: Heard) => Promise<void>;
  /** Where it keeps times that make changes of their own. */
  lapses?: {
    /** A table with `lane` (`change_lane(profile_id)`) and the time, indexed by these. */
    table: string;
    /** The column with the time; `at` when absent. */
    at?: string;
    /** Takes those that have come off the table, in the same transaction, the earliest first. */
    take: (sql: Sql, options: { lanes: number[]; at: Date; limit: number }) => Promise<LapsedTime[]>;
  };
};

/** Who keeps something about people; rooms add theirs when they start. */
@Injectable()
export class ChangeListeners {
  readonly all: ChangeListener[] = [];

  add(listener: ChangeListener): void {
    this.all.push(listener);
  }
}
