const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** PostgreSQL: shutting down, starting, out of connections, cancelled by a time-out, or chosen as the victim of a deadlock. */
const databaseCodes = new Set(['57P01', '57P02', '57P03', '53300', '57014', '40001', '40P01', '25P03']);
const messages = ['Connection terminated', 'timeout exceeded when trying to connect', 'Client has encountered a connection error', 'is not currently accepting connections'];

/** Whether an error means that the database cannot be reached or is too busy: worth another try, nobody's bug. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isOutage);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (systemCodes.has(code) || databaseCodes.has(code) || /^08/.test(code))) return true;
  return messages.some((message) => error.message.includes(message));
}
