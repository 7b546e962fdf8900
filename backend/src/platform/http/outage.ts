const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const statementTimeout = '57014';
/**
 * PostgreSQL: shutting down, starting, read-only after a change of servers, cancelled by a time-out, or chosen as the
 * victim of a deadlock.
 */
const databaseCodes = new Set(['57P01', '57P02', '57P03', statementTimeout, '40001', '40P01', '25P03', '25006']);
/** Classes of codes: the connection; out of disk, memory or connections; the system below. */
const databaseClasses = /^(08|53|58)/;
/** How PostgreSQL refuses connections to one database, with a code that says many things. */
const closed = 'is not currently accepting connections';
const messages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
];

/** Whether an error means that the database cannot be reached or is too busy: worth another try, nobody's bug. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isOutage);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && systemCodes.has(code)) return true;
  // What PostgreSQL says has a code, and may quote what people sent.
  if (isSqlState(code))
    return (
      databaseCodes.has(code) || databaseClasses.test(code) || (code === '55000' && error.message.endsWith(closed))
    );
  return messages.some((message) => error.message.includes(message));
}

/**
 * Whether PostgreSQL gave up on a statement because it took too long: that may lie in what it was asked, so that it
 * would be the same again.
 */
export function isStatementTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === statementTimeout;
}

/** Whether an error's code is one of PostgreSQL's. */
export function isSqlState(code: unknown): code is string {
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
}
