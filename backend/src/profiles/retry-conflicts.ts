import pRetry from 'p-retry';
import { logger } from '../platform/logging/index.js';
import { IdentityConflict } from './locked-profile.js';

const retries = 7;
/** PostgreSQL's codes: serialization failure, deadlock, unique violation. */
const conflicts = new Set(['40001', '40P01', '23505']);

/** Whether another transaction was in the way, so that the same work may well succeed when it is done again. */
export function isConflict(error: unknown): boolean {
  return error instanceof IdentityConflict || conflicts.has(String((error as { code?: unknown }).code));
}

type RetryOptions = {
  /** What is done, for the log: "events are stored". */
  what: string;
  /** Told of each conflict, before the work is done again. */
  onConflict?: (error: unknown) => void;
};

/** Does a transaction again, a few milliseconds later, when it met another one; eight times at most. */
export function retryConflicts<Result>(
  work: () => Promise<Result>,
  { what, onConflict }: RetryOptions,
): Promise<Result> {
  return pRetry(work, {
    retries,
    minTimeout: 5,
    factor: 1.5,
    randomize: true,
    shouldRetry: ({ error }) => isConflict(error),
    onFailedAttempt: ({ error, attemptNumber }) => {
      onConflict?.(error);
      if (isConflict(error))
        logger.debug({ error, attempt: attemptNumber }, `a concurrent change was met while ${what}`);
    },
  });
}
