import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { isOutage } from './outage.js';

type Claimed = { workspace_id: string; profile_id: string };
type Options<Row> = {
  work: (scope: Scope, rows: readonly Row[]) => Promise<void>;
  /** For the log, of a person with whom it failed. */
  failed: string;
};

/**
 * Works on claimed rows: those of a workspace at once, or each person's alone when that fails, so that one holds up
 * nobody else. Whoever fails alone is tried again when the claim ends. An outage is nobody's fault, and is thrown.
 */
export async function togetherOrAlone<Row extends Claimed>(
  claimed: readonly Row[],
  { work, failed }: Options<Row>,
): Promise<void> {
  for (const workspaceId of new Set(claimed.map((each) => each.workspace_id))) {
    const scope = { workspaceId };
    const rows = claimed.filter((each) => each.workspace_id === workspaceId);
    try {
      await work(scope, rows);
    } catch (error) {
      if (isOutage(error)) throw error;
      for (const person of new Set(rows.map((each) => each.profile_id))) {
        const own = rows.filter((each) => each.profile_id === person);
        await work(scope, own).catch((reason: unknown) => {
          if (isOutage(reason)) throw reason;
          logger.error({ err: reason, profile: person }, failed);
        });
      }
    }
  }
}
