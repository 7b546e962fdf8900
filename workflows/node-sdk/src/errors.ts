const permanent = Symbol.for('wend.permanent-error');
const retryAfter = Symbol.for('wend.retry-after');

/**
 * Trying again would not help: the run leaves by the port `error` if it is connected, else it fails with this code and
 * message.
 */
export class PermanentError extends Error {
  readonly [permanent] = true;

  constructor(
    /** Stable and short, such as `no-such-customer`. */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PermanentError';
  }
}

/** Try again, but not before so many seconds have passed; it counts as an attempt. */
export class RetryAfter extends Error {
  readonly [retryAfter] = true;

  constructor(
    readonly seconds: number,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'RetryAfter';
    if (!Number.isFinite(seconds) || seconds < 0)
      throw new RangeError(`RetryAfter: ${seconds} is not a number of seconds`);
  }
}

/** True also for errors of another copy of this package. */
export function isPermanentError(error: unknown): error is PermanentError {
  return typeof error === 'object' && error !== null && permanent in error;
}

/** True also for errors of another copy of this package. */
export function isRetryAfter(error: unknown): error is RetryAfter {
  return typeof error === 'object' && error !== null && retryAfter in error;
}
