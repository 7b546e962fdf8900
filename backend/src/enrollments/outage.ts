import { isOutage as isDatabaseOutage, isSqlState, isStatementTimeout } from '../platform/http/index.js';

/**
 * The Temporal server or the database cannot be reached: not the event's fault. A statement that took too long is: what
 * is wrong with one event must not let its lane rest for ever.
 */
export function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code ?? (error as { cause?: { code?: unknown } }).cause?.code;
  if (isStatementTimeout(error)) return false;
  if (isDatabaseOutage(error) || code === 14 || code === 4 || code === 8 || code === 1) return true;
  // What PostgreSQL says has a code, and may quote what people sent.
  return (
    !isSqlState(code) &&
    /UNAVAILABLE|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|ECONNREFUSED|ECONNRESET|terminating connection|Connection terminated|timeout/i.test(
      messageOf(error),
    )
  );
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
